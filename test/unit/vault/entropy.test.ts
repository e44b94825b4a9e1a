/** Randomness and bytes (design §4): one seed a step, stretched; equal input, equal output. */
import { createHmac } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { derive, digest, equalBytes, keyedDigest } from '../../../enclave/vault/bytes.ts';
import { entropyFrom } from '../../../enclave/vault/entropy.ts';

const SEED = new Uint8Array(32).map((_, at) => at);
const hex = (bytes: Uint8Array): string => Buffer.from(bytes).toString('hex');
const hmac = (key: Uint8Array, ...parts: Uint8Array[]): string => createHmac('sha256', key).update(Buffer.concat(parts)).digest('hex');
const block = (counter: number): string => hmac(SEED, Uint8Array.of(0, 0, 0, counter));

describe('the entropy of a step', () => {
  it('is HMAC-SHA-256 in counter mode over the seed, never the same block twice', () => {
    const entropy = entropyFrom(SEED);
    expect(hex(entropy.take(32))).toBe(block(0));
    expect(hex(entropy.take(64))).toBe(block(1) + block(2));
    expect(hex(entropy.take(16))).toBe(block(3).slice(0, 32));
    expect(hex(entropy.take(33))).toBe(block(4) + block(5).slice(0, 2));
    expect(hex(entropy.take(24))).toBe(block(6).slice(0, 48));
  });

  it('follows from the seed alone', () => {
    const [once, again, other] = [entropyFrom(SEED), entropyFrom(SEED), entropyFrom(SEED.map((byte) => byte ^ 1))].map((entropy) => hex(entropy.take(40)));
    expect(again).toBe(once);
    expect(other).not.toBe(once);
  });
});

describe('bytes', () => {
  it('are equal when all are, and there are as many', () => {
    const of = (...bytes: number[]) => Uint8Array.from(bytes);
    expect(equalBytes(of(), of())).toBe(true);
    expect(equalBytes(of(1, 2, 3), of(1, 2, 3))).toBe(true);
    for (const other of [of(1, 2), of(1, 2, 3, 0), of(0, 2, 3), of(1, 0, 3), of(1, 2, 0), of()]) expect(equalBytes(of(1, 2, 3), other)).toBe(false);
    // Differences do not cancel out.
    expect(equalBytes(of(1, 1), of(2, 2))).toBe(false);
    expect(equalBytes(of(1, 2), of(2, 1))).toBe(false);
  });

  it('are hashed under their context, and one key gives others by name', () => {
    const [a, b] = [Uint8Array.of(1), Uint8Array.of(2)];
    expect(hex(digest('one', a))).not.toBe(hex(digest('two', a)));
    expect(hex(digest('one', a, b))).toBe(hex(digest('one', Uint8Array.of(1, 2))));
    expect(hex(keyedDigest(SEED, a, b))).toBe(hmac(SEED, a, b));
    expect(hex(derive(SEED, 'chain'))).toBe(hmac(SEED, Buffer.from('chain\x01')));
  });
});
