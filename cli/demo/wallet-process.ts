/** One wallet of the demo: this command line's own `serve` as a separate process, and a client of its local socket. */
import { type ChildProcess, type SpawnOptions, spawn } from 'node:child_process';
import { once } from 'node:events';
import type { InstanceId } from '../../protocol/identifiers.ts';
import { createClient } from '../../protocol/contracts/client.ts';
import { shellContract } from '../../protocol/contracts/shell.contract.ts';
import { walletContract } from '../../protocol/contracts/wallet.contract.ts';
import { readLines } from '../../main/host/transports/json-lines.ts';
import { connectLocalSocket } from '../../main/host/transports/local-socket-client.ts';
import { DemoTrouble } from './trouble.ts';
import { type Session, need } from '../session.ts';

export interface WalletFolders {
  readonly name: string;
  readonly data: string;
  readonly state: string;
}

export interface WalletProcess extends Pick<Session, 'client' | 'onNotice' | 'offerFile'> {
  readonly folders: WalletFolders;
  readonly pid: number;
  readonly instance: InstanceId;
  readonly peerId: string;
  readonly addresses: readonly string[];
  /** Holds the process still, as a pulled cable would; false where the system cannot. */
  freeze(): boolean;
  thaw(): void;
  /** SIGKILL: no chance to tidy up. Resolves when it is gone. */
  kill(): Promise<void>;
  /** Asks it to end, then makes it. */
  stop(): Promise<void>;
}

export interface Launcher {
  /** This command line's entry file. */
  readonly entry: string;
  readonly mdns: boolean;
  /** Where wallets listen; loopback if left out. */
  readonly listen?: readonly string[];
  /** Further arguments of `serve`. */
  readonly args?: readonly string[];
  /** Node's own arguments; this process's if left out. */
  readonly nodeArgs?: readonly string[];
  /** How long a start may take, in milliseconds. */
  readonly readyPatienceMs?: number;
  /** How a process is started; where it is not to run here, for example in another network. */
  readonly spawn?: (command: string, args: readonly string[], options: SpawnOptions) => ChildProcess;
}

const LOOPBACK = ['/ip4/127.0.0.1/tcp/0'] as const;

/** The ready line comes within a second or two; a loaded machine takes longer. */
const READY_PATIENCE_MS = 60_000;
const LOOK_MS = 1_000;
const STOP_PATIENCE_MS = 5_000;
const MAX_LINE_BYTES = 1024 * 1024;
/** Kept of what a process said, for when it ends unexpectedly. */
const MAX_TAIL_CHARS = 2_000;

const childOf = ({ entry, nodeArgs = process.execArgv, spawn: start = spawn }: Launcher, { state }: WalletFolders, args: readonly string[]): ChildProcess =>
  start(process.execPath, [...nodeArgs, entry, ...args], { env: { ...process.env, TALLYSTICK_STATE_DIR: state, NO_COLOR: '1' }, stdio: ['pipe', 'pipe', 'pipe'] });

/** Makes a wallet with `init`. */
export async function makeWallet(launcher: Launcher, folders: WalletFolders): Promise<void> {
  const child = childOf(launcher, folders, ['init', '--data', folders.data, '--name', folders.name, '--json']);
  const said = tailOf(child);
  const [code] = (await once(child, 'exit')) as [number | null];
  if (code !== 0) throw new DemoTrouble(`${folders.name}'s wallet could not be made: ${said()}`);
}

/** Starts `serve` and connects to it. */
export async function startWallet(launcher: Launcher, folders: WalletFolders): Promise<WalletProcess> {
  const listen = (launcher.listen ?? LOOPBACK).flatMap((address) => ['--listen', address]);
  const args = ['serve', '--data', folders.data, ...listen, '--end-with-stdin', '--json', ...(launcher.mdns ? [] : ['--no-mdns']), ...(launcher.args ?? [])];
  const child = childOf(launcher, folders, args);
  const exited = new Promise<void>((resolve) => child.once('exit', () => resolve()));
  const isGone = (): boolean => child.exitCode !== null || child.signalCode !== null;
  const kill = async (): Promise<void> => {
    if (!isGone()) child.kill('SIGKILL');
    await exited;
  };
  try {
    const ready = await readyLine(child, folders.name, launcher.readyPatienceMs ?? READY_PATIENCE_MS);
    const connection = await connectLocalSocket(folders.data);
    if (!connection) throw new DemoTrouble(`${folders.name}'s wallet says that it is ready but cannot be reached.`);
    return {
      folders, pid: ready.pid, instance: ready.instance, peerId: ready.peerId, addresses: ready.addresses,
      client: createClient(walletContract, connection.carry),
      onNotice: (listener) => connection.onNotice(listener),
      offerFile: async (path) => (await need(createClient(shellContract, connection.carry)['shell.offerFile']({ path }))).file,
      freeze: () => process.platform !== 'win32' && child.kill('SIGSTOP'),
      thaw: () => { if (process.platform !== 'win32') child.kill('SIGCONT'); },
      kill,
      stop: async () => {
        connection.close();
        if (!isGone()) {
          child.kill('SIGCONT');
          child.stdin?.end();
          child.kill('SIGTERM');
          const late = setTimeout(() => child.kill('SIGKILL'), STOP_PATIENCE_MS);
          await exited;
          clearTimeout(late);
        }
      },
    };
  } catch (error) {
    await kill();
    throw error;
  }
}

interface ReadyLine { readonly ready: true; readonly instance: InstanceId; readonly peerId: string; readonly addresses: string[]; readonly pid: number }

async function readyLine(child: ChildProcess, name: string, patienceMs: number): Promise<ReadyLine> {
  const said = tailOf(child);
  let isLate = false;
  // Counted in looks: a computer that slept meanwhile made nobody late.
  let left = Math.ceil(patienceMs / LOOK_MS);
  const late = setInterval(() => { if (--left === 0) isLate = child.kill('SIGKILL'); }, LOOK_MS);
  try {
    if (!child.stdout) throw new DemoTrouble(`${name}'s wallet has no output.`);
    for await (const line of readLines(child.stdout.iterator({ destroyOnReturn: false }), MAX_LINE_BYTES)) {
      const value = JSON.parse(line) as ReadyLine | { ready?: undefined; detail?: string };
      if (value.ready) {
        child.stdout.resume();
        return value;
      }
      throw new DemoTrouble(`${name}'s wallet did not start: ${value.detail ?? line}`);
    }
    if (isLate) throw new DemoTrouble(`${name}'s wallet was not ready within ${patienceMs / 1000} seconds: ${said()}`);
    const [code, signal] = child.exitCode ?? child.signalCode ? [child.exitCode, child.signalCode] : ((await once(child, 'exit')) as [number | null, string | null]);
    throw new DemoTrouble(`${name}'s wallet ended (${signal ?? code}) before it was ready: ${said()}`);
  } finally {
    clearInterval(late);
  }
}

/** Reads what a process says to people; gives the last of it. */
function tailOf(child: ChildProcess): () => string {
  let tail = '';
  child.stderr?.on('data', (chunk) => { tail = (tail + String(chunk)).slice(-MAX_TAIL_CHARS); });
  return () => tail.trim() || 'it said nothing';
}
