/**
 * One chunk of a publication (design §7, docs/PROTOCOL.md "Publications"): ChaCha20-Poly1305 under the content key. The
 * nonce is the chunk's place, and whether it is the last, as in the STREAM construction (Hoang, Reyhanitabar, Rogaway,
 * Vizár 2015): chunks cannot be reordered, left out at the end or taken from another publication. A content key encrypts
 * one publication, once; whoever makes the key answers for that.
 */
import { chacha20poly1305 } from '@noble/ciphers/chacha.js';
import { utf8ToBytes } from '@noble/hashes/utils.js';

export const CONTENT_KEY_BYTES = 32;

/** Place (8 bytes, big-endian) ‖ zero (3) ‖ 1 for the last chunk. */
function nonceOf(index: number, last: boolean): Uint8Array {
  const nonce = new Uint8Array(12);
  new DataView(nonce.buffer).setBigUint64(0, BigInt(index));
  nonce[11] = last ? 1 : 0;
  return nonce;
}

const PURPOSE = utf8ToBytes('tallystick publication chunk v1');

/** @returns ciphertext, 16 bytes longer */
export const sealChunk = (key: Uint8Array, index: number, last: boolean, plaintext: Uint8Array): Uint8Array =>
  chacha20poly1305(key, nonceOf(index, last), PURPOSE).encrypt(plaintext);

/** @returns null if it is not this chunk under this key */
export function openChunk(key: Uint8Array, index: number, last: boolean, ciphertext: Uint8Array): Uint8Array | null {
  try {
    return chacha20poly1305(key, nonceOf(index, last), PURPOSE).decrypt(ciphertext);
  } catch {
    return null;
  }
}
