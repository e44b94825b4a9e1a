/**
 * Electron's utility process as a module (design §4), held to the same contract as Node's child process. The contract's
 * tests run here; the processes they start are started by a real Electron.
 */
import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'vite';
import { afterAll, beforeAll, describe } from 'vitest';
import type { ModuleProcess, SpawnModule } from '../../main/host/modules/module-process.port.ts';
import { describeModuleProcess } from '../contract/module-process.ts';
import { electronTrouble, startCommand } from '../support/electron-app.ts';
import type { FromBroker, ToBroker } from '../support/utility-process-broker.ts';

let broker: ChildProcess;
let lastId = 0;
const heard = new Map<number, (news: FromBroker) => void>();
const tell = (asked: ToBroker): void => { broker.send(asked); };

const spawnThroughBroker: SpawnModule = (bundle) => {
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

describe.skipIf(electronTrouble)('in a real Electron', () => {
  let folder: string;
  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'tallystick-broker-'));
    await build({
      configFile: false, logLevel: 'error', publicDir: false,
      build: {
        ssr: fileURLToPath(new URL('../support/utility-process-broker.ts', import.meta.url)), outDir: folder, emptyOutDir: false, target: 'node20',
        rolldownOptions: { external: ['electron'], output: { format: 'cjs', entryFileNames: 'broker.cjs' } },
      },
    });
    writeFileSync(join(folder, 'package.json'), JSON.stringify({ name: 'broker', main: 'broker.cjs' }));
    const { executable, args, env } = startCommand(folder);
    const sandbox = args.filter((argument) => argument === '--no-sandbox');
    broker = spawn(executable, [...sandbox, `--user-data-dir=${join(folder, 'profile')}`, folder], { env, stdio: ['ignore', 'ignore', 'ignore', 'ipc'], serialization: 'advanced' });
    broker.on('message', (news: FromBroker) => { heard.get(news.id)?.(news); });
  });
  afterAll(async () => {
    if (broker?.connected) {
      const gone = new Promise((resolve) => { broker.once('exit', resolve); });
      broker.disconnect();
      await gone;
    }
    rmSync(folder, { recursive: true, force: true });
  });

  describeModuleProcess('a module as a utility process', spawnThroughBroker);
});
