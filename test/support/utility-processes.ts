/**
 * Starts utility processes in a real Electron on behalf of a test outside of it (the other side is utility-process-broker.ts).
 */
import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'vite';
import type { ModuleProcess, SpawnModule } from '../../main/host/modules/module-process.port.ts';
import { LAUNCH_MS, startCommand } from './electron-app.ts';
import type { FromBroker, ToBroker } from './utility-process-broker.ts';

export interface UtilityProcesses {
  readonly spawnModule: SpawnModule;
  close(): Promise<void>;
}

/** Builds the broker, and starts it in Electron. */
export async function utilityProcesses(): Promise<UtilityProcesses> {
  const folder = mkdtempSync(join(tmpdir(), 'tallystick-broker-'));
  await build({
    configFile: false, logLevel: 'error', publicDir: false,
    build: {
      ssr: fileURLToPath(new URL('utility-process-broker.ts', import.meta.url)), outDir: folder, emptyOutDir: false, target: 'node20',
      rolldownOptions: { external: ['electron'], output: { format: 'cjs', entryFileNames: 'broker.cjs' } },
    },
  });
  writeFileSync(join(folder, 'package.json'), JSON.stringify({ name: 'broker', main: 'broker.cjs' }));
  const { executable, args, env } = startCommand(folder);
  const sandbox = args.filter((argument) => argument === '--no-sandbox');
  const start = (): ChildProcess => spawn(executable, [...sandbox, `--user-data-dir=${join(folder, 'profile')}`, folder], { env, stdio: ['ignore', 'ignore', 'ignore', 'ipc'], serialization: 'advanced' });
  let broker = start();
  if (!await isUp(broker)) {
    console.warn(`ONCE MORE: Electron was not heard of within ${LAUNCH_MS / 1000} s, and is started anew (see electron-app.ts)`);
    const gone = new Promise((resolve) => { broker.once('exit', resolve); });
    broker.kill('SIGKILL');
    await gone;
    broker = start();
    if (!await isUp(broker)) throw new Error('Electron does not start.');
  }
  return {
    spawnModule: spawnThrough(broker),
    async close() {
      if (broker.connected) {
        const gone = new Promise((resolve) => { broker.once('exit', resolve); });
        broker.disconnect();
        await gone;
      }
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

/** @returns false if it does not say so in time @throws Error if it ends instead */
const isUp = (broker: ChildProcess): Promise<boolean> =>
  new Promise((resolve, reject) => {
    const late = setTimeout(() => { resolve(false); }, LAUNCH_MS);
    broker.once('message', () => { clearTimeout(late); resolve(true); });
    broker.once('exit', (code) => { clearTimeout(late); reject(new Error(`Electron ended with ${code} before it was up.`)); });
  });

function spawnThrough(broker: ChildProcess): SpawnModule {
  let lastId = 0;
  const heard = new Map<number, (news: FromBroker) => void>();
  const tell = (asked: ToBroker): void => { broker.send(asked); };
  broker.on('message', (news: FromBroker) => { heard.get(news.id)?.(news); });
  return (bundle) => {
    const id = (lastId += 1);
    let pid: number | undefined;
    let exit: { code: number | null; signal: string | null } | null = null;
    const onMessage: ((message: unknown) => void)[] = [];
    const onExit: ((code: number | null, signal: string | null) => void)[] = [];
    const onStopped: (() => void)[] = [];
    heard.set(id, (news) => {
      if (news.op === 'message') {
        pid = news.pid;
        for (const listener of onMessage) listener(news.message);
      } else if (news.op === 'exit') {
        exit = { code: news.code, signal: news.signal };
        for (const listener of onExit) listener(news.code, news.signal);
      } else for (const listener of onStopped.splice(0)) listener();
    });
    tell({ id, op: 'spawn', bundle });
    const module: ModuleProcess = {
      get pid() { return pid; },
      post: (message) => { tell({ id, op: 'post', message }); },
      onMessage: (listener) => { onMessage.push(listener); },
      onExit: (listener) => {
        if (exit) listener(exit.code, exit.signal);
        else onExit.push(listener);
      },
      stop: () => new Promise((resolve) => {
        onStopped.push(resolve);
        tell({ id, op: 'stop' });
      }),
    };
    return module;
  };
}
