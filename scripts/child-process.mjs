/**
 * Runs other programs for the scripts in this folder. Plain JavaScript for Node 20.20, node: modules only, like everything
 * here: on a fresh clone nothing else is there yet.
 */
import { spawn } from 'node:child_process';
import { constants } from 'node:os';
import { watchCaller } from './calling-npm.mjs';

/** Signals a person or a supervisor sends to end a program. */
const ENDING = ['SIGINT', 'SIGTERM', 'SIGHUP'];

/**
 * Runs a program and waits for it. Signals that arrive here meanwhile are passed on, so that the program decides how to end.
 * @param {string} command path or name of the program; never a .cmd file (see npmCommand)
 * @param {string[]} args
 * @param {import('node:child_process').SpawnOptions & { timeoutMs?: number }} [options] `timeoutMs` kills it, which counts as status 124;
 *   a `detached` program leads a process group and is killed with all of it
 * @returns {Promise<number>} its exit status; 128 + signal number when a signal ended it; 127 when it could not be started
 */
export function run(command, args, { timeoutMs, ...options } = {}) {
  return new Promise((resolve) => {
    const child = spawn(command, args, { stdio: 'inherit', ...options });
    // Ctrl-C at a terminal reaches the child by itself; a second one might read as impatience.
    const forward = (signal) => { if (signal !== 'SIGINT' || !process.stdin.isTTY || options.detached) child.kill(signal); };
    for (const signal of ENDING) process.on(signal, forward);
    let timedOut = false;
    const timer = timeoutMs && setTimeout(() => { timedOut = true; killTree(child, options.detached === true); }, timeoutMs);
    const unwatch = watchCaller(() => (options.detached ? killTree(child, true) : child.kill('SIGTERM')));
    const finish = (status) => {
      clearTimeout(timer);
      unwatch();
      for (const signal of ENDING) process.off(signal, forward);
      resolve(timedOut ? 124 : status);
    };
    child.on('error', (error) => {
      process.stderr.write(`${command}: ${error.message}\n`);
      finish(127);
    });
    child.on('exit', (code, signal) => finish(code ?? 128 + (constants.signals[signal] ?? 0)));
  });
}

/** Kills a program and, where it leads a process group of its own, everything it started. */
export function killTree(child, leadsGroup) {
  if (child.pid === undefined) return;
  try {
    if (leadsGroup && process.platform !== 'win32') process.kill(-child.pid, 'SIGKILL');
    else child.kill('SIGKILL');
  } catch {
    // It is gone already.
  }
}

/**
 * How to call npm without a shell where that is possible. Node refuses to spawn npm.cmd directly, so on Windows the
 * script that npm itself named in the environment is run by Node; only without it a shell is used, with fixed arguments.
 * @param {string[]} args
 * @returns {{ command: string, args: string[], shell: boolean }}
 */
export function npmCommand(args) {
  const script = process.env.npm_execpath;
  if (script && /npm-cli\.c?js$/.test(script)) return { command: process.execPath, args: [script, ...args], shell: false };
  return { command: 'npm', args, shell: process.platform === 'win32' };
}
