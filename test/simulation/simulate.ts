/**
 * `npm run simulate -- --seeds N [--from S] [--steps N] [--json] [--workers N] [--hash] [--no-shrink]
 * [--mutation NAME] [--record] [--events TRACE]`: many runs of the simulated world (test/simulation/world/) in two processes. Progress goes to stderr, the summary to stdout; exit code 1 on any
 * violation, with the one command that shows it again, and another that shows what was made short of it: `--events` lets
 * these happen (kind:number, with commas) instead of what the seed says. `--record` keeps the numbers for docs/ASSURANCE.md.
 */
import { fork, type ChildProcess } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { recordCounts } from '../support/recorded-counts.ts';
import type { Order, RunResult } from './world/run.ts';
import type { Event } from './world/world.ts';

const { values } = parseArgs({
  options: {
    seeds: { type: 'string', default: '100' }, from: { type: 'string', default: '1' }, steps: { type: 'string', default: '3000' }, workers: { type: 'string', default: '2' },
    json: { type: 'boolean', default: false }, hash: { type: 'boolean', default: false }, mutation: { type: 'string' }, 'no-shrink': { type: 'boolean', default: false },
    record: { type: 'boolean', default: false }, events: { type: 'string' },
  },
});
if (values.record && (values.json || values.mutation)) throw new Error('--record keeps the line that is printed, of the vault as it is: neither --json nor --mutation goes with it');
const [seeds, from, steps, workers] = [values.seeds, values.from, values.steps, values.workers].map((text) => {
  const number = Number(text);
  if (!Number.isSafeInteger(number) || number < 0) throw new Error(`${text} is not a whole number`);
  return number;
}) as [number, number, number, number];

const trace = values.events?.split(',').map((text): Event => {
  const [kind = '', r = ''] = text.split(':');
  if (!/^[\w-]+$/.test(kind) || !/^\d+$/.test(r)) throw new Error(`${text} is not an event`);
  return { kind, r: Number(r) };
});
if (trace && seeds !== 1) throw new Error('--events goes with one seed: --seeds 1 --from SEED');

const hooks = new URL('./world/hooks.ts', import.meta.url).href;
const workerFile = fileURLToPath(new URL('./world/worker.ts', import.meta.url));
const started = performance.now();
const results: RunResult[] = [];
let next = from;
let done = 0;
let stepsDone = 0;

function showProgress(): void {
  if (!process.stderr.isTTY && done < seeds) return;
  const width = 30;
  const filled = Math.round((done / seeds) * width);
  const perSecond = Math.round(stepsDone / ((performance.now() - started) / 1000));
  process.stderr.write(`\r[${'█'.repeat(filled)}${'·'.repeat(width - filled)}] ${done}/${seeds} seeds, ${stepsDone.toLocaleString('en')} steps, ${perSecond.toLocaleString('en')} steps/s `);
  if (done >= seeds) process.stderr.write('\n');
}

async function work(): Promise<void> {
  const env = { ...process.env, ...(values.mutation ? { SIMULATION_MUTATION: values.mutation } : {}) };
  const child: ChildProcess = fork(workerFile, [], { execArgv: ['--import', hooks, '--max-semi-space-size=32', '--disable-warning=ExperimentalWarning'], env, stdio: ['ignore', 'inherit', 'inherit', 'ipc'] });
  try {
    while (next < from + seeds && !results.some(({ violation }) => violation)) {
      const seed = next++;
      const result = await new Promise<RunResult>((resolve, reject) => {
        const onExit = (code: number | null): void => reject(new Error(`The worker for seed ${seed} ended with ${code}`));
        child.once('exit', onExit);
        child.once('message', (message) => {
          child.off('exit', onExit);
          resolve(message as RunResult);
        });
        const order: Order = { seed, steps, hashed: values.hash, shrunk: !values['no-shrink'] && !trace, events: trace ?? null };
        child.send(order);
      });
      results.push(result);
      done++;
      stepsDone += result.steps;
      showProgress();
    }
  } finally {
    child.removeAllListeners();
    if (child.connected) child.disconnect(); // it is not if the process has ended by itself, which is said already
  }
}

const sum = (of: (result: RunResult) => Record<string, number>): Record<string, number> => {
  const total: Record<string, number> = {};
  for (const result of results) for (const [key, count] of Object.entries(of(result))) total[key] = (total[key] ?? 0) + count;
  return Object.fromEntries(Object.entries(total).sort(([, a], [, b]) => b - a));
};

await Promise.all(Array.from({ length: Math.max(1, Math.min(workers, seeds)) }, work));
results.sort((a, b) => a.seed - b.seed);
const violations = results.filter(({ violation }) => violation);
const replay = (seed: number): string => `npm run simulate -- --from ${seed} --seeds 1 --steps ${steps}${values.mutation ? ` --mutation ${values.mutation}` : ''}`;
const short = (seed: number, events: readonly Event[]): string => `${replay(seed)} --events ${events.map(({ kind, r }) => `${kind}:${r}`).join(',')}`;
const seconds = (performance.now() - started) / 1000;
const cpuSeconds = results.reduce((total, { cpuMs }) => total + cpuMs, 0) / 1000;
const summary = {
  ok: violations.length === 0, seeds: results.length, from, stepsPerSeed: steps, steps: stepsDone, seconds: Math.round(seconds * 10) / 10, stepsPerSecond: Math.round(stepsDone / seconds),
  // What one processor does that has nothing else to do.
  stepsPerCpuSecond: Math.round(stepsDone / cpuSeconds),
  packages: results.reduce((total, { packages }) => total + packages, 0), faults: sum(({ faults }) => faults), deeds: sum(({ deeds }) => deeds), endings: sum(({ endings }) => endings),
  ...(values.hash ? { hashes: results.map(({ seed, hash }) => ({ seed, hash })) } : {}),
  violations: violations.map(({ seed, violation }) => ({ seed, replay: replay(seed), replayShort: violation && short(seed, violation.trace), ...violation })),
};
const list = (counts: Record<string, number>): string => Object.entries(counts).map(([key, count]) => `${key} ${count}`).join(', ');
const printed = `${summary.seeds} seeds, ${summary.steps} steps, ${summary.packages} packages in ${summary.seconds} s (${summary.stepsPerSecond} steps/s, ${summary.stepsPerCpuSecond} per second of processor); faults: ${list(summary.faults)}; people: ${list(summary.deeds)}; transfers (source/destination): ${list(summary.endings)}; violations: ${violations.length}`;
if (values.json) process.stdout.write(`${JSON.stringify(summary)}\n`);
else {
  process.stdout.write(`${printed}\n`);
  for (const { seed, violation } of violations) {
    if (!violation) continue;
    process.stdout.write(`\nVIOLATION (${violation.kind}) in seed ${seed} at step ${violation.step}: ${violation.message}\nAgain: ${replay(seed)}\nOf ${violation.events} events ${violation.trace.length} are left when it is made short: ${short(seed, violation.trace)}\nThe last of them:\n${violation.shrunk.map((line) => `  ${line}`).join('\n')}\n`);
  }
}
if (values.record) {
  const total = (counts: Record<string, number>): number => Object.values(counts).reduce((all, count) => all + count, 0);
  recordCounts({
    name: 'simulation', command: `npm run simulate -- --seeds ${seeds} --from ${from}${values.steps === '3000' ? '' : ` --steps ${steps}`}`, printed,
    counts: { seeds: summary.seeds, steps: summary.steps, packages: summary.packages, faults: total(summary.faults), transfers: total(summary.endings), violations: violations.length },
  });
}
process.exitCode = violations.length > 0 ? 1 : 0;
