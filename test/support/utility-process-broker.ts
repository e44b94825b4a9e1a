/**
 * Runs in Electron's main process and starts utility processes on behalf of a test outside of it, over Node's own IPC
 * channel: so that the real `spawnUtilityProcess` can be held to the port's contract (test/contract/).
 */
import { app } from 'electron';
import { spawnUtilityProcess } from '../../main/desktop/utility-process.ts';
import type { ModuleProcess } from '../../main/host/modules/module-process.port.ts';

export type ToBroker =
  | { readonly id: number; readonly op: 'spawn'; readonly bundle: string }
  | { readonly id: number; readonly op: 'post'; readonly message: unknown }
  | { readonly id: number; readonly op: 'stop' };
export type FromBroker =
  /** It is up, and takes what it is asked. */
  | { readonly id: 0; readonly op: 'up' }
  | { readonly id: number; readonly op: 'message'; readonly pid: number | undefined; readonly message: unknown }
  | { readonly id: number; readonly op: 'exit'; readonly code: number | null; readonly signal: string | null }
  | { readonly id: number; readonly op: 'stopped' };

const modules = new Map<number, ModuleProcess>();
const tell = (news: FromBroker): void => { process.send?.(news); };

process.on('message', (asked: ToBroker) => {
  void app.whenReady().then(async () => {
    if (asked.op === 'spawn') {
      const module = spawnUtilityProcess(asked.bundle);
      modules.set(asked.id, module);
      module.onMessage((message) => { tell({ id: asked.id, op: 'message', pid: module.pid, message }); });
      module.onExit((code, signal) => { tell({ id: asked.id, op: 'exit', code, signal }); });
    } else if (asked.op === 'post') modules.get(asked.id)?.post(asked.message);
    else {
      await modules.get(asked.id)?.stop();
      tell({ id: asked.id, op: 'stopped' });
    }
  });
});
process.on('disconnect', () => { app.exit(0); });
void app.whenReady().then(() => { tell({ id: 0, op: 'up' }); });
