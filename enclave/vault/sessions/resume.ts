/**
 * How two contacts take up where they left off. Each says which of its transfers and requests are unfinished and how
 * far its lanes are closed; the other ends what is not listed, and both say again what still needs an answer. So it
 * does not matter which messages were lost before.
 */
import type { Failure } from '../../../protocol/errors.ts';
import type { CurrencyId, InstanceId, LaneId } from '../../../protocol/identifiers.ts';
import type { MessageOf } from '../../../protocol/messages.codec.ts';
import { resumeLoans, returnOverdue } from '../library/loans.ts';
import { isForked } from '../people/forks.ts';
import { onOwnPosition, onWitnessPart, witnessPart } from '../people/witnesses.ts';
import { dropUnlistedRequests, resendRequests } from '../people/requests.ts';
import type { Contact } from '../records.ts';
import { must } from '../state.ts';
import { ensureLane, readyLaneTo } from '../transfers/lanes.ts';
import { closeUpTo, dropUnlisted, resendAnswers } from '../transfers/receiving.machine.ts';
import { resendCommits, resendOffers } from '../transfers/sending.machine.ts';
import type { Turn } from '../turn.ts';
import { type OpenSession, openSessionWith } from './session.ts';
import { tell } from './speaking.ts';

/** The rule as it is announced: what a commit may carry without an offer. */
export const announced = ({ rule }: Contact): MessageOf<'rule'>['rule'] =>
  rule.mode === 'auto' ? rule.upTo.map(({ currency, amount }) => ({ currency, upTo: amount })) : [];

/** The first thing said to a contact in a session, and the commits that wait; the rest is said once theirs has come. */
export function beginWithContact(turn: Turn, instance: InstanceId): void {
  const mine = <T extends 'transfer' | 'request'>(table: T) => [...turn.state.keysOf(table, instance)].filter((id) => must(turn.state, table, id).direction === 'out');
  const lane = readyLaneTo(turn.state, instance);
  tell(turn, instance, {
    type: 'resume', transfers: mine('transfer'), requests: mine('request'), rule: announced(must(turn.state, 'contact', instance)),
    closed: lane ? [{ lane: lane.id, upTo: lane.lane.closedUpTo }] : [],
    ...witnessPart(turn, instance),
  });
  resendCommits(turn, instance);
}

/** A session with them has ended. If another stands, what was being said goes on there. */
export function goOnElsewhere(turn: Turn, instance: InstanceId): void {
  if (openSessionWith(turn.state, instance) && turn.state.get('contact', instance)) beginWithContact(turn, instance);
}

/** Theirs. They know us, so from here on we may deal with each other in this session. */
export function onResume(turn: Turn, session: OpenSession, message: MessageOf<'resume'>): Failure | null {
  const { instance } = session;
  turn.state.put('session', String(session.connection), { ...session, resumed: true });
  const contact = turn.state.get('contact', instance);
  if (!contact) {
    // Forgotten here, not there. Nothing is taken up; but their lane still ends what it holds, and not at an older copy.
    if (!session.resumed && message.witnessed) onOwnPosition(turn, message.witnessed, instance);
    return null;
  }
  if (!contact.mutual) {
    turn.state.put('contact', instance, { ...contact, mutual: true });
    turn.outputs.push({ type: 'notify', event: 'paired', contact: instance, name: contact.petname ?? contact.theirName, text: '' });
  }
  turn.state.remove('pairing', instance);
  onWitnessPart(turn, instance, message);
  if (isForked(turn.state, instance)) return null; // hung up already
  onRule(turn, instance, message.rule);
  for (const { lane, upTo } of message.closed) {
    const record = turn.state.get('lane', lane);
    if (record && record.contact !== instance) continue;
    const fault = closeUpTo(turn, lane as LaneId, upTo);
    if (fault) return fault;
  }
  // Over a second connection something newer than this list may have come; then the list says nothing of what is over.
  // When the second is gone both sides say theirs again.
  if (turn.state.get('presence', instance)?.length === 1) {
    dropUnlisted(turn, instance, new Set(message.transfers));
    dropUnlistedRequests(turn, instance, new Set(message.requests));
  }
  ensureLane(turn, instance);
  resendAnswers(turn, instance);
  resendOffers(turn, instance);
  resendRequests(turn, instance);
  resumeLoans(turn, instance);
  returnOverdue(turn, instance);
  return null;
}

/** Remembers, for this session, what they take without asking. */
export function onRule(turn: Turn, instance: InstanceId, rule: MessageOf<'rule'>['rule']): void {
  const session = openSessionWith(turn.state, instance);
  if (!session) return;
  const theirRule = rule.map(({ currency, upTo }) => ({ currency: currency as CurrencyId, upTo: BigInt(upTo) }));
  turn.state.put('session', String(session.connection), { ...session, theirRule });
}
