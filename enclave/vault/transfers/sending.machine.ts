/**
 * The source's side of phase 2 (design §6).
 *
 *             cancel ▶ cancelled
 *                │
 *   offered ─────┼──ACCEPT, or covered by their rule──▶ in-transit ──ACK──▶ done
 *                │                                         │  │
 *             DECLINE ▶ declined                           │  └──NACK──▶ returned
 *                                                          ▼
 *                                                     written-off ──ACK──▶ done, ──NACK──▶ returned
 *
 * The step to in-transit takes `give` out of the books, stores the COMMIT's exact bytes and lets them out, in one
 * package. From there the only ways on are the two answers; no clock, no command and no other instance is one.
 */
import { refuse } from '../../../protocol/errors.ts';
import { type InstanceId, type LaneId, type RequestId, type TransferId, instanceIdOf } from '../../../protocol/identifiers.ts';
import { MAX_LANE_WINDOW, MAX_OPEN_OFFERS } from '../../../protocol/limits.ts';
import { AckSchema, type Commit, CommitSchema, type LaneFrame, NackSchema, decodeAs } from '../../../protocol/messages.codec.ts';
import { encodeStrict } from '../../../protocol/cbor.codec.ts';
import { bytesToHex } from '../bytes.ts';
import type { Outgoing, StoredAsset, Terms } from '../records.ts';
import { must } from '../state.ts';
import { requireContact } from '../people/contacts.ts';
import { noteEnded } from '../sessions/ended.ts';
import { openSessionWith } from '../sessions/session.ts';
import { tell, tellLaneFrame } from '../sessions/speaking.ts';
import type { Turn } from '../turn.ts';
import { arrived, cameBack, certified, comeIn, fromAnswer, giveUpOn, keysFit, keysFor, licences, requireMovable, sameAssets, sendOff, toWire, totals, whyNotMovable, whyNotReceivable } from './assets.ts';
import { finish, nameOf, noted } from './finish.ts';
import { type ReadyLane, readyLaneTo } from './lanes.ts';
import { commitKey, nextChainKey, openAnswer, sealCommit } from './lane-keys.ts';
import { addSequence } from './sequence-set.ts';

type Offered = Extract<Outgoing, { state: 'offered' }>;
type Committed = Exclude<Outgoing, Offered>;

export interface NewTransfer {
  readonly contact: InstanceId;
  readonly give: readonly StoredAsset[];
  readonly take: readonly StoredAsset[];
  readonly memo: string;
  readonly purpose: Terms['purpose'];
  readonly request: RequestId | null;
}

/** Makes a transfer and offers it (or commits it, where their standing rule covers it). @throws Refusal */
export function begin(turn: Turn, wanted: NewTransfer): TransferId {
  // A loan can outlive the contact: a late NACK brings a return that was written off back from whoever was forgotten since.
  const contact = requireContact(turn.state, wanted.contact);
  if (!contact.mutual) refuse('not_paired', 'They have not confirmed the words yet.');
  requireMovable(turn.state, wanted.give, wanted.contact);
  const id = bytesToHex(turn.entropy.take(16)) as TransferId;
  const transfer: Offered = { ...wanted, id, direction: 'out', state: 'offered', timeline: [{ state: 'offered', at: turn.time.clock }] };
  const lane = readyLaneTo(turn.state, wanted.contact);
  if (lane && covered(turn, transfer)) {
    if (lane.lane.nextSeq - lane.lane.closedUpTo > MAX_LANE_WINDOW) refuse('too_many', 'Too much is in transit to them. Wait until some of it has arrived.');
    commitNow(turn, transfer, lane.id, lane.lane);
    return id;
  }
  if (openOffersTo(turn, wanted.contact) >= MAX_OPEN_OFFERS) refuse('too_many', 'Too many offers wait for their answer. Cancel some or wait.');
  turn.state.put('transfer', id, transfer);
  sendOffer(turn, transfer);
  return id;
}

/** Looked at only where one more is to be offered: what is in transit may be a thousand times as much. */
const openOffersTo = (turn: Turn, contact: InstanceId): number =>
  [...turn.state.keysOf('transfer', contact)].map((id) => must(turn.state, 'transfer', id)).filter(({ direction, state }) => direction === 'out' && state === 'offered').length;

/** True if they announced, in the session that stands now, that they take this without being asked. */
function covered(turn: Turn, transfer: Terms & { contact: InstanceId }): boolean {
  if (transfer.take.length > 0 || licences(transfer.give).length > 0) return false;
  const rule = openSessionWith(turn.state, transfer.contact)?.theirRule ?? [];
  return [...totals(transfer.give)].every(([currency, amount]) => rule.some((r) => r.currency === currency && amount <= r.upTo));
}

