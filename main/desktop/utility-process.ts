/**
 * Runs a protected module as an Electron utility process (design §4). Its bundle clears `process.env` itself: the empty
 * environment asked for here was seen to be filled again by Electron. Node's --permission has no effect in a utility
 * process; the module's lock-down does the rest.
 */
import { utilityProcess } from 'electron';
import { parcelled, unpacked } from '../../protocol/parcels.ts';
import type { ModuleProcess, SpawnModule } from '../host/modules/module-process.port.ts';

/** A module stops within milliseconds; one that is stuck in a computation is made to. */
const STOP_GRACE_MS = 2_000;

export const spawnUtilityProcess: SpawnModule = (bundlePath) => {
  const child = utilityProcess.fork(bundlePath, [], { env: {}, stdio: 'inherit', serviceName: 'Tallystick vault' });
  let asked: NodeJS.Signals | null = null;
  let exit: { code: number | null; signal: string | null } | null = null;
  const exitListeners: ((code: number | null, signal: string | null) => void)[] = [];
  child.once('exit', (code) => {
    // Electron reports a signal's number as if it were an exit code; only our own signals are known for certain.
    exit = asked === null ? { code, signal: null } : { code: null, signal: asked };
    for (const listener of exitListeners) listener(exit.code, exit.signal);
  });

  const stop = async (): Promise<void> => {
    if (exit) return;
    const gone = new Promise<void>((resolve) => { child.once('exit', () => { resolve(); }); });
    asked = 'SIGTERM';
    child.kill();
    const force = setTimeout(() => {
      asked = 'SIGKILL';
      if (child.pid !== undefined) process.kill(child.pid, 'SIGKILL');
    }, STOP_GRACE_MS);
    await gone;
    clearTimeout(force);
  };

  const module: ModuleProcess = {
    get pid() { return child.pid; },
    post: parcelled((parcel) => { if (!exit) child.postMessage(parcel); }),
    onMessage: (listener) => { child.on('message', unpacked(listener)); },
    onExit: (listener) => {
      if (exit) listener(exit.code, exit.signal);
      else exitListeners.push(listener);
    },
    stop,
  };
  return module;
};
