/** Where the root secret goes and what is said about it (assurance row 44), on real files; the keychain itself is a stand-in. */
import { mkdtempSync, readFileSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type Keychain, keychainRootSecretStore } from '../../../main/desktop/keychain.ts';
import { fileRootSecretStore } from '../../../main/host/storage/root-secret.file.ts';
import { KEYCHAIN_FILE } from '../../../main/host/storage/root-secret.port.ts';

/** A keychain of this desktop session; `key` is what it holds. */
const keychainOf = (backend: ReturnType<Keychain['getSelectedStorageBackend']>, { available = true, key = 'k' } = {}): Keychain => ({
  isEncryptionAvailable: () => available,
  getSelectedStorageBackend: () => backend,
  encryptString: (text) => Buffer.from(`${key}:${[...text].reverse().join('')}`),
  decryptString: (sealed) => {
    const text = sealed.toString();
    if (!text.startsWith(`${key}:`)) throw new Error('Error while decrypting the ciphertext');
    return [...text.slice(key.length + 1)].reverse().join('');
  },
});
const real = keychainOf('gnome_libsecret');
const store = (keychain: Keychain, platform: NodeJS.Platform = 'linux') => keychainRootSecretStore(keychain, platform, fileRootSecretStore);
const UNAVAILABLE = { failure: { code: 'keychain_unavailable' } };

describe('the root secret on a desktop', () => {
  let folder: string;
  beforeEach(() => { folder = mkdtempSync(join(tmpdir(), 'tallystick-keychain-')); });
  afterEach(() => { rmSync(folder, { recursive: true, force: true }); });

  it('is sealed by a real keychain, comes back with the next start, and never lies there in the clear', async () => {
    const first = store(real);
    const secret = await first.create(folder);
    expect(secret).toHaveLength(32);
    expect(await store(real).load(folder)).toEqual(secret);
    expect(readdirSync(folder)).toEqual([KEYCHAIN_FILE]);
    expect(statSync(join(folder, KEYCHAIN_FILE)).mode & 0o777).toBe(0o600);
    expect(readFileSync(join(folder, KEYCHAIN_FILE)).includes(Buffer.from(secret))).toBe(false);
    expect(first.kind).toBe('keychain');
  });

  it.each([
    ['an obfuscating backend', keychainOf('basic_text')], ['an unknown backend', keychainOf('unknown')], ['no encryption', keychainOf('gnome_libsecret', { available: false })],
  ])('goes into the 0600 file with %s, and that is what is said', async (_what, keychain) => {
    const made = store(keychain);
    expect(made.kind).toBe('file');
    const secret = await made.create(folder);
    expect(made.kind).toBe('file');
    expect(readdirSync(folder)).toEqual(['root-secret']);
    // Where there is a keychain later, the wallet stays with its file and does not claim more.
    const later = store(real);
    expect(await later.load(folder)).toEqual(secret);
    expect(later.kind).toBe('file');
  });

  it('is never made a second time, in either place', async () => {
    await store(real).create(folder);
    for (const keychain of [real, keychainOf('basic_text')]) await expect(store(keychain).create(folder)).rejects.toMatchObject({ failure: { code: expect.stringMatching(/wallet_exists|keychain_unavailable/) as string } });
    expect(readdirSync(folder)).toEqual([KEYCHAIN_FILE]);
  });

  it('is never made in a keychain beside a file', async () => {
    await fileRootSecretStore.create(folder);
    await expect(store(real).create(folder)).rejects.toMatchObject({ failure: { code: 'wallet_exists' } });
    expect(readdirSync(folder)).toEqual(['root-secret']);
  });

  it('is reported as out of reach, and not replaced, when the keychain does not open', async () => {
    await store(real).create(folder);
    const sealed = readFileSync(join(folder, KEYCHAIN_FILE));
    for (const keychain of [keychainOf('basic_text'), keychainOf('gnome_libsecret', { key: 'another login' }), keychainOf('gnome_libsecret', { available: false })]) {
      const blocked = store(keychain);
      await expect(blocked.load(folder)).rejects.toMatchObject(UNAVAILABLE);
      expect(blocked.kind).toBe('keychain');
    }
    expect(readFileSync(join(folder, KEYCHAIN_FILE))).toEqual(sealed);
  });

  it('is refused when what the keychain gives back is not a secret', async () => {
    writeFileSync(join(folder, KEYCHAIN_FILE), real.encryptString('c2hvcnQ='));
    await expect(store(real).load(folder)).rejects.toMatchObject(UNAVAILABLE);
  });

  it('trusts the keychains of macOS and Windows without asking for a backend', async () => {
    for (const platform of ['darwin', 'win32'] as const) {
      const keychain: Keychain = { ...real, getSelectedStorageBackend: () => { throw new Error('Linux only'); } };
      expect(store(keychain, platform).kind).toBe('keychain');
    }
  });

  it('is absent in a new wallet', async () => {
    expect(await store(real).load(folder)).toBeNull();
  });
});
