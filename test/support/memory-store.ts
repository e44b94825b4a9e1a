/**
 * A package store in memory for the simulator: its content can be taken, put back and damaged, and its next call made to
 * fail in each way a disk can. Passes the same conformance suite as the one on disk (test/contract/package-store.ts).
 */
import { Refusal } from '../../protocol/errors.ts';
import type { ArchivedRecord, KeptKind, PackageStore } from '../../protocol/module-port.ts';

/** What a disk holds. Treat as immutable: take a clone before changing it. */
export interface StoreContents {
  readonly packages: Map<number, Uint8Array>;
  readonly snapshots: Map<number, Uint8Array>;
  readonly archive: Map<number, ArchivedRecord>;
  /** Orders of the archive records that the newest package brought. */
  readonly brought: Map<number, readonly number[]>;
  /** What compactions keep. */
  readonly kept: Readonly<Record<KeptKind, Map<number, Uint8Array>>>;
}

/**
 * before: refused, nothing written · after: written, but the caller is told it failed · disk-full · torn: half of the
 * package is written, the caller is told it failed · crash-before, crash-after: as if the process died there (the call
 * never settles).
 */
export type StoreFault = 'before' | 'after' | 'disk-full' | 'torn' | 'crash-before' | 'crash-after';

/** Whatever makes something durable. */
export type StoreWrite = 'append' | 'putSnapshot' | 'keep' | 'release';

export interface MemoryStore extends PackageStore {
  /** A deep copy of what the disk holds now. */
  snapshot(): StoreContents;
  /** Puts other content on the disk, as a restored backup does. */
  restore(contents: StoreContents): void;
  /** Reads come from this older content until given null; writes still go to the disk. */
  serveStale(contents: StoreContents | null): void;
  /** The next `append` (or what else is named) meets this fault. */
  failNext(fault: StoreFault, operation?: StoreWrite): void;
  /** Called before and after each durable write; for enumerating crash points. May throw. */
  onWrite: ((operation: StoreWrite, moment: 'before' | 'after', n: number) => void) | null;
  close(): Promise<void>;
}

export const emptyContents = (): StoreContents => ({ packages: new Map(), snapshots: new Map(), archive: new Map(), brought: new Map(), kept: { base: new Map(), digests: new Map(), tail: new Map() } });

const copyBytes = (map: ReadonlyMap<number, Uint8Array>) => new Map([...map].map(([n, bytes]) => [n, bytes.slice()] as const));

export const cloneContents = (contents: StoreContents): StoreContents => ({
  packages: copyBytes(contents.packages),
  snapshots: copyBytes(contents.snapshots),
  archive: new Map([...contents.archive].map(([order, record]) => [order, { ...record, sealed: record.sealed.slice() }] as const)),
  brought: new Map(contents.brought),
  kept: { base: copyBytes(contents.kept.base), digests: copyBytes(contents.kept.digests), tail: copyBytes(contents.kept.tail) },
});

/** A copy of the contents in which one bit of one value is the other way round. `bit` wraps around the value. */
export function flipBit(contents: StoreContents, where: 'packages' | 'snapshots' | 'archive', key: number, bit: number): StoreContents {
  const copy = cloneContents(contents);
  const value = where === 'archive' ? copy.archive.get(key)?.sealed : copy[where].get(key);
  if (!value || value.length === 0) throw new RangeError(`there is nothing to flip in ${where} ${key}`);
  const at = bit % (value.length * 8);
  value[at >> 3] = (value[at >> 3] ?? 0) ^ (1 << (at & 7));
  return copy;
}

const descending = (keys: Iterable<number>): number[] => [...keys].sort((a, b) => b - a);
const forever = () => new Promise<never>(() => undefined);

