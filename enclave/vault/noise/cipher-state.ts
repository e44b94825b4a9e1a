/**
 * Noise CipherState: one key, one direction, a counter as nonce. ChaCha20-Poly1305 as the Noise specification names it.
 * Implements: The Noise Protocol Framework, revision 34, §5.1 and §12.3.
 *
 * A state is a plain value and is never changed: every operation returns the next one. The caller must forget the old
 * value once it has used the new one: encrypting two messages from one value uses one nonce twice, which gives both
 * plaintexts and the authentication key away.
 * Not guaranteed: keys are not wiped from memory, and there is no rekey (§11.3): a session that needs fresh keys makes
 * a new handshake, which refreshes more than a rekey would.
 */
import { chacha20poly1305 } from '@noble/ciphers/chacha.js';
import { MAX_FRAME_BYTES } from '../../../protocol/limits.ts';
import { refuse } from '../../../protocol/errors.ts';

/** The Poly1305 tag that every ciphertext ends with. */
export const TAG_BYTES = 16;

/** A cipher key: 256 bits (§4.2). */
export const KEY_BYTES = 32;

/**
 * No nonce from here on is used. The specification allows up to 2^64 - 2, but a `number` counts exactly only up to
 * 2^53 - 1; beyond it the counter would stand still and a nonce would repeat. At a million messages a second that is
 * 285 years, so nothing is lost.
 */
export const NONCE_LIMIT = Number.MAX_SAFE_INTEGER;

/** `key`: 32 bytes. `nonce`: that of the next message, from 0. */
export interface CipherState {
  readonly key: Uint8Array;
  readonly nonce: number;
}

/** Twelve bytes: four of zero, then the counter as a little-endian 64-bit integer (§12.3). */
function nonceBytes(counter: number): Uint8Array {
  const bytes = new Uint8Array(12);
  new DataView(bytes.buffer).setBigUint64(4, BigInt(counter), true);
  return bytes;
}

const mayUse = (nonce: number): boolean => Number.isSafeInteger(nonce) && nonce >= 0 && nonce < NONCE_LIMIT;

/**
 * Encrypts one message; the ciphertext is 16 bytes longer than the plaintext.
 * @throws Refusal `session_closed` when the nonces are used up
 * @throws Error when the ciphertext would exceed 65,535 bytes: the caller did not bound its message
 */
export function encryptWithAd(
  state: CipherState,
  ad: Uint8Array,
  plaintext: Uint8Array,
): { state: CipherState; ciphertext: Uint8Array } {
  if (!mayUse(state.nonce)) refuse('session_closed', 'This session has carried all the messages it may; connect again.');
  if (plaintext.length + TAG_BYTES > MAX_FRAME_BYTES) throw new Error('Noise message over 65,535 bytes');
  const ciphertext = chacha20poly1305(state.key, nonceBytes(state.nonce), ad).encrypt(plaintext);
  return { state: { key: state.key, nonce: state.nonce + 1 }, ciphertext };
}

/**
 * Decrypts and authenticates one message.
 * @returns null when it is not authentic, too short, too long, or the nonces are used up; the state then still stands
 * (§5.1: a failed decryption does not count). Never throws.
 */
export function decryptWithAd(
  state: CipherState,
  ad: Uint8Array,
  ciphertext: Uint8Array,
): { state: CipherState; plaintext: Uint8Array } | null {
  if (!mayUse(state.nonce)) return null;
  if (ciphertext.length < TAG_BYTES || ciphertext.length > MAX_FRAME_BYTES) return null;
  try {
    const plaintext = chacha20poly1305(state.key, nonceBytes(state.nonce), ad).decrypt(ciphertext);
    return { state: { key: state.key, nonce: state.nonce + 1 }, plaintext };
  } catch {
    // The cipher says by exception that the tag does not match; nothing else can fail here.
    return null;
  }
}
