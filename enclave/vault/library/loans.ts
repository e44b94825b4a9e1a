/**
 * What lender and borrower settle about a loan while it lasts (design §7): a later date, if the lender agrees; a polite
 * word that the book is wanted back; and that its time is over. The lender's word is a state, not an event: it is said
 * again at every meeting for as long as it may matter, so nothing is lost with a message.
 *
 *   borrower  ── renew-ask(due) ──▶  lender: asked ──agrees or not──▶ answered
 *   borrower  ◀── loan(due, recalled, over, answered) ──  lender
 */
import { Refusal, refuse } from '../../../protocol/errors.ts';
import { type InstanceId, type LicenceId, type PublicationId, type TransferId } from '../../../protocol/identifiers.ts';
import { MAX_LOAN_DAYS } from '../../../protocol/limits.ts';
import type { MessageOf } from '../../../protocol/messages.codec.ts';
import { bytesToHex, hexToBytes } from '../bytes.ts';
import type { Licence, StoredLicence } from '../records.ts';
import { openSessionWith } from '../sessions/session.ts';
import { tell } from '../sessions/speaking.ts';
import { type State, must } from '../state.ts';
import { begin } from '../transfers/sending.machine.ts';
import { nameOf } from '../transfers/finish.ts';
import type { Turn } from '../turn.ts';
import { licenceIdOf } from './publications.ts';
import { DAY_MS, deadlineOf, isOver, termsForbid } from './terms.ts';

export type Borrowed = Extract<Licence, { state: 'borrowed' }>;
export type Lent = Extract<Licence, { state: 'lent' }>;

function require<S extends 'borrowed' | 'lent'>(state: State, id: LicenceId, wanted: S): Extract<Licence, { state: S }> {
  const licence = state.get('licence', id) ?? refuse('unknown_licence', 'There is no such copy in this wallet.');
  if (licence.state !== wanted) refuse('wrong_state', wanted === 'lent' ? 'This copy is not lent out.' : 'This copy is not borrowed.');
  return licence as Extract<Licence, { state: S }>;
}

const named = ({ publication, copy }: Licence) => ({ publication: hexToBytes(publication), copy });
const idOf = ({ publication, copy }: { publication: Uint8Array; copy: number }): LicenceId => licenceIdOf(bytesToHex(publication) as PublicationId, copy);

// The borrower

/** @throws Refusal `unknown_licence`, `wrong_state`, `bad_input` */
export function askRenewal(turn: Turn, id: LicenceId, due: number): void {
  const licence = require(turn.state, id, 'borrowed');
  if (licence.due === null) refuse('wrong_state', 'This loan has no date. Keep it until its lender asks for it.');
  requireLater(turn, due, licence.due);
  turn.state.put('licence', id, { ...licence, asked: due });
  tell(turn, licence.contact, { type: 'renew-ask', ...named(licence), due });
}

function requireLater(turn: Turn, due: number, than: number | null): void {
  if (due <= (than ?? 0)) refuse('bad_input', 'The new date must be later than the one agreed.');
  if (due > turn.time.clock + MAX_LOAN_DAYS * DAY_MS) refuse('bad_input', 'That date is too far away.');
}

/** The lender's word. Dates only ever move to later ones: a loan is not shortened behind the borrower's back. */
export function onLoan(turn: Turn, contact: InstanceId, message: MessageOf<'loan'>): void {
  const id = idOf(message);
  const licence = turn.state.get('licence', id);
  if (licence?.state !== 'borrowed' || licence.contact !== contact) return;
  const { descriptor } = must(turn.state, 'publication', licence.publication);
  // A longer loan than the publisher allows is no more to be had by a renewal than at the beginning.
  const allowed = termsForbid(descriptor, { as: 'loan', due: message.due, lastsMs: message.lastsMs }, true) === null;
  const later = allowed && licence.due !== null && (message.due === null || message.due > licence.due);
  const asked = message.answered === licence.asked ? null : licence.asked;
  const next: Borrowed = { ...licence, asked, recalled: message.recalled, over: message.over && !later, ...(later ? { due: message.due, deadline: deadlineOf(turn, message) } : {}) };
  if (sameLoan(next, licence)) return;
  turn.state.put('licence', id, next);
  if (message.recalled && !licence.recalled) notify(turn, 'recalled', contact, next);
  if (later) notify(turn, 'renewed', contact, next);
  returnOverdue(turn, contact);
}

const sameLoan = (a: Borrowed, b: Borrowed): boolean => a.due === b.due && a.asked === b.asked && a.recalled === b.recalled && a.over === b.over;

/** Brings home to `contact` what is overdue. */
export function returnOverdue(turn: Turn, contact: InstanceId): void {
  for (const key of [...turn.state.keysOf('licence', contact)]) {
    const licence = must(turn.state, 'licence', key);
    if (licence.state === 'borrowed' && isOver(licence, turn.time)) returnIfPossible(turn, key as LicenceId);
  }
}

/** Nobody asked for this return, so nobody can be refused: where too many offers wait, it is begun at the next meeting. */
function returnIfPossible(turn: Turn, id: LicenceId): void {
  try {
    returnHome(turn, id);
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
  }
}

