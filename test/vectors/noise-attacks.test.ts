/**
 * The vault's Noise against whoever carries its messages: every byte flipped, every truncation, another prologue, keys
 * of low order, messages out of turn. Whatever arrives, reading answers with a reason and changes nothing.
 */
import { describe, expect, it } from 'vitest';
import { chacha20poly1305 } from '@noble/ciphers/chacha.js';
import { decryptWithAd, encryptWithAd, NONCE_LIMIT } from '../../enclave/vault/noise/cipher-state.ts';
import {
  OVERHEAD_BYTES,
  readMessage,
  startHandshake,
  writeMessage,
  type Handshake,
} from '../../enclave/vault/noise/handshake-xx.ts';
import { MAX_FRAME_BYTES } from '../../protocol/limits.ts';
import { Refusal } from '../../protocol/errors.ts';
import { deepFreeze, honestRun, PAYLOADS, PROLOGUE, side, staticKey } from './noise-two-sides.ts';

const NO_AD = new Uint8Array(0);
const text = (words: string): Uint8Array => new TextEncoder().encode(words);

/** The initiator about to write message 2. */
function honestInitiatorBeforeLast(): Handshake {
  const { message, reader } = honestRun().moments[1]!;
  const read = readMessage(reader, message);
  if (!read.ok || read.handshake === null) throw new Error('an honest answer was refused');
  return read.handshake;
}

/** Reads message 0 as given, answers it, and lets the honest initiator read the answer. */
function reasonAtInitiator(messageZero: Uint8Array): string {
  const written = writeMessage(side('initiator'), PAYLOADS[0]!);
  const read = readMessage(side('responder'), messageZero);
  if (!read.ok || read.handshake === null || written.handshake === null) return `message 0: ${read.ok || read.reason}`;
  const answer = readMessage(written.handshake, writeMessage(read.handshake, PAYLOADS[1]!).message);
  return answer.ok ? 'accepted' : answer.reason;
}

describe('two sides in memory', () => {
  it('agree on one session, know each other’s static keys, and talk both ways', () => {
    const { initiator, responder } = honestRun();
    expect(initiator.handshakeHash).toEqual(responder.handshakeHash);
    expect(initiator.remoteStatic).toEqual(staticKey(2).publicKey);
    expect(responder.remoteStatic).toEqual(staticKey(1).publicKey);
    expect(initiator.send.key).not.toEqual(initiator.receive.key);
    let [a, b] = [initiator, responder];
    for (let round = 0; round < 3; round += 1) {
      const there = encryptWithAd(a.send, NO_AD, text(`there ${round}`));
      const gotThere = decryptWithAd(b.receive, NO_AD, there.ciphertext)!;
      const back = encryptWithAd(b.send, NO_AD, text(`back ${round}`));
      const gotBack = decryptWithAd(a.receive, NO_AD, back.ciphertext)!;
      expect([gotThere.plaintext, gotBack.plaintext]).toEqual([text(`there ${round}`), text(`back ${round}`)]);
      [a, b] = [
        { ...a, send: there.state, receive: gotBack.state },
        { ...b, send: back.state, receive: gotThere.state },
      ];
    }
  });

  it('other ephemeral secrets give another session', () => {
    const other = startHandshake({
      role: 'initiator',
      staticKey: staticKey(1),
      ephemeralSecret: new Uint8Array(32).fill(9),
      prologue: PROLOGUE,
    });
    expect(writeMessage(other, NO_AD).message).not.toEqual(writeMessage(side('initiator'), NO_AD).message);
  });

  it('with different prologues never finish', () => {
    const written = writeMessage(side('initiator'), NO_AD);
    const read = readMessage(side('responder', text('another prologue')), written.message);
    if (!read.ok) throw new Error(read.reason);
    const answer = writeMessage(read.handshake!, NO_AD);
    expect(readMessage(written.handshake!, answer.message)).toEqual({ ok: false, reason: 'authentication' });
  });
});

