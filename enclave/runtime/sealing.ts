/**
 * Sealing: what leaves the vault for the host's disk (design §5.1). XChaCha20-Poly1305 with a random nonce; associated
 * data names the instance, the measurement family, the kind and the number, so that nothing sealed can stand in for
 * anything else. Sealing hides and authenticates; freshness is the register's business.
 */
import { xchacha20poly1305 } from '@noble/ciphers/chacha.js';
import { concatBytes, derive, digest, utf8ToBytes } from '../vault/bytes.ts';

/** Sealed data outlives a version of the code; what may open it is the family, not one measurement. */
const FAMILY = 'tallystick-vault-1';
const NONCE_BYTES = 24;

export type SealedKind = 'package' | 'snapshot' | 'archive';

export interface Sealer {
  /** @param nonce 24 random bytes, never used before */
  seal(kind: SealedKind, number: number, nonce: Uint8Array, plaintext: Uint8Array): Uint8Array;
  /** @returns null if it was not sealed by this wallet as this kind and number */
  open(kind: SealedKind, number: number, sealed: Uint8Array): Uint8Array | null;
}

/** @param rootSecret 32 bytes, this wallet's own, from the platform */
export function sealerFrom(rootSecret: Uint8Array): Sealer {
  const key = derive(rootSecret, `sealing ${FAMILY}`);
  const wallet = digest('tallystick sealed for', key);
  const associated = (kind: SealedKind, number: number): Uint8Array => concatBytes(wallet, utf8ToBytes(`${FAMILY} ${kind} ${number}`));
  return {
    seal: (kind, number, nonce, plaintext) => concatBytes(nonce, xchacha20poly1305(key, nonce, associated(kind, number)).encrypt(plaintext)),
    open(kind, number, sealed) {
      if (sealed.length < NONCE_BYTES + 16) return null;
      try {
        return xchacha20poly1305(key, sealed.subarray(0, NONCE_BYTES), associated(kind, number)).decrypt(sealed.subarray(NONCE_BYTES));
      } catch {
        return null;
      }
    },
  };
}
