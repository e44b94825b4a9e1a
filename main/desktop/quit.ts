/**
 * Quitting: the host closes first (network, vault, store), then the app ends. The wallet survives being killed at any
 * instant, so nothing is ever waited for that does not come.
 */
import type { App } from 'electron';

/** Closing takes well under a second; a host that hangs must not keep a person from quitting. */
const CLOSE_TIMEOUT_MS = 10_000;

export interface Quitting {
  readonly onQuitting: () => void;
  readonly close: () => Promise<void>;
}

/** @returns to be called when the computer goes down: from then on quitting does not wait, as that would stop the shut-down. */
export function quitCleanly(app: App, { onQuitting, close }: Quitting): () => void {
  let state: 'running' | 'closing' | 'closed' = 'running';
  app.on('before-quit', onQuitting);
  app.on('will-quit', (event) => {
    if (state === 'closed') return;
    event.preventDefault();
    if (state === 'closing') return;
    state = 'closing';
    const tooLong = new Promise<void>((resolve) => { setTimeout(resolve, CLOSE_TIMEOUT_MS); });
    void Promise.race([close(), tooLong])
      .catch((error: unknown) => { console.error(`tallystick: not closed cleanly: ${String(error)}`); })
      .then(() => { state = 'closed'; app.quit(); });
  });
  return () => { state = 'closed'; };
}
