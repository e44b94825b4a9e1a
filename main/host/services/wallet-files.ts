/**
 * What a wallet consists of on this computer: its id, its state folder, root secret, packages and register, each
 * opened in an order that leaves nothing half made (design §5).
 */
import { readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { type Failure, Refusal, fail } from '../../../protocol/errors.ts';
import { replaceFile } from '../storage/atomic-file.ts';
import { type FolderLock, lockFolder } from '../storage/data-lock.ts';
import { type LevelPackageStore, openLevelPackageStore } from '../storage/level-package-store.ts';
import { type RegisterFile, openRegisterFile } from '../storage/register-file.ts';
import { KEYCHAIN_FILE, type RootSecretStore } from '../storage/root-secret.port.ts';
import { createWalletId, ensureWalletStateDir, walletIdOf } from '../storage/state-folder.ts';
import type { WalletHostOptions } from '../wallet-host.port.ts';

export interface WalletFiles {
  readonly store: LevelPackageStore;
  readonly register: RegisterFile;
  readonly rootSecret: Uint8Array;
  close(): Promise<void>;
}

export type WalletFilesOptions = Pick<WalletHostOptions, 'dataDir' | 'stateDir' | 'shell'> & { readonly rootSecrets: RootSecretStore };

/** True if a wallet was made in this folder, whether or not it can be opened. */
export const hasWallet = async (dataDir: string): Promise<boolean> => (await walletIdOf(dataDir)) !== null;

const SECRET_MISSING = 'What opens this wallet and says how new it must be is not on this computer. The folder was probably copied from another computer, or its state folder was deleted. Put both back, or open the wallet where it was made.';

const IN_KEYCHAIN = 'This wallet was made by the desktop app and its secret is sealed by your system\'s keychain. Open the app, then run the command again: it talks to the app.';

/**
 * Opens the wallet's files; with `create`, makes what is missing.
 * @throws Refusal `no_wallet`, `register_missing`, `wallet_locked`, `keychain_unavailable`, `data_too_new`, `store_corrupt`, …
 */
export async function openWalletFiles({ dataDir, stateDir, shell, rootSecrets }: WalletFilesOptions, create: boolean): Promise<WalletFiles> {
  const walletId = (await walletIdOf(dataDir)) ?? (create ? await createWalletId(dataDir) : null);
  if (walletId === null) throw new Refusal('no_wallet', 'There is no wallet in this folder yet.');
  const ownState = await ensureWalletStateDir(stateDir, walletId);
  const opened: { close(): Promise<void> }[] = [];
  const close = async (): Promise<void> => {
    // Last opened, first closed; one that fails to close must not keep the others open.
    for (const part of opened.splice(0).reverse()) await part.close().catch(() => undefined);
  };
  try {
    const lock: FolderLock = await lockFolder(ownState, shell).catch((error: unknown) => { throw heldByCopy(error, dataDir); });
    opened.push({ close: () => lock.release() });
    const store = await openLevelPackageStore(join(dataDir, 'packages'));
    opened.push(store);
    const register = await openRegisterFile(join(ownState, 'register'));
    opened.push(register);
    if ((await isMade(dataDir, walletId)) && (await register.read()) === null) throw new Refusal('register_missing', SECRET_MISSING);
    const rootSecret = (await rootSecrets.load(ownState)) ?? (await newRootSecret(rootSecrets, ownState, store, create));
    return { store, register, rootSecret, close };
  } catch (error) {
    await close();
    throw error;
  }
}

const madePath = (dataDir: string): string => join(dataDir, 'wallet-made');

/**
 * Marks the wallet in this folder as made: from here on a missing register is a loss, not a making that was cut short.
 * A mark that cannot be written now is written at the next start.
 */
export async function markMade(dataDir: string): Promise<void> {
  const walletId = await walletIdOf(dataDir).catch(() => null);
  if (walletId === null || (await isMade(dataDir, walletId))) return;
  await replaceFile(madePath(dataDir), `${walletId}\n`).catch(() => undefined);
}

/** The mark names the wallet, so that one left behind by another means nothing. */
const isMade = async (dataDir: string, walletId: string): Promise<boolean> => (await readFile(madePath(dataDir), 'latin1').catch(() => '')).trim() === walletId;

/** The data folder is ours by now, so whoever holds the state folder has another folder with the same wallet id. */
function heldByCopy(error: unknown, dataDir: string): unknown {
  if (!(error instanceof Refusal) || error.failure.code !== 'wallet_locked') return error;
  const { folder: _state, ...holder } = error.failure.params ?? {};
  const by = holder['pid'] === undefined ? 'another process' : `process ${holder['pid']}`;
  return new Refusal('wallet_locked', `The wallet in ${dataDir} is open from another folder, in ${by}: one is a copy of the other (the same wallet id). Close that one first, and use only the one that is up to date.`, { ...holder, folder: dataDir }, error);
}

async function newRootSecret(rootSecrets: RootSecretStore, ownState: string, store: LevelPackageStore, create: boolean): Promise<Uint8Array> {
  const empty = (await store.packages(1, 1)).length === 0 && (await store.latestSnapshot()) === null;
  if (!empty && (await stat(join(ownState, KEYCHAIN_FILE)).catch(() => null))) throw new Refusal('keychain_unavailable', IN_KEYCHAIN);
  if (!empty) throw new Refusal('register_missing', SECRET_MISSING);
  if (!create) throw new Refusal('no_wallet', 'There is no wallet in this folder yet.');
  return await rootSecrets.create(ownState);
}

/** Whatever was thrown while opening, as the fault to show. */
export const faultOf = (error: unknown): Failure =>
  error instanceof Refusal ? error.failure : fail('internal', error instanceof Error ? error.message : String(error)).failure;
