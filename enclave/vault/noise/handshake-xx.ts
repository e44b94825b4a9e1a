/**
 * Noise handshake XX: two parties that know nothing of each other learn each other's static keys and share a session.
 * `Noise_XX_25519_ChaChaPoly_SHA256`, the session of design §6.
 * Implements: The Noise Protocol Framework, revision 34, §5.3, §7.5 (pattern XX), §12.1 (25519), §8 (name).
 *
 *      initiator                     responder
 *   0  e                 --->                       payload in the clear
 *   1                    <---        e, ee, s, es   payload secret, sender known to whoever knows the key
 *   2  s, se             --->                       payload secret, both known; then both split
 *
 * A handshake is a plain value and is never changed: each operation returns the next one. Use each value for one
 * message: two different payloads written from one value share a nonce.
 * Not guaranteed: which person a static key belongs to (the caller pins it), the secrecy of message 0's payload, and
 * that secrets are wiped from memory.
 */
import { x25519 } from '@noble/curves/ed25519.js';
import { MAX_FRAME_BYTES } from '../../../protocol/limits.ts';
import { KEY_BYTES, TAG_BYTES, type CipherState } from './cipher-state.ts';
import {
  concatBytes,
  decryptAndHash,
  encryptAndHash,
  initializeSymmetric,
  mixHash,
  mixKey,
  split,
  type SymmetricState,
} from './symmetric-state.ts';

/** 32 ASCII bytes, so it is the first handshake hash as it stands (§5.2). */
export const PROTOCOL_NAME = 'Noise_XX_25519_ChaChaPoly_SHA256';

/** A Curve25519 public or secret key, and a shared secret (§12.1 DHLEN). */
const DH_BYTES = 32;

type Token = 'e' | 's' | 'ee' | 'es' | 'se';
type Step = 0 | 1 | 2;

const PATTERN: Readonly<Record<Step, readonly Token[]>> = { 0: ['e'], 1: ['e', 'ee', 's', 'es'], 2: ['s', 'se'] };

/** Bytes of each message beside its payload: keys in the clear, sealed keys, the payload's tag. */
export const OVERHEAD_BYTES: Readonly<Record<Step, number>> = {
  0: DH_BYTES,
  1: DH_BYTES + (DH_BYTES + TAG_BYTES) + TAG_BYTES,
  2: DH_BYTES + TAG_BYTES + TAG_BYTES,
};

export type HandshakeRole = 'initiator' | 'responder';

/** A Curve25519 key pair, 32 bytes each. */
export interface StaticKey {
  readonly publicKey: Uint8Array;
  readonly secretKey: Uint8Array;
}

/** `step`: the message that comes next. `s`, `e`: our keys; `rs`, `re`: the peer's public ones, null until received. */
export interface Handshake {
  readonly role: HandshakeRole;
  readonly step: Step;
  readonly symmetric: SymmetricState;
  readonly s: StaticKey;
  readonly e: StaticKey;
  readonly rs: Uint8Array | null;
  readonly re: Uint8Array | null;
}

/** A finished handshake. `handshakeHash` (32 bytes) names this session and no other: evidence is bound to it (§11.2). */
export interface Established {
  readonly send: CipherState;
  readonly receive: CipherState;
  readonly handshakeHash: Uint8Array;
  readonly remoteStatic: Uint8Array;
}

/** What reading came to. After a failure the handshake is over: §5.3 lets nobody try again with the same state. */
export type ReadResult =
  | { ok: true; handshake: Handshake | null; payload: Uint8Array; established: Established | null }
  | { ok: false; reason: 'truncated' | 'authentication' | 'weak-key' | 'out-of-turn' | 'oversized' };

/**
 * Diffie-Hellman. @returns null when the result would be all zeros, which only a public key of low order gives: such
 * a peer would know the "shared" secret without having a secret (RFC 7748 §6.1). Never throws on 32-byte keys.
 */
function sharedSecret(secretKey: Uint8Array, publicKey: Uint8Array): Uint8Array | null {
  try {
    return x25519.getSharedSecret(secretKey, publicKey);
  } catch {
    return null;
  }
}

function tokenSecret(hs: Handshake, token: 'ee' | 'es' | 'se'): Uint8Array | null {
  const initiator = hs.role === 'initiator';
  // The first letter is the initiator's key, the second the responder's.
  const ours = token[initiator ? 0 : 1] === 'e' ? hs.e : hs.s;
  const theirs = token[initiator ? 1 : 0] === 'e' ? hs.re : hs.rs;
  return theirs === null ? null : sharedSecret(ours.secretKey, theirs);
}

const writes = (role: HandshakeRole, step: Step): boolean => (step % 2 === 0) === (role === 'initiator');

/** True when the next message is ours to write. */
const isOurTurn = (hs: Handshake): boolean => writes(hs.role, hs.step);

