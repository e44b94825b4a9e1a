/**
 * Opens the database inside a store's folder, and refuses what it must not touch: a format of a newer version (assurance
 * row 46), or a database that has lost its list of files, which level would silently replace by an empty one.
 *
 *   <folder>/format   the format's number, as text; read before the database is touched
 *   <folder>/level/   the database
 *   <folder>/reserve  see space-reserve.ts
 */
import { Level } from 'level';
import { mkdir, readFile, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { refuse } from '../../../protocol/errors.ts';
import { isNoRoom, replaceFile, syncFolder, systemCodeOf } from './atomic-file.ts';
import { openFailure } from './level-failure.ts';
import { ensurePrivateFolder } from './private-folder.ts';
import type { SpaceReserve } from './space-reserve.ts';

export type Database = Level<string, Uint8Array>;

/** The number of the layout in level-keys.ts. */
export const FORMAT = 1;

async function formatOf(folder: string): Promise<number | null> {
  const text = await readFile(join(folder, 'format'), 'latin1').catch((error: unknown) => {
    if (systemCodeOf(error) === 'ENOENT') return null;
    throw error;
  });
  if (text === null) return null;
  if (!/^[1-9][0-9]{0,5}\n?$/.test(text)) refuse('store_corrupt', `The file ${join(folder, 'format')} is damaged. It should hold the number ${FORMAT}.`, { folder });
  return Number(text);
}

/**
 * Opens or makes the database.
 * @throws Refusal `data_too_new`, `store_corrupt`, `wallet_locked`, `disk_full`, `store_failed`, `forbidden`
 */
export async function openDatabase(folder: string, reserve: SpaceReserve): Promise<Database> {
  const location = join(folder, 'level');
  const db: Database = new Level(location, { keyEncoding: 'utf8', valueEncoding: 'view' });
  try {
    await ensurePrivateFolder(folder);
    const format = await formatOf(folder);
    if (format !== null && format > FORMAT) {
      refuse('data_too_new', `The wallet in ${folder} was written by a newer Tallystick. Nothing was changed; install the newer version again.`, { folder, format });
    }
    const names = await readdir(location).catch(() => []);
    // LOCK and LOG are made before anything of worth; what else a database holds starts with CURRENT.
    const fresh = format === null && names.every((name) => /^LO(CK|G(\.old)?)$/.test(name));
    await mkdir(location, { recursive: true, mode: 0o700 });
    await openWithReserve(db, fresh, reserve);
    if (format === null) await adopt(db, folder, location);
    return db;
  } catch (error) {
    await db.close().catch(() => undefined);
    throw openFailure(folder, error);
  }
}

async function openWithReserve(db: Database, createIfMissing: boolean, reserve: SpaceReserve): Promise<void> {
  try {
    await db.open({ createIfMissing });
  } catch (error) {
    // Opening writes a little. On a full disk the reserve pays for it, once.
    if (!isNoRoom(error) || createIfMissing) throw error;
    await reserve.release();
    await db.open({ createIfMissing });
  }
}

/** Gives a database that was just made its format; one that holds something and has none is not ours to guess about. */
async function adopt(db: Database, folder: string, location: string): Promise<void> {
  const [any] = await db.keys({ limit: 1 }).all();
  if (any !== undefined) refuse('store_corrupt', `The file ${join(folder, 'format')} is missing. If you know that this version wrote the folder, make it again with the content ${FORMAT}.`, { folder });
  await syncFolder(location);
  await replaceFile(join(folder, 'format'), `${FORMAT}\n`);
}
