/**
 * How the tests run. Each folder of test/ is a project; those that start networks or windows run one file at a time after the
 * others, because they measure nothing useful while fighting over the processor.
 */
import vue from '@vitejs/plugin-vue';
import { configDefaults, defineConfig } from 'vitest/config';

/** Folders whose tests start real processes, with the time one test may take and the turn in which the folder runs. */
const heavy = [
  // A thousand schedules, or a hundred kills of a real process, in one test.
  { name: 'simulation', testTimeout: 300_000, groupOrder: 1, atOnce: 2 },
  { name: 'attacks', testTimeout: 300_000, groupOrder: 1, atOnce: 2 },
  // Starting Electron twice on a busy machine with two cores.
  { name: 'e2e', testTimeout: 240_000, groupOrder: 2, atOnce: 1 },
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
      project('unit', ['test/**/*.test.ts'], ['contract', 'vectors', ...heavy.map(({ name }) => name)].map((name) => `test/${name}/**`)),
      ...heavy.map(({ name, testTimeout, groupOrder, atOnce }) => ({
        extends: true as const,
        test: {
          name, include: [`test/${name}/**/*.test.ts`], testTimeout, hookTimeout: testTimeout,
          fileParallelism: atOnce > 1, maxWorkers: atOnce, sequence: { groupOrder },
        },
      })),
    ],
  },
});