/** Begins the return of what became overdue while its lender is here. */
export function bringHomeOverdue(turn: Turn): void {
  for (const [, licence] of [...turn.state.all('licence')]) {
    if (licence.state === 'borrowed' && isOver(licence, turn.time) && openSessionWith(turn.state, licence.contact)?.resumed) returnOverdue(turn, licence.contact);
  }
}

/** Begins the return of a borrowed copy, unless it has begun. @throws Refusal `unknown_licence`, `wrong_state`, `too_many` */
export function returnHome(turn: Turn, id: LicenceId): TransferId {
  const licence = require(turn.state, id, 'borrowed');
  for (const key of turn.state.keysOf('transfer', licence.contact)) {
    const transfer = must(turn.state, 'transfer', key);
    if (transfer.direction === 'out' && transfer.give.some((asset) => asset.kind === 'licence' && asset.id === id)) return transfer.id;
  }
  return begin(turn, { contact: licence.contact, give: [assetOf(turn.state, id, { as: 'return', unopened: null })], take: [], memo: '', purpose: 'payment', request: null });
}

// The lender

/** They ask to keep it longer. */
export function onRenewAsk(turn: Turn, contact: InstanceId, message: MessageOf<'renew-ask'>): void {
  const id = idOf(message);
  const licence = turn.state.get('licence', id);
  if (licence?.state !== 'lent' || licence.contact !== contact || licence.due === null || message.due <= licence.due || licence.asked === message.due) return;
  if (licence.answered === message.due) return sayLoan(turn, licence); // decided already; they had not heard
  turn.state.put('licence', id, { ...licence, asked: message.due });
  notify(turn, 'renew-asked', contact, licence);
}

/** @throws Refusal `unknown_licence`, `wrong_state`, `terms_forbid` */
export function answerRenewal(turn: Turn, id: LicenceId, agree: boolean): void {
  const licence = require(turn.state, id, 'lent');
  const due = licence.asked ?? refuse('wrong_state', 'Nobody has asked to keep this copy longer.');
  const decided: Lent = { ...licence, asked: null, answered: due };
  if (!agree) return decide(turn, id, decided);
  const lastsMs = Math.max(0, due - turn.time.clock);
  const { descriptor } = must(turn.state, 'publication', licence.publication);
  const why = termsForbid(descriptor, { as: 'loan', due, lastsMs }, true);
  if (why) refuse(why.code, why.detail, why.params);
  decide(turn, id, { ...decided, due, deadline: deadlineOf(turn, { due, lastsMs }), recalled: false });
}

/** @throws Refusal `unknown_licence`, `wrong_state` */
export function recall(turn: Turn, id: LicenceId, wanted: boolean): void {
  decide(turn, id, { ...require(turn.state, id, 'lent'), recalled: wanted });
}

function decide(turn: Turn, id: LicenceId, licence: Lent): void {
  turn.state.put('licence', id, licence);
  sayLoan(turn, licence);
}

function sayLoan(turn: Turn, licence: Lent): void {
  const { due, recalled, answered, deadline } = licence;
  const lastsMs = deadline === null ? null : Math.max(0, deadline - turn.time.now);
  tell(turn, licence.contact, { type: 'loan', ...named(licence), due, lastsMs, recalled, over: isOver(licence, turn.time), answered });
}

// Both

/** What both say again when they meet: the borrower what it asked for, the lender what it decided. */
export function resumeLoans(turn: Turn, contact: InstanceId): void {
  for (const key of turn.state.keysOf('licence', contact)) {
    const licence = must(turn.state, 'licence', key);
    if (licence.state === 'borrowed' && licence.asked !== null) tell(turn, contact, { type: 'renew-ask', ...named(licence), due: licence.asked });
    if (licence.state === 'lent' && (licence.recalled || licence.answered !== null || isOver(licence, turn.time))) sayLoan(turn, licence);
  }
}

/** A copy that is here, as it would leave. @throws Refusal `unknown_licence` */
export function assetOf(state: State, id: LicenceId, move: StoredLicence['move']): StoredLicence {
  const { publication, copy } = state.get('licence', id) ?? refuse('unknown_licence', 'There is no such copy in this wallet.');
  return { kind: 'licence', id, copy, publication: must(state, 'publication', publication).descriptor, move };
}

/** A loan as it would begin now. */
export const loanUntil = (turn: Pick<Turn, 'time'>, due: number | null): StoredLicence['move'] => {
  if (due === null) return { as: 'loan', due: null, lastsMs: null };
  if (due <= turn.time.clock) refuse('bad_input', 'The day of return must lie ahead.');
  if (due > turn.time.clock + MAX_LOAN_DAYS * DAY_MS) refuse('bad_input', 'That date is too far away.');
  return { as: 'loan', due, lastsMs: due - turn.time.clock };
};

function notify(turn: Turn, event: 'recalled' | 'renewed' | 'renew-asked', contact: InstanceId, { publication }: Licence): void {
  turn.outputs.push({ type: 'notify', event, contact, name: nameOf(turn, contact), text: must(turn.state, 'publication', publication).descriptor.title });
}

