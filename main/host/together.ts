/** Several that do the same at once, for one who needs all of them. */

/** Does it with all at once. One who fails ends it for the others, and is heard when all have ended. */
export async function together<T>(all: readonly T[], signal: AbortSignal, work: (one: T, signal: AbortSignal) => Promise<void>): Promise<void> {
  const stop = new AbortController();
  const until = AbortSignal.any([signal, stop.signal]);
  const ended = await Promise.allSettled(all.map((one) => work(one, until).catch((error: unknown) => { stop.abort(); throw error; })));
  for (const one of ended) if (one.status === 'rejected') throw one.reason;
}
