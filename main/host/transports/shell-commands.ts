/**
 * What the command line may ask of the process that serves a wallet, beside the wallet itself (shell.contract.ts). Goes
 * on the local socket only: whoever can open that may read the owner's files anyway.
 */
import { createServer } from '../../../protocol/contracts/server.ts';
import { shellContract } from '../../../protocol/contracts/shell.contract.ts';
import type { WalletHost } from '../wallet-host.port.ts';
import type { ServedWallet } from './served-wallet.ts';

/** @param uiLink a fresh address of the browser interface; null where none is served */
export function withShellCommands(host: Pick<WalletHost, 'serve' | 'onNotice' | 'offerFile' | 'saveHistory' | 'auditHistory'>, uiLink: () => string | null): ServedWallet {
  const shell = createServer(shellContract, {
    'shell.uiLink': () => ({ url: uiLink() }), 'shell.offerFile': ({ path }) => ({ file: host.offerFile(path) }),
    'shell.saveHistory': ({ path }) => host.saveHistory(path), 'shell.auditHistory': ({ paths }) => host.auditHistory(paths),
  });
  return { serve: (raw) => (isShellCall(raw) ? shell(raw) : host.serve(raw)), onNotice: (listener) => host.onNotice(listener) };
}

const isShellCall = (raw: unknown): boolean => {
  const method = (raw as { method?: unknown } | null)?.method;
  return typeof method === 'string' && Object.hasOwn(shellContract, method);
};
