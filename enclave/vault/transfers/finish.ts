/** What both sides do with a transfer's record as it goes on and ends. */
import type { TransferState } from '../../../protocol/contracts/views.ts';
import type { Finished, Transfer } from '../records.ts';
import type { State } from '../state.ts';
import type { Turn } from '../turn.ts';

/** The timeline with `state` added, if it is new. */
export const noted = (turn: Turn, transfer: Pick<Transfer, 'timeline'>, state: TransferState): Transfer['timeline'] =>
  transfer.timeline.at(-1)?.state === state ? transfer.timeline : [...transfer.timeline, { state, at: turn.time.clock }];

/** The name under which a contact is known here, also after it was forgotten. */
export const nameOf = (turn: { readonly state: State }, instance: Transfer['contact']): string => {
  const contact = turn.state.get('contact', instance);
  return contact?.petname ?? contact?.theirName ?? '';
};

/** Puts an ended transfer into the archive. The caller takes it out of the table, or leaves a `declined` one there. */
export function archive(turn: Turn, transfer: Transfer, state: TransferState, reason: string | null, receipt: Finished['receipt']): void {
  const { id, direction, contact, give, take, memo, purpose, request } = transfer;
  turn.archive.push({ id, direction, contact, give, take, memo, purpose, request, state, reason, receipt, timeline: noted(turn, transfer, state), contactName: nameOf(turn, contact) });
}

/** Ends a transfer for good: out of memory, into the archive. */
export function finish(turn: Turn, transfer: Transfer, state: TransferState, reason: string | null, receipt: Finished['receipt']): void {
  turn.state.remove('transfer', transfer.id);
  archive(turn, transfer, state, reason, receipt);
}

/** A `declined` record only waits for the source to hear of it; to the person it is over. */
export const isFinal = (transfer: Transfer): boolean => transfer.state === 'declined';
