/**
 * `npm run fuzz -- [--target NAME]… [--seconds N | --runs N] [--seed S] [--json] [--record] [--list] [--collect]`, and for one
 * target `[--input HEX | --index N] [--keep SENTENCE]`: gives every target its corpus and mutations of it. `--target` takes
 * the beginning of a name. `--seconds` is for all targets together, slow ones get more of it; `--runs` is for the quickest, slow
 * ones get fewer. `--input` tries one input, `--index` makes one again from its number, `--keep` puts it into the
 * corpus with what the bug was. Progress goes to stderr, one line to stdout; exit code 1 on any finding, with the input, made
 * small, and the command that shows it again.
 */
import { parseArgs } from 'node:util';
import { recordCounts } from '../support/recorded-counts.ts';
import type { TargetReport } from './engine/fuzz-target.ts';
import { keepCase } from './engine/corpus.ts';
import { type Listed, listTargets, runTargets, tryInput } from './engine/run-targets.ts';
import { countsOf, findingLines, summaryOf } from './engine/report.ts';
import { fromHex } from './engine/written-input.ts';

const { values } = parseArgs({
  options: {
    target: { type: 'string', multiple: true, default: [] }, seconds: { type: 'string' }, runs: { type: 'string' }, seed: { type: 'string', default: String(Date.now()) }, json: { type: 'boolean', default: false },
    record: { type: 'boolean', default: false }, list: { type: 'boolean', default: false }, input: { type: 'string' }, index: { type: 'string' }, keep: { type: 'string' }, collect: { type: 'boolean', default: false },
  },
});
const { seed, json } = values;
const SECONDS = '60';

/** What there is of time or inputs. @throws Error for what is no number */
function budget(): { runs: number; timeMs: number; said: string } {
  const { runs, seconds = SECONDS } = values;
  const given = Number(runs ?? seconds);
  if (!Number.isSafeInteger(given) || given < 0) throw new Error(`${runs ?? seconds} is not a number of ${runs === undefined ? 'seconds' : 'inputs'}`);
  return runs === undefined ? { runs: Infinity, timeMs: 1000 * given, said: `--seconds ${given}` } : { runs: given, timeMs: Infinity, said: `--runs ${given}` };
}

function list(targets: readonly Listed[]): number {
  for (const { name, covers } of targets) process.stdout.write(json ? `${JSON.stringify({ name, covers })}\n` : `${name.padEnd(34)}${covers.join(' ')}\n`);
  return 0;
}

async function tryOne([target, ...more]: readonly Listed[]): Promise<number> {
  if (!target || more.length > 0) throw new Error('--input and --index are for one target: --target NAME');
  const told = await tryInput(target, { seed, input: values.input ?? null, index: values.index === undefined ? null : Number(values.index) });
  process.stdout.write(`${json ? JSON.stringify(told) : `${told.outcome}\ninput: ${told.input}`}\n`);
  if (told.ok && values.keep !== undefined) keepCase(target, { was: values.keep, expect: told.outcome, input: fromHex(target.kind, told.input) });
  return told.ok ? 0 : 1;
}

/** Says of each target, as soon as it is through, how it went. */
function progress(total: number): (report: TargetReport) => void {
  const started = performance.now();
  let done = 0;
  return (report) => {
    const { target, inputs, accepted, refused, codes, found } = report;
    done += 1;
    const seconds = ((performance.now() - started) / 1000).toFixed(0);
    const most = Object.entries(codes).sort(([, a], [, b]) => b - a).slice(0, 4).map(([code, times]) => `${code} ${times}`).join(', ');
    const line = `${String(done).padStart(3)}/${total} ${seconds} s  ${target.padEnd(32)}${String(inputs).padStart(7)} inputs, ${accepted} accepted, ${refused} refused${most === '' ? '' : ` (${most})`}${found ? '  FINDING' : ''}`;
    process.stderr.write(process.stderr.isTTY && !found && done < total ? `\r\x1b[K${line.slice(0, 150)}` : `${process.stderr.isTTY ? '\r\x1b[K' : ''}${line}\n`);
    // At once: what broke one target may break the tool before it comes to its summary.
    if (found) process.stderr.write(`${findingLines(report, seed).join('\n')}\n`);
  };
}

async function fuzz(targets: readonly Listed[]): Promise<number> {
  const { runs, timeMs, said } = budget();
  process.stderr.write(`${targets.length} targets, --seed ${seed} ${said}\n`);
  const reports = await runTargets({ targets, runs, timeMs, seed, onReport: progress(targets.length) });
  const found = reports.filter((report) => report.found);
  if (json) process.stdout.write(`${JSON.stringify({ ok: found.length === 0, seed, ...countsOf(reports), reports })}\n`);
  else process.stdout.write(`${found.map((report) => `\n${findingLines(report, seed).join('\n')}\n`).join('')}${found.length > 0 ? '\n' : ''}${summaryOf(reports)}\n`);
  if (values.record) recordCounts({ name: 'fuzz', command: `npm run fuzz -- ${said} --seed ${seed}`, printed: summaryOf(reports), counts: countsOf(reports) });
  return found.length > 0 ? 1 : 0;
}

async function main(): Promise<number> {
  if (values.collect) {
    const { collect } = await import('./collect/collect.ts');
    // Hosts that lived here keep timers.
    process.exit((await collect(values.target)) > 0 ? 1 : 0);
  }
  const all = await listTargets();
  const isWanted = ({ name }: Listed): boolean => values.target.some((start) => (all.some((one) => one.name === start) ? name === start : name.startsWith(start)));
  const wanted = values.target.length === 0 ? all : all.filter(isWanted);
  if (wanted.length === 0) throw new Error(`no target is called ${values.target.join(' or ')}; --list names them all`);
  if (values.list) return list(wanted);
  return values.input === undefined && values.index === undefined ? await fuzz(wanted) : await tryOne(wanted);
}

try {
  process.exitCode = await main();
} catch (error) {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
  process.exitCode = 2;
}
