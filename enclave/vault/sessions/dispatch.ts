/**
 * What a frame of an open session leads to. Strangers can do nothing but ask to be paired with, and end what a lane
 * still holds; a message that is out of place is ignored if an honest peer could have sent it, and ends the session if not.
 */
import { type Failure, fail } from '../../../protocol/errors.ts';
import type { RequestId, TransferId } from '../../../protocol/identifiers.ts';
import { type Message, decodeMessage } from '../../../protocol/messages.codec.ts';
import { decryptWithAd } from '../noise/cipher-state.ts';
import { onPairAbort, onPairConfirm, onPairNonce, onPairRequest, onPairReveal } from '../people/pairing.machine.ts';
import { onRequest, onRequestCancel, onRequestDecline } from '../people/requests.ts';
import { onLoan, onRenewAsk } from '../library/loans.ts';
import { onWitness } from '../people/witnesses.ts';
import { onLaneOpen, onLaneReady } from '../transfers/lanes.ts';
import { parseLaneFrame } from '../transfers/lane-keys.ts';
import { onCommit, onOffer, onWithdraw } from '../transfers/receiving.machine.ts';
import { onAccept, onAnswer, onDecline, resendOffers } from '../transfers/sending.machine.ts';
import type { Turn } from '../turn.ts';
import { receivedInEvidence, receivedInNoise } from './meeting.ts';
import { goOnElsewhere, onResume, onRule } from './resume.ts';
import { type OpenSession, hangUp } from './session.ts';
import { tellLaneFrame } from './speaking.ts';

/** @returns what was said, in the clear, for the journal */
export function received(turn: Turn, connection: number, frame: Uint8Array): Message | null {
  const session = turn.state.get('session', String(connection));
  if (!session) return null; // hung up already; the host may not have noticed yet
  if (session.phase !== 'open') {
    if (session.phase === 'noise') receivedInNoise(turn, session, frame);
    else receivedInEvidence(turn, session, frame);
    return null;
  }
  const opened = decryptWithAd(session.receive, new Uint8Array(), frame);
  const message = opened ? decodeMessage(opened.plaintext) : fail('peer_protocol', 'A message was not authentic.');
  if (!opened || !message.ok) {
    breakOff(turn, session, message.ok ? null : message.failure);
    return null;
  }
  turn.state.put('session', String(connection), { ...session, receive: opened.state });
  const fault = dispatch(turn, { ...session, receive: opened.state }, message.value);
  if (fault) breakOff(turn, session, fault);
  return message.value;
}

function breakOff(turn: Turn, { connection, instance }: OpenSession, failure: Failure | null): void {
  hangUp(turn, connection, failure);
  goOnElsewhere(turn, instance);
}

const protocolFault = (why: string | null): Failure | null => (why === null ? null : fail('peer_protocol', why).failure);

function dispatch(turn: Turn, session: OpenSession, message: Message): Failure | null {
  const from = session.instance;
  switch (message.type) {
    case 'evidence':
      return protocolFault('Evidence was sent twice.');
    case 'pair-request':
      return onPairRequest(turn, session, message);
    case 'pair-nonce':
      return onPairNonce(turn, session, message);
    case 'pair-reveal':
      return onPairReveal(turn, session, message);
    case 'pair-confirm':
      return onPairConfirm(turn, session);
    case 'pair-abort':
      return onPairAbort(turn, session);
    case 'lane-frames':
      return onLaneFrames(turn, session, message.frames);
    case 'resume':
      return onResume(turn, session, message);
    default:
      return turn.state.get('contact', from) ? dispatchFromContact(turn, session, message) : null;
  }
}

/** Each as if it had come alone; one that is no lane frame ends the session, and those before it have happened. */
function onLaneFrames(turn: Turn, session: OpenSession, frames: readonly Uint8Array[]): Failure | null {
  for (const frame of frames) {
    const fault = onLaneFrame(turn, session, frame);
    if (fault) return fault;
  }
  return null;
}

/**
 * A COMMIT, ACK or NACK. It proves itself, so it is taken from its lane's other end also when that is no contact any
 * more: what is in transit must have a way to end. A COMMIT waits for `resume`, as everything does: an older copy that
 * took one first would answer it otherwise than the wallet it was copied from. Somebody who has forgotten us says no
 * `resume`, and still answers what is on its way to them; what an answer leads to was decided there.
 */
function onLaneFrame(turn: Turn, session: OpenSession, bytes: Uint8Array): Failure | null {
  const frame = parseLaneFrame(bytes);
  if (!frame.ok) return frame.failure;
  if (turn.state.get('lane', frame.value.lane)?.contact !== session.instance) return null;
  if (frame.value.kind === 'commit' && !session.resumed) return protocolFault(UNRESUMED);
  if (frame.value.kind === 'commit') onCommit(turn, frame.value, (answer) => void tellLaneFrame(turn, session.instance, answer));
  else onAnswer(turn, frame.value);
  return null;
}

type FromContact = Exclude<Message, { type: 'evidence' | 'lane-frames' | 'resume' | `pair-${string}` }>;

const UNRESUMED = 'The first message of a contact in a session is resume.';

function dispatchFromContact(turn: Turn, session: OpenSession, message: FromContact): Failure | null {
  const from = session.instance;
  if (!session.resumed) return protocolFault(UNRESUMED);
  // They said it before we knew them, and say it again once both have confirmed.
  if (!turn.state.get('contact', from)?.mutual) return null;
  switch (message.type) {
    case 'witness':
      onWitness(turn, message);
      return null;
    case 'rule':
      onRule(turn, from, message.rule);
      return null;
    case 'lane-open':
      return protocolFault(onLaneOpen(turn, from, message));
    case 'lane-ready': {
      const fault = protocolFault(onLaneReady(turn, from, message));
      if (!fault) resendOffers(turn, from);
      return fault;
    }
    case 'offer':
      onOffer(turn, from, message);
      return null;
    case 'accept':
      onAccept(turn, from, message.id as TransferId);
      return null;
    case 'decline':
      onDecline(turn, from, message.id as TransferId, message.reason);
      return null;
    case 'withdraw':
      onWithdraw(turn, from, message.id as TransferId);
      return null;
    case 'request':
      onRequest(turn, from, message);
      return null;
    case 'request-decline':
      onRequestDecline(turn, from, message.id as RequestId);
      return null;
    case 'request-cancel':
      onRequestCancel(turn, from, message.id as RequestId);
      return null;
    case 'renew-ask':
      onRenewAsk(turn, from, message);
      return null;
    case 'loan':
      onLoan(turn, from, message);
      return null;
  }
}
