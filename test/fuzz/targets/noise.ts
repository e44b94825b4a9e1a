/**
 * The handshake and the cipher of a session. An input is a moment of an honest handshake (its first byte) and the message
 * that arrives then: only the honest one may be taken, but for the first, which anyone may send.
 */
import { type CipherState, decryptWithAd } from '../../../enclave/vault/noise/cipher-state.ts';
import { readMessage } from '../../../enclave/vault/noise/handshake-xx.ts';
import { deepFreeze, honestRun } from '../../vectors/noise-two-sides.ts';
import { ACCEPTED, type Target, bytesTarget, mustHold, refusedWith, sameBytes } from '../engine/target.ts';

const { moments, initiator, responder } = honestRun();
const REASONS = ['truncated', 'oversized', 'authentication', 'weak-key', 'out-of-turn'];
const NO = refusedWith('not authentic');
export const HONEST = moments.map(({ message }, at) => Uint8Array.from([at, ...message]));
/** Frames of an open session, sealed as its other side would. */
const CIPHERS: readonly CipherState[] = [responder.receive, initiator.receive];

export const NOISE_TARGETS: readonly Target[] = [
  bytesTarget('handshake-message', {
    covers: ['enclave/vault/noise/handshake-xx.ts#readMessage'], cost: 60,
    run(bytes) {
      const at = (bytes[0] ?? 0) % moments.length;
      const { reader } = moments[at]!;
      const message = bytes.slice(1);
      const unchanged = deepFreeze([reader, message]);
      const result = readMessage(reader, message);
      mustHold(unchanged(), 'the handshake was written to');
      if (!result.ok) {
        mustHold(REASONS.includes(result.reason), `refused for ${result.reason}`);
        return refusedWith(result.reason);
      }
      mustHold(at === 0 || sameBytes(message, moments[at]!.message), 'a message that nobody sent is authentic');
      return ACCEPTED;
    },
  }),
  bytesTarget('session-frame', {
    covers: ['enclave/vault/noise/cipher-state.ts'],
    run(bytes) {
      for (const cipher of CIPHERS) {
        const unchanged = deepFreeze([cipher, bytes]);
        const opened = decryptWithAd(cipher, new Uint8Array(), bytes);
        mustHold(unchanged(), 'the session was written to');
        if (!opened) continue;
        mustHold(opened.plaintext.length === bytes.length - 16 && opened.state.nonce === cipher.nonce + 1, 'opened into something else');
        // A tag is found by guessing once in 2^128; what opens is a sample.
        mustHold(new TextDecoder().decode(opened.plaintext).startsWith('tallystick sample'), 'a frame that nobody sealed is authentic');
        return ACCEPTED;
      }
      return NO;
    },
  }),
];
