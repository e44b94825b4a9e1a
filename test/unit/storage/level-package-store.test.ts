/** What the store on disk does beyond its port: formats, damage, retention (assurance rows 6, 8, 9, 46). */
import { chmod, cp, mkdtemp, open as openFile, readFile, readdir, rm, stat, writeFile } from 'node:fs/promises';
import { randomBytes } from 'node:crypto';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Level } from 'level';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { packageKey } from '../../../main/host/storage/level-keys.ts';
import { openLevelPackageStore } from '../../../main/host/storage/level-package-store.ts';
import { failureOf } from '../../support/refusals.ts';

let folder = '';
let store = '';
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'tallystick-level-'));
  store = join(folder, 'packages');
});
afterEach(async () => {
  vi.restoreAllMocks();
  await rm(folder, { recursive: true, force: true });
});

const open = () => openLevelPackageStore(store, { reserveBytes: 4096 });
const pack = (n: number) => ({ n, sealed: new Uint8Array(100).fill(n), archive: [] });

async function filled(count = 5): Promise<void> {
  const opened = await open();
  for (let n = 1; n <= count; n++) await opened.append(pack(n));
  await opened.close();
}

/** Every file below the folder with its content. */
async function contentOf(at: string): Promise<Record<string, string>> {
  const content: Record<string, string> = {};
  for (const entry of await readdir(at, { recursive: true, withFileTypes: true })) {
    const path = join(entry.parentPath, entry.name);
    if (entry.isFile()) content[path] = (await readFile(path)).toString('base64');
  }
  return content;
}

/** When the database begins a new log. */
const LOG_BYTES = 4 * 1024 * 1024;

describe('the format', () => {
  test('of a newer version is refused, and not one byte is touched', async () => {
    await filled();
    await writeFile(join(store, 'format'), '2\n');
    const before = await contentOf(store);
    expect(await failureOf(open())).toMatchObject({ code: 'data_too_new', params: { format: 2 } });
    expect(await contentOf(store)).toEqual(before);
    await writeFile(join(store, 'format'), '1\n');
    const opened = await open();
    expect(await opened.packages(1, 9)).toHaveLength(5);
    await opened.close();
  });

  test.each(['', 'x', '-1', '0', '1.5', '99999999999'])('that reads %j is refused as damage', async (text) => {
    await filled(1);
    await writeFile(join(store, 'format'), text);
    expect(await failureOf(open())).toMatchObject({ code: 'store_corrupt' });
  });

  test('missing beside a database that holds something is refused as damage', async () => {
    await filled(1);
    await rm(join(store, 'format'));
    expect(await failureOf(open())).toMatchObject({ code: 'store_corrupt' });
  });

  test('missing beside an empty database is an interrupted creation, and is finished', async () => {
    await filled(0);
    await rm(join(store, 'format'));
    await filled(2);
    expect((await readFile(join(store, 'format'), 'utf8')).trim()).toBe('1');
  });
});

