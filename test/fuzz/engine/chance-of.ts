/** One sequence of choices for each input, so that the n-th input of a target can be made again without the others. */
import { chance } from '../../support/chance.ts';

export type Chance = ReturnType<typeof chance>;

/** FNV-1a, 32 bits: spreads seeds that differ in little. */
function hash(text: string): number {
  let value = 0x811c9dc5;
  for (let i = 0; i < text.length; i++) value = Math.imul(value ^ text.charCodeAt(i), 0x01000193);
  return value >>> 0;
}

export const chanceOf = (seed: string, target: string, index: number): Chance => chance(hash(`${index}/${target}/${seed}`));
