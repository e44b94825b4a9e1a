/**
 * One builder at a time: tests and people start the wallet side by side, and each start may find the build out of date.
 * A lock is a folder with the holder's process id in it; making a folder is atomic everywhere.
 */
import { mkdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

/** Between two looks at a lock that someone else holds: short against a build, long against a look. */
const LOOK_AGAIN_MS = 100;
/** A lock without a readable holder is being made or was left half-made; after this long it was left. */
const HALF_MADE_MS = 2000;

function isAbandoned(path) {
  let holder;
  try {
    holder = Number(readFileSync(join(path, 'pid'), 'utf8'));
  } catch {
    try { return Date.now() - statSync(path).mtimeMs > HALF_MADE_MS; } catch { return false; }
  }
  try {
    process.kill(holder, 0);
    return false;
  } catch (error) {
    return error.code === 'ESRCH';
  }
}

/** Runs `work` while holding the lock at `path`; a lock whose holder is gone is taken over. */
export async function withLock(path, work) {
  mkdirSync(dirname(path), { recursive: true });
  for (;;) {
    try {
      mkdirSync(path);
      break;
    } catch (error) {
      if (error.code !== 'EEXIST') throw error;
    }
    if (isAbandoned(path)) rmSync(path, { recursive: true, force: true });
    else await sleep(LOOK_AGAIN_MS);
  }
  try {
    writeFileSync(join(path, 'pid'), String(process.pid));
    return await work();
  } finally {
    rmSync(path, { recursive: true, force: true });
  }
}
