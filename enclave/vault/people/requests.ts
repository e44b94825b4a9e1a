/**
 * Asking someone for credits. A request moves nothing: it becomes a draft of a transfer on the other side, and what is
 * paid in answer to it is accepted without asking again.
 */
import { refuse } from '../../../protocol/errors.ts';
import type { CurrencyId, InstanceId, RequestId } from '../../../protocol/identifiers.ts';
import { MAX_OPEN_REQUESTS } from '../../../protocol/limits.ts';
import type { MessageOf } from '../../../protocol/messages.codec.ts';
import { bytesToHex } from '../bytes.ts';
import type { Request } from '../records.ts';
import { must } from '../state.ts';
import { hasEnded, noteEnded } from '../sessions/ended.ts';
import { tell } from '../sessions/speaking.ts';
import { creditToWire } from '../transfers/assets.ts';
import { learnCurrency } from '../credits/currencies.ts';
import { nameOf } from '../transfers/finish.ts';
import type { Turn } from '../turn.ts';

const requestsOf = (turn: Turn, contact: InstanceId, direction: Request['direction']): Request[] =>
  [...turn.state.keysOf('request', contact)].map((id) => must(turn.state, 'request', id)).filter((request) => request.direction === direction);

/** @throws Refusal `not_paired`, `too_many` */
export function createRequest(turn: Turn, wanted: { contact: InstanceId; currency: CurrencyId; amount: bigint; memo: string }): Request {
  if (!must(turn.state, 'contact', wanted.contact).mutual) refuse('not_paired', 'They have not confirmed the words yet.');
  if (requestsOf(turn, wanted.contact, 'out').length >= MAX_OPEN_REQUESTS) refuse('too_many', 'Too many requests wait for their answer. Cancel some or wait.');
  const request: Request = { ...wanted, id: bytesToHex(turn.entropy.take(16)) as RequestId, direction: 'out', at: turn.time.clock, state: 'open' };
  turn.state.put('request', request.id, request);
  sendRequest(turn, request);
  return request;
}

function sendRequest(turn: Turn, { id, contact, currency, amount, memo }: Request): void {
  tell(turn, contact, { type: 'request', id, asset: creditToWire(turn.state, { kind: 'credit', currency, amount }), memo });
}

export function onRequest(turn: Turn, contact: InstanceId, message: MessageOf<'request'>): void {
  const id = message.id as RequestId;
  const known = turn.state.get('request', id);
  if (known) {
    if (known.contact === contact && known.direction === 'in' && known.state === 'declined') tell(turn, contact, { type: 'request-decline', id });
    return;
  }
  if (hasEnded(turn.state, contact, id)) return;
  // They ask again until they are paid; what is being paid already is not shown again, or it would be paid twice.
  if (isBeingPaid(turn, contact, id)) return;
  const currency = requestsOf(turn, contact, 'in').length < MAX_OPEN_REQUESTS ? learnCurrency(turn, message.asset.currency, contact) : null;
  if (!currency) return void tell(turn, contact, { type: 'request-decline', id });
  turn.state.put('request', id, { id, direction: 'in', contact, currency, amount: BigInt(message.asset.amount), memo: message.memo, at: turn.time.clock, state: 'open' });
  turn.outputs.push({ type: 'notify', event: 'request', contact, name: nameOf(turn, contact), text: message.memo });
}

const isBeingPaid = (turn: Turn, contact: InstanceId, id: RequestId): boolean =>
  [...turn.state.keysOf('transfer', contact)].some((key) => {
    const { direction, request } = must(turn.state, 'transfer', key);
    return direction === 'out' && request === id;
  });

/** They declined mine. The answer lets them forget it too. */
export function onRequestDecline(turn: Turn, contact: InstanceId, id: RequestId): void {
  const request = turn.state.get('request', id);
  if (request?.direction === 'out' && request.contact === contact) turn.state.remove('request', id);
  tell(turn, contact, { type: 'request-cancel', id });
}

/** They took theirs back. */
export function onRequestCancel(turn: Turn, contact: InstanceId, id: RequestId): void {
  noteEnded(turn, contact, id);
  const request = turn.state.get('request', id);
  if (request?.direction === 'in' && request.contact === contact) turn.state.remove('request', id);
}

const openRequest = (turn: Turn, id: RequestId, direction: Request['direction']): Request => {
  const request = turn.state.get('request', id);
  if (request?.direction !== direction || request.state !== 'open') return refuse('unknown_request', 'There is no open request with this id.');
  return request;
};

/** The person says no. The record stays until the asker has heard of it. @throws Refusal `unknown_request` */
export function declineRequest(turn: Turn, id: RequestId): Request {
  const request: Request = { ...openRequest(turn, id, 'in'), state: 'declined' };
  turn.state.put('request', id, request);
  tell(turn, request.contact, { type: 'request-decline', id });
  return request;
}

/** @throws Refusal `unknown_request` */
export function cancelRequest(turn: Turn, id: RequestId): Request {
  const request = openRequest(turn, id, 'out');
  turn.state.remove('request', id);
  tell(turn, request.contact, { type: 'request-cancel', id });
  return request;
}

export function dropUnlistedRequests(turn: Turn, contact: InstanceId, listed: ReadonlySet<string>): void {
  for (const { id } of requestsOf(turn, contact, 'in')) if (!listed.has(id)) turn.state.remove('request', id);
}

export function resendRequests(turn: Turn, contact: InstanceId): void {
  for (const request of requestsOf(turn, contact, 'out')) sendRequest(turn, request);
}
