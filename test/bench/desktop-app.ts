/**
 * The desktop app: from its start to the balances on the screen, and what it weighs in all of its processes. The floor is an
 * Electron with an empty window. Needs an Electron (TALLYSTICK_TEST_ELECTRON) and a display; driven through Playwright, whose
 * share of the starting time is in both.
 */
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { _electron } from 'playwright-core';
import { valueFrom } from '../support/app-calls.ts';
import { startApp, startCommand } from '../support/electron-app.ts';
import { type Figure, figureOf, timed } from './figure.ts';
import { IDLE_TARGET, memoryFigures, sample } from './memory.ts';
import type { Plan } from './plan.ts';

const EMPTY_WINDOW = "const { app, BrowserWindow } = require('electron'); app.whenReady().then(() => new BrowserWindow().loadURL('data:text/html,<h1>Empty</h1>'));";

async function startEmpty(folder: string) {
  const { executable, args, env } = startCommand(folder);
  const app = await _electron.launch({ executablePath: executable, args: [...args.filter((arg) => arg === '--no-sandbox'), folder], env });
  await (await app.firstWindow()).getByRole('heading').waitFor();
  return app;
}

async function startWallet(home: string) {
  const running = await startApp({ home });
  await running.page.getByRole('heading', { name: 'Balances' }).waitFor();
  return running;
}

export async function appFigures({ start, memory }: { start: Plan['start'] | null; memory: Plan['memory'] | null }): Promise<Figure[]> {
  const home = await mkdtemp(join(tmpdir(), 'tally-bench-app-'));
  const empty = await mkdtemp(join(tmpdir(), 'tally-bench-empty-'));
  try {
    await writeFile(join(empty, 'package.json'), JSON.stringify({ name: 'empty', main: 'main.cjs' }));
    await writeFile(join(empty, 'main.cjs'), EMPTY_WINDOW);
    const first = await startApp({ home });
    await valueFrom(first.page, 'app.create', { name: 'Ada' });
    await first.quit();
    const figures: Figure[] = [];
    if (start) {
      const floor = figureOf('an empty Electron window, from start to shown', 'ms', await timed(start.times, async () => {
        const app = await startEmpty(empty);
        return () => app.close();
      }));
      const starts = await timed(start.times, async () => {
        const running = await startWallet(home);
        return () => running.quit();
      });
      figures.push(floor, figureOf('app, from start to balances shown', 'ms', starts, floor));
    }
    if (memory) {
      const bare = await startEmpty(empty);
      await pause(memory.calmMs);
      const floor = await sample(() => [bare.process().pid ?? 0], memory);
      await bare.close();
      const running = await startWallet(home);
      await pause(memory.calmMs);
      figures.push(...memoryFigures('app, idle', await sample(() => [running.app.process().pid ?? 0], memory), { name: 'an empty Electron window', sampled: floor }, IDLE_TARGET));
      await running.quit();
    }
    return figures;
  } finally {
    for (const folder of [home, empty]) await rm(folder, { recursive: true, force: true, maxRetries: 5 });
  }
}
