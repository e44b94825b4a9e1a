/**
 * Where a wallet keeps what must not travel with its data folder: the freshness register and, where there is no
 * keychain, the root secret (design §3 software tier, §5). Because they lie elsewhere, a data folder that was restored
 * from a backup, synced or copied meets a register that has moved on, and the vault notices.
 *
 *   data folder              state folder
 *   ├ wallet-id  ──names──▶  └ <wallet id>/
 *   ├ packages/                 ├ register
 *   ├ settings.json             ├ root-secret
 *   └ lock/                     └ lock/       two copies of one data folder meet here
 *
 * Not guaranteed: someone who puts back both folders, or the whole machine, is not noticed here (assurance row 13).
 */
import { randomBytes } from 'node:crypto';
import { readFile, stat } from 'node:fs/promises';
import { join, posix, win32 } from 'node:path';
import { Refusal, refuse } from '../../../protocol/errors.ts';
import { createFile, isNoRoom, systemCodeOf } from './atomic-file.ts';
import { ensurePrivateFolder } from './private-folder.ts';

/** What the choice of the folder depends on. */
export type Environment = Readonly<Record<string, string | undefined>>;

const WALLET_ID = /^[0-9a-f]{32}$/;

/**
 * The state folder of this person: `$TALLYSTICK_STATE_DIR`, else the platform's place for state that is neither synced
 * nor roaming. Pure. The XDG specification wants relative values ignored, so they are.
 * @param home the person's home folder, absolute
 * @throws Refusal `bad_input` if `$TALLYSTICK_STATE_DIR` is not absolute
 */
export function defaultStateDir(env: Environment, platform: NodeJS.Platform, home: string): string {
  const path = platform === 'win32' ? win32 : posix;
  const chosen = env['TALLYSTICK_STATE_DIR'];
  if (chosen) {
    if (!path.isAbsolute(chosen)) refuse('bad_input', 'TALLYSTICK_STATE_DIR must be an absolute path.');
    return path.normalize(chosen);
  }
  if (platform === 'win32') {
    const local = env['LOCALAPPDATA'];
    return path.join(local && path.isAbsolute(local) ? local : path.join(home, 'AppData', 'Local'), 'Tallystick State');
  }
  if (platform === 'darwin') return path.join(home, 'Library', 'Application Support', 'Tallystick State');
  const xdg = env['XDG_STATE_HOME'];
  return path.join(xdg && path.isAbsolute(xdg) ? xdg : path.join(home, '.local', 'state'), 'tallystick');
}

const walletIdPath = (dataDir: string) => join(dataDir, 'wallet-id');

/**
 * The id of the wallet in this data folder, 32 hexadecimal characters, or null if there is none.
 * @throws Refusal `register_missing` if there are packages but no id, which no crash leaves behind; `store_corrupt` if the
 * file holds something else, `store_failed` if it cannot be read, `bad_input` if the folder is a file
 */
export async function walletIdOf(dataDir: string): Promise<string | null> {
  const path = walletIdPath(dataDir);
  let text: string;
  try {
    text = (await readFile(path, 'latin1')).trim();
  } catch (error) {
    const code = systemCodeOf(error);
    if (code === 'ENOTDIR') throw new Refusal('bad_input', `${dataDir} is a file or lies in one, so it is no wallet's folder.`, { folder: dataDir }, error);
    if (code === 'ENOENT') return (await hasPackages(dataDir)) ? refuse('register_missing', `The file ${path} is missing. Without it the wallet in this folder cannot find its freshness register; put the file back from a copy of the folder.`, { path }) : null;
    throw new Refusal('store_failed', `The file ${path} cannot be read (${code ?? 'unknown error'}).`, { path }, error);
  }
  if (!WALLET_ID.test(text)) {
    refuse('store_corrupt', `The file ${path} is damaged. Without it the wallet cannot find its freshness register; put the file back from a copy of the folder.`, { path });
  }
  return text;
}

/** True if a package store was made here; other programs have folders named packages too. */
async function hasPackages(dataDir: string): Promise<boolean> {
  const parts = [join('packages', 'format'), join('packages', 'level', 'CURRENT')];
  const found = await Promise.all(parts.map((part) => stat(join(dataDir, part)).catch(() => null)));
  return found.some((part) => part !== null);
}

/**
 * Gives the data folder a new random wallet id, durably.
 * @throws Refusal `wallet_exists` if it has one, `disk_full`
 */
export async function createWalletId(dataDir: string): Promise<string> {
  const id = randomBytes(16).toString('hex');
  try {
    await createFile(walletIdPath(dataDir), `${id}\n`);
  } catch (error) {
    if (systemCodeOf(error) === 'EEXIST') throw new Refusal('wallet_exists', `There is a wallet in ${dataDir} already.`, { folder: dataDir }, error);
    if (isNoRoom(error)) throw new Refusal('disk_full', `There is no room in ${dataDir}.`, { folder: dataDir }, error);
    throw new Refusal('store_failed', `The data folder ${dataDir} cannot be written (${systemCodeOf(error) ?? 'unknown error'}).`, { folder: dataDir }, error);
  }
  return id;
}

/** The folder of one wallet inside the state folder. Pure. @throws Refusal `bad_input` if the id is malformed */
export function walletStateDir(stateDir: string, walletId: string): string {
  if (!WALLET_ID.test(walletId)) refuse('bad_input', 'A wallet id is 32 hexadecimal characters.');
  return join(stateDir, walletId);
}

/** Makes the wallet's own state folder, mode 0700, durably. @throws Refusal as `ensurePrivateFolder` */
export async function ensureWalletStateDir(stateDir: string, walletId: string): Promise<string> {
  const folder = walletStateDir(stateDir, walletId);
  await ensurePrivateFolder(stateDir);
  await ensurePrivateFolder(folder);
  return folder;
}
