/**
 * Small files that are there whole or not at all, after any crash: written beside, synced, put in place, and the folder
 * synced. For settings and other files of the host; packages have their own store.
 *
 * Not guaranteed: anything against a second writer of the same file; the data folder's lock is for that.
 */
import { randomBytes } from 'node:crypto';
import { type FileHandle, link, open, rename, rm } from 'node:fs/promises';
import { dirname } from 'node:path';

/** Makes the names in a folder durable. Windows has no such call, and journals names by itself. */
export async function syncFolder(folder: string): Promise<void> {
  if (process.platform === 'win32') return;
  const handle = await open(folder, 'r');
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}

async function writeSynced(handle: FileHandle, content: Uint8Array | string): Promise<void> {
  try {
    await handle.writeFile(content);
    await handle.sync();
  } finally {
    await handle.close();
  }
}

/** Replaces the file, mode 0600. After a crash it holds the old content or the new. @throws the system's error */
export async function replaceFile(path: string, content: Uint8Array | string): Promise<void> {
  // One fixed name beside it, so that what a crash left is overwritten by the next write instead of piling up.
  const beside = `${path}.tmp`;
  await rm(beside, { force: true });
  try {
    await writeSynced(await open(beside, 'wx', 0o600), content);
    await rename(beside, path);
  } catch (error) {
    await rm(beside, { force: true }).catch(() => undefined);
    throw error;
  }
  await syncFolder(dirname(path));
}

/** Makes the file, mode 0600, whole or not at all; never overwrites. @throws the system's error, `EEXIST` if it is there */
export async function createFile(path: string, content: Uint8Array | string): Promise<void> {
  const beside = `${path}.${randomBytes(6).toString('hex')}.tmp`;
  try {
    await writeSynced(await open(beside, 'wx', 0o600), content);
    // A link refuses an existing name, as O_EXCL does, and shows no half-written file in between.
    await link(beside, path);
  } finally {
    await rm(beside, { force: true });
  }
  await syncFolder(dirname(path));
}

/** The system's code of an error (`ENOENT` …), or null. */
export function systemCodeOf(error: unknown): string | null {
  return error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : null;
}

/** True if a disk or a quota has no room. */
export function isNoRoom(error: unknown): boolean {
  for (let at: unknown = error; at instanceof Error; at = at.cause) {
    const code = systemCodeOf(at);
    if (code === 'ENOSPC' || code === 'EDQUOT') return true;
    // LevelDB passes on only the text of the system's error; a native addon never translates it.
    if (/No space left on device|Disk quota exceeded|not enough space on the disk/i.test(at.message)) return true;
  }
  return false;
}
