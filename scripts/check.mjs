/**
 * `npm run check`: types and lint, without tests. Each is also one of the tests that `npm test` counts.
 */
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { ensureInstalled, runNode24 } from './installation.mjs';
import { root } from './project-root.mjs';

/** Both take seconds; on a busy machine a minute. After this something hangs. */
const LIMIT_MS = 5 * 60_000;
const tool = (...path) => join(root, 'node_modules', ...path);

/** Name and command of each check. */
export const CHECKS = [
  {
    name: 'types',
    // What was checked before and has not changed is not checked again.
    args: [tool('vue-tsc', 'bin', 'vue-tsc.js'), '--noEmit', '--incremental', '--tsBuildInfoFile', join(root, 'out', '.stamps', 'types.json'), '-p', root],
  },
  { name: 'lint', args: [tool('eslint', 'bin', 'eslint.js'), '--max-warnings', '0', root] },
];

/** Runs one check with its output shown. @returns {Promise<boolean>} true if it found nothing */
export async function passes(check) {
  mkdirSync(join(root, 'out', '.stamps'), { recursive: true });
  return (await runNode24(check.args, { timeoutMs: LIMIT_MS })) === 0;
}

if (process.argv[1] && import.meta.url === pathToFileURL(process.argv[1]).href) {
  try {
    await ensureInstalled();
    for (const check of CHECKS) {
      process.stdout.write(`Checking ${check.name} …\n`);
      if (!(await passes(check))) process.exitCode = 1;
    }
  } catch (error) {
    process.stderr.write(`${error.message}\n`);
    process.exitCode = 1;
  }
}
