/**
 * The simulator's only source of chance: xoshiro128** (Blackman and Vigna), started from a hash of a text. Fast enough to
 * be asked several times a step. Not for anything that must be unguessable.
 */
import { createHash } from 'node:crypto';

const rotate = (x: number, by: number): number => (x << by) | (x >>> (32 - by));

export class Seeded {
  #a: number;
  #b: number;
  #c: number;
  #d: number;

  /** Equal texts give equal sequences. */
  constructor(seed: string) {
    const hash = createHash('sha256').update(seed).digest();
    [this.#a, this.#b, this.#c, this.#d] = [hash.readInt32LE(0), hash.readInt32LE(4), hash.readInt32LE(8), hash.readInt32LE(12)];
  }

  /** 32 bits. */
  next(): number {
    const result = Math.imul(rotate(Math.imul(this.#b, 5), 7), 9) >>> 0;
    const shifted = this.#b << 9;
    this.#c ^= this.#a;
    this.#d ^= this.#b;
    this.#b ^= this.#c;
    this.#a ^= this.#d;
    this.#c ^= shifted;
    this.#d = rotate(this.#d, 11);
    return result;
  }

  /** A whole number from 0 to `limit` − 1. */
  below(limit: number): number {
    return Math.floor((this.next() / 2 ** 32) * limit);
  }

  chance(probability: number): boolean {
    return this.next() < probability * 2 ** 32;
  }

  /** One of them; undefined if there is none. */
  pick<T>(from: readonly T[]): T | undefined {
    return from[this.below(from.length)];
  }

  bytes(length: number): Uint8Array {
    const bytes = new Uint8Array(length);
    const view = new DataView(bytes.buffer);
    let at = 0;
    for (; at + 4 <= length; at += 4) view.setUint32(at, this.next(), true);
    for (; at < length; at++) bytes[at] = this.next();
    return bytes;
  }
}
