/** Changes to bytes that know nothing of what the bytes mean: flipped, put in, taken out, said twice, joined with others. */
import type { Chance } from './chance-of.ts';
import { ODD_BYTES } from './odd-values.ts';

/** Larger than any message; a target with a larger limit has samples of its own for it. */
export const MAX_BYTES = 96 * 1024;

type Change = (bytes: Uint8Array, chance: Chance, other: Uint8Array) => Uint8Array;

const joined = (...parts: Uint8Array[]): Uint8Array => new Uint8Array(Buffer.concat(parts));
const randomBytes = ({ below }: Chance, length: number): Uint8Array => Uint8Array.from({ length }, () => below(256));

/** A piece of the bytes, mostly a short one. */
function pieceOf(bytes: Uint8Array, { below }: Chance): [from: number, to: number] {
  const from = below(bytes.length + 1);
  return [from, Math.min(bytes.length, from + 1 + below(below(4) === 0 ? bytes.length + 1 : 8))];
}

/** An integer of one, two, four or eight bytes, at an edge or anything. */
function someInteger({ below, of }: Chance): Uint8Array {
  const bytes = Buffer.alloc(of([1, 2, 4, 8]), of([0, 0, 0x7f, 0xff, 0xff]));
  if (below(2)) bytes[of([0, bytes.length - 1])] = of([0, 1, 0x7f, 0x80, 0xfe, 0xff, below(256)]);
  return new Uint8Array(bytes);
}

const BYTE_CHANGES: Readonly<Record<string, Change>> = {
  'flip a bit': (bytes, { below }) => {
    const changed = bytes.slice();
    const at = below(bytes.length * 8);
    changed[at >> 3] = (changed[at >> 3] ?? 0) ^ (1 << (at & 7));
    return changed;
  },
  'set a byte': (bytes, { below, of }) => {
    const changed = bytes.slice();
    changed[below(bytes.length)] = below(3) ? of(ODD_BYTES) : below(256);
    return changed;
  },
  'one more or less': (bytes, { below, of }) => {
    const changed = bytes.slice();
    const at = below(bytes.length);
    changed[at] = (changed[at] ?? 0) + of([-1, 1, 16, -16, 32]);
    return changed;
  },
  'put in': (bytes, chance) => {
    const at = chance.below(bytes.length + 1);
    return joined(bytes.subarray(0, at), chance.below(2) ? randomBytes(chance, 1 + chance.below(8)) : someInteger(chance), bytes.subarray(at));
  },
  'take out': (bytes, chance) => {
    const [from, to] = pieceOf(bytes, chance);
    return joined(bytes.subarray(0, from), bytes.subarray(to));
  },
  'write over': (bytes, chance) => {
    const changed = bytes.slice();
    const written = someInteger(chance);
    const at = chance.below(bytes.length);
    changed.set(written.subarray(0, changed.length - at), at);
    return changed;
  },
  'say twice': (bytes, chance) => {
    const [from, to] = pieceOf(bytes, chance);
    const times = chance.below(12) === 0 ? 1 + chance.below(200) : 1;
    return joined(bytes.subarray(0, to), ...Array.from({ length: times }, () => bytes.subarray(from, to)), bytes.subarray(to));
  },
  'swap': (bytes, chance) => {
    const cuts = [chance.below(bytes.length + 1), chance.below(bytes.length + 1), chance.below(bytes.length + 1)].sort((a, b) => a - b) as [number, number, number];
    return joined(bytes.subarray(0, cuts[0]), bytes.subarray(cuts[1], cuts[2]), bytes.subarray(cuts[0], cuts[1]), bytes.subarray(cuts[2]));
  },
  'cut off': (bytes, { below }) => bytes.slice(0, below(bytes.length + 1)),
  'go on': (bytes, chance) => joined(bytes, chance.below(2) ? new Uint8Array(1 + chance.below(4)) : randomBytes(chance, 1 + chance.below(64))),
  'join with another': (bytes, { below }, other) => joined(bytes.subarray(0, below(bytes.length + 1)), other.subarray(below(other.length + 1))),
  'put another in': (bytes, chance, other) => {
    const [from, to] = pieceOf(other, chance);
    const at = chance.below(bytes.length + 1);
    return joined(bytes.subarray(0, at), other.subarray(from, to), bytes.subarray(at));
  },
};

const changes = Object.values(BYTE_CHANGES);

/** @param other another sample, to take pieces from */
export function mutateBytes(bytes: Uint8Array, chance: Chance, other: Uint8Array): Uint8Array {
  const changed = bytes.length === 0 ? randomBytes(chance, 1 + chance.below(16)) : chance.of(changes)(bytes, chance, other);
  return changed.slice(0, MAX_BYTES);
}