describe.each(honestRun().moments)('message $at', ({ at, message, reader }) => {
  it('with any one byte changed is refused, at once or by the answer to it', () => {
    for (let index = 0; index < message.length; index += 1) {
      for (const bit of [0x01, 0x80]) {
        const changed = message.slice();
        changed[index]! ^= bit;
        // Nothing authenticates message 0 by itself; the answer to it does.
        const result = readMessage(reader, changed);
        const reason = at === 0 ? reasonAtInitiator(changed) : !result.ok && result.reason;
        expect(reason, `byte ${index}, bit ${bit}`).toBe('authentication');
      }
    }
  });

  it('cut short anywhere is refused, at once or by the answer to it', () => {
    for (let length = 0; length < message.length; length += 1) {
      const shorter = message.subarray(0, length);
      const result = readMessage(reader, shorter);
      const tooShort = length < OVERHEAD_BYTES[reader.step];
      const reason = at === 0 && !tooShort ? reasonAtInitiator(shorter) : !result.ok && result.reason;
      expect(reason, `${length} bytes`).toBe(tooShort ? 'truncated' : 'authentication');
    }
  });

  it('over 65,535 bytes is refused', () => {
    expect(readMessage(reader, new Uint8Array(MAX_FRAME_BYTES + 1))).toEqual({ ok: false, reason: 'oversized' });
  });

  it('is refused by the side that is to write', () => {
    const read = readMessage(reader, message);
    if (!read.ok) throw new Error(read.reason);
    if (read.handshake === null) return expect(at).toBe(2);
    expect(readMessage(read.handshake, message)).toEqual({ ok: false, reason: 'out-of-turn' });
  });

  it('leaves the reader’s state as it was, so reading it again gives the same', () => {
    const unchanged = deepFreeze([reader, message]);
    expect(readMessage(reader, message)).toEqual(readMessage(reader, message));
    expect(unchanged()).toBe(true);
  });

  it('does not share bytes with what was read from it', () => {
    const carried = message.slice();
    const read = readMessage(reader, carried);
    const unchanged = deepFreeze(read);
    carried.fill(0);
    expect(unchanged()).toBe(true);
  });
});

/** Points of order 1, 2, 4 and 8, also in encodings that are not reduced, with and without the ignored top bit. */
const P = 2n ** 255n - 19n;
const ORDER_8 = [
  325606250916557431795983626356110631294008115727848805560023387167927233504n,
  39382357235489614581723060781553021112529911719440698176882885853963445705823n,
];
const LOW_ORDER = [0n, 1n, P - 1n, P, P + 1n, ...ORDER_8].flatMap((u) => [u, u | (1n << 255n)]);

function littleEndian(u: bigint): Uint8Array {
  return Uint8Array.from({ length: 32 }, (_, index) => Number((u >> BigInt(8 * index)) & 0xffn));
}

describe.each(LOW_ORDER)('a key of low order, %s', (u) => {
  const weak = littleEndian(u);

  it('is refused as an ephemeral key', () => {
    for (const { message, reader } of honestRun().moments.slice(0, 2)) {
      const forged = message.slice();
      forged.set(weak);
      expect(readMessage(reader, forged)).toEqual({ ok: false, reason: 'weak-key' });
    }
  });

  it('is refused as a static key, from either side', () => {
    const dishonest = (hs: Handshake): Handshake => ({ ...hs, s: { ...hs.s, publicKey: weak } });
    const opening = writeMessage(side('initiator'), NO_AD);
    const asked = readMessage(dishonest(side('responder')), opening.message);
    if (!asked.ok) throw new Error(asked.reason);
    const answer = writeMessage(asked.handshake!, NO_AD);
    expect(readMessage(opening.handshake!, answer.message)).toEqual({ ok: false, reason: 'weak-key' });

    const { moments } = honestRun();
    const last = writeMessage(dishonest(honestInitiatorBeforeLast()), NO_AD);
    expect(readMessage(moments[2]!.reader, last.message)).toEqual({ ok: false, reason: 'weak-key' });
  });
});

