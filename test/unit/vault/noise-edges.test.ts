/** The edges of the Noise layer (revision 34 §5, §13): counters, lengths, and bytes that belong to somebody else. */
import { x25519 } from '@noble/curves/ed25519.js';
import { sha256 } from '@noble/hashes/sha2.js';
import { describe, expect, it } from 'vitest';
import { decryptWithAd, encryptWithAd } from '../../../enclave/vault/noise/cipher-state.ts';
import { type HandshakeRole, OVERHEAD_BYTES, readMessage, startHandshake, writeMessage } from '../../../enclave/vault/noise/handshake-xx.ts';
import { encryptAndHash, initializeSymmetric } from '../../../enclave/vault/noise/symmetric-state.ts';
import { MAX_FRAME_BYTES } from '../../../protocol/limits.ts';
import { refusalCode } from '../../support/refusals.ts';

const bytes = (fill: number, length = 32) => new Uint8Array(length).fill(fill);
const NOTHING = new Uint8Array();
const TAG_BYTES = 16;

const keyPair = (fill: number) => ({ secretKey: bytes(fill), publicKey: x25519.getPublicKey(bytes(fill)) });
const begin = (role: HandshakeRole, fill: number) => startHandshake({ role, staticKey: keyPair(fill), ephemeralSecret: bytes(fill + 1), prologue: NOTHING });

describe('a cipher', () => {
  it('takes counters only that are whole, not negative, and safe to count with', () => {
    for (const nonce of [-1, 0.5, Number.NaN, Number.MAX_SAFE_INTEGER + 1]) {
      expect(refusalCode(() => encryptWithAd({ key: bytes(1), nonce }, NOTHING, NOTHING)), String(nonce)).toBe('session_closed');
      expect(decryptWithAd({ key: bytes(1), nonce }, NOTHING, bytes(0)), String(nonce)).toBeNull();
    }
  });

  it('opens a message of nothing, and what is shorter than a tag is none', () => {
    const { ciphertext } = encryptWithAd({ key: bytes(1), nonce: 0 }, NOTHING, NOTHING);
    expect(ciphertext).toHaveLength(TAG_BYTES);
    expect(decryptWithAd({ key: bytes(1), nonce: 0 }, NOTHING, ciphertext)?.plaintext).toEqual(NOTHING);
    for (const length of [0, TAG_BYTES - 1]) expect(decryptWithAd({ key: bytes(1), nonce: 0 }, NOTHING, ciphertext.slice(0, length))).toBeNull();
  });
});

describe('a handshake', () => {
  it('has messages as long as is said, and one byte less is truncated', () => {
    let [writer, reader] = [begin('initiator', 10), begin('responder', 20)];
    for (const step of [0, 1, 2] as const) {
      const { message, handshake } = writeMessage(writer, NOTHING);
      expect(message).toHaveLength(OVERHEAD_BYTES[step]);
      expect(readMessage(reader, message.slice(1))).toEqual({ ok: false, reason: 'truncated' });
      const read = readMessage(reader, message);
      if (!read.ok) throw new Error(read.reason);
      if (handshake && read.handshake) [writer, reader] = [read.handshake, handshake];
    }
  });

  it('reads what is as long as a frame may be', () => {
    const reader = begin('responder', 20);
    expect(readMessage(reader, bytes(1, MAX_FRAME_BYTES))).toMatchObject({ ok: true });
    expect(readMessage(reader, bytes(1, MAX_FRAME_BYTES + 1))).toEqual({ ok: false, reason: 'oversized' });
  });

  it('goes on with its own copy of every key', () => {
    const staticKey = keyPair(10);
    const ephemeralSecret = bytes(11);
    const handshake = startHandshake({ role: 'initiator', staticKey, ephemeralSecret, prologue: NOTHING });
    for (const key of [staticKey.publicKey, staticKey.secretKey, ephemeralSecret]) key.fill(0);
    expect(handshake.s).toEqual(keyPair(10));
    expect(handshake.e).toEqual(keyPair(11));
  });
});

describe('the symmetric state', () => {
  it('begins with the name, padded, or hashed if it is longer than a hash', () => {
    const padded = (name: string) => Uint8Array.from({ length: 32 }, (_, at) => name.charCodeAt(at) || 0);
    for (const name of ['short', 'a'.repeat(32)]) expect(initializeSymmetric(name)).toMatchObject({ hash: padded(name), chainingKey: padded(name) });
    expect(initializeSymmetric('a'.repeat(33)).hash).toEqual(sha256(new TextEncoder().encode('a'.repeat(33))));
  });

  it('hands out bytes of its own while there is no key', () => {
    const plaintext = bytes(7);
    const { ciphertext } = encryptAndHash(initializeSymmetric('name'), plaintext);
    plaintext.fill(0);
    expect(ciphertext).toEqual(bytes(7));
  });
});
