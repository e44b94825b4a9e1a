/**
 * Notices that the npm which started a script is gone. npm hands a signal to the shell between it and the script, and the shell
 * dies without passing it on: a wallet would run on that nobody can see, holding its lock.
 */
import { readFileSync } from 'node:fs';

/** Soon enough for whoever starts the next wallet at once; each look reads one small file. */
const LOOK_MS = 250;

/** The parent of a process, or null where the system does not say. */
function parentOf(pid) {
  try {
    // The name in brackets may hold anything; the fields behind the last bracket do not.
    return Number(readFileSync(`/proc/${pid}/stat`, 'utf8').replace(/^.*\)/s, '').trim().split(' ')[1]);
  } catch {
    return null;
  }
}

/**
 * Calls `gone` once when the shell or the npm above this script has ended. Does nothing for a script that npm did not start.
 * @returns {() => void} stops watching
 */
export function watchCaller(gone) {
  if (!process.env.npm_lifecycle_event) return () => {};
  const shell = process.ppid;
  const npm = parentOf(shell);
  const timer = setInterval(() => {
    if (process.ppid === shell && parentOf(shell) === npm) return;
    clearInterval(timer);
    gone();
  }, LOOK_MS);
  timer.unref();
  return () => clearInterval(timer);
}
