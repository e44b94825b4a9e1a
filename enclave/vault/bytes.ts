/** Bytes and hashes, in the few forms the vault needs. */
import { hmac } from '@noble/hashes/hmac.js';
import { sha256 } from '@noble/hashes/sha2.js';
import { bytesToHex, concatBytes, hexToBytes, utf8ToBytes } from '@noble/hashes/utils.js';

export { bytesToHex, concatBytes, hexToBytes, utf8ToBytes };

/** How Ed25519 signatures are verified: by RFC 8032, which refuses keys of low order; the library's default admits them. */
export const STRICT = { zip215: false } as const;

/** SHA-256 over a context string, a zero byte and the parts in order. The parts must be of fixed or encoded length. */
export const digest = (context: string, ...parts: Uint8Array[]): Uint8Array => sha256(concatBytes(utf8ToBytes(`${context}\0`), ...parts));

/** HMAC-SHA-256 of a label: one key from another (HKDF-Expand of one block, RFC 5869). */
export const derive = (key: Uint8Array, label: string): Uint8Array => hmac(sha256, key, concatBytes(utf8ToBytes(label), new Uint8Array([1])));

/** HMAC-SHA-256 over the parts. */
export const keyedDigest = (key: Uint8Array, ...parts: Uint8Array[]): Uint8Array => hmac(sha256, key, concatBytes(...parts));

/** Compares without leaving early; lengths are public. */
export function equalBytes(a: Uint8Array, b: Uint8Array): boolean {
  if (a.length !== b.length) return false;
  let difference = 0;
  for (let i = 0; i < a.length; i++) difference |= (a[i] ?? 0) ^ (b[i] ?? 0);
  return difference === 0;
}
