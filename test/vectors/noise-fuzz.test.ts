/** Any bytes, at any point of a handshake or session: a reason, never an exception, and no state is written to. */
import { expect, it } from 'vitest';
import fc from 'fast-check';
import { decryptWithAd, encryptWithAd } from '../../enclave/vault/noise/cipher-state.ts';
import { readMessage, writeMessage } from '../../enclave/vault/noise/handshake-xx.ts';
import { deepFreeze, honestRun, side } from './noise-two-sides.ts';

const { moments, initiator, responder } = honestRun();
const states = [...moments.map(({ reader }) => reader), side('initiator')];
const REASONS = ['truncated', 'authentication', 'weak-key', 'out-of-turn'];

/** Noise of every length that matters, and honest messages with a part overwritten. */
const anyMessage = fc.oneof(
  fc.uint8Array({ maxLength: 200 }),
  fc.tuple(fc.constantFrom(...moments), fc.nat({ max: 150 }), fc.uint8Array({ minLength: 1, maxLength: 40 })).map(([moment, at, bytes]) => {
    const message = new Uint8Array(Math.max(moment.message.length, at + bytes.length));
    message.set(moment.message);
    message.set(bytes, at);
    return message;
  }),
);

it('readMessage answers any bytes, and only message 0 can be accepted from a stranger', () => {
  const honest = new Set(moments.map(({ message }) => message.join()));
  fc.assert(
    fc.property(fc.constantFrom(...states), anyMessage, (state, message) => {
      const unchanged = deepFreeze([state, message]);
      const result = readMessage(state, message);
      expect(unchanged()).toBe(true);
      if (!result.ok) expect(REASONS).toContain(result.reason);
      else expect(state.step === 0 || honest.has(message.join())).toBe(true);
    }),
    { numRuns: 300 },
  );
});

it('writeMessage can answer whatever message 0 was accepted', () => {
  fc.assert(
    fc.property(fc.uint8Array({ minLength: 32, maxLength: 64 }), fc.uint8Array({ maxLength: 64 }), (message, payload) => {
      const read = readMessage(side('responder'), message);
      if (!read.ok) return expect(read.reason).toBe('weak-key');
      const unchanged = deepFreeze([read, payload]);
      expect(writeMessage(read.handshake!, payload).message).toHaveLength(96 + payload.length);
      expect(unchanged()).toBe(true);
    }),
    { numRuns: 100 },
  );
});

it('a transport cipher answers any bytes, and gives back any message', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 200 }), fc.uint8Array({ maxLength: 40 }), fc.nat({ max: 2 ** 31 }), (bytes, ad, nonce) => {
      const [send, receive] = [{ ...initiator.send, nonce }, { ...responder.receive, nonce }];
      const unchanged = deepFreeze([send, receive, bytes, ad]);
      expect(decryptWithAd(receive, ad, bytes)).toBeNull();
      const sealed = encryptWithAd(send, ad, bytes);
      expect(decryptWithAd(receive, ad, sealed.ciphertext)).toEqual({ state: { ...receive, nonce: nonce + 1 }, plaintext: bytes });
      expect(unchanged()).toBe(true);
    }),
    { numRuns: 500 },
  );
});

it('a handshake survives being cloned at every step, so it is plain data', () => {
  for (const state of states) expect(structuredClone(state)).toEqual(state);
  const { message, reader } = moments[2]!;
  expect(readMessage(structuredClone(reader), message)).toEqual(readMessage(reader, message));
});
