/**
 * Tries guards: first all their tests with every guard in place, which must pass, then each guard out and its tests once
 * more, which must fail. Two copies of the tree work side by side, one of them on tests that start processes and windows.
 */
import { run } from '../../scripts/child-process.mjs';
import { type Verdict, judge } from './outcome.ts';
import type { Guard, NamedTest, Row } from './row.ts';
import { type SourceCopy, copySource } from './source-copy.ts';
import { ALL_LIMIT_MS, isHeavy, runTests } from './test-run.ts';

export interface Trial {
  readonly row: number;
  readonly guard: Guard;
  readonly result: 'noticed' | 'missed' | 'not tried';
  /** What was missed or why it was not tried; empty otherwise. */
  readonly why: string;
  readonly seconds: number;
}

interface Job { readonly row: number; readonly guard: Guard }

const keyOf = ({ file, name }: NamedTest): string => `${file} ${name}`;
const isHeavyJob = ({ guard }: Job): boolean => guard.tests.some(isHeavy);
const once = (tests: readonly NamedTest[]): NamedTest[] => [...new Map(tests.map((test) => [keyOf(test), test])).values()];

/** Builds what is out of date in a copy. @throws Error where it cannot be built */
async function build(folder: string): Promise<void> {
  const status = await run(process.execPath, ['scripts/build.mjs'], { cwd: folder, stdio: 'ignore', env: { ...process.env, NO_COLOR: '1' } });
  if (status !== 0) throw new Error(`the copy could not be built (status ${status})`);
}

export interface Progress {
  before(what: string): void;
  done(trial: Trial, of: number): void;
  /** True once no further guard should be tried. */
  stopped(): boolean;
}

export async function tryGuards(rows: readonly Row[], progress: Progress): Promise<Trial[]> {
  const jobs = rows.flatMap(({ number, guards }) => guards.map((guard): Job => ({ row: number, guard })));
  const queues = { heavy: jobs.filter(isHeavyJob), light: jobs.filter((job) => !isHeavyJob(job)) };
  const copies = { heavy: copySource(), light: copySource() };
  const trials: Trial[] = [];
  const intact = new Map<string, Verdict>();
  try {
    await Promise.all((['heavy', 'light'] as const).map(async (lane) => {
      const all = once(jobs.flatMap(({ guard }) => [...guard.tests])).filter((test) => isHeavy(test) === (lane === 'heavy'));
      if (all.length === 0) return;
      progress.before(`${all.length} tests that ${lane === 'heavy' ? 'start processes or windows' : 'compute'}, with every guard in place`);
      if (lane === 'heavy') await build(copies.heavy.folder);
      const record = await runTests(copies[lane].folder, all, ALL_LIMIT_MS);
      for (const test of all) intact.set(keyOf(test), judge(record, test));
    }));
    const work = async (lane: 'heavy' | 'light'): Promise<void> => {
      for (let job = queues[lane].shift() ?? queues.light.shift(); job && !progress.stopped(); job = queues[lane].shift() ?? queues.light.shift()) {
        const trial = await tryGuard(copies[lane], job, intact);
        trials.push(trial);
        progress.done(trial, jobs.length);
      }
    };
    await Promise.all([work('heavy'), work('light')]);
  } finally {
    for (const copy of Object.values(copies)) copy.dispose();
  }
  return trials.sort((a, b) => a.row - b.row || jobs.findIndex(({ guard }) => guard === a.guard) - jobs.findIndex(({ guard }) => guard === b.guard));
}

async function tryGuard(copy: SourceCopy, { row, guard }: Job, intact: ReadonlyMap<string, Verdict>): Promise<Trial> {
  const started = performance.now();
  const trial = (result: Trial['result'], why = ''): Trial => ({ row, guard, result, why, seconds: Math.round((performance.now() - started) / 100) / 10 });
  const here: NamedTest[] = [];
  for (const test of guard.tests) {
    const verdict = intact.get(keyOf(test));
    if (verdict?.is === 'passed') here.push(test);
    else if (verdict?.is !== 'skipped') return trial('missed', `“${test.name}” does not pass with every guard in place${verdict?.is === 'otherwise' ? `: ${verdict.why}` : ''}`);
  }
  if (here.length === 0) return trial('not tried', 'none of its tests runs on this computer');
  let restore = (): void => undefined;
  try {
    restore = copy.remove(guard);
    if (here.some(isHeavy)) await build(copy.folder);
    const record = await runTests(copy.folder, here);
    for (const test of here) {
      const verdict = judge(record, test);
      if (verdict.is === 'noticed') continue;
      return trial('missed', `“${test.name}”: ${verdict.is === 'passed' ? 'it passed all the same' : verdict.why}`);
    }
    return trial('noticed');
  } catch (error) {
    return trial('missed', error instanceof Error ? error.message : String(error));
  } finally {
    restore();
  }
}
