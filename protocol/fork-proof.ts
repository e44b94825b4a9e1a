/**
 * Fork proofs (design §5.7): two positions that one instance has signed for the same `n` with different heads. Whoever
 * has one can check it with nothing else at hand, so everybody who is shown one does: the vault, the command line.
 *
 * A proof says that a wallet ran as two. It does not say which of the two was first, nor whether a thief, a backup or
 * its owner made the second.
 */
import { ed25519 } from '@noble/curves/ed25519.js';
import { type Result, fail, ok } from './errors.ts';
import type { ForkProof, SignedPosition } from './messages.codec.ts';
import { positionStatement, signingInput } from './statements.codec.ts';

/** By RFC 8032: a key of low order, for which anybody can make signatures, is refused. */
const STRICT = { zip215: false } as const;

const sameBytes = (a: Uint8Array, b: Uint8Array): boolean => a.length === b.length && a.every((byte, at) => byte === b[at]);

/** True if the instance that the position names has signed it. */
export const isSignedPosition = ({ instance, n, head, signature }: SignedPosition): boolean =>
  ed25519.verify(signature, signingInput('position', positionStatement({ instance, n, head })), instance, STRICT);

/** `not_a_fork` unless both would be statements of one instance about one `n` that cannot both be true; whether they were signed is not looked at. */
export function requireContradiction({ first, second }: ForkProof): Result<ForkProof> {
  if (!sameBytes(first.instance, second.instance)) return fail('not_a_fork', 'The two statements are of two different wallets, so they say nothing about either.', { why: 'instance' });
  if (first.n !== second.n) return fail('not_a_fork', 'The two statements are about two different numbers. A wallet that goes on makes many such.', { why: 'n' });
  if (sameBytes(first.head, second.head)) return fail('not_a_fork', 'The two statements say the same, so nothing contradicts anything.', { why: 'head' });
  return ok({ first, second });
}

/** The proof, if it is one; `not_a_fork` or `proof_forged` if not. Never throws. */
export function checkForkProof(proof: ForkProof): Result<ForkProof> {
  const contradiction = requireContradiction(proof);
  if (!contradiction.ok) return contradiction;
  const [first, second] = [isSignedPosition(proof.first), isSignedPosition(proof.second)];
  if (first && second) return ok(proof);
  return fail('proof_forged', `${first || second ? 'One of the two signatures is' : 'Neither signature is'} of the wallet that this is about. It proves nothing.`, { bad: first ? 'second' : second ? 'first' : 'both' });
}
