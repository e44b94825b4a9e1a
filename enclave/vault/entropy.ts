/**
 * Randomness arrives in the input (design §4): 32 bytes per step, stretched here with HMAC-SHA-256 in counter mode.
 * Equal input, equal output: that is what makes a step repeatable in the simulator.
 */
import { concatBytes, keyedDigest } from './bytes.ts';

export interface Entropy {
  /** The next `length` bytes. */
  take(length: number): Uint8Array;
}

/** @param seed 32 bytes that no one else knows, used for one step only */
export function entropyFrom(seed: Uint8Array): Entropy {
  let counter = 0;
  return {
    take(length) {
      const blocks: Uint8Array[] = [];
      for (let have = 0; have < length; have += 32) {
        const count = new Uint8Array(4);
        new DataView(count.buffer).setUint32(0, counter++);
        blocks.push(keyedDigest(seed, count));
      }
      return concatBytes(...blocks).slice(0, length);
    },
  };
}
