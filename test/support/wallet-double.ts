/** A stand-in for a WalletHost: the real contract checks over handlers that a test gives. For tests of transports only. */
import type { Handlers, Notice } from '../../protocol/contracts/contract.ts';
import { createServer } from '../../protocol/contracts/server.ts';
import { type WalletContract, walletContract } from '../../protocol/contracts/wallet.contract.ts';
import type { ServedWallet } from '../../main/host/transports/served-wallet.ts';

export interface WalletDouble extends ServedWallet {
  notify(notice: Notice): void;
  /** Names of the methods whose calls reached the contract, in order. */
  readonly seen: string[];
  listeners(): number;
}

export function createWalletDouble(handlers: Partial<Handlers<WalletContract>>): WalletDouble {
  const listeners = new Set<(notice: Notice) => void>();
  const seen: string[] = [];
  // A method without a handler answers unknown_method, as an absent one would.
  const serve = createServer(walletContract, handlers as Handlers<WalletContract>);
  return {
    seen,
    serve: (raw) => {
      const method = (raw as { method?: unknown } | null)?.method;
      if (typeof method === 'string') seen.push(method);
      return serve(raw);
    },
    onNotice: (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    notify: (notice) => { for (const listener of listeners) listener(notice); },
    listeners: () => listeners.size,
  };
}