describe('damage', () => {
  test.each(['CURRENT', 'MANIFEST'])('a lost %s is refused, and what is left is kept instead of started over', async (name) => {
    await filled();
    await filled();
    const victim = (await readdir(join(store, 'level'))).find((other) => other.startsWith(name)) ?? '';
    await rm(join(store, 'level', victim));
    const before = (await readdir(join(store, 'level'))).filter((other) => /\.(ldb|log)$/.test(other));
    const failure = await failureOf(open());
    expect(failure).toMatchObject({ code: 'store_corrupt' });
    expect(failure).toHaveProperty('detail', expect.stringContaining('damaged'));
    expect(await readdir(join(store, 'level'))).toEqual(expect.arrayContaining(before));
  });

  test('a lost table is refused', async () => {
    await filled();
    await filled();
    const table = (await readdir(join(store, 'level'))).find((name) => name.endsWith('.ldb')) ?? '';
    await rm(join(store, 'level', table));
    expect(await failureOf(open())).toMatchObject({ code: 'store_corrupt' });
  });

  /** Changes what lies in the database under a key, as a disk that rots does. */
  const rot = async (key: string, change: (value: Uint8Array) => Uint8Array): Promise<void> => {
    const db = new Level<string, Uint8Array>(join(store, 'level'), { valueEncoding: 'view' });
    await db.put(key, change((await db.get(key))!), { sync: true });
    await db.close();
  };
  const archived = (order: number, ...ids: string[]) => ({ order, ids, sealed: Uint8Array.of(order, 1, 2) });

  test('an archive record with any one bit of its header the other way round is as it was or left out, and no other is', async () => {
    const opened = await open();
    for (const n of [1, 2, 3]) await opened.append({ ...pack(n), archive: [archived(n * 4096, `a${n}`, `b${n}`)] });
    await opened.close();
    const key = `a!${String(2 * 4096).padStart(16, '0')}`;
    const header = 2 + 2 * (2 + 2);
    let leftOut = 0;
    for (let bit = 0; bit < header * 8; bit++) {
      const flip = (value: Uint8Array): Uint8Array => value.map((byte, at) => (at === bit >> 3 ? byte ^ (1 << (bit & 7)) : byte));
      await rot(key, flip);
      const again = await open();
      const found = (await again.archive(null, 99)).map(({ order }) => order);
      expect([[3, 2, 1], [3, 1]].map((all) => all.map((n) => n * 4096)), `bit ${bit}`).toContainEqual(found);
      if (found.length === 2) leftOut++;
      expect((await again.archived('a1'))?.order).toBe(4096);
      await again.archived('b2');
      await again.close();
      await rot(key, flip);
    }
    expect(leftOut).toBeGreaterThan(header);
  });

  test.each([['the keys of what a stray package brought', 'w', 2], ['a record that it brought', 'a', 2 * 4096]])('in %s does not keep another package from its place', async (_what, letter, number) => {
    const opened = await open();
    await opened.append({ ...pack(1), archive: [archived(4096, 'a')] });
    await opened.append({ ...pack(2), archive: [archived(2 * 4096, 'stray')] });
    await opened.close();
    await rot(`${letter}!${String(number).padStart(16, '0')}`, (value) => value.map((byte) => byte ^ 0x40));
    const again = await open();
    await again.append({ ...pack(2), archive: [archived(2 * 4096, 'b')] });
    expect((await again.archive(null, 99)).map(({ ids }) => ids)).toEqual([['b'], ['a']]);
    expect(await again.archived('stray')).toBeNull();
    await again.close();
  });

  test('a log cut at any place loses packages only from its end', async () => {
    await filled(6);
    const log = (await readdir(join(store, 'level'))).find((name) => name.endsWith('.log')) ?? '';
    const whole = await readFile(join(store, 'level', log));
    const copy = join(folder, 'copy');
    let seen = new Set<number>();
    for (let length = 0; length <= whole.length; length += 23) {
      await rm(copy, { recursive: true, force: true });
      await cp(store, copy, { recursive: true });
      await writeFile(join(copy, 'level', log), whole.subarray(0, length));
      const opened = await openLevelPackageStore(copy, { reserveBytes: 4096 });
      const packages = await opened.packages(0, 100);
      await opened.close();
      expect(packages).toEqual(Array.from({ length: packages.length }, (_, i) => ({ n: i + 1, sealed: pack(i + 1).sealed })));
      seen = seen.add(packages.length);
    }
    expect([...seen]).toEqual([0, 1, 2, 3, 4, 5]);
  });
});

describe('a failing disk', () => {
  test('every append and snapshot is one synced batch, followed by a sync of the names where there is a new one', async () => {
    const opened = await open();
    const handle = await openFile(folder, 'r');
    const sync = vi.spyOn(Object.getPrototypeOf(handle) as { sync(): Promise<void> }, 'sync');
    await handle.close();
    const batch = vi.spyOn(Level.prototype, 'batch');
    await opened.append({ ...pack(1), archive: [{ order: 1, ids: ['a'], sealed: Uint8Array.of(1) }, { order: 2, ids: ['b'], sealed: Uint8Array.of(1) }] });
    await opened.putSnapshot({ n: 1, sealed: Uint8Array.of(1) });
    expect(batch.mock.calls.map((given: unknown[]) => given[1])).toEqual([{ sync: true }, { sync: true }]);
    const posix = process.platform !== 'win32';
    expect(sync).toHaveBeenCalledTimes(posix ? 1 : 0);
    // More than fits into one log of the database: the next batch goes into another.
    for (const n of [2, 3]) await opened.append({ n, sealed: new Uint8Array(LOG_BYTES), archive: [] });
    expect(sync).toHaveBeenCalledTimes(posix ? 2 : 0);
    sync.mockRejectedValueOnce(Object.assign(new Error('EIO'), { code: 'EIO' }));
    if (posix) expect(await failureOf(opened.append({ n: 4, sealed: new Uint8Array(LOG_BYTES), archive: [] }))).toMatchObject({ code: 'store_failed' });
    await opened.close();
  });

  test('an error that is not for want of room stops the store until it is opened again', async () => {
    await filled(1);
    const opened = await open();
    const batch = vi.spyOn(Level.prototype, 'batch').mockRejectedValueOnce(new Error('IO error: 000005.log: Input/output error'));
    expect(await failureOf(opened.append(pack(2)))).toMatchObject({ code: 'store_failed' });
    expect(batch).toHaveBeenCalledTimes(1);
    expect(await failureOf(opened.append(pack(2)))).toMatchObject({ code: 'store_failed' });
    expect(await failureOf(opened.packages(1, 1))).toMatchObject({ code: 'store_failed' });
    expect(batch).toHaveBeenCalledTimes(1);
    await opened.close();
    await filled(2);
  });

  test('“no room” after the batch had landed after all is a success, not a refusal', async () => {
    const opened = await open();
    const original = Level.prototype.batch as unknown as (...given: unknown[]) => Promise<void>;
    vi.spyOn(Level.prototype, 'batch').mockImplementationOnce(async function (this: Level, ...given: unknown[]) {
      await original.apply(this, given);
      throw new Error('IO error: 000005.log: No space left on device');
    } as never);
    await opened.append({ ...pack(1), archive: [{ order: 1, ids: ['a'], sealed: Uint8Array.of(1) }] });
    expect(await opened.packages(1, 9)).toEqual([{ n: 1, sealed: pack(1).sealed }]);
    await opened.append(pack(2));
    await opened.close();
  });

  test('“no room” over a stray package leaves the stray as it was', async () => {
    const opened = await open();
    await opened.append({ n: 1, sealed: Uint8Array.of(1), archive: [{ order: 1, ids: ['a'], sealed: Uint8Array.of(1) }] });
    vi.spyOn(Level.prototype, 'batch').mockRejectedValueOnce(new Error('IO error: 000005.log: No space left on device'));
    expect(await failureOf(opened.append({ n: 1, sealed: Uint8Array.of(2), archive: [] }))).toMatchObject({ code: 'disk_full' });
    expect(await opened.packages(1, 9)).toEqual([{ n: 1, sealed: Uint8Array.of(1) }]);
    expect(await opened.archived('a')).toEqual({ order: 1, ids: ['a'], sealed: Uint8Array.of(1) });
    await opened.close();
  });
});

