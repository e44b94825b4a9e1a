/**
 * The destination's side of phase 2 (design §6).
 *
 *   OFFER ──▶ offered ──person or rule──▶ accepted ──COMMIT──▶ done (ACK)
 *                │  └──person──▶ declined (DECLINE)      │
 *                └───────WITHDRAW──▶ withdrawn ◀─────────┘
 *
 *   COMMIT without either (their rule reading was older than ours): a durable tombstone, then NACK ▶ refused
 *
 * A lane's seq is consumed exactly once, in the package that credits it (or holds the tombstone), together with the
 * exact bytes of the answer. A repeat gets the same bytes and has no other effect. An accepted offer ends only by its
 * COMMIT or by the source's own word; never by us.
 */
import { type Failure, fail, refuse } from '../../../protocol/errors.ts';
import { type InstanceId, type LaneId, type RequestId, type TransferId, instanceIdOf } from '../../../protocol/identifiers.ts';
import { MAX_LANE_WINDOW, MAX_OPEN_OFFERS } from '../../../protocol/limits.ts';
import { type Commit, CommitSchema, type LaneFrame, type MessageOf, decodeAs } from '../../../protocol/messages.codec.ts';
import { encodeStrict } from '../../../protocol/cbor.codec.ts';
import { isOwn } from '../credits/currencies.ts';
import { isLoanTo } from '../library/licences.ts';
import type { Incoming, LaneIn, Request, StoredAsset, Terms } from '../records.ts';
import { Draft, must } from '../state.ts';
import { hasEnded, noteEnded } from '../sessions/ended.ts';
import { tell } from '../sessions/speaking.ts';
import type { Turn } from '../turn.ts';
import { comeIn, credits, fromWire, handOver, keysFit, keysFor, licences, requireMovable, sameAssets, toWire, totals, whyNotMovable, whyNotReceivable } from './assets.ts';
import { archive, finish, nameOf, noted } from './finish.ts';
import { commitKey, nextChainKey, openFrame, sealAnswer } from './lane-keys.ts';
import { addSequence, hasSequence } from './sequence-set.ts';

/** Repeats of closed seqs whose answer was not a plain ACK are remembered this far; older ones get silence. */
const MAX_EXCEPTIONS = 64;

const incoming = (turn: Turn, id: TransferId, contact?: InstanceId): Incoming | null => {
  const transfer = turn.state.get('transfer', id);
  return transfer?.direction === 'in' && (contact === undefined || transfer.contact === contact) ? transfer : null;
};

/** Reads terms off the wire; null if an asset is forged or makes no sense. */
function termsOf(turn: Turn, contact: InstanceId, message: MessageOf<'offer'> | Commit): Terms | null {
  // Nothing is learnt from terms that are refused.
  const trial = { ...turn, state: new Draft(turn.state) };
  const self = instanceIdOf(must(turn.state, 'self', 'self').publicKey);
  const give = fromWire(trial, message.give, { teller: contact, from: contact, to: self, transfer: message.id });
  const take = fromWire(trial, message.take, { teller: contact, from: self, to: contact, transfer: message.id });
  if (!give || !take || give.length + take.length === 0) return null;
  // Only for good can a copy be asked for in exchange; loans and returns are their holder's own deed.
  if (licences(take).some(({ move }) => move.as !== 'own')) return null;
  if (message.purpose === 'redemption' && !give.every((asset) => asset.kind === 'credit' && isOwn(trial.state, must(trial.state, 'currency', asset.currency)))) return null;
  turn.state.absorb(trial.state);
  return { give, take, memo: message.memo, purpose: message.purpose, request: (message.request as RequestId | undefined) ?? null };
}

/** Our own open request to this contact that these terms name. */
function requestNamed(turn: Turn, contact: InstanceId, terms: Terms): Request | null {
  const request = terms.request ? turn.state.get('request', terms.request) : undefined;
  return request?.direction === 'out' && request.contact === contact ? request : null;
}

/** True if this is exactly what we asked this contact for. */
function answersRequest(turn: Turn, contact: InstanceId, terms: Terms): boolean {
  const request = requestNamed(turn, contact, terms);
  return request !== null && sameAssets(terms.give, [{ kind: 'credit', currency: request.currency, amount: request.amount }]);
}

