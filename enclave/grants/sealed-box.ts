/**
 * Sends a few bytes from one module to another through a host that must not read them: an ephemeral X25519 key, HKDF and
 * XChaCha20-Poly1305, after the base mode of HPKE (RFC 9180) but with our own labels, and not interoperable with it.
 * Only the recipient can open it. It says nothing about who sent it.
 */
import { xchacha20poly1305 } from '@noble/ciphers/chacha.js';
import { x25519 } from '@noble/curves/ed25519.js';
import { hkdf } from '@noble/hashes/hkdf.js';
import { sha256 } from '@noble/hashes/sha2.js';
import { concatBytes, utf8ToBytes } from '@noble/hashes/utils.js';

const KEY_BYTES = 32;
const NONCE_BYTES = 24;
const TAG_BYTES = 16;

/** Key and nonce, used once: both follow from a shared secret that no other box has. */
function cipherFor(shared: Uint8Array, context: string, ephemeral: Uint8Array, recipient: Uint8Array) {
  const secret = hkdf(sha256, shared, utf8ToBytes('tallystick sealed box v1'), concatBytes(utf8ToBytes(`${context}\0`), ephemeral, recipient), KEY_BYTES + NONCE_BYTES);
  return xchacha20poly1305(secret.subarray(0, KEY_BYTES), secret.subarray(KEY_BYTES), utf8ToBytes(context));
}

/** False for a point of low order: what is agreed with it is known to everybody. */
export function canReceive(recipient: Uint8Array): boolean {
  try {
    // Any secret will do: with such a point every one gives nothing but zeros.
    x25519.getSharedSecret(new Uint8Array(KEY_BYTES).fill(1), recipient);
    return true;
  } catch {
    return false;
  }
}

/**
 * @param recipient X25519 public key, 32 bytes
 * @param context what the box is for; the same words open it
 * @param ephemeralSecret 32 random bytes, never used before
 * @returns ephemeral public key (32) ‖ ciphertext ‖ tag (16)
 * @throws Error if `recipient` cannot receive
 */
export function sealBox(recipient: Uint8Array, context: string, plaintext: Uint8Array, ephemeralSecret: Uint8Array): Uint8Array {
  const ephemeral = x25519.getPublicKey(ephemeralSecret);
  const shared = x25519.getSharedSecret(ephemeralSecret, recipient);
  return concatBytes(ephemeral, cipherFor(shared, context, ephemeral, recipient).encrypt(plaintext));
}

/** @returns null if it was not sealed to this key for this purpose */
export function openBox(recipientSecret: Uint8Array, context: string, sealed: Uint8Array): Uint8Array | null {
  if (sealed.length < KEY_BYTES + TAG_BYTES) return null;
  const ephemeral = sealed.slice(0, KEY_BYTES);
  try {
    const shared = x25519.getSharedSecret(recipientSecret, ephemeral);
    return cipherFor(shared, context, ephemeral, x25519.getPublicKey(recipientSecret)).decrypt(sealed.subarray(KEY_BYTES));
  } catch {
    return null;
  }
}