export function createMemoryStore(initial: StoreContents = emptyContents()): MemoryStore {
  let disk = cloneContents(initial);
  let stale: StoreContents | null = null;
  let closed = false;
  const faults: Record<StoreWrite, StoreFault | null> = { append: null, putSnapshot: null, keep: null, release: null };

  const read = async <T>(work: (contents: StoreContents) => T): Promise<T> => {
    if (closed) throw new Refusal('store_failed', 'The store is closed.');
    return work(stale ?? disk);
  };

  const write = async (operation: StoreWrite, n: number, put: (torn: boolean) => void): Promise<void> => {
    if (closed) throw new Refusal('store_failed', 'The store is closed.');
    store.onWrite?.(operation, 'before', n);
    const fault = faults[operation];
    faults[operation] = null;
    if (fault === 'crash-before') return forever();
    if (fault === 'disk-full') throw new Refusal('disk_full', 'The disk is full.');
    if (fault !== 'before') put(fault === 'torn');
    if (fault === 'crash-after') return forever();
    if (fault) throw new Refusal('store_failed', 'The disk failed.');
    store.onWrite?.(operation, 'after', n);
  };

  const store: MemoryStore = {
    onWrite: null,
    latestSnapshot: () => read(({ snapshots }) => {
      const [n] = descending(snapshots.keys());
      return n === undefined ? null : { n, sealed: snapshots.get(n)?.slice() ?? new Uint8Array() };
    }),
    packages: (from, limit) => read(({ packages }) => descending(packages.keys()).reverse().filter((n) => n >= from).slice(0, Math.max(limit, 0))
      .map((n) => ({ n, sealed: packages.get(n)?.slice() ?? new Uint8Array() }))),
    append: ({ n, sealed, archive }) => write('append', n, (torn) => {
      for (const order of disk.brought.get(n) ?? []) disk.archive.delete(order);
      disk.brought.clear();
      if (archive.length > 0) disk.brought.set(n, archive.map((record) => record.order));
      disk.packages.set(n, sealed.slice(0, torn ? sealed.length >> 1 : undefined));
      for (const record of archive) disk.archive.set(record.order, { ...record, sealed: record.sealed.slice() });
    }),
    putSnapshot: ({ n, sealed }) => write('putSnapshot', n, (torn) => {
      disk.snapshots.set(n, sealed.slice(0, torn ? sealed.length >> 1 : undefined));
      for (const older of descending(disk.snapshots.keys()).filter((other) => other < n).slice(1)) disk.snapshots.delete(older);
    }),
    archive: (before, transfers) => read(({ archive }) => {
      const found: ArchivedRecord[] = [];
      let missing = transfers;
      for (const order of descending(archive.keys()).filter((at) => before === null || at < before)) {
        const record = archive.get(order);
        if (!record || missing <= 0) break;
        found.push({ ...record, sealed: record.sealed.slice() });
        missing -= record.ids.length;
      }
      return found;
    }),
    archived: (id) => read(({ archive }) => {
      const order = descending(archive.keys()).find((at) => archive.get(at)?.ids.includes(id));
      const record = order === undefined ? undefined : archive.get(order);
      return record ? { ...record, sealed: record.sealed.slice() } : null;
    }),
    keep: (kind, { n, bytes }) => write('keep', n, (torn) => void disk.kept[kind].set(n, bytes.slice(0, torn ? bytes.length >> 1 : undefined))),
    kept: (kind, n) => read(({ kept }) => {
      const [found] = n === null ? descending(kept[kind].keys()) : [n];
      const bytes = found === undefined ? undefined : kept[kind].get(found);
      return found === undefined || !bytes ? null : { n: found, bytes: bytes.slice() };
    }),
    async release(upTo) {
      const leaving = descending(disk.packages.keys()).reverse().filter((n) => n <= upTo);
      const older = [disk.kept.base, disk.kept.tail].map((kept) => ({ kept, leaving: [...kept.keys()].filter((n) => n !== upTo) }));
      if (leaving.length + older.reduce((sum, { leaving: { length } }) => sum + length, 0) === 0) return await read(() => undefined);
      // Two writes, as on a disk that is given large ones in parts.
      const half = leaving.splice(0, leaving.length >> 1);
      for (const part of [half, leaving]) {
        await write('release', upTo, (torn) => {
          for (const n of torn ? part.slice(0, part.length >> 1) : part) disk.packages.delete(n);
          if (part === leaving && !torn) for (const { kept, leaving: numbers } of older) for (const n of numbers) kept.delete(n);
        });
      }
    },
    snapshot: () => cloneContents(disk),
    restore(contents) { disk = cloneContents(contents); },
    serveStale(contents) { stale = contents && cloneContents(contents); },
    failNext(fault, operation = 'append') { faults[operation] = fault; },
    async close() { closed = true; },
  };
  return store;
}
