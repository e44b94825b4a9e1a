/** The package store's conformance suite on memory and on disk. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { openLevelPackageStore } from '../../main/host/storage/level-package-store.ts';
import { cloneContents, createMemoryStore, emptyContents, flipBit } from '../support/memory-store.ts';
import { testPackageStore } from './package-store.ts';

const folders: string[] = [];
afterAll(async () => {
  for (const folder of folders) await rm(folder, { recursive: true, force: true });
});

testPackageStore('memory', async () => {
  let disk = emptyContents();
  return async () => {
    const store = createMemoryStore(disk);
    const close = store.close;
    store.close = async () => {
      disk = store.snapshot();
      await close();
    };
    return store;
  };
});

testPackageStore('level', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'tallystick-store-'));
  folders.push(folder);
  return () => openLevelPackageStore(join(folder, 'packages'), { reserveBytes: 4096 });
});

test('the memory store: faults leave what they say, a clone is independent, one bit is one bit', async () => {
  const store = createMemoryStore();
  const first = Uint8Array.of(1, 2, 3, 4);
  await store.append({ n: 1, sealed: first, archive: [] });
  const kept = store.snapshot();

  store.failNext('before');
  await expect(store.append({ n: 2, sealed: first, archive: [] })).rejects.toThrow('store_failed');
  store.failNext('disk-full');
  await expect(store.append({ n: 2, sealed: first, archive: [] })).rejects.toThrow('disk_full');
  expect(await store.packages(2, 1)).toEqual([]);
  store.failNext('torn');
  await expect(store.append({ n: 2, sealed: first, archive: [] })).rejects.toThrow('store_failed');
  expect(await store.packages(2, 1)).toEqual([{ n: 2, sealed: first.subarray(0, 2) }]);
  store.failNext('after');
  await expect(store.append({ n: 2, sealed: first, archive: [] })).rejects.toThrow('store_failed');
  expect(await store.packages(2, 1)).toEqual([{ n: 2, sealed: first }]);

  store.serveStale(kept);
  expect(await store.packages(1, 9)).toHaveLength(1);
  store.serveStale(null);
  expect(await store.packages(1, 9)).toHaveLength(2);
  store.restore(flipBit(kept, 'packages', 1, 9));
  expect(await store.packages(1, 9)).toEqual([{ n: 1, sealed: Uint8Array.of(1, 0, 3, 4) }]);
  expect(cloneContents(kept)).toEqual(kept);
});
