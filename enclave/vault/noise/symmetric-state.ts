/**
 * Noise SymmetricState: the chaining key, the handshake hash and, once there is a key, the handshake's cipher.
 * Implements: The Noise Protocol Framework, revision 34, §4.3 (HKDF) and §5.2, for SHA-256.
 *
 * Plain values, never changed. Not guaranteed: secrets are not wiped from memory.
 */
import { hkdf } from '@noble/hashes/hkdf.js';
import { sha256 } from '@noble/hashes/sha2.js';
import { decryptWithAd, encryptWithAd, type CipherState } from './cipher-state.ts';

/** SHA-256 output (§4.3 HASHLEN). */
export const HASH_BYTES = 32;

const NOTHING = new Uint8Array(0);

/** `cipher` is null until the first Diffie-Hellman result is mixed in; until then payloads travel in the clear. */
export interface SymmetricState {
  readonly chainingKey: Uint8Array;
  readonly hash: Uint8Array;
  readonly cipher: CipherState | null;
}

/** Joins byte strings into a new one. */
export function concatBytes(...parts: readonly Uint8Array[]): Uint8Array {
  const joined = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    joined.set(part, at);
    at += part.length;
  }
  return joined;
}

/**
 * The specification's HKDF with two outputs. It is RFC 5869 with the chaining key as salt and an empty info: the two
 * 32-byte outputs are the first 64 bytes of its expansion.
 */
function hkdf2(chainingKey: Uint8Array, inputKeyMaterial: Uint8Array): readonly [Uint8Array, Uint8Array] {
  const okm = hkdf(sha256, inputKeyMaterial, chainingKey, undefined, 2 * HASH_BYTES);
  return [okm.slice(0, HASH_BYTES), okm.slice(HASH_BYTES)];
}

/** InitializeSymmetric. A name of up to 32 bytes is padded with zeros, a longer one is hashed. ASCII only. */
export function initializeSymmetric(protocolName: string): SymmetricState {
  const name = Uint8Array.from(protocolName, (character) => character.charCodeAt(0));
  const padded = new Uint8Array(HASH_BYTES);
  if (name.length <= HASH_BYTES) padded.set(name);
  const hash = name.length <= HASH_BYTES ? padded : sha256(name);
  return { chainingKey: hash, hash, cipher: null };
}

/** MixKey: a Diffie-Hellman result enters the chaining key and gives the cipher a new key. */
export function mixKey(state: SymmetricState, inputKeyMaterial: Uint8Array): SymmetricState {
  const [chainingKey, key] = hkdf2(state.chainingKey, inputKeyMaterial);
  return { chainingKey, hash: state.hash, cipher: { key, nonce: 0 } };
}

/** MixHash: bytes that both sides have seen enter the handshake hash. */
export function mixHash(state: SymmetricState, data: Uint8Array): SymmetricState {
  return { ...state, hash: sha256(concatBytes(state.hash, data)) };
}

/** EncryptAndHash. Without a key the ciphertext is the plaintext. */
export function encryptAndHash(
  state: SymmetricState,
  plaintext: Uint8Array,
): { state: SymmetricState; ciphertext: Uint8Array } {
  if (state.cipher === null) return { state: mixHash(state, plaintext), ciphertext: plaintext.slice() };
  const sealed = encryptWithAd(state.cipher, state.hash, plaintext);
  return { state: mixHash({ ...state, cipher: sealed.state }, sealed.ciphertext), ciphertext: sealed.ciphertext };
}

/** DecryptAndHash. @returns null when it is not authentic. Never throws. */
export function decryptAndHash(
  state: SymmetricState,
  ciphertext: Uint8Array,
): { state: SymmetricState; plaintext: Uint8Array } | null {
  if (state.cipher === null) return { state: mixHash(state, ciphertext), plaintext: ciphertext.slice() };
  const opened = decryptWithAd(state.cipher, state.hash, ciphertext);
  if (opened === null) return null;
  return { state: mixHash({ ...state, cipher: opened.state }, ciphertext), plaintext: opened.plaintext };
}

/** Split: the two transport ciphers, the first for what the initiator sends. */
export function split(state: SymmetricState): readonly [CipherState, CipherState] {
  const [first, second] = hkdf2(state.chainingKey, NOTHING);
  return [
    { key: first, nonce: 0 },
    { key: second, nonce: 0 },
  ];
}
