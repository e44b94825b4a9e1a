/** Fork proofs as text (docs/PROTOCOL.md, "Fork proofs as text"; assurance row 31): one text per proof, and nothing else is one. */
import { bech32m } from '@scure/base';
import { ed25519 } from '@noble/curves/ed25519.js';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { encodeStrict } from '../../../protocol/cbor.codec.ts';
import type { Failure } from '../../../protocol/errors.ts';
import { checkForkProof } from '../../../protocol/fork-proof.ts';
import { formatForkProof, parseForkProof } from '../../../protocol/fork-proof.codec.ts';
import { MAX_PROOF_CHARS } from '../../../protocol/limits.ts';
import type { ForkProof } from '../../../protocol/messages.codec.ts';
import { positionStatement, signingInput } from '../../../protocol/statements.codec.ts';
import { bytesFrom, forkProofOf, positionOf, signerOf } from '../../support/fork-proofs.ts';

const signer = signerOf('Mallory');
const proof = forkProofOf(signer);
const text = formatForkProof(proof);
/** The same proof with its halves as they stand in the text. */
const inOrder = (parseForkProof(text) as { value: ForkProof }).value;
const other = bytesFrom('a third head');

/** What anyone makes of a text: nothing, or why not. */
const judged = (written: string): Failure['code'] | 'proof' => {
  const parsed = parseForkProof(written);
  const checked = parsed.ok ? checkForkProof(parsed.value) : parsed;
  return checked.ok ? 'proof' : checked.failure.code;
};
/** A text whose checksum is right, whatever is in it. */
const written = (bytes: Uint8Array, prefix = 'tallyfork'): string => bech32m.encode(prefix, bech32m.toWords(bytes), false);
const why = (found: ForkProof): unknown => {
  const checked = checkForkProof(found);
  return checked.ok ? 'proof' : [checked.failure.code, checked.failure.params];
};

describe('a fork proof', () => {
  it('has one text, whichever of its two halves was there first, and is read back as it was', () => {
    expect(text).toMatch(/^tallyfork1[ac-hj-np-z02-9]+$/);
    expect(formatForkProof({ first: proof.second, second: proof.first })).toBe(text);
    const read = parseForkProof(text);
    expect(read.ok && [read.value.first, read.value.second].map(({ n }) => n)).toEqual([57, 57]);
    expect(judged(text)).toBe('proof');
  });

  it('fits the room there is for it, also with the largest number', () => {
    const longest = formatForkProof(forkProofOf(signer, Number.MAX_SAFE_INTEGER));
    expect(longest.length).toBeLessThanOrEqual(MAX_PROOF_CHARS);
    expect(judged(longest)).toBe('proof');
  });

  it('with any one character changed is none', () => {
    fc.assert(fc.property(fc.nat(text.length - 1), fc.integer({ min: 1, max: 255 }), (at, change) => {
      const changed = Buffer.from(text, 'latin1');
      changed[at] = (changed[at] ?? 0) ^ change;
      expect(judged(changed.toString('latin1'))).toBe('bad_proof');
    }), { numRuns: 3_000 });
  });

  it('with any one bit changed before the checksum is made is none', () => {
    const bytes = encodeStrict(inOrder);
    expect(judged(written(bytes))).toBe('proof');
    fc.assert(fc.property(fc.nat(bytes.length * 8 - 1), (bit) => {
      const changed = bytes.slice();
      changed[bit >> 3] = (changed[bit >> 3] ?? 0) ^ (1 << (bit & 7));
      expect(judged(written(changed))).not.toBe('proof');
    }), { numRuns: 300 });
  });

  it('is not found in any other text, and looking for one never throws', () => {
    fc.assert(fc.property(fc.oneof(fc.string(), fc.string({ unit: 'binary' }), fc.uint8Array({ maxLength: 400 }).map((bytes) => written(bytes))), (any) => {
      expect(judged(any)).toBe('bad_proof');
    }), { numRuns: 200 });
  });
});

describe('what is not a fork proof', () => {
  it.each([
    ['nothing', ''], ['a blank', ' '], ['a proof with a blank before it', ` ${text}`], ['with one behind it', `${text}\n`], ['two proofs in a line', text + text],
    ['a proof in capitals', text.toUpperCase()], ['a piece of one', text.slice(0, -1)], ['an instance', signer.instance], ['a longer text than any proof', `tallyfork1${'q'.repeat(MAX_PROOF_CHARS)}`],
    ['the same bytes under another name', written(encodeStrict(proof), 'tally')],
    ['one half of it', written(encodeStrict(proof.first))],
    ['a proof with something added', written(encodeStrict({ ...proof, note: 'x' }))],
    ['its halves in the wrong order', written(encodeStrict({ first: inOrder.second, second: inOrder.first }))],
  ])('%s is bad_proof', (_what, any) => expect(judged(any)).toBe('bad_proof'));

  const at = (n: number, head: Uint8Array, by = signer) => positionOf(by, n, head);
  const { first, second } = proof;
  it.each([
    ['two statements that say the same', { first, second: first }, 'head'],
    ['two statements about two numbers', { first, second: at(58, second.head) }, 'n'],
    ['statements of two wallets', { first, second: at(57, second.head, signerOf('Nora')) }, 'instance'],
  ])('%s are not_a_fork, as text, too', (_what, none, reason) => {
    expect(why(none)).toEqual(['not_a_fork', { why: reason }]);
    expect(judged(formatForkProof(none))).toBe('not_a_fork');
  });

  const foreign = ed25519.sign(signingInput('position', positionStatement({ instance: signer.publicKey, n: 57, head: second.head })), signerOf('Nora').secretKey);
  const forAnotherPurpose = ed25519.sign(signingInput('lane-ready', positionStatement({ instance: signer.publicKey, n: 57, head: second.head })), signer.secretKey);
  it.each([
    ['a statement signed by somebody else', { first, second: { ...second, signature: foreign } }, 'second'],
    ['a statement signed for another purpose', { first, second: { ...second, signature: forAnotherPurpose } }, 'second'],
    ['the signature of one head beside another', { first: { ...first, head: other }, second }, 'first'],
    ['two signatures that have changed places', { first: { ...first, signature: second.signature }, second: { ...second, signature: first.signature } }, 'both'],
  ])('%s is proof_forged, as text, too', (_what, forged, bad) => {
    expect(why(forged)).toEqual(['proof_forged', { bad }]);
    expect(judged(formatForkProof(forged))).toBe('proof_forged');
  });

  it('a key of low order, for which anybody can sign anything, is proof_forged', () => {
    // The neutral element: R = it, s = 0 passes the lenient check of ZIP 215 for every message.
    const neutral = Uint8Array.from({ length: 32 }, (_, index) => Number(index === 0));
    const signature = new Uint8Array(64);
    signature.set(neutral);
    const half = (head: Uint8Array) => ({ instance: neutral, n: 1, head, signature });
    expect(ed25519.verify(signature, new Uint8Array(3), neutral)).toBe(true);
    expect(why({ first: half(first.head), second: half(other) })).toEqual(['proof_forged', { bad: 'both' }]);
  });
});
