/**
 * `npm run mutate [-- enclave/vault/path[:line-line]…] [--record]`: makes one small mistake after another in the vault (Stryker's
 * mutators) and asks the tests to notice each. Progress goes to stderr; stdout gets the mutants that none noticed, a table of
 * files and the summary. Exit code 1 if the score is below the floor or the list of equivalent mutants is not true any more.
 *
 * A survivor is a test that is missing or code that does nothing. A score of 100 % is no proof: it says that the tests
 * notice mistakes of these few kinds, not that there are none of others.
 */
import { readFileSync } from 'node:fs';
import { relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import type { LogLevel, MutantResult } from '@stryker-mutator/api/core';
import { Stryker } from '@stryker-mutator/core';
import { recordCounts } from '../support/recorded-counts.ts';
import { EQUIVALENT } from './equivalent.ts';
import { FLOOR_PERCENT, MUTATED, WORKERS } from './settings.ts';

const { values, positionals } = parseArgs({ allowPositionals: true, options: { record: { type: 'boolean', default: false } } });
if (values.record && positionals.length > 0) throw new Error('Only a run over everything is recorded.');
const root = fileURLToPath(new URL('../../', import.meta.url));
const plugin = (name: string): string => fileURLToPath(new URL(name, import.meta.url));

const paths = positionals.length > 0 ? positionals.map((path) => path.replace(/\/$/, '')) : MUTATED;
const results = await new Stryker({
  mutate: paths.map((path) => (/\.ts(:|$)/.test(path) ? path : `${path}/**/*.ts`)),
  plugins: ['./in-process-runner.ts', './compiling-mutants.ts', './told-texts.ts', './progress.ts'].map(plugin),
  testRunner: 'in-process',
  testRunnerNodeArgs: ['--disable-warning=ExperimentalWarning'],
  checkers: ['compiling-mutants'],
  ignorers: ['told-texts'],
  coverageAnalysis: 'perTest',
  concurrency: WORKERS,
  timeoutMS: 60_000,
  dryRunTimeoutMinutes: 60,
  reporters: ['progress-lines', 'json'],
  logLevel: 'warn' as LogLevel,
  jsonReporter: { fileName: 'out/mutation/report.json' },
  tempDirName: 'out/mutation/sandbox',
  // What the chosen tests load.
  ignorePatterns: ['/*', '!/enclave', '!/protocol', '!/test', '!/package.json'],
  // Types are erased when the sandbox is loaded; what does not compile has been left out before.
  disableTypeChecks: false,
  allowConsoleColors: false,
}).runMutationTest();

interface Told { readonly file: string; readonly line: number; readonly column: number; readonly text: string; readonly change: string; readonly status: MutantResult['status'] }

const linesOf = new Map<string, string[]>();
const onOneLine = (text: string): string => text.replaceAll(/\s+/g, ' ').trim();

/** A mutant in words: where it is, and what stands in place of what. */
function told({ fileName, location: { start, end }, replacement, status }: MutantResult): Told {
  const file = relative(root, fileName).replaceAll('\\', '/');
  const lines = linesOf.get(file) ?? readFileSync(fileName, 'utf8').split('\n');
  linesOf.set(file, lines);
  const cut = lines.slice(start.line - 1, end.line);
  cut[cut.length - 1] = cut.at(-1)?.slice(0, end.column - 1) ?? '';
  cut[0] = cut[0]?.slice(start.column - 1) ?? '';
  return { file, line: start.line, column: start.column, text: lines[start.line - 1] ?? '', change: `${onOneLine(cut.join('\n'))} → ${onOneLine(replacement ?? '')}`, status };
}

const counted = results.filter(({ status }) => !['CompileError', 'Ignored'].includes(status)).map(told);
const isNamed = ({ file, text, change }: Told): boolean => EQUIVALENT.some((known) => known.file === file && text.includes(known.line) && known.mutants.includes(change));
const isSurvivor = ({ status }: Told): boolean => status === 'Survived' || status === 'NoCoverage';
const equivalent = counted.filter((mutant) => isSurvivor(mutant) && isNamed(mutant));
const mutants = counted.filter((mutant) => !equivalent.includes(mutant));

const tally = (of: readonly Told[]) => {
  const count = (...statuses: string[]): number => of.filter(({ status }) => statuses.includes(status)).length;
  const [killed, timeouts, survived, uncovered] = [count('Killed', 'RuntimeError'), count('Timeout'), count('Survived'), count('NoCoverage')];
  return { mutants: of.length, killed, timeouts, survived, uncovered, score: of.length === 0 ? 100 : (100 * (killed + timeouts)) / of.length };
};
const percent = (score: number): string => `${(Math.floor(score * 10) / 10).toFixed(1)} %`;

const survivors = mutants.filter(isSurvivor).sort((a, b) => a.file.localeCompare(b.file) || a.line - b.line || a.column - b.column);
const print = (line = ''): void => void process.stdout.write(`${line}\n`);
for (const { file, line, column, change, status } of survivors) print(`${file}:${line}:${column}  ${change}${status === 'NoCoverage' ? '  (no test comes here)' : ''}`);
if (survivors.length > 0) print();
const files = [...new Set(counted.map(({ file }) => file))].sort();
for (const file of files) {
  const { mutants: made, survived, uncovered, score } = tally(mutants.filter((mutant) => mutant.file === file));
  print(`${percent(score).padStart(8)}  ${String(made).padStart(4)} mutants, ${String(survived + uncovered).padStart(3)} left  ${file}`);
}

// The list of equivalents is held to the truth wherever this run could see it.
const seen = EQUIVALENT.filter(({ file }) => files.includes(file)).flatMap(({ file, line, mutants: changes }) => changes.map((change) => ({ file, line, change })));
const stale = seen.filter(({ file, line, change }) => !equivalent.some((mutant) => mutant.file === file && mutant.text.includes(line) && mutant.change === change));
for (const { file, line, change } of stale) print(`\nNot equivalent any more, or gone: ${file}: ${line}: ${change}`);

const all = tally(mutants);
const left = (status: string): number => results.filter((result) => result.status === status).length;
print(`\n${equivalent.length} equivalent and named in test/mutation/equivalent.ts, ${left('CompileError')} that do not compile, ${left('Ignored')} texts for people: not counted.`);
const summary = `${all.mutants} mutants, ${all.killed} killed, ${all.timeouts} timeouts, ${all.survived} survived, ${all.uncovered} without coverage: score ${percent(all.score)}`;
print(summary);
if (values.record) {
  recordCounts({
    name: 'mutation', command: 'npm run mutate', printed: summary,
    counts: { mutants: all.mutants, killed: all.killed, timeouts: all.timeouts, survived: all.survived, withoutCoverage: all.uncovered, equivalent: equivalent.length },
  });
}
process.exitCode = stale.length > 0 || all.score < FLOOR_PERCENT ? 1 : 0;
