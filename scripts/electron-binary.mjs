/**
 * Finds the Electron to run, fetching it once where it can be had. The registry package holds no binary; its own installer
 * loads one from a site that may be out of reach, and would then try for minutes without a word.
 */
import { spawn } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { killTree } from './child-process.mjs';
import { environment, node24 } from './installation.mjs';
import { root } from './project-root.mjs';

const home = join(root, 'node_modules', 'electron');
/** About 120 MB over a slow line; after this a person has given up too. */
const DOWNLOAD_LIMIT_MS = 10 * 60_000;
/** A site that does not answer a first question by then counts as out of reach. */
const REACH_LIMIT_MS = 10_000;
const DOWNLOAD_SITE = process.env.ELECTRON_MIRROR ?? process.env.npm_config_electron_mirror ?? 'https://github.com/electron/electron/releases/';

const inDistribution = { darwin: 'Electron.app/Contents/MacOS/Electron', win32: 'electron.exe' };
const programIn = (dir) => join(dir, inDistribution[process.platform] ?? 'electron');

/** The binary that is already here, or null. Someone's own copy (ELECTRON_OVERRIDE_DIST_PATH) goes first. */
export function presentElectron() {
  const own = process.env.ELECTRON_OVERRIDE_DIST_PATH;
  if (own) return existsSync(programIn(own)) ? programIn(own) : null;
  try {
    const { version } = JSON.parse(readFileSync(join(home, 'package.json'), 'utf8'));
    const have = readFileSync(join(home, 'dist', 'version'), 'utf8').trim().replace(/^v/, '');
    return have === version && existsSync(programIn(join(home, 'dist'))) ? programIn(join(home, 'dist')) : null;
  } catch {
    return null;
  }
}

async function siteAnswers() {
  // Behind a proxy only the installer knows the way.
  if (process.env.ELECTRON_GET_USE_PROXY || process.env.HTTPS_PROXY || process.env.https_proxy) return true;
  try {
    await fetch(DOWNLOAD_SITE, { method: 'HEAD', signal: AbortSignal.timeout(REACH_LIMIT_MS) });
    return true;
  } catch {
    return false;
  }
}

/** Runs the package's installer, showing that time passes. Resolves with null, or one line saying what went wrong. */
function download(limitMs) {
  return new Promise((resolve) => {
    const child = spawn(node24, [join(home, 'install.js')], { cwd: root, env: environment(), stdio: ['ignore', 'ignore', 'pipe'] });
    const started = Date.now();
    let complaint = '';
    child.stderr.setEncoding('utf8').on('data', (text) => { complaint = (complaint + text).slice(-4000); });
    const tty = process.stderr.isTTY === true;
    const show = () => process.stderr.write(`${tty ? '\r' : ''}Fetching Electron (about 120 MB), ${Math.round((Date.now() - started) / 1000)} s …${tty ? '' : '\n'}`);
    show();
    const progress = setInterval(show, tty ? 1000 : 10_000);
    const limit = setTimeout(() => { complaint = 'it took too long'; killTree(child, false); }, limitMs);
    const finish = (trouble) => {
      clearInterval(progress);
      clearTimeout(limit);
      if (tty) process.stderr.write('\n');
      resolve(trouble);
    };
    child.on('error', (error) => finish(error.message));
    child.on('exit', (code) => finish(code === 0 ? null : (complaint.trim().split('\n')[0] || `its installer ended with status ${code}`)));
  });
}

/**
 * The Electron to run.
 * @param {number} [limitMs] for the download
 * @returns {Promise<{ path: string } | { trouble: string }>} the program, or why there is none
 */
export async function obtainElectron(limitMs = DOWNLOAD_LIMIT_MS) {
  const present = presentElectron();
  if (present) return { path: present };
  if (process.env.ELECTRON_OVERRIDE_DIST_PATH) return { trouble: `there is no Electron in ${process.env.ELECTRON_OVERRIDE_DIST_PATH}` };
  if (!(await siteAnswers())) return { trouble: `Electron's download site (${new URL(DOWNLOAD_SITE).host}) is out of reach` };
  const trouble = await download(limitMs);
  const fetched = presentElectron();
  return fetched ? { path: fetched } : { trouble: `Electron could not be downloaded: ${trouble ?? 'its installer left nothing behind'}` };
}
