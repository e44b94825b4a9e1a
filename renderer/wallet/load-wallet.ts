/** Asks for everything a running wallet shows, at start and whenever its vault is back. */
import { useApp } from './app.store.ts';
import { useCredits } from './credits.store.ts';
import { useLibrary } from './library.store.ts';
import { useNetwork } from './network.store.ts';
import { usePeople } from './people.store.ts';
import { useSafety } from './safety.store.ts';
import { useTransfers } from './transfers.store.ts';

/** @returns a function to call when the wallet has begun to run. */
export function useWalletLoader(): () => Promise<void> {
  const stores = [useCredits(), usePeople(), useNetwork(), useTransfers(), useSafety(), useLibrary()];
  const app = useApp();
  return async () => void await Promise.all([app.refreshIdentity(), ...stores.map((store) => store.refresh())]);
}