describe('the caller’s own mistakes are thrown', () => {
  it('writing out of turn', () => {
    expect(() => writeMessage(side('responder'), NO_AD)).toThrow('out of turn');
  });

  it('a payload that makes the message longer than 65,535 bytes, and not one byte less', () => {
    const fits = MAX_FRAME_BYTES - OVERHEAD_BYTES[0];
    expect(writeMessage(side('initiator'), new Uint8Array(fits)).message).toHaveLength(MAX_FRAME_BYTES);
    expect(() => writeMessage(side('initiator'), new Uint8Array(fits + 1))).toThrow('65,535');
  });

  it('a key that is not 32 bytes', () => {
    const good = { role: 'initiator', staticKey: staticKey(1), ephemeralSecret: new Uint8Array(32).fill(3), prologue: NO_AD } as const;
    expect(() => startHandshake({ ...good, ephemeralSecret: new Uint8Array(31) })).toThrow('32 bytes');
    expect(() => startHandshake({ ...good, staticKey: { ...good.staticKey, publicKey: NO_AD } })).toThrow('32 bytes');
  });
});

describe('a transport cipher', () => {
  const { send, receive } = { send: honestRun().initiator.send, receive: honestRun().responder.receive };
  const { ciphertext } = encryptWithAd(send, text('ad'), text('ten pounds'));

  it('opens nothing that was changed, cut, replayed, reordered, or bound to other data', () => {
    const opened = decryptWithAd(receive, text('ad'), ciphertext)!;
    expect(opened.plaintext).toEqual(text('ten pounds'));
    for (let index = 0; index < ciphertext.length; index += 1) {
      const changed = ciphertext.slice();
      changed[index]! ^= 1;
      expect(decryptWithAd(receive, text('ad'), changed), `byte ${index}`).toBeNull();
      expect(decryptWithAd(receive, text('ad'), ciphertext.subarray(0, index)), `${index} bytes`).toBeNull();
    }
    expect(decryptWithAd(receive, text('AD'), ciphertext)).toBeNull();
    expect(decryptWithAd(opened.state, text('ad'), ciphertext)).toBeNull();
    const second = encryptWithAd(encryptWithAd(send, NO_AD, NO_AD).state, NO_AD, text('second'));
    expect(decryptWithAd(receive, NO_AD, second.ciphertext)).toBeNull();
  });

  it('does not repeat a nonce: past the limit it refuses to send and opens nothing', () => {
    const last = { key: send.key, nonce: NONCE_LIMIT - 1 };
    const sealed = encryptWithAd(last, NO_AD, text('last'));
    expect(decryptWithAd(last, NO_AD, sealed.ciphertext)?.plaintext).toEqual(text('last'));
    expect(sealed.state.nonce).toBe(NONCE_LIMIT);
    expect(() => encryptWithAd(sealed.state, NO_AD, NO_AD)).toThrow(Refusal);
    for (const nonce of [NONCE_LIMIT + 1, -1, 0.5, NaN, Infinity]) {
      expect(decryptWithAd({ key: send.key, nonce }, NO_AD, sealed.ciphertext), String(nonce)).toBeNull();
    }
    // Authentic under the nonce that is the limit, and refused all the same.
    const atLimit = new Uint8Array(12);
    new DataView(atLimit.buffer).setBigUint64(4, BigInt(NONCE_LIMIT), true);
    const authentic = chacha20poly1305(send.key, atLimit, NO_AD).encrypt(text('one too many'));
    expect(decryptWithAd(sealed.state, NO_AD, authentic)).toBeNull();
  });

  it('carries 65,519 bytes and no more', () => {
    const most = MAX_FRAME_BYTES - 16;
    const sealed = encryptWithAd(send, NO_AD, new Uint8Array(most));
    expect(decryptWithAd(receive, NO_AD, sealed.ciphertext)?.plaintext).toHaveLength(most);
    expect(() => encryptWithAd(send, NO_AD, new Uint8Array(most + 1))).toThrow('65,535');
    const authentic = chacha20poly1305(send.key, new Uint8Array(12), NO_AD).encrypt(new Uint8Array(most + 1));
    expect(decryptWithAd(receive, NO_AD, authentic)).toBeNull();
  });
});
