/**
 * The cover of a publication (design §7, docs/PROTOCOL.md "Publications"): one chunk of its own, ChaCha20-Poly1305 under a
 * key that follows from the content key by HKDF-SHA-256 (RFC 5869) and does not lead back to it. Whoever is shown the
 * cover can so be given a key that opens the cover and no page. The nonce is zero: a cover key encrypts one picture, once,
 * because a content key encrypts one publication, once.
 */
import { chacha20poly1305 } from '@noble/ciphers/chacha.js';
import { hkdf } from '@noble/hashes/hkdf.js';
import { sha256 } from '@noble/hashes/sha2.js';
import { utf8ToBytes } from '@noble/hashes/utils.js';
import { CONTENT_KEY_BYTES } from './chunk-cipher.ts';

const PURPOSE = utf8ToBytes('tallystick publication cover v1');
const NONCE = new Uint8Array(12);

export const coverKeyOf = (contentKey: Uint8Array): Uint8Array => hkdf(sha256, contentKey, PURPOSE, new Uint8Array(), CONTENT_KEY_BYTES);

/** @returns ciphertext, 16 bytes longer */
export const sealCover = (coverKey: Uint8Array, picture: Uint8Array): Uint8Array => chacha20poly1305(coverKey, NONCE, PURPOSE).encrypt(picture);

/** @returns null if it is no cover under this key */
export function openCover(coverKey: Uint8Array, ciphertext: Uint8Array): Uint8Array | null {
  try {
    return chacha20poly1305(coverKey, NONCE, PURPOSE).decrypt(ciphertext);
  } catch {
    return null;
  }
}
