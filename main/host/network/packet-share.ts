/**
 * How many packets of each sender are looked at in a second, so that a flood costs little and drowns nobody else.
 */
import { MAX_PACKETS_PER_SENDER, MAX_SENDERS_PER_SECOND } from './discovery-limits.ts';

export interface PacketShare {
  /** False: the packet is dropped unread. @param now milliseconds */
  admit(sender: string, now: number): boolean;
}

export function createPacketShare(): PacketShare {
  const counts = new Map<string, number>();
  let second = 0;
  return {
    admit(sender, now) {
      const current = Math.floor(now / 1000);
      if (current !== second) {
        second = current;
        counts.clear();
      }
      const count = counts.get(sender) ?? 0;
      if (count >= MAX_PACKETS_PER_SENDER || (count === 0 && counts.size >= MAX_SENDERS_PER_SECOND)) return false;
      counts.set(sender, count + 1);
      return true;
    },
  };
}
