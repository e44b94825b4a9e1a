/**
 * Two links to one peer: which one stays. Both sides decide alone and must agree, or both links go.
 */
import { RIVAL_WINDOW_MS } from './carrier-limits.ts';
import type { CarrierLink } from './carrier.port.ts';

/** The PeerId of the side that dialled. */
const diallerOf = (link: Pick<CarrierLink, 'role' | 'localPeer' | 'remotePeer'>): string => (link.role === 'initiator' ? link.localPeer : link.remotePeer);

/**
 * True if `newer` replaces `older`. Dialled from both ends at nearly the same time: the one that the lower PeerId
 * dialled stays. Otherwise the newer: nobody dials again without a reason to think that the older one is dead.
 * @param ageMs time between the two links at this side
 */
export function newerWins(older: Pick<CarrierLink, 'role' | 'localPeer' | 'remotePeer'>, newer: Pick<CarrierLink, 'role' | 'localPeer' | 'remotePeer'>, ageMs: number): boolean {
  const sameDialler = diallerOf(older) === diallerOf(newer);
  if (sameDialler || ageMs > RIVAL_WINDOW_MS) return true;
  return diallerOf(newer) < diallerOf(older);
}
