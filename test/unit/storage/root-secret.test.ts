/** The root secret in a file. */
import { chmod, mkdtemp, readFile, readdir, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { fileRootSecretStore } from '../../../main/host/storage/root-secret.file.ts';
import { codeOf } from '../../support/refusals.ts';

let folder = '';
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'tallystick-secret-'));
});
afterEach(() => rm(folder, { recursive: true, force: true }));


test('there is none at first; a new one has 32 random bytes, mode 0600, and comes back the same', async () => {
  expect(await fileRootSecretStore.load(folder)).toBeNull();
  const secret = await fileRootSecretStore.create(folder);
  expect(secret).toHaveLength(32);
  expect(new Set(secret).size).toBeGreaterThan(8);
  expect(await fileRootSecretStore.load(folder)).toEqual(secret);
  expect(await readdir(folder)).toEqual(['root-secret']);
  if (process.platform !== 'win32') expect((await stat(join(folder, 'root-secret'))).mode & 0o777).toBe(0o600);
});

test('it is never overwritten, not even by two that are made at once', async () => {
  const made = await Promise.allSettled([1, 2, 3, 4].map(() => fileRootSecretStore.create(folder)));
  const secrets = made.flatMap((outcome) => (outcome.status === 'fulfilled' ? [outcome.value] : []));
  expect(secrets).toHaveLength(1);
  expect(await codeOf(fileRootSecretStore.create(folder))).toBe('wallet_exists');
  expect(await fileRootSecretStore.load(folder)).toEqual(secrets[0]);
});

test.each([0, 31, 33])('a file of %i bytes is refused and left as it is', async (length) => {
  const path = join(folder, 'root-secret');
  await writeFile(path, new Uint8Array(length), { mode: 0o600 });
  expect(await codeOf(fileRootSecretStore.load(folder))).toBe('keychain_unavailable');
  expect(await codeOf(fileRootSecretStore.create(folder))).toBe('wallet_exists');
  expect(await readFile(path)).toHaveLength(length);
});

test.skipIf(process.platform === 'win32').each([0o640, 0o604, 0o644])('a file with mode %o, which others can read, is refused', async (mode) => {
  await fileRootSecretStore.create(folder);
  await chmod(join(folder, 'root-secret'), mode);
  expect(await codeOf(fileRootSecretStore.load(folder))).toBe('keychain_unavailable');
});

test('a folder that is not there is a refusal, not a crash', async () => {
  expect(await fileRootSecretStore.load(join(folder, 'missing'))).toBeNull();
  expect(await codeOf(fileRootSecretStore.create(join(folder, 'missing')))).toBe('keychain_unavailable');
});
