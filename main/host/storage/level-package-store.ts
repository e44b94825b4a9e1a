/**
 * The vault's packages on disk (design §5.1, §5.2), as one level database per wallet. It keeps what it is given and
 * understands none of it: the vault checks every byte against the freshness register.
 *
 * Not guaranteed: that a flipped bit is noticed here. Level's checksums find some, the seals find the rest.
 */
import { join } from 'node:path';
import type { ArchivedRecord, KeptKind, PackageStore } from '../../../protocol/module-port.ts';
import { type Write, durableLevel } from './durable-level.ts';
import { type Database, openDatabase } from './level-folder.ts';
import {
  ARCHIVE, PACKAGES, SNAPSHOTS, allKept, archiveIdKey, archiveKey, archiveOfId, broughtKey, decodeArchived, encodeArchived, isArchiveKey, keptKey, numberOf, packageKey, plain, snapshotKey,
} from './level-keys.ts';
import { RESERVE_BYTES, spaceReserve } from './space-reserve.ts';

export type LevelPackageStore = PackageStore & { close(): Promise<void> };

/** The newest snapshot and one to fall back on by hand. */
const SNAPSHOTS_KEPT = 2;

/** Packages let go of in one batch: enough that a sync for each batch costs nothing, few enough that an append waits no longer than for one of its own. */
const RELEASED_AT_ONCE = 256;

/** Packages whose room is given back in one go: some megabytes, a fraction of a second. */
const REWRITTEN_AT_ONCE = 4096;
/** What level has on a computer and not in a browser, so that its types leave it out. */
type Rewriting = Database & { compactRange(first: string, last: string): Promise<void> };

export interface LevelPackageStoreOptions {
  /** Room set aside for a full disk; smaller ones are for tests. */
  readonly reserveBytes?: number;
}

/**
 * Opens the store in `folder`, making it (mode 0700) if missing.
 * @throws Refusal `data_too_new`, `store_corrupt`, `wallet_locked`, `disk_full`, `store_failed`, `forbidden`
 */