/** Tells the offer if they can be reached and a lane could carry what follows. */
function sendOffer(turn: Turn, transfer: Offered): void {
  if (!readyLaneTo(turn.state, transfer.contact)) return;
  tell(turn, transfer.contact, { type: 'offer', ...wireTerms(turn, transfer) });
}

const wireTerms = (turn: Turn, { id, give, take, memo, purpose, request }: Offered) => ({
  id, give: toWire(turn.state, give), take: toWire(turn.state, take), memo, purpose, ...(request === null ? {} : { request }),
});

/** The commit point: value leaves, the bytes are fixed. @throws Refusal `insufficient_funds` */
function commitNow(turn: Turn, transfer: Offered, lane: LaneId, keys: ReadyLane): void {
  const { contact, id } = transfer;
  const give = certified(turn, transfer.give, { from: instanceIdOf(must(turn.state, 'self', 'self').publicKey), to: contact, transfer: id });
  const contentKeys = keysFor(turn.state, give);
  sendOff(turn, give, { contact, transfer: id });
  const seq = keys.nextSeq;
  const plaintext: Commit = CommitSchema.parse({ ...wireTerms(turn, { ...transfer, give }), ...(contentKeys.length > 0 ? { keys: contentKeys } : {}), closedUpTo: keys.closedUpTo });
  const frame = sealCommit(commitKey(keys.chainKey), turn.entropy.take(24), lane, seq, encodeStrict(plaintext));
  turn.state.put('lane', lane, { ...keys, chainKey: nextChainKey(keys.chainKey), nextSeq: seq + 1 });
  turn.state.put('inFlight', `${lane}/${seq}`, transfer.id);
  const committed: Committed = { ...transfer, give, state: 'in-transit', lane, seq, package: turn.head.n + 1, frame, timeline: noted(turn, transfer, 'in-transit') };
  turn.state.put('transfer', transfer.id, committed);
  tellLaneFrame(turn, transfer.contact, frame);
}

const outgoing = (turn: Turn, id: TransferId, contact?: InstanceId): Outgoing | null => {
  const transfer = turn.state.get('transfer', id);
  return transfer?.direction === 'out' && (contact === undefined || transfer.contact === contact) ? transfer : null;
};

/** ACCEPT came. If it cannot leave any more, or what comes in return cannot come in, the offer is withdrawn. A withdrawn offer is withdrawn again. */
export function onAccept(turn: Turn, contact: InstanceId, id: TransferId): void {
  const transfer = outgoing(turn, id, contact);
  if (!transfer) return void tell(turn, contact, { type: 'withdraw', id });
  if (transfer.state !== 'offered') return; // a repeat: the commit is on its way already
  const lane = readyLaneTo(turn.state, contact);
  if (!lane || lane.lane.nextSeq - lane.lane.closedUpTo > MAX_LANE_WINDOW) return; // said again at the next meeting
  const why = whyNotMovable(turn.state, transfer.give, contact)?.code ?? whyNotReceivable(turn.state, transfer.take, contact);
  if (!why) return commitNow(turn, transfer, lane.id, lane.lane);
  finish(turn, transfer, 'cancelled', why, null);
  tell(turn, contact, { type: 'withdraw', id });
}

/** DECLINE came. The answer lets the destination forget the offer too. */
export function onDecline(turn: Turn, contact: InstanceId, id: TransferId, reason: string): void {
  const transfer = outgoing(turn, id, contact);
  if (transfer && transfer.state !== 'offered') return;
  if (transfer) finish(turn, transfer, 'declined', reason, null);
  tell(turn, contact, { type: 'withdraw', id });
}

/** The person changed their mind. @throws Refusal `already_committed`, `unknown_transfer` */
export function cancel(turn: Turn, id: TransferId): void {
  const transfer = outgoing(turn, id) ?? refuse('unknown_transfer', 'There is no unfinished transfer of yours with this id.');
  if (transfer.state !== 'offered') refuse('already_committed', 'It is in transit and can only end where it was sent. It cannot be taken back.');
  finish(turn, transfer, 'cancelled', null, null);
  tell(turn, transfer.contact, { type: 'withdraw', id });
}

