/** The archive (decision 10): what one package ended lies together, is paged and found one by one, and a host that lies about it invents nothing. */
import { describe, expect, it } from 'vitest';
import { archivedBefore, archivedWithId, archiveIdOf, openArchived, orderOf, sealArchive } from '../../../enclave/runtime/archive.ts';
import { sealerFrom } from '../../../enclave/runtime/sealing.ts';
import type { Finished } from '../../../enclave/vault/records.ts';
import { MAX_TRANSFERS_PER_RECORD } from '../../../protocol/limits.ts';
import { createMemoryStore } from '../../support/memory-store.ts';

const EVERYTHING = Number.MAX_SAFE_INTEGER;
const sealer = sealerFrom(new Uint8Array(32).fill(7));
let drawn = 0;
const random = (length: number): Uint8Array => new Uint8Array(length).fill(++drawn);
const ended = (id: string, direction: 'in' | 'out' = 'out'): Finished => ({ id, direction, state: 'done', give: [], take: [], memo: id, reason: null } as unknown as Finished);

/** A store in which package n, from 1, has ended so many transfers, named by their orders. */
async function ending(...counts: number[]) {
  const store = createMemoryStore();
  const appended: number[] = [];
  for (const [at, count] of counts.entries()) {
    const archive = sealArchive(sealer, random, at + 1, Array.from({ length: count }, (_, index) => ended(String(orderOf(at + 1, index)))));
    appended.push(archive.length);
    await store.append({ n: at + 1, sealed: new Uint8Array(1), archive });
  }
  return { store, sealer, appended };
}

describe('the archive', () => {
  it('keeps what a package ended in as few records as may be, and opens to what it was', async () => {
    const { appended } = await ending(0, 1, MAX_TRANSFERS_PER_RECORD, MAX_TRANSFERS_PER_RECORD + 1);
    expect(appended).toEqual([0, 1, 1, 2]);
    const transfers = Array.from({ length: MAX_TRANSFERS_PER_RECORD + 3 }, (_, at) => ended(`t${at}`));
    const records = sealArchive(sealer, random, 9, transfers);
    expect(records.flatMap((record) => openArchived(sealer, record))).toEqual(transfers);
    expect(records.flatMap(({ ids }) => ids)).toEqual(transfers.map(({ id }) => archiveIdOf('out', id)));
  });

  it.each([1, 2, 31, 32, 33, 50, 500])('is paged from the newest, each transfer once, %d at a time', async (limit) => {
    const counts = [3, 70, 0, ...Array.from({ length: 40 }, () => 1), 33];
    const ports = await ending(...counts);
    const seen: number[] = [];
    let pages = 0;
    let asked = 0;
    const { archive } = ports.store;
    ports.store.archive = (before, transfers) => {
      asked++;
      return archive(before, transfers);
    };
    for (let before = EVERYTHING; ; pages++) {
      const { found, next } = await archivedBefore(ports, before, limit);
      expect(found.length).toBeLessThanOrEqual(limit);
      expect(found.every(({ order, finished }) => finished.id === String(order))).toBe(true);
      seen.push(...found.map(({ order }) => order));
      if (next === null || pages === seen.length) break;
      expect([found.length, next]).toEqual([limit, found.at(-1)!.order]);
      before = next;
    }
    // One that lies on both sides of where a page begins is asked for with each; hardly ever is anything asked for twice.
    expect(asked).toBeLessThanOrEqual(2 * (pages + 1));
    expect(seen).toEqual(counts.flatMap((count, at) => Array.from({ length: count }, (_, index) => orderOf(at + 1, index))).reverse());
    expect(pages).toBeLessThanOrEqual(Math.ceil(seen.length / limit));
  });

  it('finds one among many by its direction and id, and only below where it is asked to look', async () => {
    const store = createMemoryStore();
    const together = [...Array.from({ length: 40 }, (_, at) => ended(`t${at}`)), ended('t7', 'in')];
    await store.append({ n: 1, sealed: new Uint8Array(1), archive: sealArchive(sealer, random, 1, together) });
    const ports = { store, sealer };
    expect(await archivedWithId(ports, archiveIdOf('out', 't39'), EVERYTHING)).toEqual(ended('t39'));
    expect(await archivedWithId(ports, archiveIdOf('in', 't7'), EVERYTHING)).toEqual(ended('t7', 'in'));
    expect(await archivedWithId(ports, archiveIdOf('in', 't8'), EVERYTHING)).toBeNull();
    expect(await archivedWithId(ports, archiveIdOf('out', 't1'), orderOf(1, 0))).toBeNull();
  });

  it('leaves out what does not open, and goes on with what does', async () => {
    const { store } = await ending(1, 40, 1);
    const damaged = { ...store, archive: async (before: number | null, transfers: number) => (await store.archive(before, transfers)).map((record) => (record.order === orderOf(2, 32) ? { ...record, order: record.order - 1 } : record)) };
    const { found } = await archivedBefore({ store: damaged, sealer }, EVERYTHING, 100);
    expect(found.map(({ order }) => order)).toEqual([orderOf(3, 0), ...Array.from({ length: 32 }, (_, at) => orderOf(2, 31 - at)), orderOf(1, 0)]);
  });

  it('does not go round in circles with a host that shows the same again, nor shows one transfer for another', async () => {
    const { store } = await ending(40, 1);
    const records = await store.archive(null, 99);
    let asked = 0;
    const again = { ...store, archive: async () => (++asked > 99 ? [] : [...records]), archived: async () => records[0]! };
    expect(await archivedBefore({ store: again, sealer }, EVERYTHING, 100)).toMatchObject({ found: { length: 41 }, next: null });
    expect(await archivedWithId({ store: again, sealer }, archiveIdOf('out', String(orderOf(1, 0))), EVERYTHING)).toBeNull();
    // As many as are wanted, it says, so that it is asked again; none opens.
    const ids = Array.from({ length: 20 }, () => 'x');
    asked = 0;
    const same = { ...store, archive: async () => (++asked > 99 ? [] : [{ order: 7, ids, sealed: new Uint8Array(60) }]) };
    expect(await archivedBefore({ store: same, sealer }, EVERYTHING, 20)).toEqual({ found: [], next: null });
    expect(asked).toBe(2);
  });

  it('asks a few times for one page, however much a host has that does not open, and then says where to go on', async () => {
    const { store } = await ending(1);
    const ids = Array.from({ length: 20 }, () => 'x');
    let asked = 0;
    const endless = { ...store, archive: async (before: number | null) => (++asked > 99 ? [] : [{ order: (before ?? EVERYTHING) - 1, ids, sealed: new Uint8Array(60) }]) };
    expect(await archivedBefore({ store: endless, sealer }, 1000, 20)).toEqual({ found: [], next: 1000 - 8 });
    expect(asked).toBe(8);
  });

  it('does not run out of orders without a word', () => {
    expect(() => sealArchive(sealer, random, 1, Array.from({ length: 4097 }, () => ended('t')))).toThrow('invariant');
  });
});
