/**
 * A file of dead weight beside the store, given up when the disk is full, so that the store can be closed, opened and
 * looked at even then (assurance row 8). Without the reserve in place nothing is written, so being unable to put it
 * back is a refusal before anything has changed.
 */
import { randomBytes } from 'node:crypto';
import { rm, stat, writeFile } from 'node:fs/promises';
import { isNoRoom } from './atomic-file.ts';

/**
 * Opening a level database rewrites its log as a table: at most the write buffer (4 MiB) and the batch that overran
 * it, and a new list of tables. Packages are a few KiB. A batch of several MiB may need more than this; what happens
 * then is an honest `store_failed`.
 */
export const RESERVE_BYTES = 8 * 1024 * 1024;

export interface SpaceReserve {
  /** Puts the reserve in place if it is not. @returns false if there is no room @throws the system's error */
  ensure(): Promise<boolean>;
  /** Gives the room back. */
  release(): Promise<void>;
}

export function spaceReserve(path: string, bytes = RESERVE_BYTES): SpaceReserve {
  let held = false;
  return {
    async ensure() {
      if (held) return true;
      const found = await stat(path).catch(() => null);
      if (found?.size !== bytes) {
        try {
          // Random, because some file systems store zeros and other patterns in no room at all.
          await writeFile(path, randomBytes(bytes), { mode: 0o600 });
        } catch (error) {
          await rm(path, { force: true });
          if (isNoRoom(error)) return false;
          throw error;
        }
      }
      held = true;
      return true;
    },
    async release() {
      held = false;
      await rm(path, { force: true });
    },
  };
}
