/**
 * The root secret in the system's keychain, by Electron's safeStorage (design §3, assurance row 44): DPAPI, Keychain
 * Access, or the Secret Service or KWallet on Linux. The encrypted secret lies in the wallet's state folder.
 *
 * On Linux without a keychain safeStorage would "encrypt" with a password that everyone knows (`basic_text`). That is no
 * protection, so it is not used: the secret goes into the 0600 file that the command line uses too, and `status` says so.
 *
 * Not guaranteed: any program of the same user may ask most keychains for the same secret.
 */
import { randomBytes } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { SafeStorage } from 'electron';
import { Refusal } from '../../protocol/errors.ts';
import { createFile, isNoRoom, systemCodeOf } from '../host/storage/atomic-file.ts';
import { KEYCHAIN_FILE, type RootSecretStore } from '../host/storage/root-secret.port.ts';

/** The parts of safeStorage that are used. */
export type Keychain = Pick<SafeStorage, 'isEncryptionAvailable' | 'encryptString' | 'decryptString' | 'getSelectedStorageBackend'>;

const SECRET_BYTES = 32;

/** True where safeStorage rests on a keychain, not on a password that is the same everywhere. */
export function isRealKeychain(keychain: Keychain, platform: NodeJS.Platform): boolean {
  if (!keychain.isEncryptionAvailable()) return false;
  return platform !== 'linux' || !['basic_text', 'unknown'].includes(keychain.getSelectedStorageBackend());
}

/**
 * A store that keeps new secrets in the keychain where there is a real one, else in `file`. A wallet stays with what it
 * began with. `kind` tells about the secret that was last loaded or made; before that, about one made now.
 */
export function keychainRootSecretStore(keychain: Keychain, platform: NodeJS.Platform, file: RootSecretStore): RootSecretStore {
  let kind: RootSecretStore['kind'] = isRealKeychain(keychain, platform) ? 'keychain' : file.kind;

  const load = async (walletStateDir: string): Promise<Uint8Array | null> => {
    const sealed = await readSealed(walletStateDir);
    if (sealed) {
      kind = 'keychain';
      return unseal(keychain, platform, sealed);
    }
    const secret = await file.load(walletStateDir);
    if (secret) kind = file.kind;
    return secret;
  };

  const create = async (walletStateDir: string): Promise<Uint8Array> => {
    if (await load(walletStateDir)) throw new Refusal('wallet_exists', 'This wallet has a secret already; it is never overwritten.');
    if (!isRealKeychain(keychain, platform)) {
      const secret = await file.create(walletStateDir);
      kind = file.kind;
      return secret;
    }
    const secret = new Uint8Array(randomBytes(SECRET_BYTES));
    const sealed = keychain.encryptString(Buffer.from(secret).toString('base64'));
    // Better to find out now that the keychain does not give back what it got than when there is something to lose.
    if (!Buffer.from(unseal(keychain, platform, sealed)).equals(secret)) throw unavailable();
    await writeSealed(walletStateDir, sealed);
    kind = 'keychain';
    return secret;
  };

  return { get kind() { return kind; }, load, create };
}

const unavailable = (cause?: unknown): Refusal => new Refusal(
  'keychain_unavailable',
  'The secret of this wallet is in your keychain, which does not open. Unlock it, or log in to the desktop session in which the wallet was made.',
  undefined,
  cause,
);

function unseal(keychain: Keychain, platform: NodeJS.Platform, sealed: Buffer): Uint8Array {
  if (!isRealKeychain(keychain, platform)) throw unavailable();
  let secret: Buffer;
  try {
    secret = Buffer.from(keychain.decryptString(sealed), 'base64');
  } catch (cause) {
    throw unavailable(cause);
  }
  if (secret.length !== SECRET_BYTES) throw unavailable();
  return new Uint8Array(secret);
}

async function readSealed(walletStateDir: string): Promise<Buffer | null> {
  const path = join(walletStateDir, KEYCHAIN_FILE);
  try {
    return await readFile(path);
  } catch (error) {
    if (systemCodeOf(error) === 'ENOENT') return null;
    throw new Refusal('keychain_unavailable', `The encrypted secret in ${path} cannot be read (${systemCodeOf(error) ?? 'unknown error'}).`, { path }, error);
  }
}

async function writeSealed(walletStateDir: string, sealed: Buffer): Promise<void> {
  try {
    await createFile(join(walletStateDir, KEYCHAIN_FILE), sealed);
  } catch (error) {
    if (isNoRoom(error)) throw new Refusal('disk_full', `There is no room in ${walletStateDir}.`, { folder: walletStateDir }, error);
    throw new Refusal('keychain_unavailable', `The encrypted secret cannot be kept in ${walletStateDir} (${systemCodeOf(error) ?? 'unknown error'}).`, undefined, error);
  }
}
