/**
 * `npm run crash-points [-- --record]`: installs what is missing and tells every story with power cuts and failing disks at
 * every moment, and again while recovering (test/simulation/crash-points.test.ts): all of it, where `npm test` does the pairs
 * of two stories only.
 */
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { ensureInstalled, runNode24 } from './installation.mjs';
import { root } from './project-root.mjs';

try {
  const { values } = parseArgs({ options: { record: { type: 'boolean', default: false } } });
  await ensureInstalled();
  const env = { EVERY_PAIR: '1', ...(values.record ? { RECORD_COUNTS: '1' } : {}) };
  process.exitCode = await runNode24([join(root, 'node_modules', 'vitest', 'vitest.mjs'), 'run', '--testTimeout=3600000', join('test', 'simulation', 'crash-points.test.ts')], { env });
} catch (error) {
  process.stderr.write(`${error.message}\n`);
  process.exitCode = 1;
}