/** True if this person has said beforehand that they take it: a rule of the contact, or their own open request. */
function welcome(turn: Turn, contact: InstanceId, terms: Terms): boolean {
  if (terms.take.length > 0) return false;
  if (answersRequest(turn, contact, terms)) return true;
  const books = licences(terms.give);
  // A book that comes home is always let in; any other is the person's own choice.
  if (books.length > 0) return credits(terms.give).length === 0 && books.every(({ id, move }) => move.as === 'return' && isLoanTo(turn.state.get('licence', id), contact));
  const { rule } = must(turn.state, 'contact', contact);
  return rule.mode === 'auto' && [...totals(terms.give)].every(([currency, amount]) => rule.upTo.some((r) => r.currency === currency && amount <= BigInt(r.amount)));
}

export function onOffer(turn: Turn, contact: InstanceId, message: MessageOf<'offer'>): void {
  const id = message.id as TransferId;
  const known = turn.state.get('transfer', id);
  if (known) {
    if (known.direction !== 'in' || known.contact !== contact) return void tell(turn, contact, { type: 'decline', id, reason: 'bad_input' });
    return answerAgain(turn, known);
  }
  if (hasEnded(turn.state, contact, id)) return;
  const open = [...turn.state.keysOf('transfer', contact)].filter((key) => must(turn.state, 'transfer', key).direction === 'in').length;
  if (open >= MAX_OPEN_OFFERS) return void tell(turn, contact, { type: 'decline', id, reason: 'too_many' });
  const terms = termsOf(turn, contact, message);
  if (!terms) return void tell(turn, contact, { type: 'decline', id, reason: 'bad_input' });
  const transfer: Incoming = { ...terms, id, contact, direction: 'in', state: 'offered', reason: null, timeline: [{ state: 'offered', at: turn.time.clock }] };
  turn.state.put('transfer', id, transfer);
  if (welcome(turn, contact, terms)) return acceptNow(turn, transfer);
  turn.outputs.push({ type: 'notify', event: 'offer', contact, name: nameOf(turn, contact), text: terms.memo });
}

function answerAgain(turn: Turn, transfer: Incoming): void {
  if (transfer.state === 'accepted') tell(turn, transfer.contact, { type: 'accept', id: transfer.id });
  if (transfer.state === 'declined') tell(turn, transfer.contact, { type: 'decline', id: transfer.id, reason: transfer.reason ?? 'declined' });
}

function acceptNow(turn: Turn, transfer: Incoming): void {
  turn.state.put('transfer', transfer.id, { ...transfer, state: 'accepted', timeline: noted(turn, transfer, 'accepted') });
  tell(turn, transfer.contact, { type: 'accept', id: transfer.id });
}

const offered = (turn: Turn, id: TransferId): Incoming => {
  const transfer = incoming(turn, id) ?? refuse('unknown_transfer', 'There is no offer with this id.');
  if (transfer.state !== 'offered') refuse('wrong_state', `This offer was ${transfer.state} already.`);
  return transfer;
};

/** The person says yes. @throws Refusal `unknown_transfer`, `wrong_state`, `insufficient_funds`, `amount_overflow` */
export function accept(turn: Turn, id: TransferId): void {
  const transfer = offered(turn, id);
  requireMovable(turn.state, transfer.take, transfer.contact);
  const why = whyNotReceivable(turn.state, transfer.give, transfer.contact);
  if (why) refuse(why, why === 'amount_overflow' ? 'This wallet cannot count that much of this currency.' : 'This wallet cannot take that: what is offered cannot come from there, or there is no room for it.');
  acceptNow(turn, transfer);
}

/** The person says no. The record stays until the source has closed the offer. @throws Refusal `unknown_transfer`, `wrong_state` */
export function decline(turn: Turn, id: TransferId): void {
  const transfer = offered(turn, id);
  archive(turn, transfer, 'declined', 'declined', null);
  turn.state.put('transfer', id, { ...transfer, state: 'declined', reason: 'declined', timeline: noted(turn, transfer, 'declined') });
  tell(turn, transfer.contact, { type: 'decline', id, reason: 'declined' });
}

/** The source closed an offer without a commit: by its own word, so this is no lapse. */
export function onWithdraw(turn: Turn, contact: InstanceId, id: TransferId): void {
  noteEnded(turn, contact, id);
  const transfer = incoming(turn, id, contact);
  if (!transfer) return;
  if (transfer.state === 'declined') turn.state.remove('transfer', id);
  else finish(turn, transfer, 'withdrawn', null, null);
}

/**
 * Ends offers that the source no longer lists as unfinished. Not those that were answered: a list may be older than the
 * answer, and an accepted offer does not lapse; the answer is said again, and one to what has ended brings its WITHDRAW.
 */
export function dropUnlisted(turn: Turn, contact: InstanceId, listed: ReadonlySet<string>): void {
  for (const id of [...turn.state.keysOf('transfer', contact)]) {
    const transfer = incoming(turn, id as TransferId);
    if (transfer?.state === 'offered' && !listed.has(id)) finish(turn, transfer, 'withdrawn', null, null);
  }
}

