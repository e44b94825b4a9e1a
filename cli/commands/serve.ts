/** `tallystick serve`: runs a wallet until it is told to end (design §8). */
import { homedir } from 'node:os';
import type { Command } from 'commander';
import { createClient } from '../../protocol/contracts/client.ts';
import type { AppStatus } from '../../protocol/contracts/host.contract.ts';
import { walletContract } from '../../protocol/contracts/wallet.contract.ts';
import { EXIT, type Failure, Refusal, exitStatusOf } from '../../protocol/errors.ts';
import { serveLocalSocket } from '../../main/host/transports/local-socket.ts';
import { withShellCommands } from '../../main/host/transports/shell-commands.ts';
import { type WebServer, serveWeb } from '../../main/host/transports/web-server.ts';
import { walletIdOf } from '../../main/host/storage/state-folder.ts';
import { type Call, addCommand } from '../command.ts';
import { untilEnd } from '../end-signal.ts';
import { typed } from '../invocation.ts';
import { interfaceFolder } from '../installation.ts';
import { networkChoices } from '../network-choices.ts';
import { createNews } from '../news.ts';
import { type Session, awaitRunning, need } from '../session.ts';

interface ServeOptions {
  readonly listen?: string[];
  readonly mdns?: boolean;
  readonly ui?: string | true;
  readonly endWithStdin?: boolean;
}

const collect = (text: string, before: unknown): string[] => [...((before as string[] | undefined) ?? []), text];

export const serveCommand = (program: Command): Command =>
  addCommand<ServeOptions>(program, 'serve', {
    about: 'run a wallet, so that others can reach it and commands are quick',
    options: [
      ['--listen <multiaddr>', 'where to listen, such as /ip4/192.168.1.7/tcp/4001, without /p2p; may be repeated (otherwise every interface, any port)', collect],
      ['--no-mdns', 'neither announce nor look for wallets on the network'],
      ['--ui [port]', 'also serve the interface to a browser on this computer'],
      ['--end-with-stdin', 'end when stdin ends, so that a script leaves nothing behind'],
    ],
    more: 'The first line on stdout is {"ready":true,"name","instance","peerId","addresses","pid","ui"?}. Ctrl-C or SIGTERM ends it.',
    run: serve,
  });

async function serve(call: Call<ServeOptions>): Promise<number> {
  const { listen, mdns, ui, endWithStdin } = call.options;
  const port = ui === undefined ? null : portOf(ui);
  // The interface can make a wallet; without it there is nothing to run.
  if (port === null && (await walletIdOf(call.data)) === null) throw new Refusal('no_wallet', `There is no wallet in ${call.data}.`, { folder: call.data });
  const { openHost } = await import('../open-host.ts');
  const usual = networkChoices(process.env);
  const host = await openHost({ data: call.data, listen: listen ?? usual.listen, mdns: mdns !== false && usual.mdns, shell: port === null ? 'none' : 'browser', home: homedir() });
  const ends: (() => Promise<void>)[] = [() => host.close()];
  try {
    const session: Pick<Session, 'client' | 'onNotice'> = { client: createClient(walletContract, (raw) => host.serve(raw)), onNotice: (listener) => host.onNotice(listener) };
    // With an interface a wallet that has stopped is served too: the page explains why and can try again.
    const opened = await awaitRunning(session, port !== null).catch(async (error: unknown) => {
      const status = await need(session.client['app.status']({}));
      if (port === null || status.phase !== 'stopped') throw error;
      return status;
    });
    let web: WebServer | null = null;
    const socket = await serveLocalSocket(withShellCommands(host, () => web?.link() ?? null), call.data);
    ends.unshift(() => socket.close());
    if (port !== null) {
      web = await serveWeb({ wallet: host, files: interfaceFolder(), port, linkCommand: typed('ui-link'), receiveFile: (...file) => host.receiveFile(...file) });
      ends.unshift(() => web?.close() ?? Promise.resolve());
    }
    const news = createNews(session, { say: (words) => call.output.say(words) });
    host.onNotification((notification) => news.tell(notification));
    ends.unshift(() => news.end());
    // Listening for the end before saying that we are ready: whoever reads that line may send it.
    const end = untilEnd(endWithStdin === true, port === null ? untilStopped(session) : new Promise(() => {}));
    await announce(call, session, opened, web);
    const stopped = (await end) ?? await faultOf(session);
    if (stopped) call.output.failure(stopped);
    return stopped ? exitStatusOf(stopped.code) : EXIT.done;
  } finally {
    for (const close of ends) await close();
  }
}

/** Why the vault has stopped for good, or null. */
async function faultOf({ client }: Pick<Session, 'client'>): Promise<Failure | null> {
  const { phase, fault } = await need(client['app.status']({}));
  return phase === 'stopped' ? fault : null;
}

async function announce(call: Call<ServeOptions>, { client }: Pick<Session, 'client'>, { phase, fault }: AppStatus, web: WebServer | null): Promise<void> {
  const identity = phase !== 'running' ? null : await need(client['wallet.identity']({}));
  const network = await client['network.status']({});
  const { peerId, addresses } = network.ok ? network.value : { peerId: null, addresses: [] };
  const url = web?.link();
  // A program waits for this line whatever stdout is.
  process.stdout.write(`${JSON.stringify({ ready: true, name: identity?.name ?? null, instance: identity?.instance ?? null, peerId, addresses, pid: process.pid, ...(url ? { ui: url } : {}) })}\n`);
  if (fault) call.output.say(`The wallet has stopped: ${fault.detail} [${fault.code}]`);
  if (identity) call.output.say(`${call.output.strong(identity.name)} is running. Ctrl-C ends it.\n  ${addresses.join('\n  ')}`);
  if (url) call.output.say(`Open in a browser on this computer, once, within ten minutes:\n\n    ${call.output.strong(url)}\n\nAnother address later: ${typed('ui-link')}`);
}

/** Resolves with the reason once the vault has stopped for good. */
const untilStopped = (session: Pick<Session, 'client' | 'onNotice'>): Promise<Failure> => new Promise((resolve) => {
  session.onNotice(({ changed }) => {
    if (!changed.includes('app')) return;
    void session.client['app.status']({}).then((status) => {
      if (status.ok && status.value.phase === 'stopped' && status.value.fault) resolve(status.value.fault);
    });
  });
});

function portOf(ui: string | true): number {
  if (ui === true) return 0;
  const port = Number(ui);
  if (!/^\d{1,5}$/.test(ui) || port > 65_535) throw new Refusal('bad_input', '--ui takes a port from 1 to 65535, or none for any free one.');
  return port;
}
