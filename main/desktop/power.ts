/**
 * Sleep, wake and shutting down, as the operating system announces them. After a sleep the connections are dead
 * without knowing it; the host is told to look again instead of waiting for time-outs.
 */
import { type PowerMonitor } from 'electron';

export interface PowerListener {
  /** The computer woke up or the session was unlocked: the network may be another one. */
  readonly woke: () => void;
  /** The computer is going down and will not wait for us; everything durable already is. */
  readonly leaving: () => void;
}

export function followPower(powerMonitor: PowerMonitor, { woke, leaving }: PowerListener): void {
  powerMonitor.on('resume', woke);
  powerMonitor.on('unlock-screen', woke);
  powerMonitor.on('shutdown', leaving);
}
