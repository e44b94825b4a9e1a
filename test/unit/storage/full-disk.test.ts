/**
 * A disk that is really full (assurance row 8): a small file system in memory, made and removed by this test. Needs the right
 * to mount; where there is none the test is skipped and says so.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { type LevelPackageStore, openLevelPackageStore } from '../../../main/host/storage/level-package-store.ts';
import { openRegisterFile } from '../../../main/host/storage/register-file.ts';
import { openSettingsFile } from '../../../main/host/storage/settings-file.ts';
import { createWalletId, walletIdOf } from '../../../main/host/storage/state-folder.ts';
import { smallDisk, unmountAll } from '../../support/small-disks.ts';
import { codeOf } from '../../support/refusals.ts';

/** The reserve (8 MiB), a store with its tables and logs, and room to play. */
const DISK_MIB = 32;
const base = mkdtempSync(join(tmpdir(), 'tallystick-full-'));
const newDisk = (name: string) => smallDisk(join(base, name), DISK_MIB);

const canMount = newDisk('probe') !== null;
if (!canMount) console.warn('\n*** SKIPPED: the full-disk tests need the right to mount a tmpfs (run them as root on Linux). Row 8 is NOT covered by this run. ***\n');

afterAll(() => {
  unmountAll();
  rmSync(base, { recursive: true, force: true });
});

const pack = (n: number, size = 2000) => ({ n, sealed: new Uint8Array(size).fill(n % 251), archive: [{ order: n, ids: [`id${n}`], sealed: new Uint8Array(50).fill(n % 251) }] });

async function expectExactly(store: LevelPackageStore, upTo: number): Promise<void> {
  const packages = await store.packages(1, 100_000);
  expect(packages.map((p) => p.n)).toEqual(Array.from({ length: upTo }, (_, i) => i + 1));
  expect(packages.every((p) => p.sealed.every((byte) => byte === p.n % 251))).toBe(true);
  expect((await store.archive(null, 100_000)).map((r) => r.order)).toEqual(Array.from({ length: upTo }, (_, i) => upTo - i));
}

describe.skipIf(!canMount)('a full disk', () => {
  test('refuses the append with disk_full, loses nothing, can still be read, and works again once there is room', async () => {
    const disk = newDisk('append')!;
    const store = await openLevelPackageStore(join(disk.at, 'packages'));
    for (let n = 1; n <= 20; n++) await store.append(pack(n));
    await disk.fill();

    let n = 20;
    // The log's last block has room for a few more; after that there is none.
    for (;;) {
      const code = await codeOf(store.append(pack(n + 1)));
      if (code !== 'done') {
        expect(code).toBe('disk_full');
        break;
      }
      n++;
      expect(n).toBeLessThan(60);
    }
    await expectExactly(store, n);
    // What the reserve gave up is not spent on more packages: other programs fill it again, and it stays a refusal.
    await disk.fill();
    for (let again = 0; again < 3; again++) expect(await codeOf(store.append(pack(n + 1)))).toBe('disk_full');
    expect(await codeOf(store.putSnapshot({ n, sealed: new Uint8Array(10) }))).toBe('disk_full');
    await expectExactly(store, n);

    await disk.empty();
    for (let more = 1; more <= 20; more++) await store.append(pack(n + more));
    await expectExactly(store, n + 20);
    await store.close();
    const reopened = await openLevelPackageStore(join(disk.at, 'packages'));
    await expectExactly(reopened, n + 20);
    await reopened.close();
  });

  test('at every amount of room left, an append lands whole or is refused whole, also after reopening', async () => {
    const disk = newDisk('margin')!;
    const folder = join(disk.at, 'packages');
    let store = await openLevelPackageStore(folder);
    let n = 0;
    const outcomes = new Set<string>();
    for (let left = 0; left <= 96 * 1024; left += 4096) {
      await disk.fill(left);
      const code = await codeOf(store.append(pack(n + 1, 40_000)));
      outcomes.add(code);
      if (code === 'done') n++;
      await disk.empty();
      await expectExactly(store, n);
      // The next append proves that no half record is in its way.
      await store.append(pack(++n));
      await store.close();
      store = await openLevelPackageStore(folder);
      await expectExactly(store, n);
    }
    await store.close();
    expect([...outcomes].sort()).toEqual(['disk_full', 'done']);
  });

  test('does not keep a wallet from being opened and read', async () => {
    const disk = newDisk('open')!;
    const folder = join(disk.at, 'packages');
    const store = await openLevelPackageStore(folder);
    for (let n = 1; n <= 50; n++) await store.append(pack(n, 20_000));
    await store.close();
    await disk.fill();
    const opening = openLevelPackageStore(folder);
    expect(await codeOf(opening)).toBe('done');
    const reopened = await opening;
    await expectExactly(reopened, 50);
    await reopened.close();
  });

  test('while tables are rewritten in the background refuses too, and nothing is lost', async () => {
    const disk = newDisk('compaction')!;
    const store = await openLevelPackageStore(join(disk.at, 'packages'), { reserveBytes: 8 * 1024 * 1024 });
    let n = 0;
    let code = 'done';
    // Incompressible, so that the write buffer really goes to a table every few packages.
    const random = (size: number) => Uint8Array.from({ length: size }, () => Math.floor(Math.random() * 256));
    const sealed: Uint8Array[] = [];
    while (code === 'done') {
      const next = random(300_000);
      code = await codeOf(store.append({ n: n + 1, sealed: next, archive: [] }));
      if (code === 'done') {
        n++;
        sealed.push(next);
      }
      expect(n).toBeLessThan(200);
    }
    expect(code).toBe('disk_full');
    const packages = await store.packages(1, 1000);
    expect(packages.map((p) => p.n)).toEqual(sealed.map((_, i) => i + 1));
    expect(packages.every((p, i) => Buffer.compare(p.sealed, sealed[i] ?? new Uint8Array()) === 0)).toBe(true);
    await store.close();
  });

  test('fails a new wallet cleanly: no id, no store, and settings as they were', async () => {
    const disk = newDisk('new')!;
    const settings = await openSettingsFile(join(disk.at, 'settings.json'));
    await settings.set({ theme: 'dark' });
    await disk.fill();
    expect(await codeOf(createWalletId(disk.at))).toBe('disk_full');
    expect(await walletIdOf(disk.at)).toBeNull();
    expect(await codeOf(openLevelPackageStore(join(disk.at, 'packages')))).toBe('disk_full');
    expect(await codeOf(settings.set({ theme: 'light' }))).toBe('disk_full');
    expect((await openSettingsFile(join(disk.at, 'settings.json'))).get().theme).toBe('dark');
    expect(await codeOf((await openRegisterFile(join(disk.at, 'register'))).advance(null, new Uint8Array(32)))).toBe('register_failed');
    await disk.empty();
    const id = await createWalletId(disk.at);
    expect(await walletIdOf(disk.at)).toBe(id);
    await (await openLevelPackageStore(join(disk.at, 'packages'))).close();
  });

  test('does not stop a register that exists: its file never grows', async () => {
    const disk = newDisk('register')!;
    const path = join(disk.at, 'register');
    const register = await openRegisterFile(path);
    await register.advance(null, new Uint8Array(32).fill(1));
    await disk.fill();
    for (let step = 1; step < 10; step++) await register.advance(new Uint8Array(32).fill(step), new Uint8Array(32).fill(step + 1));
    expect(await register.read()).toEqual(new Uint8Array(32).fill(10));
    await register.close();
  });
});
