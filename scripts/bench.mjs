/** `npm run bench -- …`: installs what is missing and runs the measurements (test/bench/bench.ts) from their sources. */
import { join } from 'node:path';
import { ensureInstalled, runNode24 } from './installation.mjs';
import { root } from './project-root.mjs';

try {
  await ensureInstalled();
  process.exitCode = await runNode24(['--disable-warning=ExperimentalWarning', join(root, 'test', 'bench', 'bench.ts'), ...process.argv.slice(2)]);
} catch (error) {
  process.stderr.write(`${error.message}\n`);
  process.exitCode = 1;
}
