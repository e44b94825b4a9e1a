/** When a command that runs on is to end. */
import type { Failure } from '../protocol/errors.ts';

/**
 * Resolves with null at SIGINT, SIGTERM or SIGHUP, and at the end of stdin if asked; with a failure if `stopped` does. A
 * second signal ends the process at once: something does not close.
 */
export const untilEnd = (withStdin: boolean, stopped: Promise<Failure>): Promise<Failure | null> => new Promise((resolve) => {
  let asked = false;
  const end = (): void => {
    if (asked) process.exit(1);
    asked = true;
    resolve(null);
  };
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, end);
  if (withStdin) {
    process.stdin.on('end', () => resolve(null)).on('error', () => resolve(null));
    process.stdin.resume();
  }
  void stopped.then(resolve);
});