/** Says accepted and declined again. */
export function resendAnswers(turn: Turn, contact: InstanceId): void {
  for (const id of turn.state.keysOf('transfer', contact)) {
    const transfer = must(turn.state, 'transfer', id);
    if (transfer.direction === 'in') answerAgain(turn, transfer);
  }
}

/**
 * A COMMIT, by whatever carrier. `answer` gets the exact bytes of the ACK or NACK. Frames for lanes that are not ours,
 * too far ahead, or not authentic are without effect: they were not sent here by our lane's source.
 */
export function onCommit(turn: Turn, frame: LaneFrame, answer: (bytes: Uint8Array) => void): void {
  const laneId = frame.lane as LaneId;
  const lane = turn.state.get('lane', laneId);
  if (lane?.direction !== 'in') return;
  if (hasSequence({ upTo: lane.consumedUpTo, above: lane.consumedAbove }, frame.seq)) {
    const bytes = sameAnswer(turn, laneId, lane, frame.seq);
    if (bytes) answer(bytes);
    return;
  }
  if (frame.seq > lane.consumedUpTo + MAX_LANE_WINDOW) return;
  const opened = openCommit(turn, laneId, lane, frame);
  if (!opened) return;
  const commit = decodeAs(CommitSchema, opened.plaintext);
  const closing = commit.ok ? commit.value.closedUpTo : 0;
  // An honest source never has more open than the window; the answers of one that does would pile up here.
  if (frame.seq > Math.max(lane.closedUpTo, Math.min(closing, lane.consumedUpTo)) + MAX_LANE_WINDOW) return;
  const judged = commit.ok ? judge(turn, lane.contact, commit.value, laneId, frame.seq) : { nack: 'peer_protocol' };
  const bytes = 'nack' in judged
    ? sealAnswer(lane.answerKey, 'nack', laneId, frame.seq, encodeStrict({ reason: judged.nack }))
    : sealAnswer(lane.answerKey, 'ack', laneId, frame.seq, encodeStrict({ take: toWire(turn.state, judged.take), ...(judged.keys.length > 0 ? { keys: judged.keys } : {}) }));
  const consumed = addSequence({ upTo: lane.consumedUpTo, above: lane.consumedAbove }, frame.seq);
  // Only now: keys that outlive their seq would pile up, and open what was taken before.
  if (frame.seq < lane.ratchet) turn.state.remove('laneKey', `${laneId}/${frame.seq}`);
  for (const [seq, key] of opened.skipped) turn.state.put('laneKey', `${laneId}/${seq}`, key);
  turn.state.put('answer', `${laneId}/${frame.seq}`, { frame: bytes, plain: 'take' in judged && judged.take.length === 0 });
  turn.state.put('lane', laneId, { ...lane, ...opened.ratchet, consumedUpTo: consumed.upTo, consumedAbove: consumed.above });
  closeUpTo(turn, laneId, closing);
  answer(bytes);
}

interface Opened { readonly plaintext: Uint8Array; readonly ratchet: Pick<LaneIn, 'chainKey' | 'ratchet'>; /** Keys to be laid aside. */ readonly skipped: readonly (readonly [seq: number, key: Uint8Array])[] }

/** Opens a frame with the key of its seq: the chain's, or one laid aside for a gap. */
function openCommit(turn: Turn, laneId: LaneId, lane: LaneIn, frame: LaneFrame): Opened | null {
  if (frame.seq < lane.ratchet) {
    const key = turn.state.get('laneKey', `${laneId}/${frame.seq}`);
    const plaintext = key ? openFrame(frame, key) : null;
    return plaintext && { plaintext, ratchet: { chainKey: lane.chainKey, ratchet: lane.ratchet }, skipped: [] };
  }
  const chain = chainUpTo(lane, frame.seq);
  const [before, chainKey = lane.chainKey] = [chain.slice(0, -1), chain.at(-1)];
  const plaintext = openFrame(frame, commitKey(chainKey));
  return plaintext && { plaintext, ratchet: { chainKey: nextChainKey(chainKey), ratchet: frame.seq + 1 }, skipped: before.map((key, at) => [lane.ratchet + at, commitKey(key)] as const) };
}

/** What follows the chain key of a lane, as far as it was worked out; forgotten with it. */
const chains = new WeakMap<Uint8Array, Uint8Array[]>();

