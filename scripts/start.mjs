/**
 * `npm start [-- ARGUMENT…]`: installs what is missing, builds what is out of date and opens the app; where that cannot be, says
 * why in one line and serves the same interface to a browser, printing its address.
 */
import { join } from 'node:path';
import { ensureBuilt } from './build.mjs';
import { run } from './child-process.mjs';
import { defaultDataFolder } from './data-folder.mjs';
import { obtainElectron } from './electron-binary.mjs';
import { runsAsRoot, sandboxTrouble } from './electron-sandbox.mjs';
import { ensureInstalled, environment, runNode24 } from './installation.mjs';
import { root } from './project-root.mjs';

const args = process.argv.slice(2);
/** What the dynamic linker and shells end with when a program cannot be loaded, here: libraries that are not installed. */
const CANNOT_LOAD = 127;
const say = (line) => process.stderr.write(`${line}\n`);

function hasDisplay() {
  return process.platform !== 'linux' || Boolean(process.env.DISPLAY || process.env.WAYLAND_DISPLAY);
}

async function serveInBrowser(why) {
  say(`No window: ${why}. Serving the interface to a browser instead.`);
  await ensureBuilt(['enclave', 'reader', 'cli', 'renderer']);
  const data = args.some((arg) => arg === '--data' || arg.startsWith('--data=')) ? [] : ['--data', defaultDataFolder()];
  return runNode24(['--enable-source-maps', join(root, 'out', 'cli', 'tallystick.mjs'), 'serve', '--ui', ...data, ...args], { cwd: process.cwd(), env: { TALLYSTICK_CALLED_AS: 'npm run -s tallystick --' } });
}

async function start() {
  await ensureInstalled();
  if (!hasDisplay()) return serveInBrowser('this computer has no display');
  const electron = await obtainElectron();
  if ('trouble' in electron) return serveInBrowser(electron.trouble);
  const trouble = sandboxTrouble(electron.path);
  if (trouble) return serveInBrowser(trouble);
  await ensureBuilt(['enclave', 'reader', 'desktop', 'renderer']);
  const asRoot = runsAsRoot();
  if (asRoot) say('Running as root: Electron starts without its sandbox (--no-sandbox). An ordinary user is safer.');
  const status = await run(electron.path, [...(asRoot ? ['--no-sandbox'] : []), root, ...args], { env: environment() });
  return status === CANNOT_LOAD ? serveInBrowser('Electron misses libraries of the system') : status;
}

try {
  process.exitCode = await start();
} catch (error) {
  say(error.message);
  process.exitCode = 1;
}
