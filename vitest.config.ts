/**
 * How the tests run. Each folder of test/ is a project, or two where a part of it can run beside anything; those that start
 * networks or windows run one file at a time after the others, because they measure nothing useful while fighting over the
 * processor. `npm test` runs two rows of projects side by side (scripts/test.mjs).
 */
import vue from '@vitejs/plugin-vue';
import { configDefaults, defineConfig } from 'vitest/config';

/** Attackers of vaults in memory, and of readers that have no network: they meet nobody else. */
const IN_MEMORY = ['test/attacks/vault-*.test.ts', 'test/attacks/reader-*.test.ts'];
/** Pretend wallets in a browser, and real ones in networks of their own: nobody else finds them, and they measure no time. */
const APART = ['test/e2e/interface-*.test.ts', 'test/e2e/netns-*.test.ts'];
/** Folders that are not left to the unit tests' project. */
const NO_UNITS = ['contract', 'vectors', 'simulation', 'attacks', 'e2e'];

/** What starts real processes or takes long, with the time one test may take and the turn in which it runs. */
const heavy = [
  // A thousand schedules, or a hundred kills of a real process, in one test.
  { name: 'simulation', include: ['test/simulation/**/*.test.ts'], exclude: [], testTimeout: 300_000, groupOrder: 1, atOnce: 2 },
  { name: 'attacks-in-memory', include: IN_MEMORY, exclude: [], testTimeout: 300_000, groupOrder: 1, atOnce: 2 },
  { name: 'attacks', include: ['test/attacks/**/*.test.ts'], exclude: IN_MEMORY, testTimeout: 300_000, groupOrder: 1, atOnce: 2 },
  { name: 'apart', include: APART, exclude: [], testTimeout: 240_000, groupOrder: 2, atOnce: 1 },
  // Starting Electron twice on a busy machine with two cores.
  { name: 'e2e', include: ['test/e2e/**/*.test.ts'], exclude: APART, testTimeout: 240_000, groupOrder: 3, atOnce: 1 },
];

/** A unit test that takes longer is a hidden end-to-end test; the house tests build and lint. */
const UNIT_LIMIT_MS = 60_000;

const project = (name: string, include: string[], exclude: string[] = []) => ({
  extends: true as const,
  test: { name, include, exclude: [...configDefaults.exclude, ...exclude], testTimeout: UNIT_LIMIT_MS, hookTimeout: UNIT_LIMIT_MS, sequence: { groupOrder: 0 } },
});

export default defineConfig({
  plugins: [vue()],
  test: {
    environment: 'node',
    // Processes, not threads: SES lock-down changes the whole process, and level's addon belongs to one.
    pool: 'forks',
    // The usual second is not enough for a machine that does ten other things; what never comes fails all the same.
    expect: { poll: { timeout: 20_000 } },
    // Windows that one test file looks at at the same time.
    maxConcurrency: 3,
    allowOnly: false,
    passWithNoTests: false,
    projects: [
      project('contract', ['test/contract/**/*.test.ts']),
      project('vectors', ['test/vectors/**/*.test.ts']),
      // Whatever is in no other project, so that no test is ever left out.
      project('unit', ['test/**/*.test.ts'], NO_UNITS.map((name) => `test/${name}/**`)),
      ...heavy.map(({ name, include, exclude, testTimeout, groupOrder, atOnce }) => ({
        extends: true as const,
        test: {
          name, include, exclude: [...configDefaults.exclude, ...exclude], testTimeout, hookTimeout: testTimeout,
          fileParallelism: atOnce > 1, maxWorkers: atOnce, sequence: { groupOrder },
        },
      })),
    ],
  },
});
