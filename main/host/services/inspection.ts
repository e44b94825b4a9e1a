/**
 * Asks a wallet that has stopped what an audit asks (design §5.3, §8): opens its files, starts its vault for this one
 * question, and closes both again, so that the person can still put the right files back. The vault neither runs nor
 * writes: see `inspect` in protocol/module-port.ts.
 */
import { type Result, fail } from '../../../protocol/errors.ts';
import { INSPECTIONS, type Inspection } from '../../../protocol/contracts/vault.contract.ts';
import type { PackageStore } from '../../../protocol/module-port.ts';
import { linkVault } from '../modules/vault-link.ts';
import type { WalletHostOptions } from '../wallet-host.port.ts';
import { type WalletFiles, type WalletFilesOptions, openWalletFiles } from './wallet-files.ts';

type InspectionOptions = Pick<WalletHostOptions, 'spawnModule' | 'vaultBundle'>;

export const isInspection = (method: string): method is Inspection => (INSPECTIONS as readonly string[]).includes(method);

const ENDED = fail('module_crashed', 'The vault ended before it had answered. Try once more.').failure;

/** @throws Refusal if the wallet's files cannot even be opened: `register_missing`, `store_corrupt`, `wallet_locked`, … */
export async function inspectWallet(options: WalletFilesOptions & InspectionOptions, method: Inspection, input: unknown, storeOf: StoreOf = (store) => store): Promise<Result<unknown>> {
  const files = await openWalletFiles(options, false);
  try {
    return await inspectFiles(options, files, method, input, storeOf);
  } finally {
    await files.close();
  }
}

/** What the vault is shown in the place of the store: the same, and copies of what it let go of. */
type StoreOf = (store: PackageStore) => PackageStore;

/** Asks a vault that is started for this alone, beside one that may be running. */
export async function inspectFiles(
  { spawnModule, vaultBundle }: InspectionOptions, { store, register, rootSecret }: Pick<WalletFiles, 'store' | 'register' | 'rootSecret'>,
  method: Inspection, input: unknown, storeOf: StoreOf,
): Promise<Result<unknown>> {
  const module = spawnModule(vaultBundle);
  try {
    const link = linkVault({ process: module, store: storeOf(store), register, onNews: () => {}, onBroken: () => link.abandon(ENDED) });
    module.onExit(() => link.abandon(ENDED));
    link.post({ type: 'inspect', rootSecret });
    return await link.call(method, input);
  } finally {
    await module.stop();
  }
}
