/**
 * The line that ends `npm test` counts what really happened: a real run of vitest over tests that are meant to go wrong, and one
 * whose runner is killed.
 */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { Tally } from '../../scripts/test-tally.mjs';
import { ROOT } from './source-tree.ts';

const work = mkdtempSync(join(tmpdir(), 'tallystick-summary-'));
afterAll(() => rmSync(work, { recursive: true, force: true }));

/** Runs vitest as scripts/test.mjs does, over some of the fixtures. */
async function tallyOf(...filters: string[]): Promise<{ tally: Tally; lines: string[] }> {
  const record = join(work, `${filters.join('-')}.jsonl`);
  const folder = join(ROOT, 'test', 'house', 'fixtures', 'run');
  const runner = spawn(process.execPath, [
    join(ROOT, 'node_modules', 'vitest', 'vitest.mjs'), 'run', '--config', join(folder, 'vitest.config.ts'),
    '--reporter', join(ROOT, 'scripts', 'test-recorder.mjs'), ...filters,
  ], { cwd: ROOT, stdio: 'ignore', env: { ...process.env, TALLYSTICK_TEST_RECORD: record } });
  const [status] = (await once(runner, 'exit')) as [number | null];
  const tally = new Tally();
  tally.addRecord(record, status ?? 137);
  return { tally, lines: tally.report().trimEnd().split('\n') };
}

describe('the summary of a run', () => {
  it('counts tests, files that do not load and set-ups that fail; names what was skipped', async () => {
    const { tally, lines } = await tallyOf('mixed', 'broken');
    expect(tally.failed.map(({ name }) => name).sort()).toEqual([
      'test/house/fixtures/run/broken.case.ts',
      'test/house/fixtures/run/mixed.case.ts > a suite whose set-up fails',
      'test/house/fixtures/run/mixed.case.ts > fails',
    ]);
    expect(tally.skipped).toContainEqual({ name: 'test/house/fixtures/run/mixed.case.ts > is skipped with a reason', reason: 'no such device' });
    expect(lines.at(-1)).toBe(`2 passed, 3 failed, ${tally.skipped.length} skipped`);
    expect(tally.skipped.length).toBeGreaterThanOrEqual(3);
    expect(tally.succeeded).toBe(false);
  });

  it('keeps what passed before the runner was killed, and calls the kill a failure', async () => {
    const { tally, lines } = await tallyOf('crash');
    expect(lines.at(-1)).toBe('1 passed, 1 failed');
    expect(tally.failed[0]?.reason).toContain('ended before its tests did');
  });

  it('calls it a failure when no test ran', async () => {
    const { tally } = await tallyOf('no-such-file');
    expect(tally.succeeded).toBe(false);
    expect(tally.passed).toBe(0);
  });
});

describe('the tally', () => {
  it('says only what it has to', () => {
    const tally = new Tally();
    tally.add('types', true);
    expect(tally.report()).toBe('\n1 passed, 0 failed\n');
    expect(tally.succeeded).toBe(true);
    tally.add('lint', false, 'see above');
    expect(tally.report()).toBe('\nFAILED:\n  lint: see above\n\n1 passed, 1 failed\n');
    expect(tally.succeeded).toBe(false);
  });

  it('does not succeed on nothing', () => {
    expect(new Tally().succeeded).toBe(false);
  });
});
