/** One valid example of every message two vaults exchange, and arbitrary ones, for tests that damage or invent them. */
import fc from 'fast-check';
import { encodeMessage, type Message, type WireAsset } from '../../protocol/messages.codec.ts';

const bytes = (length: number, fill = 1): Uint8Array => new Uint8Array(length).fill(fill);
const id = 'ab'.repeat(16);
const position = { instance: bytes(32), n: 3, head: bytes(32), signature: bytes(64) };
const asset: WireAsset = { kind: 'credit', currency: { issuer: bytes(32), code: 'TEA', decimals: 2, name: 'Tea', signature: bytes(64) }, amount: '1250' };

export const SAMPLES: readonly Message[] = [
  { type: 'evidence', statement: bytes(40), signature: bytes(64) },
  { type: 'pair-request', commitment: bytes(32) }, { type: 'pair-nonce', nonce: bytes(32) }, { type: 'pair-reveal', nonce: bytes(32) }, { type: 'pair-confirm' }, { type: 'pair-abort', reason: 'busy' },
  {
    type: 'resume', transfers: [id], requests: [id], closed: [{ lane: 'cd'.repeat(32), upTo: 4 }], rule: [{ currency: 'ef'.repeat(32) as never, upTo: '20' }],
    position, witnessed: position, acquaintances: [bytes(8)],
  },
  { type: 'rule', rule: [] }, { type: 'witness', positions: [position], proofs: [{ first: position, second: position }] },
  { type: 'lane-open', sourceKey: bytes(32), nonce: bytes(32) }, { type: 'lane-ready', sourceKey: bytes(32), destinationKey: bytes(32), signature: bytes(64) },
  { type: 'offer', id, give: [asset], take: [asset], memo: 'tea', purpose: 'payment', request: id }, { type: 'accept', id }, { type: 'decline', id, reason: 'declined' }, { type: 'withdraw', id },
  { type: 'lane-frames', frames: [bytes(200), bytes(1)] },
  { type: 'request', id, asset, memo: 'lunch' }, { type: 'request-decline', id }, { type: 'request-cancel', id },
];

/** The bytes of a sample with a few of them changed, left out or added. */
export const damaged: fc.Arbitrary<Uint8Array> = fc
  .tuple(fc.constantFrom(...SAMPLES), fc.array(fc.tuple(fc.nat(), fc.integer({ min: 0, max: 255 }), fc.constantFrom('change', 'insert', 'remove', 'cut')), { minLength: 1, maxLength: 4 }))
  .map(([sample, wounds]) => {
    const result = [...encodeMessage(sample)];
    for (const [at, byte, how] of wounds) {
      const where = result.length ? at % result.length : 0;
      if (how === 'change') result[where] = byte;
      else if (how === 'insert') result.splice(where, 0, byte);
      else if (how === 'remove') result.splice(where, 1);
      else result.length = where;
    }
    return Uint8Array.from(result);
  });
