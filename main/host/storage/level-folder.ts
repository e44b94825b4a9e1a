/**
 * Opens the database inside a store's folder, and refuses what it must not touch: a format of a newer version (assurance
 * row 46), or a database that has lost its list of files, which level would silently replace by an empty one.
 *
 *   <folder>/format   the format's number, as text; read before the database is touched
 *   <folder>/level/   the database
 *   <folder>/reserve  see space-reserve.ts
 *
 * A process that was killed between writing and syncing leaves level's log in the system's memory only, and the next
 * one finds those records. Opening makes them durable before any is shown: level writes what it recovers into a synced
 * table and a synced list of tables (it never goes on with an old log), and the names are synced here. The wallet does
 * not depend on that: the register learns of a package only after that package's own sync (design §5.2), so one that
 * was found but never synced is at most a stray, whether it stays or goes.
 */
import { Level } from 'level';
import { mkdir, readFile, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { refuse } from '../../../protocol/errors.ts';
import { isNoRoom, replaceFile, syncFolder, systemCodeOf } from './atomic-file.ts';
import { claimFolder } from './folder-claim.ts';
import { inUse, openFailure } from './level-failure.ts';
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

/** An open database. Only `close` gives up the folder; the database itself may be closed and opened in between. */
export interface OpenDatabase { readonly db: Database; close(): Promise<void> }

/**
 * Opens or makes the database.
 * @throws Refusal `data_too_new`, `store_corrupt`, `wallet_locked`, `disk_full`, `store_failed`, `forbidden`
 */
export async function openDatabase(folder: string, reserve: SpaceReserve): Promise<OpenDatabase> {
  const location = join(folder, 'level');
  let unclaim: (() => void) | null = null;
  let db: Database | null = null;
  try {
    await ensurePrivateFolder(folder);
    const format = await formatOf(folder);
    if (format !== null && format > FORMAT) {
      refuse('data_too_new', `The wallet in ${folder} was written by a newer Tallystick. Nothing was changed; install the newer version again.`, { folder, format });
    }
    await mkdir(location, { recursive: true, mode: 0o700 });
    unclaim = await claimFolder(location);
    if (!unclaim) throw inUse(folder);
    const names = await readdir(location);
    // LOCK and LOG are made before anything of worth; what else a database holds starts with CURRENT.
    const fresh = format === null && names.every((name) => /^LO(CK|G(\.old)?)$/.test(name));
    const opened: Database = (db = new Level(location, { keyEncoding: 'utf8', valueEncoding: 'view' }));
    await openWithReserve(opened, fresh, reserve);
    // CURRENT may name a new list of files by now, and what the old one named is gone.
    await syncFolder(location);
    if (format === null) await adopt(opened, folder);
    const release = unclaim;
    return { db: opened, close: () => opened.close().finally(release) };
  } catch (error) {
    await db?.close().catch(() => undefined);
    unclaim?.();
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
async function adopt(db: Database, folder: string): Promise<void> {
  const [any] = await db.keys({ limit: 1 }).all();
  if (any !== undefined) refuse('store_corrupt', `The file ${join(folder, 'format')} is missing. If you know that this version wrote the folder, make it again with the content ${FORMAT}.`, { folder });
  await replaceFile(join(folder, 'format'), `${FORMAT}\n`);
}
