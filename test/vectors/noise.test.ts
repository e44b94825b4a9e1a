/**
 * The vault's Noise against published vectors for exactly Noise_XX_25519_ChaChaPoly_SHA256, byte for byte, from both
 * ends. The numbers and their sources are in noise-xx.json.
 */
import { describe, expect, it } from 'vitest';
import { x25519 } from '@noble/curves/ed25519.js';
import { bytesToHex, hexToBytes } from '@noble/hashes/utils.js';
import { decryptWithAd, encryptWithAd } from '../../enclave/vault/noise/cipher-state.ts';
import {
  PROTOCOL_NAME,
  readMessage,
  startHandshake,
  writeMessage,
  type Established,
  type Handshake,
  type StaticKey,
} from '../../enclave/vault/noise/handshake-xx.ts';
import published from './noise-xx.json' with { type: 'json' };

const NO_AD = new Uint8Array(0);

function keyPair(secretHex: string): StaticKey {
  const secretKey = hexToBytes(secretHex);
  return { secretKey, publicKey: x25519.getPublicKey(secretKey) };
}

it('the published vectors are for the protocol the vault names, and one states the handshake hash', () => {
  expect(published.protocolName).toBe(PROTOCOL_NAME);
  expect(published.vectors.filter(({ handshakeHash }) => handshakeHash !== null)).toHaveLength(1);
});

describe.each(published.vectors.map((vector) => ({ ...vector, name: vector.source.split(':')[0]! })))('$name', (vector) => {
  const start = (role: 'initiator' | 'responder'): Handshake => {
    const initiator = role === 'initiator';
    return startHandshake({
      role,
      staticKey: keyPair(initiator ? vector.initStatic : vector.respStatic),
      ephemeralSecret: hexToBytes(initiator ? vector.initEphemeral : vector.respEphemeral),
      prologue: hexToBytes(initiator ? vector.initPrologue : vector.respPrologue),
    });
  };

  it('every message is written as published, and read back', () => {
    type End = { handshake: Handshake | null; established: Established | null };
    const ends: [End, End] = [
      { handshake: start('initiator'), established: null },
      { handshake: start('responder'), established: null },
    ];
    vector.messages.forEach(({ payload, ciphertext }, index) => {
      const [from, to] = index % 2 === 0 ? ([0, 1] as const) : ([1, 0] as const);
      const { handshake: writer, established: sender } = ends[from];
      const { handshake: reader, established: receiver } = ends[to];
      if (writer !== null && reader !== null) {
        const written = writeMessage(writer, hexToBytes(payload));
        expect(bytesToHex(written.message), `message ${index}`).toBe(ciphertext);
        const read = readMessage(reader, hexToBytes(ciphertext));
        if (!read.ok) throw new Error(`message ${index}: ${read.reason}`);
        expect(bytesToHex(read.payload), `payload ${index}`).toBe(payload);
        ends[from] = written;
        ends[to] = read;
      } else if (sender !== null && receiver !== null) {
        const sealed = encryptWithAd(sender.send, NO_AD, hexToBytes(payload));
        expect(bytesToHex(sealed.ciphertext), `message ${index}`).toBe(ciphertext);
        const opened = decryptWithAd(receiver.receive, NO_AD, hexToBytes(ciphertext));
        if (opened === null) throw new Error(`message ${index} did not open`);
        expect(bytesToHex(opened.plaintext), `payload ${index}`).toBe(payload);
        ends[from] = { handshake: null, established: { ...sender, send: sealed.state } };
        ends[to] = { handshake: null, established: { ...receiver, receive: opened.state } };
      } else throw new Error(`one side finished before the other, at message ${index}`);
    });
    const [initiator, responder] = [ends[0].established, ends[1].established];
    if (initiator === null || responder === null) throw new Error('the handshake did not finish');
    // Both directions of the transport were exercised too.
    expect(initiator.send.nonce + initiator.receive.nonce).toBe(vector.messages.length - 3);
    expect(vector.messages.length).toBeGreaterThanOrEqual(5);
    expect(bytesToHex(initiator.handshakeHash)).toBe(bytesToHex(responder.handshakeHash));
    if (vector.handshakeHash !== null) expect(bytesToHex(initiator.handshakeHash)).toBe(vector.handshakeHash);
    expect(initiator.remoteStatic).toEqual(keyPair(vector.respStatic).publicKey);
    expect(responder.remoteStatic).toEqual(keyPair(vector.initStatic).publicKey);
  });
});
