/**
 * Who was seen lately, capped: a flood of forged announcements fills its own share and nothing else (assurance row 40).
 * Knows no clock; the caller brings the time in milliseconds.
 */
import { MAX_ADDRESSES_PER_PEER } from './carrier-limits.ts';
import { HINT_LIFETIME_MS, HINT_REPEAT_MS, MAX_HINTS, MAX_HINTS_PER_SENDER } from './discovery-limits.ts';

interface Seen {
  readonly sender: string;
  readonly until: number;
  readonly toldAt: number;
  /** Address → when it is forgotten. */
  readonly addresses: ReadonlyMap<string, number>;
}

export interface HintTable {
  /** Notes a sighting. Returns the peer's addresses if it is worth telling, null if it is capped or nothing new. */
  see(sighting: { readonly peerId: string; readonly addresses: readonly string[] }, sender: string, now: number): string[] | null;
  readonly size: number;
  clear(): void;
}

export function createHintTable(): HintTable {
  const seen = new Map<string, Seen>();
  const forgetOld = (now: number) => {
    for (const [peerId, entry] of seen) if (entry.until <= now) seen.delete(peerId);
  };
  return {
    get size() {
      return seen.size;
    },
    clear: () => seen.clear(),
    see({ peerId, addresses }, sender, now) {
      forgetOld(now);
      const known = seen.get(peerId);
      if (!known) {
        if (seen.size >= MAX_HINTS) return null;
        if ([...seen.values()].filter((entry) => entry.sender === sender).length >= MAX_HINTS_PER_SENDER) return null;
      }
      const until = now + HINT_LIFETIME_MS;
      const merged = new Map([...(known?.addresses ?? [])].filter(([, gone]) => gone > now));
      const isNews = !known || addresses.some((address) => !merged.has(address));
      // Newest last in the map, first in the result; the oldest make room.
      for (const address of addresses) {
        merged.delete(address);
        merged.set(address, until);
      }
      for (const address of merged.keys()) if (merged.size > MAX_ADDRESSES_PER_PEER) merged.delete(address);
      const tell = isNews || now - (known?.toldAt ?? 0) >= HINT_REPEAT_MS;
      seen.set(peerId, { sender, until, toldAt: tell ? now : (known?.toldAt ?? now), addresses: merged });
      return tell ? [...merged.keys()].reverse() : null;
    },
  };
}
