/**
 * Sealing something for another module's public key, in the manner of HPKE's base mode (RFC 9180 §5.1.1) over the
 * primitives that the vault has: X25519, HKDF-SHA-256, XChaCha20-Poly1305. One fresh key pair per box; both public keys
 * and the purpose enter the key derivation.
 *
 * Not guaranteed: who sealed it. Whoever opens must not take a box as proof of where it comes from.
 */
import { xchacha20poly1305 } from '@noble/ciphers/chacha.js';
import { x25519 } from '@noble/curves/ed25519.js';
import { hkdf } from '@noble/hashes/hkdf.js';
import { sha256 } from '@noble/hashes/sha2.js';
import { concatBytes, utf8ToBytes } from '@noble/hashes/utils.js';

const KEY_BYTES = 32;
const TAG_BYTES = 16;
/** The key is used once, so the nonce need not vary. */
const NONCE = new Uint8Array(24);

function sealingKey(shared: Uint8Array, ephemeral: Uint8Array, recipient: Uint8Array, purpose: string): Uint8Array {
  return hkdf(sha256, shared, concatBytes(ephemeral, recipient), utf8ToBytes(`tallystick sealed box v1 ${purpose}`), KEY_BYTES);
}

/**
 * @param recipient X25519 public key, 32 bytes
 * @param ephemeral 32 bytes that were never used before
 * @returns ephemeral public key ‖ ciphertext; null if the recipient's key is no good
 */
export function sealFor(recipient: Uint8Array, ephemeral: Uint8Array, purpose: string, plaintext: Uint8Array): Uint8Array | null {
  try {
    const publicKey = x25519.getPublicKey(ephemeral);
    const key = sealingKey(x25519.getSharedSecret(ephemeral, recipient), publicKey, recipient, purpose);
    return concatBytes(publicKey, xchacha20poly1305(key, NONCE).encrypt(plaintext));
  } catch {
    return null;
  }
}

/** @param secret X25519 secret key, 32 bytes. @returns null if it was not sealed for this key and purpose */
export function openSealed(secret: Uint8Array, purpose: string, box: Uint8Array): Uint8Array | null {
  if (box.length < KEY_BYTES + TAG_BYTES) return null;
  try {
    const ephemeral = box.subarray(0, KEY_BYTES);
    const key = sealingKey(x25519.getSharedSecret(secret, ephemeral), ephemeral, x25519.getPublicKey(secret), purpose);
    return xchacha20poly1305(key, NONCE).decrypt(box.subarray(KEY_BYTES));
  } catch {
    return null;
  }
}
