/**
 * Remembers which level folders this process has open. Level's lock on Unix is fcntl's, which a process loses as soon as
 * it closes any descriptor of the lock file, and level's own refusal of a second opening in one process opens and closes
 * one. So the second opening must not get as far as level.
 *
 * For the same reason nothing in this process may read or copy a file named LOCK while its folder is open.
 */
import { stat } from 'node:fs/promises';

const claimed = new Set<string>();

/**
 * Claims a folder that exists, whatever path leads to it.
 * @returns how to give the claim up, or null if this process has claimed the folder already
 */
export async function claimFolder(folder: string): Promise<(() => void) | null> {
  const { dev, ino } = await stat(folder, { bigint: true });
  const key = `${dev}:${ino}`;
  if (claimed.has(key)) return null;
  claimed.add(key);
  return () => void claimed.delete(key);
}
