/**
 * A fork proof as a line of text, to be sent by any means and checked by anyone: bech32m (BIP-350) over the map
 * `{ first, second }` that vaults tell each other in `witness`, in deterministic CBOR. One proof has one text: the
 * position with the lower head comes first.
 *
 *   tallyfork1<about 560 characters>
 *
 * Reading checks the form only; whether it proves anything is for fork-proof.ts. BIP-350 promises to find a few wrong
 * characters in 90; here its checksum finds slips of the hand, and what it lets through the signatures do not.
 */
import { bech32m } from '@scure/base';
import { decodeStrict, encodeStrict } from './cbor.codec.ts';
import { type Result, fail, ok } from './errors.ts';
import { requireContradiction } from './fork-proof.ts';
import { MAX_PROOF_CHARS } from './limits.ts';
import { type ForkProof, ForkProofSchema } from './messages.codec.ts';

const PREFIX = 'tallyfork';

/** Compares as numbers, most significant byte first. */
const compareBytes = (a: Uint8Array, b: Uint8Array): number => {
  const at = a.findIndex((byte, index) => byte !== b[index]);
  return at < 0 ? 0 : (a[at] ?? 0) - (b[at] ?? 0);
};

export function formatForkProof({ first, second }: ForkProof): string {
  const inOrder: ForkProof = compareBytes(first.head, second.head) <= 0 ? { first, second } : { first: second, second: first };
  return bech32m.encode(PREFIX, bech32m.toWords(encodeStrict(inOrder)), false);
}

/** `bad_proof` unless the text is exactly one proof, `not_a_fork` if its two statements do not contradict each other. Never throws. */
export function parseForkProof(text: string): Result<ForkProof> {
  if (text.length > MAX_PROOF_CHARS) return bad('it is too long');
  if (!text.startsWith(`${PREFIX}1`)) return bad(`it should begin with ${PREFIX}1`);
  const decoded = bech32m.decodeUnsafe(text as `${string}1${string}`, false);
  const bytes = decoded?.prefix === PREFIX ? bech32m.fromWordsUnsafe(decoded.words) : undefined;
  if (!bytes) return bad('a character is wrong or missing');
  const value = decodeStrict(bytes);
  const proof = value.ok ? ForkProofSchema.safeParse(value.value) : null;
  if (!proof?.success) return bad('what it holds has another shape');
  const contradiction = requireContradiction(proof.data);
  if (!contradiction.ok) return contradiction;
  return formatForkProof(proof.data) === text ? ok(proof.data) : bad('its two parts are in the wrong order');
}

const bad = (why: string) => fail('bad_proof', `This is not a fork proof, or not a whole one: ${why}.`);
