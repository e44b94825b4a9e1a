/** Runs the command line as a script would: a process, its arguments, its streams, its exit status. */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { PassThrough } from 'node:stream';
import { fileURLToPath } from 'node:url';
import { readLines } from '../../main/host/transports/json-lines.ts';

const ENTRY = fileURLToPath(new URL('../../cli/tallystick.ts', import.meta.url));

export interface CliRun {
  readonly status: number | null;
  /** stdout, line by line, as JSON. */
  readonly lines: Record<string, unknown>[];
  readonly out: string;
  readonly err: string;
}

export interface CliOptions {
  readonly env?: Readonly<Record<string, string>>;
  /** What the process reads from stdin; nothing if left out. */
  readonly input?: string;
}

/** Where `npm test` keeps the sources compiled; a command starts in two thirds of the time. */
const COMPILED = process.env['NODE_COMPILE_CACHE'];
const SURROUNDINGS = { PATH: process.env['PATH'] ?? '', HOME: process.env['HOME'] ?? '/', ...(COMPILED ? { NODE_COMPILE_CACHE: COMPILED } : {}) };

const start = (args: readonly string[], env: Readonly<Record<string, string>> = {}): ChildProcess =>
  spawn(process.execPath, [ENTRY, ...args], { env: { ...SURROUNDINGS, ...env }, stdio: ['pipe', 'pipe', 'pipe'] });

async function textOf(stream: NodeJS.ReadableStream | null): Promise<string> {
  let text = '';
  for await (const chunk of stream ?? []) text += String(chunk);
  return text;
}

export async function runCli(args: readonly string[], { env, input }: CliOptions = {}): Promise<CliRun> {
  const child = start(args, env);
  child.stdin?.on('error', () => {});
  child.stdin?.end(input ?? '');
  const [out, err, [status]] = await Promise.all([textOf(child.stdout), textOf(child.stderr), once(child, 'close') as Promise<[number | null]>]);
  return { status, out, err, lines: out.split('\n').filter(Boolean).map((line) => JSON.parse(line) as Record<string, unknown>) };
}

export interface CliProcess {
  readonly child: ChildProcess;
  /** The next line of stdout, as JSON. Rejects if the process ends first, with what it said. */
  next(): Promise<Record<string, unknown>>;
  write(text: string): void;
  /** Resolves with the exit status (null after a signal) and everything said on stderr. */
  readonly ended: Promise<{ status: number | null; err: string }>;
}

export function startCli(args: readonly string[], env: Readonly<Record<string, string>> = {}): CliProcess {
  const child = start(args, env);
  child.stdin?.on('error', () => {});
  const err = textOf(child.stderr);
  const ended = (once(child, 'close') as Promise<[number | null]>).then(async ([status]) => ({ status, err: await err }));
  if (!child.stdout) throw new Error('no stdout');
  // Taken in from the start: what nobody reads is thrown away by Node when the process ends.
  const lines = readLines(child.stdout.pipe(new PassThrough()), 1e9);
  return {
    child,
    ended,
    write: (text) => child.stdin?.write(text),
    next: async () => {
      const { value, done } = await lines.next();
      if (done) throw new Error(`the process ended: ${JSON.stringify(await ended)}`);
      return JSON.parse(value) as Record<string, unknown>;
    },
  };
}