/** Chain keys from the lane's own to that of `seq`. Worked out once: a message full of frames that nothing opens costs no more than one of them. */
function chainUpTo({ chainKey, ratchet }: LaneIn, seq: number): Uint8Array[] {
  const chain = chains.get(chainKey) ?? [chainKey];
  chains.set(chainKey, chain);
  while (chain.length <= seq - ratchet) chain.push(nextChainKey(chain.at(-1) ?? chainKey));
  return chain.slice(0, seq - ratchet + 1);
}

/** Decides about an authentic, unseen COMMIT, and moves the value if it is taken. */
function judge(turn: Turn, contact: InstanceId, commit: Commit, lane: LaneId, seq: number): { take: readonly StoredAsset[]; keys: readonly Uint8Array[] } | { nack: Failure['code'] } {
  const id = commit.id as TransferId;
  const known = incoming(turn, id, contact);
  if (known) noteEnded(turn, contact, id);
  // The id of someone else's transfer, or of one of mine: nothing of it is touched.
  if (!known && turn.state.get('transfer', id)) return { nack: 'bad_input' };
  const terms = termsOf(turn, contact, commit);
  // What is on record is what the commit says, whatever was offered under this id before.
  const record: Incoming = { id, contact, direction: 'in', state: 'offered', reason: null, timeline: [], ...known, ...(terms ?? NO_TERMS) };
  const refused = (code: Failure['code']) => {
    if (known?.state === 'declined') turn.state.remove('transfer', id);
    else if (terms) finish(turn, record, 'refused', code, { lane, seq, package: turn.head.n + 1 });
    return { nack: code };
  };
  if (!terms) return refused('bad_input');
  const agreed = known?.state === 'accepted' && sameAssets(known.give, terms.give) && sameAssets(known.take, terms.take) && known.purpose === terms.purpose;
  // Someone forgotten keeps the lane, so that what was in transit from them still has exactly one way to end.
  const wanted = agreed || (known?.state !== 'declined' && turn.state.get('contact', contact) !== undefined && welcome(turn, contact, terms));
  if (!wanted) return refused('declined');
  if (!keysFit(terms.give, commit.keys ?? [])) return refused('bad_input');
  const why = whyNotReceivable(turn.state, terms.give, contact) ?? whyNotMovable(turn.state, terms.take, contact)?.code;
  if (why) return refused(why);
  const because = { contact, transfer: id };
  const keys = keysFor(turn.state, terms.take);
  comeIn(turn, terms.give, commit.keys ?? [], terms.purpose, because);
  handOver(turn, terms.take, because);
  // Whatever its amount: they hold it for paid, and would be asked for it a second time.
  const paid = requestNamed(turn, contact, terms);
  if (paid) turn.state.remove('request', paid.id);
  finish(turn, record, 'done', null, { lane, seq, package: turn.head.n + 1 });
  turn.outputs.push({ type: 'notify', event: 'received', contact, name: nameOf(turn, contact), text: terms.memo });
  return { take: terms.take, keys };
}

const NO_TERMS: Terms = { give: [], take: [], memo: '', purpose: 'payment', request: null };

/** The answer a consumed seq was given: kept, or made again from what cannot have been otherwise, or silence. */
function sameAnswer(turn: Turn, laneId: LaneId, lane: LaneIn, seq: number): Uint8Array | null {
  const kept = turn.state.get('answer', `${laneId}/${seq}`);
  if (kept) return kept.frame;
  if (seq > lane.closedUpTo || seq <= lane.silentUpTo || lane.exceptions.includes(seq)) return null;
  return sealAnswer(lane.answerKey, 'ack', laneId, seq, encodeStrict({ take: [] }));
}

/**
 * The source has closed every seq up to `upTo`: their answers need not be kept.
 * @returns a failure if the source claims to have closed what was never answered.
 */
export function closeUpTo(turn: Turn, laneId: LaneId, upTo: number): Failure | null {
  const lane = turn.state.get('lane', laneId);
  if (lane?.direction !== 'in') return fail('peer_protocol', 'There is no such lane.').failure;
  if (upTo > lane.consumedUpTo) return fail('peer_protocol', 'A lane was closed beyond what was answered.').failure;
  if (upTo <= lane.closedUpTo) return null;
  const exceptions = [...lane.exceptions];
  for (let seq = lane.closedUpTo + 1; seq <= upTo; seq++) {
    const key = `${laneId}/${seq}`;
    if (!must(turn.state, 'answer', key).plain) exceptions.push(seq);
    turn.state.remove('answer', key);
  }
  const forgotten = exceptions.splice(0, Math.max(0, exceptions.length - MAX_EXCEPTIONS));
  turn.state.put('lane', laneId, { ...lane, closedUpTo: upTo, exceptions, silentUpTo: forgotten.at(-1) ?? lane.silentUpTo });
  return null;
}
