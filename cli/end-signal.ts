/** When a command that runs on is to end. */
import type { Failure } from '../protocol/errors.ts';

/** A signal to a process group and the copy that a wrapper passes on arrive together; a person's second one later. */
const SAME_SIGNAL_MS = 500;

/**
 * Resolves with null at SIGINT, SIGTERM or SIGHUP, and at the end of stdin if asked; with a failure if `stopped` does. A
 * second signal ends the process at once: something does not close.
 */
export const untilEnd = (withStdin: boolean, stopped: Promise<Failure>): Promise<Failure | null> => new Promise((resolve) => {
  let askedAt: number | null = null;
  const end = (): void => {
    askedAt ??= performance.now();
    if (performance.now() - askedAt > SAME_SIGNAL_MS) process.exit(1);
    resolve(null);
  };
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, end);
  if (withStdin) {
    process.stdin.on('end', () => resolve(null)).on('error', () => resolve(null));
    process.stdin.resume();
  }
  void stopped.then(resolve);
});
