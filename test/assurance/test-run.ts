/** Runs named tests in a copy of the tree, and only those. */
import { mkdtempSync, openSync, closeSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { run } from '../../scripts/child-process.mjs';
import { ROOT } from '../house/source-tree.ts';
import { type Recorded, recordOf } from './outcome.ts';
import type { NamedTest } from './row.ts';

/** The named tests of one guard take seconds; on a busy machine, or without the guard, minutes. After this something hangs. */
const GUARD_LIMIT_MS = 10 * 60_000;
/** All named tests, with every guard in place: two minutes on idle processors. */
export const ALL_LIMIT_MS = 40 * 60_000;

/** Tests that start processes, networks or windows; one of these at a time, and against what was built. */
export const isHeavy = ({ file }: NamedTest): boolean => /^test\/(e2e\/|attacks\/(electron-|flood))/.test(file);

const literally = (text: string): string => text.replace(/[\\^$.*+?()[\]{}|]/g, '\\$&');

/** @returns what the recorder wrote of them; what a run that hung got done until then */
export async function runTests(folder: string, tests: readonly NamedTest[], timeoutMs = GUARD_LIMIT_MS): Promise<Recorded[]> {
  const work = mkdtempSync(join(tmpdir(), 'tallystick-outcome-'));
  const record = join(work, 'record.jsonl');
  const said = join(work, 'said.txt');
  const output = openSync(said, 'w');
  const names = tests.map(({ name }) => literally(name.split(' › ').join(' > ')));
  const args = [join(ROOT, 'node_modules', 'vitest', 'vitest.mjs'), 'run', ...new Set(tests.map(({ file }) => file)), '-t', `^(${names.join('|')})$`, '--maxWorkers=1', '--reporter=default', `--reporter=${join(folder, 'scripts', 'test-recorder.mjs')}`];
  try {
    const status = await run(process.execPath, args, { cwd: folder, env: { ...process.env, NO_COLOR: '1', TALLYSTICK_TEST_RECORD: record }, stdio: ['ignore', output, output], timeoutMs, detached: process.platform !== 'win32' });
    const text = readOrEmpty(record);
    if (text !== '') return recordOf(text);
    return tests.map(({ file }) => ({ state: 'failed', name: file, reason: `status ${status}: ${readOrEmpty(said).trim().split('\n').at(-1) ?? ''}` }));
  } finally {
    closeSync(output);
    rmSync(work, { recursive: true, force: true });
  }
}

const readOrEmpty = (path: string): string => {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return '';
  }
};