export async function openLevelPackageStore(folder: string, options: LevelPackageStoreOptions = {}): Promise<LevelPackageStore> {
  const reserve = spaceReserve(join(folder, 'reserve'), options.reserveBytes ?? RESERVE_BYTES);
  const level = durableLevel(folder, await openDatabase(folder, reserve), reserve);

  /** The highest number ever stored here; what is above it was never there, so nothing of it can be in the way. */
  let highest: number | null = null;

  return {
    latestSnapshot: () => level.read(async (at) => {
      const [found] = await at.iterator({ ...SNAPSHOTS, reverse: true, limit: 1 }).all();
      return found ? { n: numberOf(found[0]), sealed: plain(found[1]) } : null;
    }),

    packages: (from, limit) => level.read(async (at) => {
      const found = await at.iterator({ ...PACKAGES, gte: packageKey(Math.max(from, 0)), limit: Math.max(limit, 0) }).all();
      return found.map(([key, sealed]) => ({ n: numberOf(key), sealed: plain(sealed) }));
    }),

    append: ({ n, sealed, archive }) => level.write(async (at) => {
      highest ??= await highestIn(at);
      const stray = n <= highest ? await strayRecords(at, n) : [];
      highest = Math.max(highest, n);
      const writes: Write[] = [...stray, { type: 'put', key: packageKey(n), value: sealed }];
      if (n > 0) writes.push({ type: 'del', key: broughtKey(n - 1) });
      for (const record of archive) {
        writes.push({ type: 'put', key: archiveKey(record.order), value: encodeArchived(record) });
        for (const id of record.ids) writes.push({ type: 'put', key: archiveIdKey(id, record.order), value: new Uint8Array() });
      }
      if (archive.length > 0) writes.push({ type: 'put', key: broughtKey(n), value: Buffer.from(archive.map(({ order }) => archiveKey(order)).join('\n')) });
      return lastPerKey(writes);
    }),

    putSnapshot: ({ n, sealed }) => level.write(async (at) => {
      const older = await at.keys({ ...SNAPSHOTS, lt: snapshotKey(n), reverse: true }).all();
      return [
        ...older.slice(SNAPSHOTS_KEPT - 1).map((key): Write => ({ type: 'del', key })),
        { type: 'put', key: snapshotKey(n), value: sealed },
      ];
    }),

    archive: (before, transfers) => level.read(async (at) => {
      const range = before === null ? ARCHIVE : { ...ARCHIVE, lt: archiveKey(Math.max(before, 0)) };
      const found: ArchivedRecord[] = [];
      let missing = transfers;
      if (missing <= 0) return found;
      for await (const [key, value] of at.iterator({ ...range, reverse: true })) {
        const record = decodeArchived(numberOf(key), value);
        // For display only: what is damaged is left out, and what is older comes in its place.
        if (!record) continue;
        found.push(record);
        missing -= record.ids.length;
        if (missing <= 0) break;
      }
      return found;
    }),

    archived: (id) => level.read(async (at) => {
      for (const key of await at.keys({ ...archiveOfId(id), reverse: true }).all()) {
        const value = await at.get(archiveKey(numberOf(key)));
        const record = value === undefined ? null : decodeArchived(numberOf(key), value);
        if (record?.ids.includes(id)) return record;
      }
      return null;
    }),

    keep: (kind, { n, bytes }) => level.write(async () => [{ type: 'put', key: keptKey(kind, n), value: bytes }]),

    kept: (kind, n) => level.read(async (at) => {
      const range = n === null ? allKept(kind) : { gte: keptKey(kind, n), lte: keptKey(kind, n) };
      const [found] = await at.iterator({ ...range, reverse: true, limit: 1 }).all();
      return found ? { n: numberOf(found[0]), bytes: plain(found[1]) } : null;
    }),

    async release(upTo) {
      const released = { gte: PACKAGES.gte, lte: packageKey(upTo) };
      let packages = 0;
      let older: string[] = [];
      let first: number | null = null;
      do {
        await level.write(async (at) => {
          const keys = await at.keys({ ...released, limit: RELEASED_AT_ONCE }).all();
          packages = keys.length;
          first ??= keys[0] === undefined ? null : numberOf(keys[0]);
          // Last of all: until then an audit may have to begin at an older one.
          older = packages < RELEASED_AT_ONCE ? [...await otherThan(at, 'base', upTo), ...await otherThan(at, 'tail', upTo)] : [];
          return [...keys, ...older].map((key): Write => ({ type: 'del', key }));
        });
      } while (packages === RELEASED_AT_ONCE);
      // Level only marks what is removed; the room is wanted back now. In parts, so that appends come in between.
      for (let n = first ?? upTo + 1; n <= upTo; n += REWRITTEN_AT_ONCE) {
        await level.read((at) => (at as Rewriting).compactRange(packageKey(n), packageKey(Math.min(n + REWRITTEN_AT_ONCE - 1, upTo))));
      }
    },

    close: () => level.close(),
  };
}

/** What is kept of this kind, but for one number. */
async function otherThan(db: Database, kind: KeptKind, n: number): Promise<string[]> {
  return (await db.keys(allKept(kind)).all()).filter((key) => key !== keptKey(kind, n));
}

async function highestIn(db: Database): Promise<number> {
  const [last] = await db.keys({ ...PACKAGES, reverse: true, limit: 1 }).all();
  return last === undefined ? -1 : numberOf(last);
}

/** Archive records of a stray package that is about to be overwritten: they never happened (design §5.2). */
async function strayRecords(db: Database, n: number): Promise<Write[]> {
  const brought = await db.get(broughtKey(n));
  if (!brought) return [];
  const keys = [broughtKey(n)];
  // Damage here is no reason to stop: at worst the archive, which is for display, goes on showing what the stray would have ended.
  for (const key of Buffer.from(brought).toString('utf8').split('\n').filter(isArchiveKey)) {
    const value = await db.get(key);
    const record = value && decodeArchived(numberOf(key), value);
    keys.push(key, ...(record ? record.ids.map((id) => archiveIdKey(id, record.order)) : []));
  }
  return keys.map((key): Write => ({ type: 'del', key }));
}

/** One write per key, the last: so that what a batch leaves behind can be compared with it, key by key. */
function lastPerKey(writes: readonly Write[]): Write[] {
  return [...new Map(writes.map((write) => [write.key, write])).values()];
}
