/**
 * The root secret as a 0600 file in the wallet's state folder: the choice where there is no keychain (design §3).
 *
 * Not guaranteed: whoever can read this person's files can read it. `status` says `file` for that reason.
 */
import { randomBytes } from 'node:crypto';
import { open } from 'node:fs/promises';
import { join } from 'node:path';
import { Refusal, refuse } from '../../../protocol/errors.ts';
import { createFile, isNoRoom, systemCodeOf } from './atomic-file.ts';
import type { RootSecretStore } from './root-secret.port.ts';

const SECRET_BYTES = 32;
const pathIn = (walletStateDir: string) => join(walletStateDir, 'root-secret');

const unavailable = (path: string, error: unknown) =>
  new Refusal('keychain_unavailable', `The wallet's secret in ${path} cannot be read or written (${systemCodeOf(error) ?? 'unknown error'}).`, { path }, error);

/** Keeps the root secret in the file `root-secret`. */
export const fileRootSecretStore: RootSecretStore = {
  kind: 'file',

  async load(walletStateDir) {
    const path = pathIn(walletStateDir);
    let bytes: Uint8Array;
    let mode: number;
    try {
      const handle = await open(path, 'r');
      try {
        // Through one handle, so that what was checked is what is read.
        mode = (await handle.stat()).mode;
        bytes = new Uint8Array(await handle.readFile());
      } finally {
        await handle.close();
      }
    } catch (error) {
      if (systemCodeOf(error) === 'ENOENT') return null;
      throw unavailable(path, error);
    }
    if (process.platform !== 'win32' && (mode & 0o077) !== 0) {
      refuse('keychain_unavailable', `Other users of this computer can read the wallet's secret. If you trust them, close it with: chmod 600 "${path}"`, { path });
    }
    if (bytes.length !== SECRET_BYTES) {
      refuse('keychain_unavailable', `The wallet's secret in ${path} is damaged: ${bytes.length} bytes instead of ${SECRET_BYTES}. Put the file back from a copy.`, { path });
    }
    return bytes;
  },

  async create(walletStateDir) {
    const path = pathIn(walletStateDir);
    const secret = new Uint8Array(randomBytes(SECRET_BYTES));
    try {
      await createFile(path, secret);
    } catch (error) {
      if (systemCodeOf(error) === 'EEXIST') throw new Refusal('wallet_exists', `There is a secret in ${path} already; it is never overwritten.`, { path }, error);
      if (isNoRoom(error)) throw new Refusal('disk_full', `There is no room in ${walletStateDir}.`, { folder: walletStateDir }, error);
      throw unavailable(path, error);
    }
    return secret;
  },
};
