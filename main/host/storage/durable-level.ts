/**
 * One operation at a time on a level database, each write durable when it resolves, and an honest answer when it fails.
 *
 *   write ─▶ reserve in place? ──no──▶ disk_full (nothing was touched)
 *              │ yes
 *              ▼
 *            synced batch + folder sync ──ok──▶ done
 *              │ no room                 └─ any other error ─▶ stopped for good: store_failed
 *              ▼
 *            close, give up the reserve, open, look: there whole ─▶ done · absent ─▶ disk_full · cannot look ─▶ store_failed
 *
 * Why close and open: after a failed write level's log ends in half a record, which its writer does not know; what it
 * appends next would be dropped by the next recovery although it was synced. Opening starts a new log, and rewrites
 * what the old one holds as a synced table, so what is seen afterwards is durable and what is absent cannot come back.
 * A batch is one log record with a checksum: it is there whole or not at all. No failed fsync is ever tried again.
 */
import { readdirSync } from 'node:fs';
import { type FileHandle, open } from 'node:fs/promises';
import { Refusal } from '../../../protocol/errors.ts';
import { isNoRoom } from './atomic-file.ts';
import { noRoom, readFailure, writeFailure } from './level-failure.ts';
import type { Database, OpenDatabase } from './level-folder.ts';
import type { SpaceReserve } from './space-reserve.ts';

export type Write = { readonly type: 'put'; readonly key: string; readonly value: Uint8Array } | { readonly type: 'del'; readonly key: string };

/** A database whose operations run one after the other. Failures are Refusals. */
export interface DurableLevel {
  read<T>(work: (db: Database) => Promise<T>): Promise<T>;
  /** Plans the writes from the current state, then writes them as one durable unit. With none, nothing is touched. */
  write(plan: (db: Database) => Promise<Write[]>): Promise<void>;
  /** Waits for what runs, then closes; later calls reject with `store_failed`. */
  close(): Promise<void>;
}

export function durableLevel(folder: string, { db, close }: OpenDatabase, reserve: SpaceReserve): DurableLevel {
  let stopped: Error | null = null;
  let closing: Promise<void> | null = null;
  let last: Promise<unknown> = Promise.resolve();
  let names: FileHandle | null = null;
  /** The names that were in the folder when it was synced last. */
  let synced = '';

  const inTurn = <T>(work: () => Promise<T>): Promise<T> => {
    if (closing) return Promise.reject(closedRefusal(folder));
    const next = last.then(() => {
      if (stopped) throw stopped;
      return work();
    });
    last = next.catch(() => undefined);
    return next;
  };

  const stop = (error: unknown): never => {
    stopped = writeFailure(folder, error);
    throw stopped;
  };

  /** New log files must be found again after a power cut; level syncs only their content. Nothing is to be done while no name is new. */
  const syncNames = async (): Promise<void> => {
    if (process.platform === 'win32') return;
    const now = readdirSync(db.location).toSorted().join('/');
    if (now === synced) return;
    names ??= await open(db.location, 'r');
    await names.sync();
    synced = now;
  };

  const landed = async (writes: readonly Write[]): Promise<boolean> => {
    for (const write of writes) {
      const found = await db.get(write.key);
      if (write.type === 'del' ? found !== undefined : found === undefined || Buffer.compare(found, write.value) !== 0) return false;
    }
    return true;
  };

  const settle = async (writes: readonly Write[], error: unknown): Promise<void> => {
    let there = false;
    try {
      await db.close();
      await reserve.release();
      await db.open({ createIfMissing: false });
      await syncNames();
      there = await landed(writes);
    } catch (second) {
      stop(second);
    }
    if (!there) throw noRoom(folder, error);
  };

  return {
    read: (work) => inTurn(() => work(db).catch((error: unknown) => { throw readFailure(folder, error); })),

    write: (plan) => inTurn(async () => {
      const writes = await plan(db).catch((error: unknown) => { throw readFailure(folder, error); });
      if (writes.length === 0) return;
      const held = await reserve.ensure().catch(stop);
      if (!held) throw noRoom(folder);
      try {
        await db.batch<string, Uint8Array>([...writes], { sync: true });
      } catch (error) {
        return isNoRoom(error) ? settle(writes, error) : stop(error);
      }
      await syncNames().catch(stop);
    }),

    close() {
      closing ??= last.then(async () => {
        await names?.close();
        await close();
      });
      return closing;
    },
  };
}

const closedRefusal = (folder: string) => new Refusal('store_failed', `The wallet's data in ${folder} has been closed.`, { folder });
