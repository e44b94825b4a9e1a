/**
 * Runs a protected module as a child Node process under `--permission`: no files but its own bundle, no children, no
 * workers, no addons, no environment, no inherited files (design §4). The permission model does not keep it off the network; that it has no
 * code for one is what the bundle's module list shows.
 */
import { type StdioOptions, spawn } from 'node:child_process';
import { closeSync, openSync, readdirSync } from 'node:fs';
import { devNull } from 'node:os';
import { dirname } from 'node:path';
import { parcelled, unpacked } from '../../../protocol/parcels.ts';
import type { ModuleProcess, SpawnModule } from './module-process.port.ts';

/** A module ends within milliseconds; one that is stuck in a computation is made to. */
const STOP_GRACE_MS = 2_000;

/** Descriptors that level's own threads may open between our look and the start of the module. */
const OPENED_MEANWHILE = 64;
/** Where open descriptors cannot be listed: more than a wallet with all its connections has. */
const MOST_DESCRIPTORS = 1024;

/**
 * Level opens its files so that children inherit them, and the permission model guards paths, not descriptors: a module
 * would have the wallet's store in its hands. So each descriptor beyond the message port becomes the null device there.
 */
function withoutInheritedFiles(start: (stdio: StdioOptions) => ReturnType<typeof spawn>): ReturnType<typeof spawn> {
  const own: StdioOptions = ['ignore', 'ignore', 'inherit', 'ipc'];
  // Windows passes on only what it is told to.
  if (process.platform === 'win32') return start(own);
  const nothing = openSync(devNull, 'r');
  try {
    return start([...own, ...Array.from({ length: highestDescriptor() + OPENED_MEANWHILE - own.length }, () => nothing)]);
  } finally {
    closeSync(nothing);
  }
}

function highestDescriptor(): number {
  try {
    return Math.max(...readdirSync('/dev/fd').map(Number));
  } catch {
    return MOST_DESCRIPTORS;
  }
}

/** MB in which V8 lets what is made and thrown away pile up before it looks: with hundreds of transfers under way half of it, V8's own choice, means looking all the time. Taken only when needed. */
const ROOM_FOR_THE_YOUNG = '--max-semi-space-size=32';

export const spawnNodeModule: SpawnModule = (bundlePath) => {
  const child = withoutInheritedFiles((stdio) => spawn(process.execPath, ['--permission', `--allow-fs-read=${bundlePath}`, ROOM_FOR_THE_YOUNG, '--no-warnings', bundlePath], {
    cwd: dirname(bundlePath), env: {}, stdio, serialization: 'advanced',
    // A signal from the terminal is for the host; it ends its modules itself, in order.
    detached: process.platform !== 'win32',
  }));
  let exit: { code: number | null; signal: string | null } | null = null;
  const listeners: ((code: number | null, signal: string | null) => void)[] = [];
  const ended = (code: number | null, signal: string | null): void => {
    if (exit) return;
    exit = { code, signal };
    for (const listener of listeners) listener(code, signal);
  };
  child.once('exit', ended);
  child.once('error', () => ended(null, null));
  const module: ModuleProcess = {
    get pid() {
      return child.pid;
    },
    // The other end may be gone before its exit is known here; the exit is what counts.
    post: parcelled((parcel) => { if (child.connected) child.send(parcel as unknown[], () => undefined); }),
    onMessage: (listener) => void child.on('message', unpacked(listener)),
    onExit(listener) {
      if (exit) listener(exit.code, exit.signal);
      else listeners.push(listener);
    },
    async stop() {
      if (exit) return;
      const gone = new Promise<void>((resolve) => module.onExit(() => resolve()));
      child.kill('SIGTERM');
      const force = setTimeout(() => child.kill('SIGKILL'), STOP_GRACE_MS);
      await gone;
      clearTimeout(force);
    },
  };
  return module;
};
