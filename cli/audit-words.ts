/** What an audit found, in words: what it means, and what a person can do about it. Pure. */
import type { JournalView } from '../protocol/contracts/views.ts';
import type { Failure } from '../protocol/errors.ts';
import { quoted, typed } from './invocation.ts';

export const journalWords = ({ name, instance, n, head, carried, trouble }: JournalView): string => [
  `${name ?? 'This wallet'}  ${instance ?? ''}`.trimEnd(),
  trouble
    ? `Journal: NOT verified. Whole up to package ${n}, head ${head}.\n  ${trouble.detail} [${trouble.code}]`
    : `Journal: ${n === 1 ? 'one package' : `${n} packages, each follows the one before`}, and the freshness record agrees. Head ${head}`,
  ...(carried ? [carriedWords(carried)] : []),
].join('\n');

/** Where a trace begins that does not begin with the first package. */
export const carriedWords = ({ n, at }: { readonly n: number; readonly at: number }): string => `  Carried forward on ${new Date(at).toISOString().slice(0, 10)} after package ${n}; what came before is not part of it.`;

/** One proof, after this command has checked both signatures over the two statements. */
export interface HeldProof { readonly instance: string; readonly name: string; readonly n: number; readonly heads: readonly [string, string]; readonly signed: readonly [boolean, boolean] }

const whoIs = ({ name, instance }: Pick<HeldProof, 'name' | 'instance'>): string => `${name === '' ? 'A wallet that is none of your contacts' : name}  ${instance}`;

export function proofWords(held: HeldProof): string {
  const proven = held.signed[0] && held.signed[1];
  return [
    `${proven ? 'COPIED' : 'NO PROOF'}  ${whoIs(held)}`,
    `  It signed two different heads for its package ${held.n}:`,
    ...held.heads.map((head, at) => `    ${head}  ${held.signed[at] ? 'signature checked: theirs' : 'signature checked: NOT theirs'}`),
    ...(proven ? [] : ['  What was handed to this command proves nothing, although the wallet shows it as a proof. Something between the two is wrong.']),
  ].join('\n');
}

export const NOTHING_HELD = 'Copies: no proof that any wallet was copied.';

/** Below the proofs that this wallet holds. */
export const heldAdvice = (example: Pick<HeldProof, 'name' | 'instance'>): string => [
  'What this means: such a wallet runs twice, from a backup, a cloned computer or on purpose, and may have spent the same',
  'credits with each copy. Neither copy can be trusted, and your wallet exchanges nothing with either any more.',
  'What to do: ask them, in person. They need a new wallet, and you pair with that. Offers of the old one can be declined,',
  'what is in transit to it written off; credits that you hold stay yours, whoever issued them. Warn others who deal with it:',
  `  ${typed(`audit --export ${quoted(example.name || example.instance, process.platform)} --out copied.proof`)}`,
].join('\n');

/** For a proof in a file, where no wallet is looked at. */
export const VERIFIED_ADVICE = 'It is a proof: whoever holds that key runs two copies of one wallet. Take nothing from it. To have your wallet refuse it: audit --import FILE';

/** Why a wallet is closed, and what can be done. */
export function stoppedWords({ n, head, contradiction }: JournalView, fault: Failure, signed: boolean): string {
  if (!contradiction) return `STOPPED  ${fault.detail} [${fault.code}]`;
  const who = contradiction.shownByName ?? (contradiction.shownBy ? `Somebody you met (${contradiction.shownBy})` : 'A proof that you were handed');
  return [
    `STOPPED  This wallet was copied, or an older copy was put in its place. It stays closed. [${fault.code}]`,
    `  ${who} ${contradiction.shownBy ? 'remembers' : 'names'} package ${contradiction.n} of this wallet with the head`,
    `    ${contradiction.head}`,
    `  ${signed ? 'signed with the key of this wallet (checked).' : 'but the signature is NOT of this wallet.'} ${contradiction.n > n ? `This copy ends at package ${n}, with head ${head}.` : 'That is not in the past of this copy.'}`,
    'What this means: another copy of this wallet has gone on elsewhere, or had gone on before this one was put back. What',
    'this copy holds may have been spent by the other.',
    'What to do: find the newest copy, data folder and state folder together, put both back, and use only that one. If there',
    'is none, this wallet has come to its end: make a new one, pair with your contacts again, and tell them. Whoever has seen',
    'two heads for one package refuses both copies for ever.',
  ].join('\n');
}
