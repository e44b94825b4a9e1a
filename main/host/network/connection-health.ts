/**
 * Which libp2p connections are worth keeping: those that answer, and those that carry a link.
 */
import type { Connection } from '@libp2p/interface';
import { IDLE_CONNECTION_MS, REFRESH_TIMEOUT_MS, VAULT_PROTOCOL } from './carrier-limits.ts';

/** Any protocol the other side does not know: its refusal proves that it lives. */
const ALIVE_PROTOCOL = '/tallystick/alive/1';

/** Resolves once `connection` has answered, or was dropped because it did not. */
export async function dropIfDead(connection: Connection): Promise<void> {
  try {
    const stream = await connection.newStream([ALIVE_PROTOCOL], { signal: AbortSignal.timeout(REFRESH_TIMEOUT_MS) });
    await stream.close();
  } catch (error) {
    if (!(error instanceof Error && error.name === 'UnsupportedProtocolError')) connection.abort(new Error('no answer'));
  }
}

/** Drops `connection` unless a vault stream is opened on it in time. */
export function closeIfUnused(connection: Connection): void {
  const timer = setTimeout(() => {
    if (!connection.streams.some((stream) => stream.protocol === VAULT_PROTOCOL)) connection.abort(new Error('unused'));
  }, IDLE_CONNECTION_MS);
  timer.unref();
  connection.addEventListener('close', () => clearTimeout(timer), { once: true });
}
