/**
 * What the tests need from the computer: system packages, an Electron, a browser, a display. Whatever cannot be had is said
 * aloud; the tests that need it then skip themselves and are listed.
 */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { tmpdir, userInfo } from 'node:os';
import { join } from 'node:path';
import { killTree, run } from './child-process.mjs';
import { obtainElectron } from './electron-binary.mjs';
import { environment } from './installation.mjs';
import { root } from './project-root.mjs';

const say = (line) => process.stdout.write(`${line}\n`);
/** Packages and their dependencies are some 300 MB. */
const PACKAGES_LIMIT_MS = 6 * 60_000;
/** One archive of about 100 MB. */
const RUNTIME_LIMIT_MS = 4 * 60_000;
/** Xvfb answers within a second; a busy machine needs a few. */
const DISPLAY_LIMIT_MS = 20_000;

/** Installs the Debian packages that are missing, where that is possible. */
export async function installSystemPackages() {
  if (process.platform !== 'linux' || !existsSync('/usr/bin/apt-get')) return;
  const status = await run(join(root, 'scripts', 'debian-packages.sh'), [], { stdio: ['ignore', 2, 2], timeoutMs: PACKAGES_LIMIT_MS, detached: true });
  if (status !== 0) say(`WARNING: some Debian packages are missing (scripts/debian-packages.sh ended with status ${status}).`);
}

/** The program that end-to-end tests start as Electron, or null. */
export async function testElectron() {
  const own = process.env.TALLYSTICK_TEST_ELECTRON;
  if (own) return existsSync(own) ? own : null;
  const maker = join(root, '..', 'shared', 'tools', 'electron-runtime.sh');
  if (existsSync(maker) && process.platform === 'linux' && process.arch === 'x64') {
    // Outside of the tree, so that it is neither committed nor shipped; per user, because others may write to tmp.
    const place = join(tmpdir(), `tallystick-test-electron-${userInfo().uid}`);
    say(`Preparing Electron for the tests in ${place} …`);
    const status = await run(maker, [place], { stdio: ['ignore', 2, 2], timeoutMs: RUNTIME_LIMIT_MS, detached: true, env: environment() });
    if (status === 0) return join(place, 'electron');
    say(`WARNING: no Electron for the tests (status ${status}).`);
  }
  const found = await obtainElectron(RUNTIME_LIMIT_MS);
  if ('path' in found) return found.path;
  say(`WARNING: no Electron for the tests: ${found.trouble}.`);
  return null;
}

const BROWSERS = {
  linux: ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome'],
  darwin: ['/Applications/Google Chrome.app/Contents/MacOS/Google Chrome', '/Applications/Chromium.app/Contents/MacOS/Chromium'],
  win32: ['C:\\Program Files\\Google\\Chrome\\Application\\chrome.exe', 'C:\\Program Files (x86)\\Microsoft\\Edge\\Application\\msedge.exe'],
};

/** A Chromium for tests of the interface in a browser, or null. */
export function testBrowser() {
  const own = process.env.TALLYSTICK_TEST_CHROMIUM;
  const found = (own ? [own] : (BROWSERS[process.platform] ?? [])).find((path) => existsSync(path));
  if (!found) say('WARNING: no Chromium for the tests.');
  return found ?? null;
}

/**
 * A display for windows: the one there is, or an Xvfb that is started here.
 * @returns {Promise<{ display: string | null, stop: () => void | Promise<unknown> }>} `display` is null where there is and can be none
 */
export async function openDisplay() {
  const none = { display: null, stop: () => {} };
  if (process.platform !== 'linux') return { display: '', stop: () => {} };
  if (process.env.DISPLAY) return { display: process.env.DISPLAY, stop: () => {} };
  if (!existsSync('/usr/bin/Xvfb')) {
    say('WARNING: no display, and no Xvfb to make one.');
    return none;
  }
  // It picks a free number by itself and writes it to descriptor 3 once it answers.
  const server = spawn('/usr/bin/Xvfb', ['-displayfd', '3', '-screen', '0', '1600x1200x24', '-nolisten', 'tcp'], { stdio: ['ignore', 'ignore', 'ignore', 'pipe'] });
  const number = await new Promise((resolve) => {
    const timer = setTimeout(() => resolve(null), DISPLAY_LIMIT_MS);
    const settle = (value) => { clearTimeout(timer); resolve(value); };
    let text = '';
    server.stdio[3].setEncoding('latin1').on('data', (part) => { text += part; if (text.includes('\n')) settle(text.trim()); });
    server.on('error', () => settle(null));
    server.on('exit', () => settle(null));
  });
  if (number === null) {
    killTree(server, false);
    say('WARNING: Xvfb did not start; there is no display.');
    return none;
  }
  return { display: `:${number}`, stop: () => stopServer(server) };
}

/** Waits until it is gone: nothing of ours is left behind when the summary is read. */
async function stopServer(server) {
  if (server.exitCode !== null || server.signalCode !== null) return;
  const gone = once(server, 'exit');
  server.kill('SIGTERM');
  await gone;
}
