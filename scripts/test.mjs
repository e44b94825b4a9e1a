/**
 * `npm test [-- FILTER…]`: installs what is missing, builds, checks types and lint, and runs the tests; filters and switches go
 * to vitest. The last line of stdout is `N passed, N failed`, with `, N skipped` where some were.
 */
import { mkdtempSync, rmSync, writeSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ensurePart } from './build.mjs';
import { ALL_PARTS } from './build-plan.mjs';
import { CHECKS, passes } from './check.mjs';
import { ensureInstalled, runNode24 } from './installation.mjs';
import { root } from './project-root.mjs';
import { Tally } from './test-tally.mjs';
import { installSystemPackages, openDisplay, testBrowser, testElectron } from './test-surroundings.mjs';

/** A run takes less than 20 minutes; a machine half as fast must still finish, and whatever hangs must still end. */
const RUN_LIMIT_MS = 40 * 60_000;
/** The tests get as much even if everything before them was slow. */
const LEAST_FOR_TESTS_MS = 5 * 60_000;
/**
 * Two runs side by side, of about the same length: one that computes, and then looks at what meets nobody outside its own
 * pretend wallets or networks; and one whose tests start wallets and windows, one at a time, and mostly wait. Within the
 * second nothing runs in parallel, because wallets on one machine find each other.
 */
const LANES = [['contract', 'vectors', 'unit', 'simulation', 'attacks-in-memory', 'apart'], ['attacks', 'e2e']];
const started = performance.now();
const say = (line) => process.stdout.write(`${line}\n`);
const tally = new Tally();

async function buildAndCheck() {
  say('Building what is out of date …');
  for (const part of ALL_PARTS) {
    const trouble = await ensurePart(part);
    tally.add(`build ${part}`, trouble === null, trouble ?? '');
  }
  for (const check of CHECKS) {
    say(`Checking ${check.name} …`);
    tally.add(check.name, await passes(check), 'see above');
  }
}

/** The caller's own choice of projects is one run. */
const lanesFor = (switches) => (switches.some((text) => text.startsWith('--project')) ? [[]] : LANES.map((projects) => ['--passWithNoTests', ...projects.flatMap((name) => ['--project', name])]));

async function runVitest(switches, { display, electron, browser, compiled }) {
  const folder = mkdtempSync(join(tmpdir(), 'tallystick-tests-'));
  const record = join(folder, 'record.jsonl');
  // Hundreds of processes are started from the same sources: each finds them compiled by the one before.
  const env = { TALLYSTICK_TEST_RECORD: record, NODE_COMPILE_CACHE: compiled, CI: process.env.CI ?? '1' };
  if (!process.stdout.isTTY) env.NO_COLOR = '1';
  // Empty where there is none, so that nothing is inherited that cannot be used here.
  env.TALLYSTICK_TEST_ELECTRON = display === null ? '' : (electron ?? '');
  env.TALLYSTICK_TEST_CHROMIUM = browser ?? '';
  if (display) env.DISPLAY = display;
  const args = [join(root, 'node_modules', 'vitest', 'vitest.mjs'), 'run', '--reporter=default', `--reporter=${join(root, 'scripts', 'test-recorder.mjs')}`, ...switches];
  // In a process group of its own, so that a runner that hangs is ended with everything it started.
  const status = await runNode24(args, { env, timeoutMs: Math.max(LEAST_FOR_TESTS_MS, RUN_LIMIT_MS - (performance.now() - started)), detached: process.platform !== 'win32', stdio: ['ignore', 'inherit', 'inherit'] });
  tally.addRecord(record, status);
  rmSync(folder, { recursive: true, force: true });
}

try {
  await ensureInstalled();
  await installSystemPackages();
  await buildAndCheck();
  const display = await openDisplay();
  const compiled = mkdtempSync(join(tmpdir(), 'tallystick-compiled-'));
  try {
    const electron = await testElectron();
    const surroundings = { display: display.display, electron, browser: testBrowser(), compiled };
    const asked = process.argv.slice(2);
    await Promise.all(lanesFor(asked).map((lane) => runVitest([...lane, ...asked], surroundings)));
  } finally {
    await display.stop();
    rmSync(compiled, { recursive: true, force: true });
  }
} catch (error) {
  tally.add('the test script', false, error.message);
}
// At once and whole, even into a pipe: it is the last thing anyone reads.
writeSync(1, tally.report());
process.exit(tally.succeeded ? 0 : 1);
