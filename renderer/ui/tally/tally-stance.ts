/**
 * How the two halves stand for each state of a transfer:
 *
 *   draft: whole ─▶ offered: ajar ─▶ in transit: apart ─▶ done: met
 *   declined, cancelled, returned: broken off, whole again and colourless; written off: apart for good
 */
import type { TransferState } from '../../../protocol/contracts/views.ts';

export type TallyStance = 'whole' | 'offered' | 'apart' | 'met' | 'broken' | 'lost';

const STANCES: Readonly<Record<TransferState, TallyStance>> = {
  'offered': 'offered', 'accepted': 'apart', 'in-transit': 'apart', 'done': 'met', 'declined': 'broken',
  'cancelled': 'broken', 'returned': 'broken', 'written-off': 'lost', 'withdrawn': 'broken', 'refused': 'broken',
};

export const stanceOf = (state: TransferState | null): TallyStance => state === null ? 'whole' : STANCES[state];
