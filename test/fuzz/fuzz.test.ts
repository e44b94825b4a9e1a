/**
 * Every way in for data from outside (assurance rows 9, 38, 47, 48): its samples are taken, every input that once led to a
 * bug is answered as it must be, and so are mutations of both, the same ones in every run. `npm run fuzz` makes others, and
 * goes on for longer. A failure prints the input and the command that shows it again.
 */
import { beforeAll, describe, expect, it } from 'vitest';
import type { TargetReport } from './engine/fuzz-target.ts';
import { listTargets, runTargets } from './engine/run-targets.ts';
import { findingLines, summaryOf } from './engine/report.ts';

/** For the quickest targets; slower ones get fewer, so that all of it takes some tens of seconds. */
const RUNS = 300;
const LEAST = 4;
const SEED = 'a split stick';

const targets = await listTargets();
let reports: TargetReport[] = [];

beforeAll(async () => {
  reports = await runTargets({ targets, runs: RUNS, least: LEAST, seed: SEED });
  console.log(summaryOf(reports));
}, 900_000);

describe('whatever comes in at', () => {
  it.each(targets.map(({ name }) => name))('%s is taken or refused as it should be', (name) => {
    const report = reports.find(({ target }) => target === name);
    expect(report?.found ? findingLines(report, SEED).join('\n') : 'nothing found').toBe('nothing found');
    expect(report?.inputs).toBeGreaterThan(LEAST);
    expect(report?.accepted).toBeGreaterThan(0);
  });
});
