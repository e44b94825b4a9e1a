/** Everything a person's interface (window, browser, command line) may ask for: the host's part and the vault's. */
import { hostContract } from './host.contract.ts';
import { libraryHostContract } from './library-host.contract.ts';
import { vaultContract } from './vault.contract.ts';

export const walletContract = { ...hostContract, ...libraryHostContract, ...vaultContract } as const;
export type WalletContract = typeof walletContract;
export type WalletMethod = keyof WalletContract;
