/** Choices that follow from a seed, so that a failing run can be tried again. Not for anything that must be unguessable. */
import { createHash } from 'node:crypto';

export interface Dice {
  /** A whole number from 0 to `limit` − 1. */
  upTo(limit: number): number;
  chance(probability: number): boolean;
  pick<T>(from: readonly T[]): T;
}

export function diceFrom(seed: string): Dice {
  let thrown = 0;
  const next = (): number => createHash('sha256').update(`${seed}/${thrown++}`).digest().readUInt32BE() / 2 ** 32;
  const upTo = (limit: number): number => Math.floor(next() * limit);
  return {
    upTo,
    chance: (probability) => next() < probability,
    pick<T>(from: readonly T[]): T {
      if (from.length === 0) throw new Error('nothing to pick from');
      return from[upTo(from.length)] as T;
    },
  };
}
