/**
 * Keys of a lane (design §6, phase 1) and its frames. The two ends agree by X25519 and bind the result to both
 * instances, all three public values and the nonce. Each commit has a key of its own; the chain moves on and an old
 * key opens nothing that comes later, nor does a later one open what came before.
 *
 *   chain(1) ─next▶ chain(2) ─next▶ chain(3) …        answer key: one per lane, for ACK and NACK
 *      └commit▶ key(1)  └commit▶ key(2)
 *
 * Answers use a nonce computed from their content, so that a repeat is the same bytes even after the content is gone.
 */
import { xchacha20poly1305 } from '@noble/ciphers/chacha.js';
import { x25519 } from '@noble/curves/ed25519.js';
import { decodeAs, LaneFrameSchema, type LaneFrame } from '../../../protocol/messages.codec.ts';
import { encodeStrict } from '../../../protocol/cbor.codec.ts';
import type { LaneId } from '../../../protocol/identifiers.ts';
import { bytesToHex, derive, digest, keyedDigest } from '../bytes.ts';

export interface LaneParties {
  readonly source: Uint8Array;
  readonly destination: Uint8Array;
  readonly sourceKey: Uint8Array;
  readonly destinationKey: Uint8Array;
  readonly nonce: Uint8Array;
}

export const laneIdOf = (lane: LaneParties): LaneId =>
  bytesToHex(digest('tallystick lane', lane.source, lane.destination, lane.sourceKey, lane.destinationKey, lane.nonce)) as LaneId;

/** @returns the first chain key and the answer key, or null if the peer's key is of low order. */
export function laneSecrets(lane: LaneParties, ownSecret: Uint8Array, peerKey: Uint8Array): { chainKey: Uint8Array; answerKey: Uint8Array } | null {
  let shared: Uint8Array;
  try {
    shared = x25519.getSharedSecret(ownSecret, peerKey);
  } catch {
    return null;
  }
  const root = keyedDigest(digest('tallystick lane keys', lane.source, lane.destination, lane.sourceKey, lane.destinationKey, lane.nonce), shared);
  return { chainKey: derive(root, 'chain'), answerKey: derive(root, 'answer') };
}

export const commitKey = (chainKey: Uint8Array): Uint8Array => derive(chainKey, 'commit');
export const nextChainKey = (chainKey: Uint8Array): Uint8Array => derive(chainKey, 'next');

const header = (kind: LaneFrame['kind'], lane: LaneId, seq: number): Uint8Array => encodeStrict([1, kind, lane, seq]);

/** Seals one COMMIT under its own key. */
export const sealCommit = (key: Uint8Array, nonce: Uint8Array, lane: LaneId, seq: number, plaintext: Uint8Array): Uint8Array =>
  encodeStrict({ version: 1, kind: 'commit', lane, seq, nonce, box: xchacha20poly1305(key, nonce, header('commit', lane, seq)).encrypt(plaintext) });

interface AnswerKeys { readonly nonce: Uint8Array; readonly seal: Uint8Array }

/** What follows from the answer key of a lane, worked out once; forgotten with it. */
const answerKeysOf = new WeakMap<Uint8Array, AnswerKeys>();

function answerKeys(answerKey: Uint8Array): AnswerKeys {
  let keys = answerKeysOf.get(answerKey);
  if (!keys) answerKeysOf.set(answerKey, (keys = { nonce: derive(answerKey, 'nonce'), seal: derive(answerKey, 'seal') }));
  return keys;
}

/** Seals an ACK or NACK: equal content, equal bytes. */
export function sealAnswer(answerKey: Uint8Array, kind: 'ack' | 'nack', lane: LaneId, seq: number, plaintext: Uint8Array): Uint8Array {
  const ad = header(kind, lane, seq);
  const keys = answerKeys(answerKey);
  const nonce = keyedDigest(keys.nonce, ad, plaintext).slice(0, 24);
  return encodeStrict({ version: 1, kind, lane, seq, nonce, box: xchacha20poly1305(keys.seal, nonce, ad).encrypt(plaintext) });
}

/** @returns the plaintext, or null if the frame was not sealed under this key for this lane and seq. */
export function openFrame(frame: LaneFrame, key: Uint8Array): Uint8Array | null {
  try {
    return xchacha20poly1305(key, frame.nonce, header(frame.kind, frame.lane as LaneId, frame.seq)).decrypt(frame.box);
  } catch {
    return null;
  }
}

export const openAnswer = (frame: LaneFrame, answerKey: Uint8Array): Uint8Array | null => openFrame(frame, answerKeys(answerKey).seal);

export const parseLaneFrame = (bytes: Uint8Array) => decodeAs(LaneFrameSchema, bytes);
