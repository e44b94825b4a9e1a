/** From the start of the program to a wallet that answers: the command line as it is installed, and what a Node process takes to say one line. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import type { WalletFolders } from '../../cli/demo/wallet-process.ts';
import type { Wallets } from '../support/wallet-process.ts';
import { type Figure, figureOf, timed } from './figure.ts';
import type { Plan } from './plan.ts';

const nodeStarts = async (times: number): Promise<Figure> =>
  figureOf('a Node process, to its first line', 'ms', await timed(times, async () => {
    const child = spawn(process.execPath, ['-e', 'console.log("ready")'], { stdio: ['ignore', 'pipe', 'ignore'] });
    await once(child.stdout, 'data');
    return () => (child.exitCode === null ? once(child, 'exit') : undefined);
  }));

/** `serve` on loopback, until it says that it is ready and its socket answers. @param of a wallet that was made */
export async function startFigures(wallets: Wallets, of: WalletFolders, { times }: Plan['start']): Promise<Figure[]> {
  const floor = await nodeStarts(times);
  const starts = await timed(times, async () => {
    const wallet = await wallets.start(of);
    return () => wallet.stop();
  });
  return [floor, figureOf('serve, from start to ready', 'ms', starts, floor)];
}
