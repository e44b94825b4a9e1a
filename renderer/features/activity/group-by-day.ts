/** Puts transfers under their days, in the order given. */
import type { TransferView } from '../../../protocol/contracts/views.ts';

export const ACTIVITY_FILTERS = ['all', 'pending', 'in', 'out'] as const;
export type ActivityFilter = (typeof ACTIVITY_FILTERS)[number];

/** When a transfer came to the state it is in. */
const lastChange = (transfer: TransferView): number => transfer.timeline.at(-1)?.at ?? 0;

export const passes = (filter: ActivityFilter, transfer: TransferView): boolean =>
  filter === 'all' || (filter === 'pending' ? transfer.waitsFor !== null : transfer.direction === filter);

/** Consecutive transfers with the same heading form one group. */
export function groupByDay(transfers: readonly TransferView[], nameOf: (at: number) => string): { day: string; items: TransferView[] }[] {
  const groups: { day: string; items: TransferView[] }[] = [];
  for (const transfer of transfers) {
    const day = nameOf(lastChange(transfer));
    const group = groups.at(-1);
    if (group?.day === day) group.items.push(transfer);
    else groups.push({ day, items: [transfer] });
  }
  return groups;
}
