/**
 * A host that is there from the start, for a window that opens at once: calls wait while the real one opens. If it cannot
 * (the folder is in use elsewhere, the keychain is locked), the window shows why like any other fail-stop, and trying
 * again opens it after all.
 *
 *   opening ──▶ open ──▶ closed
 *      │ ▲
 *      ▼ │ app.retry
 *    failed
 */
import { TOPICS, type Call, type Notice, type Reply } from '../../protocol/contracts/contract.ts';
import { type AppStatus, hostContract } from '../../protocol/contracts/host.contract.ts';
import { createServer } from '../../protocol/contracts/server.ts';
import { type Failure, Refusal, fail, refuse } from '../../protocol/errors.ts';
import { Listeners } from '../host/listeners.ts';
import type { Notification, WalletHost } from '../host/wallet-host.port.ts';

/** What can be asked of a host that did not open; everything else is answered with the reason. */
const closedContract = { 'app.status': hostContract['app.status'], 'app.retry': hostContract['app.retry'], 'app.openDataFolder': hostContract['app.openDataFolder'] };

export interface OpeningOptions {
  readonly open: () => Promise<WalletHost>;
  /** The status to show while there is no host to ask. */
  readonly statusOf: (fault: Failure) => AppStatus;
  readonly openFolder: () => void;
}

/** Starts opening. Nothing here rejects or throws. */
export function openingHost({ open, statusOf, openFolder }: OpeningOptions): WalletHost {
  const notices = new Listeners<Notice>();
  const notifications = new Listeners<Notification>();
  let host: WalletHost | null = null;
  let fault: Failure = { code: 'internal', detail: 'The wallet is not open.' };
  let link: string | null = null;
  let underWay: Promise<void> | null = null;

  /** One attempt at a time: a second would find the folder locked by the first, and whoever closes would wait for the wrong one. */
  const opening = (): Promise<void> => (underWay ??= attempt().finally(() => { underWay = null; }));
  void opening();

  async function attempt(): Promise<void> {
    try {
      host = await open();
    } catch (error) {
      fault = error instanceof Refusal ? error.failure : { code: 'internal', detail: String(error) };
      console.error(`tallystick: the wallet did not open: ${fault.code}: ${fault.detail}`);
      return;
    }
    host.onNotice((notice) => notices.tell(notice));
    host.onNotification((notification) => notifications.tell(notification));
    if (link !== null) host.offerLink(link);
    notices.tell({ changed: [...TOPICS] });
  }

  const serveClosed = createServer(closedContract, {
    'app.status': () => statusOf(fault),
    'app.retry': async () => {
      await opening();
      if (!host) return statusOf(fault);
      const call: Call = { id: 0, method: 'app.status', input: {} };
      const reply = await host.serve(call);
      if (!reply.ok) throw new Refusal(reply.failure.code, reply.failure.detail);
      return reply.value as AppStatus;
    },
    'app.openDataFolder': () => {
      openFolder();
      return {};
    },
  });

  return {
    async serve(raw): Promise<Reply> {
      await underWay;
      if (host) return host.serve(raw);
      const reply = await serveClosed(raw);
      return !reply.ok && reply.failure.code === 'unknown_method' ? { id: reply.id, ...fail(fault.code, fault.detail, fault.params) } : reply;
    },
    onNotice: notices.add,
    onNotification: notifications.add,
    offerFile: (path) => host?.offerFile(path) ?? refuse(fault.code, fault.detail),
    receiveFile: (...file) => host?.receiveFile(...file) ?? refuse(fault.code, fault.detail),
    saveHistory: async (path) => await (host?.saveHistory(path) ?? refuse(fault.code, fault.detail)),
    auditHistory: async (paths) => await (host?.auditHistory(paths) ?? refuse(fault.code, fault.detail)),
    offerLink(text) {
      if (host) host.offerLink(text);
      else link = text;
    },
    wake: () => host?.wake(),
    async close() {
      await underWay;
      await host?.close();
    },
  };
}
