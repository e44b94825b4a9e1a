/** Failures that nobody waited for: a promise that was let go of and rejected later. In this thread, from the first import on. */

let stray: unknown = null;
process.on('unhandledRejection', (reason) => { stray ??= reason; });

/** @throws Error if there was one since the last call; waits for those on their way */
export async function expectNoStray(): Promise<void> {
  // Node reports them when what was to be done at once is done.
  await new Promise((resolve) => setImmediate(resolve));
  const reason = stray;
  stray = null;
  if (reason !== null) throw new Error(`nobody waited for this to fail: ${reason instanceof Error ? reason.stack : String(reason)}`);
}
