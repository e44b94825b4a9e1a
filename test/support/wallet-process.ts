/**
 * Wallets as real processes for tests: the command line's own `serve`, each with folders of its own, driven through its
 * local socket with the typed client. What the demo has (cli/demo) is used, not written again. Everything that was started
 * is ended by `tearDown`, whatever state it is in.
 */
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { type Launcher, type WalletFolders, type WalletProcess, makeWallet, startWallet } from '../../cli/demo/wallet-process.ts';
import { need, waitFor } from '../../cli/session.ts';
import type { BalanceView, ContactView, TransferView } from '../../protocol/contracts/views.ts';
import { type CliProcess, type CliRun, runCli, startCli } from './run-cli.ts';

const ENTRY = fileURLToPath(new URL('../../cli/tallystick.ts', import.meta.url));
/** Everything awaited here takes seconds at most; this is for machines that do ten other things. */
export const PATIENCE_MS = 60_000;
/** A start takes a second of processor time or two, of which such a machine gives little. */
const START_PATIENCE_MS = 180_000;

export type { WalletFolders, WalletProcess };
export { need, waitFor };

export interface Wallets {
  /** Temporary folder that holds everything. */
  readonly home: string;
  /** Folders of a wallet that need not exist yet. */
  folders(name: string): WalletFolders;
  /** Makes a wallet with `init`. */
  make(name: string): Promise<WalletFolders>;
  /** Starts `serve` and connects to it; over the defaults of `createWallets`. */
  start(folders: WalletFolders, launcher?: Partial<Launcher>): Promise<WalletProcess>;
  /** Runs a command that opens the folder itself, or is refused, to its end. `serve` ends with its stdin at once. */
  run(folders: WalletFolders, ...args: string[]): Promise<CliRun>;
  /** Starts `serve` as a script would, to read what it prints and how it ends. */
  serve(folders: WalletFolders, ...args: string[]): CliProcess;
  /** Kills whatever was started; the folders stay. */
  endAll(): Promise<void>;
  tearDown(): Promise<void>;
}

const ON_LOOPBACK = ['--listen', '/ip4/127.0.0.1/tcp/0', '--no-mdns'];

export async function createWallets(defaults: Partial<Launcher> = {}): Promise<Wallets> {
  const home = await mkdtemp(join(tmpdir(), 'tally-real-'));
  const started = new Set<WalletProcess>();
  const served = new Set<CliProcess>();
  const endAll = async (): Promise<void> => {
    for (const { child } of served) if (child.exitCode === null && child.signalCode === null) child.kill('SIGKILL');
    await Promise.all([...[...started].map((wallet) => wallet.kill()), ...[...served].map(({ ended }) => ended)]);
    started.clear();
    served.clear();
  };
  const launch = (more: Partial<Launcher> = {}): Launcher => ({ entry: ENTRY, mdns: false, nodeArgs: [], readyPatienceMs: START_PATIENCE_MS, ...defaults, ...more });
  const folders = (name: string): WalletFolders => ({ name, data: join(home, name), state: join(home, `${name} state`) });
  return {
    home, folders,
    async make(name) {
      const made = folders(name);
      await makeWallet(launch(), made);
      return made;
    },
    async start(of, more) {
      const wallet = await startWallet(launch(more), of);
      started.add(wallet);
      return wallet;
    },
    run: (of, command = '', ...args) =>
      runCli([command, ...args, '--data', of.data, '--json', ...(command === 'serve' ? [...ON_LOOPBACK, '--end-with-stdin'] : [])], { env: { TALLYSTICK_STATE_DIR: of.state } }),
    serve(of, ...args) {
      const process = startCli(['serve', '--data', of.data, '--json', ...ON_LOOPBACK, ...args], { TALLYSTICK_STATE_DIR: of.state });
      served.add(process);
      return process;
    },
    endAll,
    async tearDown() {
      await endAll();
      await rm(home, { recursive: true, force: true, maxRetries: 5 });
    },
  };
}

/** Waits for `probe` to give something. Throws, naming what was awaited, when it never does. */
export async function soon<T>(wallet: WalletProcess, what: string, probe: () => Promise<T | null>, patienceMs = PATIENCE_MS): Promise<T> {
  return (await waitFor(wallet, probe, patienceMs)) ?? Promise.reject(new Error(`${wallet.folders.name} waited in vain for ${what}`));
}

export const contactOf = async (of: WalletProcess, who: { instance: string }): Promise<ContactView | null> =>
  (await need(of.client['people.contacts']({}))).find(({ instance }) => instance === who.instance) ?? null;

/** Waits until the two have a session, on both sides. */
export async function meet(one: WalletProcess, other: WalletProcess): Promise<void> {
  for (const [a, b] of [[one, other], [other, one]] as const) await soon(a, `a session with ${b.folders.name}`, async () => ((await contactOf(a, b))?.online ? true : null));
}

/** Lets both take up to `amount` of the currencies from each other without asking. */
export async function acceptByRule(one: WalletProcess, other: WalletProcess, currencies: readonly string[], amount: string): Promise<void> {
  const rule = { mode: 'auto' as const, upTo: currencies.map((currency) => ({ currency, amount })) };
  for (const [a, b] of [[one, other], [other, one]] as const) await need(a.client['people.setRule']({ contact: b.instance, rule }));
}

export const balanceOf = async (wallet: WalletProcess, currency: string): Promise<BalanceView> =>
  (await need(wallet.client['credits.balances']({}))).find((balance) => balance.currency.id === currency) ?? Promise.reject(new Error(`${wallet.folders.name} does not know the currency`));

/** Every finished transfer, newest first. */
export async function historyOf(wallet: WalletProcess): Promise<TransferView[]> {
  const found: TransferView[] = [];
  for (let cursor: number | null = null; ;) {
    const page: { items: TransferView[]; cursor: number | null } = await need(wallet.client['transfers.history']({ cursor, limit: 200 }));
    found.push(...page.items);
    if (page.cursor === null) return found;
    cursor = page.cursor;
  }
}

/** True while the process is there. */
export const isRunning = ({ pid }: WalletProcess): boolean => {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
};

/** Process ids of the children of a process, Linux only. */
export async function childrenOf(pid: number): Promise<number[]> {
  const listed = await readFile(`/proc/${pid}/task/${pid}/children`, 'utf8');
  return listed.split(' ').filter(Boolean).map(Number);
}

/** Process id of the vault that a host runs; null while there is none. Linux only. */
export async function vaultOf(wallet: Pick<WalletProcess, 'pid'>): Promise<number | null> {
  for (const pid of await childrenOf(wallet.pid).catch(() => [])) {
    const commandLine = await readFile(`/proc/${pid}/cmdline`, 'utf8').catch(() => '');
    if (commandLine.includes('vault.mjs')) return pid;
  }
  return null;
}
