/**
 * `npm run mutate [-- [--record] [--tests test/path…] [enclave/vault/path[:line-line]…]]`: makes one small mistake after
 * another in the vault (Stryker's mutators) and asks the tests to notice each. Progress goes to stderr; stdout gets the
 * mutants that none noticed, a table of files and the summary. Exit code 1 if the score is below the floor or the list of
 * equivalent mutants is not true any more.
 *
 * A survivor is a test that is missing, or code that does nothing. A score of 100 % is no proof: it says that the tests
 * notice mistakes of these few kinds, not that there are none of others.
 */
import { globSync, mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { recordCounts } from '../support/recorded-counts.ts';
import { refusedByCompiler } from './compiler.ts';
import { findingsOf, type Tried } from './findings.ts';
import { instrument, type Mutant, type Wanted } from './mutants.ts';
import { FLOOR_PERCENT, LEFT_OUT, MUTATED, TEST_FILES, WORKERS } from './settings.ts';
import type { Observation, Order } from './trial.ts';
import { TrialProcess } from './trials.ts';

const { values, positionals } = parseArgs({ allowPositionals: true, options: { record: { type: 'boolean', default: false }, tests: { type: 'string', multiple: true } } });
if (values.record && (positionals.length > 0 || values.tests)) throw new Error('Only a run over everything is recorded.');
const root = fileURLToPath(new URL('../../', import.meta.url));
process.chdir(root);

const say = (line: string): void => void process.stderr.write(`${line}\n`);
const filesLike = (patterns: readonly string[]): string[] => globSync([...patterns]).map((file) => file.replaceAll('\\', '/')).sort();

/** `path`, `folder` or `path:from-to`. */
function wantedIn(argument: string): Wanted[] {
  const [, path = argument, from, to] = /^(.*\.ts):(\d+)(?:-(\d+))?$/.exec(argument) ?? [];
  if (from) return [{ file: path, lines: [Number(from), Number(to ?? from)] }];
  const files = filesLike([path.endsWith('.ts') ? path : `${path.replace(/\/$/, '')}/**/*.ts`]);
  if (files.length === 0) throw new Error(`There are no sources in ${path}.`);
  return files.map((file) => ({ file, lines: null }));
}

const wanted = (positionals.length > 0 ? positionals : MUTATED).flatMap(wantedIn);
const { sources, mutants, ignored } = await instrument(root, wanted);
mkdirSync('out/mutation', { recursive: true });
// Several runs do not get in each other's way.
const instrumented = `out/mutation/sources-${process.pid}.json`;
writeFileSync(instrumented, JSON.stringify(sources));
const processes = Array.from({ length: WORKERS }, () => new TrialProcess(instrumented));

// Which tests come by which mutants; meanwhile the compiler says which mutants there are not.
const testFiles = filesLike(values.tests ?? TEST_FILES).filter((file) => !LEFT_OUT.includes(file));
const shares = processes.map((_, at) => testFiles.filter((__, index) => index % processes.length === at));
const observing = Promise.all(processes.map((trials, at) => trials.observe(shares[at] ?? [])));
const refused = refusedByCompiler(root, mutants);
const waiting = mutants.filter(({ id }) => !refused.has(id));
const observations: Observation[] = await observing;
const tests = observations.flatMap((observation) => observation.tests);
const whenLoaded = new Set(observations.flatMap((observation) => observation.whenLoaded));
await Promise.all(processes.map((trials) => trials.useTimes(Object.fromEntries(tests.map(({ id, ms }) => [id, ms])))));
say(`${tests.length} tests pass without a mutant; ${waiting.length} mutants to try, ${refused.size} do not compile`);

function orderFor({ id, file }: Mutant): Order | null {
  const reaching = tests.filter(({ hits }) => id in hits);
  // What was computed when modules were loaded can show anywhere.
  const fromTheStart = whenLoaded.has(id);
  if (reaching.length === 0 && !fromTheStart) return null;
  return {
    mutant: id, file, fromTheStart, tests: (fromTheStart ? tests : reaching).map((test) => test.id),
    hits: fromTheStart ? null : reaching.reduce((sum, { hits }) => sum + (hits[id] ?? 0), 0),
  };
}

const tried: Tried[] = [];
let told = 0;

async function work(trials: TrialProcess): Promise<void> {
  for (let mutant = waiting.shift(); mutant; mutant = waiting.shift()) {
    const order = orderFor(mutant);
    tried.push({ ...mutant, outcome: order ? await trials.try(order) : { is: 'uncovered' } });
    const now = performance.now();
    if (now - told < 10_000 && waiting.length > 0) continue;
    told = now;
    say(`${tried.length} tried, ${waiting.length} to go, ${tried.filter(({ outcome }) => outcome.is === 'survived' || outcome.is === 'uncovered').length} survived`);
  }
}
try {
  await Promise.all(processes.map(work));
} finally {
  for (const trials of processes) trials.end();
  rmSync(instrumented, { force: true });
}

const findings = findingsOf(root, tried, wanted.every(({ lines }) => lines === null) && !values.tests);
for (const line of findings.lines) process.stdout.write(`${line}\n`);
process.stdout.write(`\nNot counted: ${findings.counts['equivalent']} equivalent and named in test/mutation/equivalent.ts, ${refused.size} that do not compile, ${ignored} texts for people.\n${findings.summary}\n`);
if (values.record) recordCounts({ name: 'mutation', command: 'npm run mutate', printed: findings.summary, counts: findings.counts });
process.exitCode = findings.listIsTrue && findings.score >= FLOOR_PERCENT ? 0 : 1;
