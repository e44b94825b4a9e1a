/**
 * `npm run -s tallystick -- COMMAND…` (design §8): the command line from a checkout. Installs and builds what is missing, then
 * hands everything over: arguments, streams, signals, exit status. Only the command line itself writes to stdout.
 */
import { ensureBuilt } from './build.mjs';
import { ensureInstalled, runNode24 } from './installation.mjs';
import { root } from './project-root.mjs';
import { existsSync } from 'node:fs';
import { join, resolve } from 'node:path';

const args = process.argv.slice(2);
/** npm goes to the checkout before it runs a script; relative paths are meant from where the person stands. */
const from = process.env.INIT_CWD;
const cwd = from && resolve(process.cwd()) === resolve(root) && existsSync(from) ? from : process.cwd();
/** What hints of the command line begin with, so that they can be typed here (cli/invocation.ts). */
const env = { TALLYSTICK_CALLED_AS: 'npm run -s tallystick --' };
/** EXIT.failed of protocol/errors.ts. */
const FAILED = 1;

try {
  await ensureInstalled();
  // The interface is wanted only where it is served.
  const servesInterface = args.some((arg) => arg === '--ui' || arg.startsWith('--ui='));
  await ensureBuilt(['enclave', 'reader', 'cli', ...(servesInterface ? ['renderer'] : [])]);
  process.exitCode = await runNode24(['--enable-source-maps', join(root, 'out', 'cli', 'tallystick.mjs'), ...args], { cwd, env });
} catch (error) {
  process.stderr.write(`${error.message}\n`);
  process.exitCode = FAILED;
}
