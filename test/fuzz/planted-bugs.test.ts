/**
 * The fuzzer, tried on bugs of which we know: each planted mistake is found, by its right name, made small, and shown again
 * by the command that is printed; a decoder without one is left in peace; and one seed gives the same run twice.
 */
import { beforeAll, describe, expect, it } from 'vitest';
import type { TargetReport } from './engine/fuzz-target.ts';
import { type Listed, listTargets, runTargets, type Source, tryInput } from './engine/run-targets.ts';
import { findingLines } from './engine/report.ts';

const PLANTED: Source = { registry: new URL('./planted/registry.ts', import.meta.url).href, corpus: new URL('./planted/corpus/', import.meta.url).pathname };
const RUNS = 3000;
const SEED = 'planted';
/** Long for inputs that take microseconds, on any machine. */
const HANG_MS = 5_000;

/** What each planted bug is called when it is found. */
const BUGS: Readonly<Record<string, RegExp>> = {
  'takes-what-follows': /two encodings of one value/, 'takes-what-is-well-formed': /two encodings of one value/, 'believes-lengths': /became more than/, 'never-ends': /it hangs/, 'keeps-everything': /memory|Invalid string length/,
  'pollutes': /prototype has been changed/, 'throws': /TypeError/, 'forgets-a-failure': /nobody waited for this to fail/, 'half-refuses': /refused, and yet it has changed/, 'reads-otherwise': /written otherwise/,
};

let targets: Listed[];
let reports: Map<string, TargetReport>;
const run = (names: readonly string[], seed = SEED) => runTargets({ targets: targets.filter(({ name }) => names.includes(name)), runs: RUNS, seed, hangMs: HANG_MS, from: PLANTED });

beforeAll(async () => {
  targets = await listTargets(PLANTED);
  reports = new Map((await run(targets.map(({ name }) => name))).map((report) => [report.target, report]));
}, 300_000);

describe('the fuzzer', () => {
  it('is tried on every planted bug', () => {
    expect(targets.map(({ name }) => name).sort()).toEqual(['sound', ...Object.keys(BUGS)].sort());
  });

  it.each(Object.entries(BUGS))('finds the one that %s', (name, message) => {
    expect(reports.get(name)?.found?.message).toMatch(message);
  });

  it('finds nothing where there is nothing', () => {
    expect(reports.get('sound')).toMatchObject({ found: null, inputs: RUNS + 1 });
    expect(reports.get('sound')?.refused).toBeGreaterThan(RUNS / 2);
  });

  it('makes what it found small', () => {
    const { found } = reports.get('takes-what-follows')!;
    // One item of one byte, and one byte behind it.
    expect(Buffer.from(found!.shrunk, 'hex')).toHaveLength(2);
    expect(found!.input.length).toBeGreaterThanOrEqual(found!.shrunk.length);
    const polluting = JSON.parse(Buffer.from(reports.get('pollutes')!.found!.shrunk, 'hex').toString()) as string;
    expect(polluting.length).toBeLessThan(30);
  });

  it('prints a command that shows it again, by its number and by the input', async () => {
    const report = reports.get('takes-what-follows')!;
    const { found } = report;
    const target = targets.find(({ name }) => name === 'takes-what-follows')!;
    expect(findingLines(report, SEED).join('\n')).toContain(`npm run fuzz -- --target takes-what-follows --seed ${SEED} --index ${found!.index}`);
    expect(await tryInput(target, { seed: SEED, input: null, index: found!.index }, PLANTED)).toMatchObject({ ok: false, input: found!.input });
    expect(await tryInput(target, { seed: SEED, input: found!.shrunk, index: null }, PLANTED)).toMatchObject({ ok: false });
  });

  it('does the same again with the same seed, and something else with another', async () => {
    const [first] = await run(['sound']);
    const [other] = await run(['sound'], 'another seed');
    expect(first).toEqual(reports.get('sound'));
    expect(other).not.toEqual(first);
  });
});
