/**
 * Keeps the secret from which the software tier derives its sealing key (design §3: the host is not an obstacle to
 * its owner on this tier). Two implementations: a 0600 file, and Electron's safeStorage over the same folder.
 */

/** In the wallet's state folder, a secret that the system's keychain has sealed; its presence says that there is one. */
export const KEYCHAIN_FILE = 'root-secret.keychain';

export interface RootSecretStore {
  /** Where it is kept, for `status`: said plainly, never rounded up (assurance row 44). */
  readonly kind: 'keychain' | 'obfuscated' | 'file';
  /** The 32-byte secret of this wallet, or null if there is none. Rejects with `keychain_unavailable`. */
  load(walletStateDir: string): Promise<Uint8Array | null>;
  /** Makes and keeps a new one, durably. Never overwrites. */
  create(walletStateDir: string): Promise<Uint8Array>;
}
