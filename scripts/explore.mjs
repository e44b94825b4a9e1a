/**
 * `npm run explore -- …`: installs what is missing and runs the exploration of small worlds (test/simulation/state-space.ts)
 * from its sources.
 */
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { ensureInstalled, runNode24 } from './installation.mjs';
import { root } from './project-root.mjs';

const simulation = join(root, 'test', 'simulation');

try {
  await ensureInstalled();
  const hooks = pathToFileURL(join(simulation, 'world', 'hooks.ts')).href;
  process.exitCode = await runNode24(['--disable-warning=ExperimentalWarning', '--max-semi-space-size=64', '--import', hooks, join(simulation, 'state-space.ts'), ...process.argv.slice(2)]);
} catch (error) {
  process.stderr.write(`${error.message}\n`);
  process.exitCode = 1;
}