/** After a message: the next handshake value, or the session once the third has passed. */
function advance(hs: Handshake): { handshake: Handshake | null; established: Established | null } {
  if (hs.step < 2) return { handshake: { ...hs, step: hs.step === 0 ? 1 : 2 }, established: null };
  if (hs.rs === null) throw new Error('XX finished without the peer’s static key');
  const [fromInitiator, fromResponder] = split(hs.symmetric);
  const initiator = hs.role === 'initiator';
  const established = {
    send: initiator ? fromInitiator : fromResponder,
    receive: initiator ? fromResponder : fromInitiator,
    handshakeHash: hs.symmetric.hash,
    remoteStatic: hs.rs,
  };
  return { handshake: null, established };
}

/**
 * Begins a handshake. `ephemeralSecret`: 32 bytes of entropy that were never used before and never will be again.
 * `prologue`: bytes both sides must agree on; they are bound, not sent.
 * @throws Error when a key has the wrong length: the caller's defect
 */
export function startHandshake(options: {
  role: HandshakeRole;
  staticKey: StaticKey;
  ephemeralSecret: Uint8Array;
  prologue: Uint8Array;
}): Handshake {
  const { role, staticKey, ephemeralSecret, prologue } = options;
  for (const key of [staticKey.publicKey, staticKey.secretKey, ephemeralSecret]) {
    if (key.length !== KEY_BYTES) throw new Error('A Noise key must be 32 bytes');
  }
  const secretKey = ephemeralSecret.slice();
  return {
    role,
    step: 0,
    symmetric: mixHash(initializeSymmetric(PROTOCOL_NAME), prologue),
    s: { publicKey: staticKey.publicKey.slice(), secretKey: staticKey.secretKey.slice() },
    e: { publicKey: x25519.getPublicKey(secretKey), secretKey },
    rs: null,
    re: null,
  };
}

/**
 * Writes the next message. `established` is set, and `handshake` null, with the last one.
 * Nothing a peer sends can make it throw: weak keys are refused when they are read.
 * @throws Error out of turn, or when the message would exceed 65,535 bytes: the caller's defect
 */
export function writeMessage(
  hs: Handshake,
  payload: Uint8Array,
): { handshake: Handshake | null; message: Uint8Array; established: Established | null } {
  if (!isOurTurn(hs)) throw new Error('Noise message written out of turn');
  if (payload.length + OVERHEAD_BYTES[hs.step] > MAX_FRAME_BYTES) throw new Error('Noise message over 65,535 bytes');
  let symmetric = hs.symmetric;
  const parts: Uint8Array[] = [];
  for (const token of PATTERN[hs.step]) {
    if (token === 'e') {
      parts.push(hs.e.publicKey);
      symmetric = mixHash(symmetric, hs.e.publicKey);
    } else if (token === 's') {
      const sealed = encryptAndHash(symmetric, hs.s.publicKey);
      parts.push(sealed.ciphertext);
      symmetric = sealed.state;
    } else {
      const secret = tokenSecret(hs, token);
      if (secret === null) throw new Error('Noise handshake holds a weak or missing key');
      symmetric = mixKey(symmetric, secret);
    }
  }
  const sealed = encryptAndHash(symmetric, payload);
  parts.push(sealed.ciphertext);
  return { ...advance({ ...hs, symmetric: sealed.state }), message: concatBytes(...parts) };
}

/**
 * Reads the peer's next message. `established` is set, and `handshake` null, with the last one. Never throws.
 * - `out-of-turn`: it is ours to write
 * - `oversized`: over 65,535 bytes · `truncated`: too short for its keys and tag
 * - `weak-key`: a key of low order · `authentication`: anything else that is not what an honest peer would send
 */
export function readMessage(hs: Handshake, message: Uint8Array): ReadResult {
  if (isOurTurn(hs)) return { ok: false, reason: 'out-of-turn' };
  if (message.length > MAX_FRAME_BYTES) return { ok: false, reason: 'oversized' };
  if (message.length < OVERHEAD_BYTES[hs.step]) return { ok: false, reason: 'truncated' };
  let next = hs;
  let at = 0;
  for (const token of PATTERN[hs.step]) {
    if (token === 'e') {
      // A copy: the message's bytes belong to whoever carried it.
      const re = message.slice(at, (at += DH_BYTES));
      // Message 0 mixes in no secret yet. Trying the key now means that writing message 1 cannot fail.
      if (sharedSecret(hs.e.secretKey, re) === null) return { ok: false, reason: 'weak-key' };
      next = { ...next, re, symmetric: mixHash(next.symmetric, re) };
    } else if (token === 's') {
      const opened = decryptAndHash(next.symmetric, message.subarray(at, (at += DH_BYTES + TAG_BYTES)));
      if (opened === null) return { ok: false, reason: 'authentication' };
      next = { ...next, rs: opened.plaintext, symmetric: opened.state };
    } else {
      const secret = tokenSecret(next, token);
      if (secret === null) return { ok: false, reason: 'weak-key' };
      next = { ...next, symmetric: mixKey(next.symmetric, secret) };
    }
  }
  const opened = decryptAndHash(next.symmetric, message.subarray(at));
  if (opened === null) return { ok: false, reason: 'authentication' };
  return { ok: true, ...advance({ ...next, symmetric: opened.state }), payload: opened.plaintext };
}
