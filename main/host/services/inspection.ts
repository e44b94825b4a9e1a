/**
 * Asks a wallet that has stopped what an audit asks (design §5.3, §8): opens its files, starts its vault for this one
 * question, and closes both again, so that the person can still put the right files back. The vault neither runs nor
 * writes: see `inspect` in protocol/module-port.ts.
 */
import { type Result, fail } from '../../../protocol/errors.ts';
import { INSPECTIONS, type Inspection } from '../../../protocol/contracts/vault.contract.ts';
import { linkVault } from '../modules/vault-link.ts';
import type { WalletHostOptions } from '../wallet-host.port.ts';
import { openWalletFiles } from './wallet-files.ts';

export const isInspection = (method: string): method is Inspection => (INSPECTIONS as readonly string[]).includes(method);

const ENDED = fail('module_crashed', 'The vault ended before it had answered. Try once more.').failure;

/** @throws Refusal if the wallet's files cannot even be opened: `register_missing`, `store_corrupt`, `wallet_locked`, … */
export async function inspectWallet(options: WalletHostOptions, method: Inspection, input: unknown): Promise<Result<unknown>> {
  const files = await openWalletFiles(options, false);
  const module = options.spawnModule(options.vaultBundle);
  try {
    const link = linkVault({ process: module, store: files.store, register: files.register, onNews: () => {}, onBroken: () => link.abandon(ENDED) });
    module.onExit(() => link.abandon(ENDED));
    link.post({ type: 'inspect', rootSecret: files.rootSecret });
    return await link.call(method, input);
  } finally {
    await module.stop();
    await files.close();
  }
}
