/** Where state lies, how a wallet is named, and who may reach it (assurance row 49). */
import { chmod, mkdir, mkdtemp, readdir, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { ensurePrivateFolder } from '../../../main/host/storage/private-folder.ts';
import { createWalletId, defaultStateDir, ensureWalletStateDir, walletIdOf, walletStateDir } from '../../../main/host/storage/state-folder.ts';
import { codeOf } from '../../support/refusals.ts';

let folder = '';
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'tallystick-state-'));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

const modeOf = async (path: string) => (await stat(path)).mode & 0o777;
const onUnix = test.skipIf(process.platform === 'win32');

describe('the default state folder', () => {
  test.each([
    ['linux', {}, '/home/ann', '/home/ann/.local/state/tallystick'],
    ['linux', { XDG_STATE_HOME: '/var/state' }, '/home/ann', '/var/state/tallystick'],
    ['linux', { XDG_STATE_HOME: 'relative' }, '/home/ann', '/home/ann/.local/state/tallystick'],
    ['linux', { XDG_STATE_HOME: '' }, '/home/ann', '/home/ann/.local/state/tallystick'],
    ['freebsd', {}, '/home/ann', '/home/ann/.local/state/tallystick'],
    ['darwin', { XDG_STATE_HOME: '/ignored' }, '/Users/ann', '/Users/ann/Library/Application Support/Tallystick State'],
    ['win32', { LOCALAPPDATA: 'D:\\Local' }, 'C:\\Users\\ann', 'D:\\Local\\Tallystick State'],
    ['win32', {}, 'C:\\Users\\ann', 'C:\\Users\\ann\\AppData\\Local\\Tallystick State'],
    ['linux', { TALLYSTICK_STATE_DIR: '/else/where', XDG_STATE_HOME: '/x' }, '/home/ann', '/else/where'],
    ['win32', { TALLYSTICK_STATE_DIR: 'E:\\s', LOCALAPPDATA: 'D:\\Local' }, 'C:\\Users\\ann', 'E:\\s'],
  ] as const)('on %s with %j and home %s is %s', (platform, env, home, expected) => {
    expect(defaultStateDir(env, platform, home)).toBe(expected);
  });

  test('a relative TALLYSTICK_STATE_DIR is refused, because it would depend on where one stands', () => {
    expect(() => defaultStateDir({ TALLYSTICK_STATE_DIR: 'here' }, 'linux', '/home/ann')).toThrow('bad_input');
  });
});

describe('the wallet id', () => {
  test('is none in an empty or missing folder, then random, private and never overwritten', async () => {
    expect(await walletIdOf(folder)).toBeNull();
    expect(await walletIdOf(join(folder, 'missing'))).toBeNull();
    const id = await createWalletId(folder);
    expect(id).toMatch(/^[0-9a-f]{32}$/);
    expect(await walletIdOf(folder)).toBe(id);
    expect(await codeOf(createWalletId(folder))).toBe('wallet_exists');
    expect(await walletIdOf(folder)).toBe(id);
    expect(await readdir(folder)).toEqual(['wallet-id']);
    if (process.platform !== 'win32') expect(await modeOf(join(folder, 'wallet-id'))).toBe(0o600);
  });

  test.each(['', 'abc', '../../../../etc', 'A'.repeat(32), `${'a'.repeat(32)}b`])('%j in the file is refused as damaged', async (text) => {
    await writeFile(join(folder, 'wallet-id'), text);
    expect(await codeOf(walletIdOf(folder))).toBe('store_corrupt');
  });

  test('that is missing beside packages is not taken for a folder without a wallet', async () => {
    await mkdir(join(folder, 'packages', 'level'), { recursive: true });
    expect(await walletIdOf(folder)).toBeNull();
    await writeFile(join(folder, 'packages', 'format'), '1\n');
    await expect(walletIdOf(folder)).rejects.toMatchObject({ failure: { code: 'register_missing', detail: expect.stringContaining('wallet-id is missing') } });
  });

  test('of a file, or of what would lie in one, is refused', async () => {
    await writeFile(join(folder, 'file'), '');
    for (const path of [join(folder, 'file'), join(folder, 'file', 'below')]) expect(await codeOf(walletIdOf(path))).toBe('bad_input');
  });

  test('names the folder of the wallet, and nothing else can', () => {
    expect(walletStateDir('/state', 'ab'.repeat(16))).toBe(join('/state', 'ab'.repeat(16)));
    expect(() => walletStateDir('/state', '../x')).toThrow('bad_input');
  });
});

describe('private folders', () => {
  test.runIf(process.platform === 'linux')('that the system cannot make are refused instead of tried for ever', async () => {
    for (const path of ['/proc/foo', '/proc/foo/bar']) expect(await codeOf(ensurePrivateFolder(path))).toBe('forbidden');
  });

  test('are made together with those above them by several at once', async () => {
    const path = join(folder, 'x', 'y', 'z');
    await Promise.all(Array.from({ length: 8 }, () => ensurePrivateFolder(path)));
    await ensurePrivateFolder(path);
    expect(await readdir(path)).toEqual([]);
  });

  onUnix('are made with mode 0700, whatever the umask', async () => {
    const before = process.umask(0);
    try {
      const made = await ensureWalletStateDir(join(folder, 'a', 'b'), 'cd'.repeat(16));
      for (const path of [made, join(folder, 'a', 'b'), join(folder, 'a')]) expect(await modeOf(path)).toBe(0o700);
    } finally {
      process.umask(before);
    }
  });

  onUnix.each([0o770, 0o702, 0o777, 0o722])('mode %o lets others write and is refused, unchanged', async (mode) => {
    await chmod(folder, mode);
    expect(await codeOf(ensurePrivateFolder(folder))).toBe('forbidden');
    expect(await modeOf(folder)).toBe(mode);
  });

  onUnix('a folder of ours that others can read is closed to them; one with other things in it is left alone', async () => {
    await writeFile(join(folder, 'letter.txt'), 'dear');
    await chmod(folder, 0o755);
    await ensurePrivateFolder(folder);
    expect(await modeOf(folder)).toBe(0o755);
    await createWalletId(folder);
    await ensurePrivateFolder(folder);
    expect(await modeOf(folder)).toBe(0o700);
  });

  test('a file in the place of the folder is refused', async () => {
    await writeFile(join(folder, 'file'), '');
    expect(await codeOf(ensurePrivateFolder(join(folder, 'file')))).toBe('bad_input');
    expect(await codeOf(ensurePrivateFolder(join(folder, 'file', 'below')))).toBe('bad_input');
  });

  test.skipIf(process.getuid?.() !== 0)('a folder that belongs to another user is refused', async () => {
    const { chown } = await import('node:fs/promises');
    await mkdir(join(folder, 'theirs'), { mode: 0o700 });
    await chown(join(folder, 'theirs'), 12345, 12345);
    expect(await codeOf(ensurePrivateFolder(join(folder, 'theirs')))).toBe('forbidden');
  });
});
