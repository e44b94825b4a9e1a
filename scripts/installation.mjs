/**
 * Makes node_modules agree with package-lock.json and names the Node 24 in it. Everything but these scripts runs on that
 * Node: libp2p and the test runner need ≥ 22.12, while the machine may have only 20.20 (docs/decisions).
 */
import { createHash } from 'node:crypto';
import { existsSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { withLock } from './build-lock.mjs';
import { npmCommand, run } from './child-process.mjs';
import { root } from './project-root.mjs';

const modules = join(root, 'node_modules');
const stampFile = join(modules, '.tallystick-install.json');

/** Node 24 as the registry package `node` installs it; independent of the links in .bin, which differ on Windows. */
export const node24 = join(modules, 'node', 'bin', process.platform === 'win32' ? 'node.exe' : 'node');

/** What an installation must agree with. Platform and processor, because a folder may be carried between machines. */
function wantedStamp() {
  const lock = createHash('sha256').update(readFileSync(join(root, 'package-lock.json'))).digest('hex');
  return JSON.stringify({ lock, platform: process.platform, arch: process.arch });
}

const readOrNull = (path) => { try { return readFileSync(path, 'utf8'); } catch { return null; } };

/** A real binary: the registry package leaves a placeholder of a few bytes behind when its install script did not run. */
const hasNode24 = () => existsSync(node24) && statSync(node24).size > 1_000_000;

/** True if npm's own record of what is installed has every package of the lockfile that this platform needs. */
function agreesWithLock() {
  const installed = readOrNull(join(modules, '.package-lock.json'));
  if (installed === null) return false;
  const have = JSON.parse(installed).packages;
  const want = JSON.parse(readFileSync(join(root, 'package-lock.json'), 'utf8')).packages;
  return Object.entries(want).every(([path, entry]) => {
    if (path === '' || entry.link) return true;
    const found = have[path];
    if (!found) return entry.optional === true || entry.devOptional === true || entry.peer === true;
    return found.version === entry.version && existsSync(join(root, path));
  });
}

async function npm(args) {
  const call = npmCommand(args);
  // npm talks on stdout; ours belongs to the program that was asked for.
  return run(call.command, call.args, { cwd: root, shell: call.shell, stdio: ['ignore', 2, 2] });
}

/**
 * Installs what is missing. Costs a millisecond when nothing is.
 * @throws Error with one line saying what to do
 */
export async function ensureInstalled() {
  const wanted = wantedStamp();
  const isDone = () => readOrNull(stampFile) === wanted && hasNode24();
  if (!isDone()) await withLock(join(root, 'out', '.installing'), async () => { if (!isDone()) await install(wanted); });
}

async function install(wanted) {
  if (!agreesWithLock()) {
    process.stderr.write('Installing dependencies from the npm registry (once; a minute or two) …\n');
    // Windows cannot replace a program that runs, and after the first time that program is the Node in node_modules.
    const inUse = process.platform === 'win32' && process.execPath.startsWith(modules);
    const status = await npm([inUse ? 'install' : 'ci', ...(inUse ? ['--no-save'] : []), '--include=dev', '--no-fund', '--no-audit']);
    if (status !== 0) throw new Error(`npm could not install the dependencies (status ${status}). Is the npm registry within reach?`);
  }
  if (!hasNode24()) {
    await npm(['rebuild', 'node']);
    if (!hasNode24()) throw new Error('Node 24 is missing: the install script of the package "node" did not run. Allow it and run npm ci again.');
  }
  writeFileSync(stampFile, wanted);
}

/** The environment for programs of ours: Node 24 first in the search path, as in npm scripts. */
export function environment(extra = {}) {
  const separator = process.platform === 'win32' ? ';' : ':';
  const key = Object.keys(process.env).find((name) => name.toUpperCase() === 'PATH') ?? 'PATH';
  const path = [join(modules, 'node', 'bin'), join(modules, '.bin'), process.env[key] ?? ''].join(separator);
  return { ...process.env, [key]: path, ...extra };
}

/** Runs Node 24. Options and result as in `run`. */
export const runNode24 = (args, { env, ...options } = {}) => run(node24, args, { cwd: root, env: environment(env), ...options });
