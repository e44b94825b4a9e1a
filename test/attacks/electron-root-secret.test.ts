/**
 * Assurance row 44: a desktop whose keyring is only obfuscation. Electron calls that backend `basic_text`; the wallet then
 * must not say that its secret is in a keychain. Guard: `isRealKeychain` in main/desktop/keychain.ts.
 */
import { readFileSync, readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { KEYCHAIN_FILE } from '../../main/host/storage/root-secret.port.ts';
import { valueFrom } from '../support/app-calls.ts';
import { electronTrouble, type RunningApp, startApp } from '../support/electron-app.ts';

const onLinux = process.platform === 'linux';

describe.skipIf(electronTrouble ?? !onLinux)('without a keychain', () => {
  let running: RunningApp | undefined;
  afterEach(async () => { await running?.dispose(); });

  it.each([
    ['encryption is not offered', false],
    // With this, safeStorage says that encryption is available: with a password that is the same everywhere.
    ['encryption is pretended', true],
  ])('a new wallet keeps its secret in a 0600 file and says so: %s', async (_what, pretend) => {
    running = await startApp({ args: ['--password-store=basic'] });
    const found = await running.app.evaluate(({ safeStorage }, plain) => {
      if (plain) safeStorage.setUsePlainTextEncryption(true);
      return { backend: safeStorage.getSelectedStorageBackend(), available: safeStorage.isEncryptionAvailable() };
    }, pretend);
    expect(found).toEqual({ backend: 'basic_text', available: pretend });

    expect(await valueFrom(running.page, 'app.create', { name: 'Ada' })).toMatchObject({ phase: 'running', tier: 'software', rootSecret: 'file' });
    const walletId = readFileSync(join(running.dataDir, 'wallet-id'), 'latin1').trim();
    const folder = join(running.stateDir, walletId);
    expect(readdirSync(folder)).not.toContain(KEYCHAIN_FILE);
    expect(statSync(join(folder, 'root-secret')).mode & 0o777).toBe(0o600);
  });
});
