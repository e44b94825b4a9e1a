/**
 * A command's way to its wallet (design §8): through the process that serves the data folder, or by opening the folder
 * itself when none does.
 */
import { setTimeout as pause } from 'node:timers/promises';
import { homedir } from 'node:os';
import { type Client, type Notice } from '../protocol/contracts/contract.ts';
import { createClient } from '../protocol/contracts/client.ts';
import type { AppStatus } from '../protocol/contracts/host.contract.ts';
import { type ShellContract, shellContract } from '../protocol/contracts/shell.contract.ts';
import { type WalletContract, walletContract } from '../protocol/contracts/wallet.contract.ts';
import type { JournalView } from '../protocol/contracts/views.ts';
import { Refusal, type Result, isFailStop } from '../protocol/errors.ts';
import { connectLocalSocket } from '../main/host/transports/local-socket-client.ts';
import { walletIdOf } from '../main/host/storage/state-folder.ts';
import type { Copied } from '../main/host/services/history.ts';
import { networkChoices } from './network-choices.ts';
import type { HostChoices } from './open-host.ts';

/** A serving process that has just started has the lock before it has a socket; another short command ends soon. */
const LOCK_PATIENCE_MS = 15_000;
const LOCK_RETRY_MS = 150;

/** A vault that crashed is back within a second; a long history takes longer to load. */
const START_PATIENCE_MS = 120_000;

export interface Session {
  readonly client: Client<WalletContract>;
  /** What only a serving process can do; null if this command opened the folder itself. */
  readonly shell: Client<ShellContract> | null;
  onNotice(listener: (notice: Notice) => void): () => void;
  /** Lets a file be published. @returns the name by which the contract knows it */
  offerFile(path: string): Promise<string>;
  close(): Promise<void>;
}

/** As a command opens it, with what it needs of the wallet's files. */
export interface OpenedSession extends Session {
  /** Copies the history into a file that is not there yet. */
  saveHistory(path: string): Promise<Copied>;
  /** Audits the journal together with such copies. */
  auditHistory(paths: readonly string[]): Promise<JournalView>;
}

export interface SessionChoices {
  readonly data: string;
  /** The command needs other people: with no serving process, open the network for as long as it runs. */
  readonly network: boolean;
  /** A folder without a wallet is fine. */
  readonly allowEmpty?: boolean;
  /** So is a wallet that has stopped for a reason of integrity: the command looks into it. */
  readonly allowStopped?: boolean;
}

/** The value of a contract call. @throws Refusal with its failure */
export async function need<T>(call: Promise<Result<T>>): Promise<T> {
  const result = await call;
  if (!result.ok) throw new Refusal(result.failure.code, result.failure.detail, result.failure.params);
  return result.value;
}

/** @throws Refusal `no_wallet`, `wallet_locked`, or the failure of a stopped vault */
export async function openSession(choices: SessionChoices): Promise<OpenedSession> {
  const until = Date.now() + LOCK_PATIENCE_MS;
  for (;;) {
    try {
      const session = (await joinSession(choices.data)) ?? (await startSession(choices));
      try {
        await awaitRunning(session, choices.allowEmpty ?? false, choices.allowStopped ?? false);
        return session;
      } catch (error) {
        await session.close();
        throw error;
      }
    } catch (error) {
      if (!(error instanceof Refusal) || error.failure.code !== 'wallet_locked' || Date.now() > until) throw error;
      await pause(LOCK_RETRY_MS);
    }
  }
}

/** Through the process that serves the folder; null if none does. */
export async function joinSession(data: string): Promise<OpenedSession | null> {
  const connection = await connectLocalSocket(data);
  if (!connection) return null;
  const shell = createClient(shellContract, connection.carry);
  return {
    client: createClient(walletContract, connection.carry),
    shell,
    onNotice: (listener) => connection.onNotice(listener),
    offerFile: async (path) => (await need(shell['shell.offerFile']({ path }))).file,
    saveHistory: (path) => need(shell['shell.saveHistory']({ path })),
    auditHistory: (paths) => need(shell['shell.auditHistory']({ paths: [...paths] })),
    close: () => {
      connection.close();
      return connection.closed;
    },
  };
}

async function startSession({ data, network, allowEmpty }: SessionChoices): Promise<OpenedSession> {
  // Asking about a wallet must not make a folder for one.
  if (!allowEmpty && (await walletIdOf(data)) === null) throw new Refusal('no_wallet', `There is no wallet in ${data}.`, { folder: data });
  // Loaded only now: most commands never need a network stack.
  const { openHost } = await import('./open-host.ts');
  const { listen, mdns } = networkChoices(process.env);
  const options: HostChoices = { data, listen: network ? listen : null, mdns: network && mdns, shell: 'none', home: homedir() };
  const host = await openHost(options);
  return {
    client: createClient(walletContract, (call) => host.serve(call)),
    shell: null,
    onNotice: (listener) => host.onNotice(listener),
    offerFile: (path) => Promise.resolve(host.offerFile(path)),
    saveHistory: (path) => host.saveHistory(path),
    auditHistory: (paths) => host.auditHistory(paths),
    close: () => host.close(),
  };
}

/** Resolves once the vault answers. @throws Refusal `no_wallet`, or why the vault has stopped */
export async function awaitRunning(session: Pick<Session, 'client' | 'onNotice'>, allowEmpty: boolean, allowStopped = false): Promise<AppStatus> {
  const settled = await waitFor(session, async () => {
    const status = await need(session.client['app.status']({}));
    return status.phase === 'starting' || status.phase === 'restarting' ? null : status;
  }, START_PATIENCE_MS);
  if (!settled) throw new Refusal('busy', 'The wallet takes very long to start. Try again, or look at the process that serves it.');
  if (settled.phase === 'stopped' && !(allowStopped && settled.fault && isFailStop(settled.fault.code))) {
    const fault = settled.fault ?? { code: 'internal', detail: 'The vault has stopped and does not say why.' } as const;
    throw new Refusal(fault.code, fault.detail, fault.params);
  }
  if (settled.phase === 'empty' && !allowEmpty) throw new Refusal('no_wallet', `There is no wallet in ${settled.dataFolder}.`, { folder: settled.dataFolder });
  return settled;
}

/** How often to look again should a notice be missed. */
const LOOK_AGAIN_MS = 1_000;

/** Of the time between two looks so much counts at most: a computer that slept in between made nobody wait. */
const MOST_BETWEEN_LOOKS_MS = 10 * LOOK_AGAIN_MS;

/** Asks `probe` now and after every notice until it gives something; null when `timeoutMs` is over. */
export async function waitFor<T>(session: Pick<Session, 'onNotice'>, probe: () => Promise<T | null>, timeoutMs: number): Promise<T | null> {
  let left = timeoutMs;
  let wake = (): void => {};
  let noticed = false;
  const stop = session.onNotice(() => {
    noticed = true;
    wake();
  });
  try {
    for (;;) {
      noticed = false;
      const looked = Date.now();
      const found = await probe();
      if (found !== null) return found;
      if (left <= 0) return null;
      if (!noticed) await new Promise<void>((resolve) => {
        const timer = setTimeout(resolve, Math.min(left, LOOK_AGAIN_MS));
        wake = () => { clearTimeout(timer); resolve(); };
      });
      // Time that stood still, or went back with the clock, does not count.
      left -= Math.min(Math.max(Date.now() - looked, 1), MOST_BETWEEN_LOOKS_MS);
    }
  } finally {
    stop();
  }
}
