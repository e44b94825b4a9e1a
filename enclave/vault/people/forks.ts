/**
 * Instances that were caught with two heads for one number (design §5.7): the proof is kept for ever, and nothing is
 * exchanged with them from then on. Proofs come from meetings (witnesses.ts) or by a person's hand, as text.
 *
 *   proof about a contact     kept, its sessions ended
 *   proof about a stranger    by hand only: kept, so that it is never paired with; no more than MAX_STRANGER_PROOFS
 *   proof about myself        by hand only: both positions go to the journal, which stops, since one is not in its past
 *
 * Not guaranteed: that a proof reaches everybody who knows the instance. It is passed on among contacts, at meetings.
 */
import { fail, refuse } from '../../../protocol/errors.ts';
import { checkForkProof } from '../../../protocol/fork-proof.ts';
import { formatForkProof, parseForkProof } from '../../../protocol/fork-proof.codec.ts';
import { type InstanceId, instanceIdOf } from '../../../protocol/identifiers.ts';
import { MAX_PAGE_ITEMS, MAX_STRANGER_PROOFS } from '../../../protocol/limits.ts';
import type { ForkProof } from '../../../protocol/messages.codec.ts';
import { bytesToHex, equalBytes } from '../bytes.ts';
import { hangUp } from '../sessions/session.ts';
import { type State, must } from '../state.ts';
import type { Turn } from '../turn.ts';

const COPIED = 'This wallet was copied: there are two that both say they are it. Neither can be trusted.';

/** The failure with which such an instance is refused wherever it turns up. */
export const FORKED = fail('fork_proven', COPIED).failure;

/** True if this instance has been caught with two different heads for one number. */
export const isForked = (state: State, instance: InstanceId): boolean => state.get('forkProof', instance) !== undefined;

/** @throws Refusal `fork_proven` */
export function requireNotForked(state: State, instance: InstanceId): void {
  if (isForked(state, instance)) refuse('fork_proven', COPIED);
}

/** Keeps a proof whose signatures have been checked, and ends what was under way with that instance. */
export function keepProof(turn: Turn, instance: InstanceId, proof: ForkProof): void {
  turn.state.put('forkProof', instance, proof);
  turn.state.put('trouble', instance, FORKED.code);
  for (const connection of [...(turn.state.get('presence', instance) ?? [])]) hangUp(turn, connection, FORKED);
}

/** A proof that a person was handed. @throws Refusal `bad_proof`, `not_a_fork`, `proof_forged`, `too_many` */
export function importProof(turn: Turn, text: string): { instance: InstanceId; name: string; n: number; known: boolean } {
  const parsed = parseForkProof(text);
  const checked = parsed.ok ? checkForkProof(parsed.value) : parsed;
  if (!checked.ok) return refuse(checked.failure.code, checked.failure.detail, checked.failure.params);
  const { first, second } = checked.value;
  const instance = instanceIdOf(first.instance);
  const known = isForked(turn.state, instance);
  if (equalBytes(first.instance, must(turn.state, 'self', 'self').publicKey)) turn.checks.push({ position: first, shownBy: null }, { position: second, shownBy: null });
  else if (!known) {
    if (!turn.state.get('contact', instance)) requireRoom(turn.state);
    keepProof(turn, instance, { first, second });
  }
  return { instance, name: nameOf(turn.state, instance), n: first.n, known };
}

/** @throws Refusal `too_many` if as many proofs about strangers are kept as may be */
function requireRoom(state: State): void {
  const strangers = [...state.all('forkProof')].filter(([instance]) => !state.get('contact', instance));
  if (strangers.length >= MAX_STRANGER_PROOFS) refuse('too_many', 'This wallet keeps as many proofs about wallets that it does not know as it can, so this one was not kept. Keep the file, and do not pair with that wallet.');
}

const nameOf = (state: State, instance: InstanceId): string => {
  const contact = state.get('contact', instance);
  return contact?.petname ?? contact?.theirName ?? '';
};

/** The proofs that are kept, by instance; `after` is the last instance of the page before. */
export const pageOfForks = (state: State, after: InstanceId | null) =>
  [...state.all('forkProof')].filter(([instance]) => after === null || instance > after).sort(([a], [b]) => (a < b ? -1 : 1)).slice(0, MAX_PAGE_ITEMS)
    .map(([instance, proof]) => viewForkProof(state, instance as InstanceId, proof));

/** A proof as it is shown, its signatures checked again; `proof` is all of it, for those who check themselves. */
const viewForkProof = (state: State, instance: InstanceId, proof: ForkProof) => ({
  instance, name: nameOf(state, instance), n: proof.first.n, verified: checkForkProof(proof).ok,
  heads: [bytesToHex(proof.first.head), bytesToHex(proof.second.head)] as [string, string], proof: formatForkProof(proof),
});
