/**
 * One vault per data folder (design §5.5, assurance row 14), and one per state folder: two copies of a data folder share
 * a freshness register and must not run at once either.
 *
 * The lock itself is the operating system's, taken through the lock file of a small level database that holds nothing
 * else (fcntl on Unix, exclusive opening on Windows). The system gives it up when the process ends, however it ends, so
 * there is no dead holder to recognise, no process id that may have been used again, and nothing to take over: starting
 * is one atomic attempt. `holder.json` beside it only says who it is.
 *
 * Not guaranteed: on a network file system the lock is as good as that file system's; another computer is not seen on
 * one that keeps locks to itself.
 */
import { Level } from 'level';
import { readFile, readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { z } from 'zod';
import { Refusal } from '../../../protocol/errors.ts';
import { isNoRoom, replaceFile } from './atomic-file.ts';
import { claimFolder } from './folder-claim.ts';
import { isLocked } from './level-failure.ts';
import { ensurePrivateFolder } from './private-folder.ts';

const HolderSchema = z.strictObject({ pid: z.int().positive(), startedAt: z.int().nonnegative(), shell: z.enum(['electron', 'browser', 'none']) });
/** Who has a folder open. `startedAt`: milliseconds since 1970. */
export type LockHolder = z.output<typeof HolderSchema>;

export interface FolderLock {
  /** Gives the lock up. */
  release(): Promise<void>;
}

const SHELLS: Readonly<Record<LockHolder['shell'], string>> = {
  electron: 'the Tallystick app',
  browser: '“tallystick serve”',
  none: 'a tallystick command',
};

/** A holder writes its name a moment after it has the lock; this long is waited for it, only to name it. */
const NAMING_ATTEMPTS = 20;
const NAMING_PAUSE_MS = 50;

/**
 * Takes the folder for this process, making it (mode 0700) if missing. Take the data folder first, then the wallet's
 * state folder, always in this order.
 * @throws Refusal `wallet_locked` naming the holder (params `pid`, `startedAt`, `shell` where known), `disk_full`,
 * `forbidden`, `store_failed`
 */
export async function lockFolder(folder: string, shell: LockHolder['shell']): Promise<FolderLock> {
  await ensurePrivateFolder(folder);
  const location = join(folder, 'lock');
  await ensurePrivateFolder(location);
  const unclaim = await claimFolder(location);
  if (!unclaim) throw lockedBy(folder, await holderOf(location), null);
  const db = await take(folder, location).catch((error: unknown) => {
    unclaim();
    throw error;
  });
  const holderPath = join(location, 'holder.json');
  const holder: LockHolder = { pid: process.pid, startedAt: Math.round(Date.now() - process.uptime() * 1000), shell };
  // Only a courtesy to whoever comes second: without room for it the lock holds all the same.
  await replaceFile(holderPath, JSON.stringify(holder)).catch(() => undefined);
  let releasing: Promise<void> | null = null;
  return {
    release: () => (releasing ??= rm(holderPath, { force: true }).catch(() => undefined).then(() => db.close()).finally(unclaim)),
  };
}

async function take(folder: string, location: string): Promise<Level> {
  const attempt = async (): Promise<Level> => {
    const db = new Level(location);
    await db.open();
    return db;
  };
  const failure = async (error: unknown): Promise<Refusal> => {
    if (isLocked(error)) return lockedBy(folder, await holderOf(location), error);
    if (isNoRoom(error)) return new Refusal('disk_full', `The disk that holds ${folder} is full. Free some room and start again; nothing is lost.`, { folder }, error);
    return new Refusal('store_failed', `The folder ${location} could not be locked. If no Tallystick runs, delete it and start again; it holds nothing of value.`, { folder }, error);
  };
  try {
    return await attempt();
  } catch (error) {
    if (isLocked(error) || isNoRoom(error)) throw await failure(error);
  }
  // A power cut spoilt the empty database. Its files may go; LOCK stays, so that a holder's lock, if there is one by
  // now, is still met by the second attempt.
  for (const name of await readdir(location)) {
    if (name !== 'LOCK' && name !== 'holder.json') await rm(join(location, name), { recursive: true, force: true });
  }
  return attempt().catch(async (error: unknown) => { throw await failure(error); });
}

const isAlive = (pid: number): boolean => {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return error instanceof Error && 'code' in error && error.code === 'EPERM';
  }
};

/** Who holds the lock, or null if it does not say. A name left by a process that is gone is not believed. */
async function holderOf(location: string): Promise<LockHolder | null> {
  for (let attempt = 0; attempt < NAMING_ATTEMPTS; attempt++) {
    const text = await readFile(join(location, 'holder.json'), 'utf8').catch(() => '');
    const holder = parseHolder(text);
    if (holder && isAlive(holder.pid)) return holder;
    await wait(NAMING_PAUSE_MS);
  }
  return null;
}

/** What a holder wrote about itself, or null. Pure. */
export function parseHolder(text: string): LockHolder | null {
  try {
    return HolderSchema.safeParse(JSON.parse(text)).data ?? null;
  } catch {
    return null;
  }
}

function lockedBy(folder: string, holder: LockHolder | null, cause: unknown): Refusal {
  if (!holder) return new Refusal('wallet_locked', `The wallet in ${folder} is open in another process. Close that one first.`, { folder }, cause);
  const since = new Date(holder.startedAt).toISOString().slice(0, 19).replace('T', ' ');
  return new Refusal(
    'wallet_locked',
    `The wallet in ${folder} is open in ${SHELLS[holder.shell]} (process ${holder.pid}, started ${since} UTC). Close that one first.`,
    { folder, ...holder }, cause,
  );
}
