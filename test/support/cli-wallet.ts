/** A wallet in folders of its own that a test drives by the command line, on loopback only. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type CliOptions, type CliProcess, type CliRun, runCli, startCli } from './run-cli.ts';

export interface CliWallet {
  readonly name: string;
  readonly data: string;
  readonly env: Readonly<Record<string, string>>;
  /** Runs a command with --json. */
  run(...args: string[]): Promise<CliRun>;
  runWith(options: CliOptions, ...args: string[]): Promise<CliRun>;
  /** The one line that a command prints, after it ended with status 0. */
  value(...args: string[]): Promise<Record<string, unknown>>;
  /** The list that a command prints, after it ended with status 0. */
  list(...args: string[]): Promise<Record<string, unknown>[]>;
  start(...args: string[]): CliProcess;
  /** Starts `serve` and reads its first line. */
  serve(...args: string[]): Promise<ServedCliWallet>;
}

export interface ServedCliWallet {
  readonly ready: Record<string, unknown>;
  readonly address: string;
  readonly process: CliProcess;
  /** SIGTERM, and the exit status. */
  end(): Promise<number | null>;
}

export interface CliWallets {
  /** Makes a wallet, or only its folders' names. */
  wallet(name: string, options?: { make?: boolean }): Promise<CliWallet>;
  readonly home: string;
  tearDown(): Promise<void>;
}

export async function createCliWallets(): Promise<CliWallets> {
  const home = await mkdtemp(join(tmpdir(), 'tally-e2e-'));
  const started: CliProcess[] = [];

  const wallet: CliWallets['wallet'] = async (name, { make = true } = {}) => {
    const data = join(home, name);
    const env = { TALLYSTICK_STATE_DIR: join(home, `${name} state`), TALLYSTICK_LISTEN: '/ip4/127.0.0.1/tcp/0', TALLYSTICK_MDNS: 'off' };
    const runWith: CliWallet['runWith'] = (options, ...args) => runCli([...args, '--data', data, '--json'], { ...options, env: { ...env, ...options.env } });
    const run: CliWallet['run'] = (...args) => runWith({}, ...args);
    const value: CliWallet['value'] = async (...args) => {
      const { status, lines, err } = await run(...args);
      if (status !== 0 || lines.length !== 1 || !lines[0]) throw new Error(`${name}: ${args.join(' ')} ended with ${status}: ${JSON.stringify(lines)} ${err}`);
      return lines[0];
    };
    const start: CliWallet['start'] = (...args) => {
      const process = startCli([...args, '--data', data, '--json'], env);
      started.push(process);
      return process;
    };
    if (make) await value('init', '--name', name);
    return {
      name, data, env, run, runWith, value, start,
      list: async (...args) => (await value(...args)) as unknown as Record<string, unknown>[],
      serve: async (...args) => {
        const process = start('serve', ...args);
        const ready = await process.next();
        if (ready['ready'] !== true) throw new Error(`${name} did not start: ${JSON.stringify(ready)}`);
        return {
          ready, process, address: (ready['addresses'] as string[])[0] ?? '',
          end: async () => {
            process.child.kill('SIGTERM');
            return (await process.ended).status;
          },
        };
      },
    };
  };
  return {
    home, wallet,
    tearDown: async () => {
      for (const { child, ended } of started) {
        if (child.exitCode === null && child.signalCode === null) child.kill('SIGKILL');
        await ended;
      }
      await rm(home, { recursive: true, force: true, maxRetries: 5 });
    },
  };
}

/** Makes two served wallets contacts of each other, comparing words read from both sides. */
export async function pairByWords(one: CliWallet, other: CliWallet, address: string): Promise<void> {
  const compare = await one.value('pair', address, '--start');
  const words = (compare['words'] as string[]).join(' ');
  const answering = other.run('pair', '--accept', one.name, '--yes-words', words);
  const mine = await one.run('pair', '--accept', other.name, '--yes-words', ((await other.list('pairings'))[0]?.['words'] as string[] | undefined)?.join(' ') ?? words);
  const theirs = await answering;
  if (mine.status !== 0 || theirs.status !== 0) throw new Error(`pairing ended with ${mine.status} and ${theirs.status}: ${mine.err}${theirs.err}`);
}