/** The person gives up on a transfer whose destination is gone for good. @throws Refusal `wrong_state`, `unknown_transfer` */
export function giveUp(turn: Turn, id: TransferId): void {
  const transfer = outgoing(turn, id) ?? refuse('unknown_transfer', 'There is no unfinished transfer of yours with this id.');
  if (transfer.state !== 'in-transit') refuse('wrong_state', 'Only what is in transit can be written off.');
  giveUpOn(turn, transfer.give, { contact: transfer.contact, transfer: id });
  turn.state.put('transfer', id, { ...transfer, state: 'written-off', timeline: noted(turn, transfer, 'written-off') } as Committed);
}

/** An ACK or NACK for one of my commits, from whatever carrier. Anything that does not fit is without effect. */
export function onAnswer(turn: Turn, frame: LaneFrame): void {
  const laneId = frame.lane as LaneId;
  const lane = turn.state.get('lane', laneId);
  if (lane?.direction !== 'out' || lane.state !== 'ready') return;
  const id = turn.state.get('inFlight', `${laneId}/${frame.seq}`);
  if (!id) return; // not sent yet, or answered before
  const plaintext = openAnswer(frame, lane.answerKey);
  if (!plaintext) return;
  const transfer = must(turn.state, 'transfer', id);
  if (transfer.direction !== 'out' || transfer.state === 'offered') throw new Error(`invariant: ${id} is in flight but not committed`);
  const settled = frame.kind === 'ack' ? acknowledged(turn, transfer, plaintext) : returned(turn, transfer, plaintext);
  if (!settled) return;
  turn.state.remove('inFlight', `${laneId}/${frame.seq}`);
  const closed = addSequence({ upTo: lane.closedUpTo, above: lane.closedAbove }, frame.seq);
  turn.state.put('lane', laneId, { ...lane, closedUpTo: closed.upTo, closedAbove: closed.above });
}

function acknowledged(turn: Turn, transfer: Committed, plaintext: Uint8Array): boolean {
  const ack = decodeAs(AckSchema, plaintext);
  if (!ack.ok || !sameAssets(fromAnswer(ack.value.take), transfer.take)) return false;
  const { contact, id, give, take } = transfer;
  const contentKeys = ack.value.keys ?? [];
  // Room was there when the transfer was agreed; should it be gone, the value stays in transit and nothing is lost.
  if (!keysFit(take, contentKeys) || whyNotReceivable(turn.state, take, contact)) return false;
  arrived(turn, give, { contact, transfer: id }, accountOf(transfer));
  comeIn(turn, take, contentKeys, 'payment', { contact, transfer: id });
  if (transfer.request) noteEnded(turn, contact, transfer.request);
  finish(turn, transfer, 'done', null, receiptOf(transfer));
  notify(turn, 'done', transfer);
  return true;
}

function returned(turn: Turn, transfer: Committed, plaintext: Uint8Array): boolean {
  const nack = decodeAs(NackSchema, plaintext);
  if (!nack.ok) return false;
  cameBack(turn, transfer.give, { contact: transfer.contact, transfer: transfer.id }, accountOf(transfer));
  finish(turn, transfer, 'returned', nack.value.reason, receiptOf(transfer));
  notify(turn, 'returned', transfer);
  return true;
}

const accountOf = (transfer: Committed): 'transit' | 'writtenOff' => (transfer.state === 'written-off' ? 'writtenOff' : 'transit');
const receiptOf = ({ lane, seq, package: n }: Committed) => ({ lane, seq, package: n });

function notify(turn: Turn, event: 'done' | 'returned', transfer: Committed): void {
  turn.outputs.push({ type: 'notify', event, contact: transfer.contact, name: nameOf(turn, transfer.contact), text: transfer.memo });
}

const outgoingTo = (turn: Turn, contact: InstanceId): Outgoing[] =>
  [...turn.state.keysOf('transfer', contact)].map((id) => must(turn.state, 'transfer', id)).filter((transfer): transfer is Outgoing => transfer.direction === 'out');

/** Every commit to this contact that has no answer, byte for byte. They prove themselves and wait for nothing. */
export function resendCommits(turn: Turn, contact: InstanceId): void {
  const committed = outgoingTo(turn, contact).filter((transfer): transfer is Committed => transfer.state !== 'offered');
  for (const { frame } of committed.sort((a, b) => a.seq - b.seq)) tellLaneFrame(turn, contact, frame);
}

export function resendOffers(turn: Turn, contact: InstanceId): void {
  for (const transfer of outgoingTo(turn, contact)) if (transfer.state === 'offered') sendOffer(turn, transfer);
}

