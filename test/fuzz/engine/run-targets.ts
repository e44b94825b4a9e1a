/** Runs targets in a thread of their own, and ends it when an input takes too long or too much memory: findings, too. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Worker, type WorkerOptions } from 'node:worker_threads';
import { CORPUS, corpusOf } from './corpus.ts';
import type { TargetReport } from './fuzz-target.ts';
import { inputAt } from './mutate.ts';
import type { Target } from './target.ts';
import { toHex } from './written-input.ts';

export interface Order {
  readonly names: readonly string[];
  /** Mutations of a target of cost 1. */
  readonly runs: number;
  /** And of the dearest at least. */
  readonly least: number;
  /** Time for the mutations of a target of cost 1. */
  readonly unitMs: number;
  readonly seed: string;
  /** Where targets may keep files. */
  readonly folder: string;
  /** Number of the target, and of the input, that is being tried. */
  readonly place: SharedArrayBuffer;
  readonly from: Source;
}

/** Where targets and their samples come from. */
export interface Source {
  /** Module that exports TARGETS and targetsNamed. */
  readonly registry: string;
  /** Folder, with a slash at its end. */
  readonly corpus: string;
}
export const OURS: Source = { registry: new URL('../targets/registry.ts', import.meta.url).href, corpus: CORPUS };

/** A target without what it does: that stays in the thread. */
export type Listed = Omit<Target, 'run'>;

export interface RunOptions {
  readonly targets: readonly Listed[];
  readonly runs: number;
  readonly least?: number;
  /** Time for the mutations of all targets together. */
  readonly timeMs?: number;
  readonly seed: string;
  readonly onReport?: (report: TargetReport) => void;
  readonly from?: Source;
  /** An input that takes longer hangs. The quickest take microseconds, the slowest under a second on an idle machine. */
  readonly hangMs?: number;
}

const HANG_MS = 60_000;
const LOOK_MS = 500;
/** Far above what any target needs; an input that wants more is one that nobody bounded. */
const MEMORY_MIB = 1024;

/** Slow targets get more of the time, though not as much more as they are slower: most of them are ways into a vault. */
export const shareOf = (cost: number): number => Math.sqrt(cost);

export async function runTargets({ targets, runs, least = 10, timeMs = Infinity, seed, onReport, hangMs = HANG_MS, from = OURS }: RunOptions): Promise<TargetReport[]> {
  const reports: TargetReport[] = [];
  const unitMs = timeMs / targets.reduce((sum, { cost }) => sum + shareOf(cost), 0);
  const folder = mkdtempSync(join(tmpdir(), 'tally-fuzz-'));
  try {
    while (reports.length < targets.length) {
      const rest = targets.slice(reports.length);
      const ended = await runThread(rest, { runs, least, unitMs, seed, folder, hangMs, from }, (report) => {
        reports.push(report);
        onReport?.(report);
      });
      if (ended === null) continue;
      const target = targets[reports.length];
      if (!target) throw new Error(`the thread ended badly after its work: ${ended.message}`);
      const report = brokenReport(target, ended, seed, from);
      reports.push(report);
      onReport?.(report);
    }
  } finally {
    rmSync(folder, { recursive: true, force: true, maxRetries: 5 });
  }
  return reports;
}

const threadOptions: WorkerOptions = { execArgv: ['--disable-warning=ExperimentalWarning'], stdout: true, stderr: true, resourceLimits: { maxOldGenerationSizeMb: MEMORY_MIB } };

/** A thread that answers one question about the targets. */
function askThread<T>(question: object): Promise<T> {
  const worker = new Worker(new URL('./asked.ts', import.meta.url), { workerData: question, ...threadOptions });
  for (const stream of [worker.stdout, worker.stderr]) stream.resume();
  return new Promise((resolve, reject) => {
    worker.once('message', resolve);
    worker.once('error', reject);
    worker.once('exit', (code) => { if (code !== 0) reject(new Error(`the thread ended with ${code}`)); });
  });
}

/** All targets, in the order of the registry. */
export const listTargets = (from = OURS): Promise<Listed[]> => askThread({ ask: 'list', from });

export interface Tried { readonly ok: boolean; readonly outcome: string; readonly input: string }

/** One input: given, or made again from its number. */
export const tryInput = ({ name }: Listed, which: { seed: string; input: string | null; index: number | null }, from = OURS): Promise<Tried> => askThread({ ask: 'try', name, ...which, from });

interface Ended { readonly message: string; readonly index: number }

/** @returns null if all were tried, else what ended the thread at which input of the target that had no report yet */
function runThread(targets: readonly Listed[], { hangMs, ...order }: Omit<Order, 'names' | 'place'> & { hangMs: number }, onReport: (report: TargetReport) => void): Promise<Ended | null> {
  const place = new SharedArrayBuffer(8);
  const at = new Int32Array(place);
  const worker = new Worker(new URL('./worker.ts', import.meta.url), {
    workerData: { ...order, names: targets.map(({ name }) => name), place } satisfies Order,
    // What the code under test logs is not of interest by the thousand.
    ...threadOptions,
  });
  for (const stream of [worker.stdout, worker.stderr]) stream.resume();
  return new Promise((resolve) => {
    let [seen, since, trouble] = ['', performance.now(), null as string | null];
    const index = (): number => Atomics.load(at, 1);
    const watch = setInterval(() => {
      const now = `${Atomics.load(at, 0)} ${index()}`;
      if (now !== seen) [seen, since] = [now, performance.now()];
      else if (performance.now() - since > hangMs) {
        trouble = `it hangs: no answer within ${hangMs / 1000} seconds`;
        void worker.terminate();
      }
    }, LOOK_MS);
    worker.on('message', onReport);
    worker.on('error', (error: unknown) => { trouble = error instanceof Error ? `${error.message}\n${error.stack ?? ''}` : String(error); });
    worker.on('exit', (code) => {
      clearInterval(watch);
      resolve(trouble === null && code === 0 ? null : { message: trouble ?? `the thread ended with ${code}`, index: index() });
    });
  });
}

function brokenReport(target: Listed, { message, index }: Ended, seed: string, { corpus }: Source): TargetReport {
  const { valid, cases } = corpusOf(target, corpus);
  const samples = [...valid, ...cases.map(({ input }) => input)];
  const input = index >= 0 && samples.length > 0 ? toHex(target.kind, inputAt(target, samples, seed, index)) : '';
  return { target: target.name, inputs: Math.max(index, 0), accepted: 0, refused: 0, codes: {}, found: { message, index, input, shrunk: input } };
}
