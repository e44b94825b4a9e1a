/**
 * Notices that the network changed or the computer slept. There is no portable event for either, so the interfaces are
 * compared every few seconds, and a timer that fires much too late means that the computer was asleep (or the clock was
 * set, which does no harm).
 */
import { type LocalAddress, fingerprintOf, localAddresses } from './interfaces.ts';

/** Between two looks: a person who plugs in a cable waits this long at most. */
const LOOK_INTERVAL_MS = 3_000;

/** A timer later than this has slept, not merely waited for a busy processor. */
const SLEPT_MS = 10_000;

export interface NetworkWatch {
  stop(): void;
}

export interface NetworkWatchOptions {
  readonly onChange: (what: 'addresses' | 'woke') => void;
  readonly addresses?: () => LocalAddress[];
  /** Milliseconds of the wall clock, which goes on during sleep. */
  readonly now?: () => number;
  readonly intervalMs?: number;
}

export function watchNetwork({ onChange, addresses = localAddresses, now = Date.now, intervalMs = LOOK_INTERVAL_MS }: NetworkWatchOptions): NetworkWatch {
  let before = fingerprintOf(addresses());
  let lookedAt = now();
  const timer = setInterval(() => {
    const slept = now() - lookedAt > intervalMs + SLEPT_MS;
    lookedAt = now();
    const after = fingerprintOf(addresses());
    const changed = after !== before;
    before = after;
    if (slept) onChange('woke');
    else if (changed) onChange('addresses');
  }, intervalMs);
  timer.unref();
  return { stop: () => clearInterval(timer) };
}
