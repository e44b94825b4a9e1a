/** What every PackageStore must do (port in protocol/module-port.ts). Run by package-store.test.ts on each of them. */
import { afterEach, describe, expect, test } from 'vitest';
import type { ArchivedRecord, PackageStore } from '../../protocol/module-port.ts';
import { codeOf } from '../support/refusals.ts';

type ClosableStore = PackageStore & { close(): Promise<void> };

/** Opens a store over the same content each time it is called. */
export type OpenStore = () => Promise<ClosableStore>;

const bytes = (...values: number[]) => Uint8Array.from(values);
const record = (order: number, ...ids: string[]): ArchivedRecord => ({ order, ids: ids.length > 0 ? ids : [`id-${order}`], sealed: bytes(order & 0xff, 7) });

/** @param newDisk makes an empty disk and returns how to open a store on it */
export function testPackageStore(name: string, newDisk: () => Promise<OpenStore>): void {
  describe(`package store: ${name}`, () => {
    const open: ClosableStore[] = [];
    const start = async (openStore?: OpenStore): Promise<[ClosableStore, OpenStore]> => {
      const again = openStore ?? await newDisk();
      const store = await again();
      open.push(store);
      return [store, again];
    };
    const reopen = async (store: ClosableStore, again: OpenStore) => {
      await store.close();
      return (await start(again))[0];
    };
    afterEach(async () => {
      for (const store of open.splice(0)) await store.close();
    });

    test('an empty store has no snapshot, no packages, no archive', async () => {
      const [store] = await start();
      expect(await store.latestSnapshot()).toBeNull();
      expect(await store.packages(0, 10)).toEqual([]);
      expect(await store.archive(null, 10)).toEqual([]);
      expect(await store.archived('nobody')).toBeNull();
    });

    test('a package comes back byte for byte after reopening, as a plain array of its own', async () => {
      const [store, again] = await start();
      await store.append({ n: 1, sealed: bytes(0, 255, 128), archive: [] });
      const [found] = await (await reopen(store, again)).packages(1, 1);
      expect(found).toEqual({ n: 1, sealed: bytes(0, 255, 128) });
      expect(Object.getPrototypeOf(found?.sealed)).toBe(Uint8Array.prototype);
      expect(found?.sealed.buffer.byteLength).toBe(3);
    });

    test('packages come in the order of their numbers, not of their digits, after reopening', async () => {
      const [store, again] = await start();
      const numbers = [1, 2, 9, 10, 11, 99, 100, 101, 1_000_000, Number.MAX_SAFE_INTEGER];
      for (const n of [...numbers].reverse()) await store.append({ n, sealed: bytes(n & 0xff), archive: [] });
      const reopened = await reopen(store, again);
      expect((await reopened.packages(0, 100)).map((p) => p.n)).toEqual(numbers);
      expect((await reopened.packages(10, 3)).map((p) => p.n)).toEqual([10, 11, 99]);
      expect((await reopened.packages(12, 1)).map((p) => p.n)).toEqual([99]);
      expect(await reopened.packages(1, 0)).toEqual([]);
      expect((await reopened.packages(-5, 1)).map((p) => p.n)).toEqual([1]);
    });

    test('a stray package is overwritten, and the archive records it brought go with it', async () => {
      const [store, again] = await start();
      await store.append({ n: 1, sealed: bytes(1), archive: [record(1)] });
      await store.append({ n: 2, sealed: bytes(2), archive: [record(2, 'id-2', 'gone'), record(3, 'kept', 'dropped')] });
      await store.append({ n: 2, sealed: bytes(22), archive: [record(3, 'kept')] });
      const reopened = await reopen(store, again);
      expect(await reopened.packages(1, 10)).toEqual([{ n: 1, sealed: bytes(1) }, { n: 2, sealed: bytes(22) }]);
      expect((await reopened.archive(null, 10)).map((r) => r.order)).toEqual([3, 1]);
      for (const id of ['id-2', 'gone', 'dropped']) expect(await reopened.archived(id)).toBeNull();
      expect(await reopened.archived('kept')).toEqual(record(3, 'kept'));
    });

    test('a stray package that is overwritten twice leaves nothing either', async () => {
      const [store] = await start();
      await store.append({ n: 1, sealed: bytes(1), archive: [record(1)] });
      await store.append({ n: 1, sealed: bytes(2), archive: [record(2)] });
      await store.append({ n: 1, sealed: bytes(3), archive: [] });
      expect(await store.archive(null, 10)).toEqual([]);
      await store.append({ n: 1, sealed: bytes(4), archive: [record(9)] });
      expect((await store.archive(null, 10)).map((r) => r.order)).toEqual([9]);
    });

    test('the archive is paged from the newest, each record once', async () => {
      const [store, again] = await start();
      const orders = Array.from({ length: 25 }, (_, i) => i * 3 + 1);
      for (const [i, order] of orders.entries()) await store.append({ n: i + 1, sealed: bytes(0), archive: [record(order)] });
      const reopened = await reopen(store, again);
      const seen: number[] = [];
      for (let before: number | null = null; ;) {
        const page: ArchivedRecord[] = await reopened.archive(before, 7);
        seen.push(...page.map((r) => r.order));
        const oldest: ArchivedRecord | undefined = page.at(-1);
        if (!oldest) break;
        before = oldest.order;
      }
      expect(seen).toEqual([...orders].reverse());
      expect(await reopened.archive(1, 7)).toEqual([]);
      expect(await reopened.archive(null, 0)).toEqual([]);
      // As many records as it takes for so many transfers, and no more.
      await reopened.append({ n: 26, sealed: bytes(0), archive: [record(76, 'a', 'b', 'c'), record(79, 'd', 'e')] });
      const ordersFor = async (transfers: number) => (await reopened.archive(null, transfers)).map((r) => r.order);
      expect([await ordersFor(1), await ordersFor(2), await ordersFor(3), await ordersFor(5), await ordersFor(6)]).toEqual([[79], [79], [79, 76], [79, 76], [79, 76, 73]]);
    });

    test('of several archive records with one id the newest is found, and no id finds another', async () => {
      const [store] = await start();
      await store.append({ n: 1, sealed: bytes(1), archive: [record(1, 'a'), record(2, 'a!'), record(3, 'a'), record(4, 'ab', 'b'), record(5, 'ä!0000000000000001')] });
      expect((await store.archived('a'))?.order).toBe(3);
      expect((await store.archived('a!'))?.order).toBe(2);
      expect((await store.archived('ab'))?.order).toBe(4);
      expect(await store.archived('b')).toEqual(record(4, 'ab', 'b'));
      expect((await store.archived('ä!0000000000000001'))?.ids).toEqual(['ä!0000000000000001']);
      expect(await store.archived('')).toBeNull();
    });

    test('the newest snapshot is given, also when ten were taken', async () => {
      const [store, again] = await start();
      for (let n = 1; n <= 10; n++) await store.putSnapshot({ n: n * 7, sealed: bytes(n) });
      expect(await store.latestSnapshot()).toEqual({ n: 70, sealed: bytes(10) });
      expect(await (await reopen(store, again)).latestSnapshot()).toEqual({ n: 70, sealed: bytes(10) });
    });

    test('large packages, snapshots and records come back whole', async () => {
      const [store, again] = await start();
      const large = Uint8Array.from({ length: 3 * 1024 * 1024 + 17 }, (_, i) => (i * 2654435761) >>> 24);
      await store.append({ n: 1, sealed: large, archive: [{ order: 1, ids: ['large'], sealed: large.subarray(0, 100_000) }] });
      await store.putSnapshot({ n: 1, sealed: large });
      const reopened = await reopen(store, again);
      expect(Buffer.compare((await reopened.packages(1, 1))[0]?.sealed ?? bytes(), large)).toBe(0);
      expect(Buffer.compare((await reopened.latestSnapshot())?.sealed ?? bytes(), large)).toBe(0);
      expect(Buffer.compare((await reopened.archived('large'))?.sealed ?? bytes(), large.subarray(0, 100_000))).toBe(0);
    });

    test('an empty value is a value', async () => {
      const [store, again] = await start();
      await store.append({ n: 1, sealed: bytes(), archive: [{ order: 1, ids: ['x'], sealed: bytes() }] });
      const reopened = await reopen(store, again);
      expect(await reopened.packages(1, 1)).toEqual([{ n: 1, sealed: bytes() }]);
      expect(await reopened.archived('x')).toEqual({ order: 1, ids: ['x'], sealed: bytes() });
    });

    test('what the caller does with its array afterwards changes nothing', async () => {
      const [store] = await start();
      const mine = bytes(1, 2, 3);
      await store.append({ n: 1, sealed: mine, archive: [] });
      mine.fill(9);
      const [found] = await store.packages(1, 1);
      found?.sealed.fill(8);
      expect(await store.packages(1, 1)).toEqual([{ n: 1, sealed: bytes(1, 2, 3) }]);
    });

    test('appends that were started together all land', async () => {
      const [store] = await start();
      await Promise.all(Array.from({ length: 50 }, (_, i) => store.append({ n: i + 1, sealed: bytes(i), archive: [record(i + 1)] })));
      expect((await store.packages(1, 100)).map((p) => p.n)).toEqual(Array.from({ length: 50 }, (_, i) => i + 1));
    });

    test('closing waits for the append that runs; it is there afterwards', async () => {
      const [store, again] = await start();
      const appending = store.append({ n: 1, sealed: bytes(1), archive: [] });
      const closing = store.close();
      expect(await codeOf(store.packages(1, 1))).toBe('store_failed');
      await Promise.all([appending, closing]);
      expect(await (await start(again))[0].packages(1, 1)).toEqual([{ n: 1, sealed: bytes(1) }]);
    });

    test('what is kept comes back after reopening, by its number or as the newest of its kind', async () => {
      const [store, again] = await start();
      expect([await store.kept('base', null), await store.kept('base', 7), await store.kept('digests', 0)]).toEqual([null, null, null]);
      await store.keep('base', { n: 7, bytes: bytes(1) });
      await store.keep('base', { n: 10, bytes: bytes(2) });
      await store.keep('digests', { n: 0, bytes: bytes(3) });
      await store.keep('digests', { n: 0, bytes: bytes(3, 4) });
      const reopened = await reopen(store, again);
      expect(await reopened.kept('base', null)).toEqual({ n: 10, bytes: bytes(2) });
      expect(await reopened.kept('base', 7)).toEqual({ n: 7, bytes: bytes(1) });
      expect(await reopened.kept('base', 8)).toBeNull();
      expect(await reopened.kept('digests', null)).toEqual({ n: 0, bytes: bytes(3, 4) });
    });

    test('a release lets go of packages up to a number and of other bases and tails, and of nothing else', async () => {
      const [store, again] = await start();
      for (let n = 1; n <= 12; n++) await store.append({ n, sealed: bytes(n), archive: [record(n)] });
      for (const n of [4, 9]) {
        await store.putSnapshot({ n, sealed: bytes(n) });
        await store.keep('base', { n, bytes: bytes(n) });
        await store.keep('tail', { n, bytes: bytes(n, n) });
      }
      await store.keep('digests', { n: 0, bytes: bytes(1) });
      await store.release(9);
      const reopened = await reopen(store, again);
      expect((await reopened.packages(1, 99)).map(({ n }) => n)).toEqual([10, 11, 12]);
      expect(await reopened.kept('base', 4)).toBeNull();
      expect(await reopened.kept('base', null)).toEqual({ n: 9, bytes: bytes(9) });
      expect([await reopened.kept('tail', 4), await reopened.kept('tail', null)]).toEqual([null, { n: 9, bytes: bytes(9, 9) }]);
      expect(await reopened.kept('digests', 0)).toEqual({ n: 0, bytes: bytes(1) });
      expect(await reopened.latestSnapshot()).toEqual({ n: 9, sealed: bytes(9) });
      expect((await reopened.archive(null, 99)).map(({ order }) => order)).toEqual([12, 11, 10, 9, 8, 7, 6, 5, 4, 3, 2, 1]);
      expect((await reopened.archived('id-3'))?.order).toBe(3);
    });

    test('a release of hundreds is whole, again is nothing, and appends beside it land', async () => {
      const [store, again] = await start();
      await Promise.all(Array.from({ length: 600 }, (_, i) => store.append({ n: i + 1, sealed: bytes(i), archive: [] })));
      await Promise.all([store.release(560), store.append({ n: 601, sealed: bytes(1), archive: [] })]);
      await store.release(560);
      expect((await (await reopen(store, again)).packages(1, 9999)).map(({ n }) => n)).toEqual(Array.from({ length: 41 }, (_, i) => 561 + i));
    });

    test('a closed store refuses every call, and closing it again is fine', async () => {
      const [store] = await start();
      await store.close();
      await store.close();
      const calls = [
        store.latestSnapshot(), store.packages(1, 1), store.append({ n: 1, sealed: bytes(1), archive: [] }),
        store.putSnapshot({ n: 1, sealed: bytes(1) }), store.archive(null, 1), store.archived('x'),
        store.keep('base', { n: 1, bytes: bytes(1) }), store.kept('base', null), store.release(1),
      ];
      expect(await Promise.all(calls.map(codeOf))).toEqual(Array(9).fill('store_failed'));
    });
  });
}
