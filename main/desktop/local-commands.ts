/**
 * The command line talks to the app while it runs, over the same local socket that `tallystick serve` offers (design §8).
 * Without it the app works just the same, so a socket that cannot be made is only reported.
 */
import { serveLocalSocket } from '../host/transports/local-socket.ts';
import { withShellCommands } from '../host/transports/shell-commands.ts';
import type { WalletHost } from '../host/wallet-host.port.ts';

/** @returns the host, which now closes the socket before itself */
export async function serveCommands(host: WalletHost, dataDir: string): Promise<WalletHost> {
  try {
    const socket = await serveLocalSocket(withShellCommands(host, () => null), dataDir);
    return { ...host, close: () => socket.close().finally(() => host.close()) };
  } catch (error) {
    console.error(`tallystick: commands cannot reach this app: ${String(error)}`);
    return host;
  }
}
