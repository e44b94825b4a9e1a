/** The three words that two people compare (design §6; assurance row 33): another hash wherever anything is another. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { pairingWords } from '../../../enclave/vault/people/pairing.machine.ts';

const bytes32 = fc.uint8Array({ minLength: 32, maxLength: 32 });
type Made = readonly [handshakeHash: Uint8Array, asker: Uint8Array, asked: Uint8Array, askerNonce: Uint8Array, askedNonce: Uint8Array];
const wordsOf = ([handshakeHash, ...rest]: Made): string => pairingWords({ handshakeHash }, ...rest).join(' ');

describe('the words', () => {
  it('differ as soon as anything differs that they are made of', () => {
    fc.assert(
      fc.property(fc.tuple(bytes32, bytes32, bytes32, bytes32, bytes32), fc.nat({ max: 4 }), fc.nat({ max: 255 }), (made, part, bit) => {
        const other = made.map((bytes, at) => (at === part ? bytes.with(bit >> 3, (bytes[bit >> 3] ?? 0) ^ (1 << (bit & 7))) : bytes)) as unknown as Made;
        // One chance in 2^33 of agreeing by accident.
        expect(wordsOf(other)).not.toBe(wordsOf(made));
        expect(wordsOf([...made])).toBe(wordsOf(made));
        expect(wordsOf(made).split(' ').filter((word) => word !== '')).toHaveLength(3);
      }),
    );
  });
});
