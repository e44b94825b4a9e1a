/**
 * What has ended does not come back. Two sessions with one contact have each its own delays (design §6: messages are
 * reordered and repeated), so the OFFER of a transfer, or a request, may arrive on one after the other has brought its
 * end. It would move nothing, since its source has closed it; but it would be shown to the person once more, as new.
 *
 * Volatile: a late message can only come through a session that stood before. Not guaranteed beyond the newest ids.
 */
import type { InstanceId, RequestId, TransferId } from '../../../protocol/identifiers.ts';
import type { State } from '../state.ts';
import type { Turn } from '../turn.ts';

/** A source has at most 64 offers and 32 requests open with us at once: those, twice over, and as many that came after. */
const MOST_REMEMBERED = 256;

/** Its source has ended this, or it has been paid: by their word or by a COMMIT and its answer, which nothing undoes. */
export function noteEnded(turn: Turn, contact: InstanceId, id: TransferId | RequestId): void {
  const before = turn.state.get('ended', contact) ?? [];
  if (turn.state.get('presence', contact) && !before.includes(id)) turn.state.put('ended', contact, [...before.slice(1 - MOST_REMEMBERED), id]);
}

export const hasEnded = (state: State, contact: InstanceId, id: TransferId | RequestId): boolean => state.get('ended', contact)?.includes(id) ?? false;