test('what is let go of gives its room on the disk back', async () => {
  const opened = await open();
  // Not to be made smaller, so that what lies on the disk is what was stored.
  const random = (n: number) => ({ n, sealed: new Uint8Array(randomBytes(50_000)), archive: [] });
  const room = async (): Promise<number> => (await Promise.all((await readdir(join(store, 'level'))).map(async (name) => (await stat(join(store, 'level', name))).size))).reduce((sum, size) => sum + size, 0);
  for (let n = 1; n <= 200; n++) await opened.append(random(n));
  const before = await room();
  expect(before).toBeGreaterThan(200 * 50_000);
  await opened.release(190);
  expect(await room()).toBeLessThan(before / 2);
  expect((await opened.packages(1, 99)).map(({ n }) => n)).toEqual(Array.from({ length: 10 }, (_, at) => 191 + at));
  await opened.close();
});

test('two snapshots are kept, the newest ones', async () => {
  const opened = await open();
  for (const n of [1, 2, 3, 4, 5]) await opened.putSnapshot({ n, sealed: Uint8Array.of(n) });
  await opened.close();
  const db = new Level<string, Uint8Array>(join(store, 'level'), { valueEncoding: 'view' });
  expect((await db.keys({ gte: 's!', lt: 's"' }).all()).map((key) => Number(key.slice(2)))).toEqual([4, 5]);
  await db.close();
});

test('a malformed number or id is refused, and nothing changes', async () => {
  const opened = await open();
  const calls = [opened.append({ ...pack(1), n: -1 }), opened.append({ ...pack(1), n: 1.5 }), opened.append({ ...pack(1), n: 2 ** 60 }), opened.putSnapshot({ n: NaN, sealed: Uint8Array.of(1) }),
    opened.append({ ...pack(1), archive: [{ order: 1, ids: ['x'.repeat(300)], sealed: Uint8Array.of(1) }] })];
  for (const failure of await Promise.all(calls.map(failureOf))) expect(failure).toMatchObject({ code: 'bad_input' });
  expect(await opened.packages(0, 9)).toEqual([]);
  await opened.close();
});

test.skipIf(process.platform === 'win32')('only the owner can enter the store; a folder that others can write is refused', async () => {
  await filled(1);
  expect((await stat(store)).mode & 0o777).toBe(0o700);
  await chmod(store, 0o777);
  expect(await failureOf(open())).toMatchObject({ code: 'forbidden' });
});

test('a record found in an old log, synced or not, is in a table of its own and the names are synced before it is shown', async () => {
  await filled(2);
  const writer = new Level<string, Uint8Array>(join(store, 'level'), { valueEncoding: 'view' });
  // What a process leaves that was killed before its sync: the record is in the log, and nobody knows whether on the disk.
  await writer.put(packageKey(3), pack(3).sealed, { sync: false });
  await writer.close();
  const handle = await openFile(store, 'r');
  const syncs = vi.spyOn(Object.getPrototypeOf(handle) as typeof handle, 'sync');
  await handle.close();
  const opened = await open();
  if (process.platform !== 'win32') expect(syncs).toHaveBeenCalledTimes(1);
  expect((await opened.packages(1, 9)).map(({ n }) => n)).toEqual([1, 2, 3]);
  const logs = (await readdir(join(store, 'level'))).filter((name) => name.endsWith('.log'));
  for (const name of logs) expect((await stat(join(store, 'level', name))).size, name).toBe(0);
  await opened.close();
});
