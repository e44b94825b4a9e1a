/**
 * What a wallet weighs: idle, under load, and with a book open; each process and all of them. The floor is a Node process that
 * does nothing, once for each of the wallet's processes. Which of the numbers counts, and why, is in process-tree.ts.
 */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { setTimeout as pause } from 'node:timers/promises';
import { type Bound, type Figure, figureOf, withTarget } from './figure.ts';
import type { Plan } from './plan.ts';
import { type Measured, measureTree } from './process-tree.ts';

/** A wallet that nobody uses, in all its processes. */
export const IDLE_TARGET: Bound = { of: 'median', atMost: 220 };

export type Sampled = readonly (readonly Measured[])[];

/** @param roots processes, each with all that it started */
export async function sample(roots: () => readonly number[], { samples, everyMs }: Plan['memory']): Promise<Sampled> {
  const taken: Measured[][] = [];
  for (let left = samples; left > 0; left--) {
    taken.push(roots().flatMap(measureTree));
    if (left > 1) await pause(everyMs);
  }
  return taken;
}

/** A Node process that does nothing. */
export async function bareNode(plan: Plan['memory']): Promise<Sampled> {
  const child: ChildProcess = spawn(process.execPath, ['-e', 'process.stdout.write("."); setInterval(() => {}, 1000)'], { stdio: ['ignore', 'pipe', 'ignore'] });
  try {
    await once(child.stdout ?? child, 'data');
    return await sample(() => [child.pid ?? 0], plan);
  } finally {
    child.kill('SIGKILL');
    await once(child, 'exit');
  }
}

type Way = 'PSS' | 'RSS' | 'shared once';

/** The weight of some processes together. */
const WEIGHT: Readonly<Record<Way, (processes: readonly Measured[]) => number>> = {
  PSS: (processes) => processes.reduce((sum, { pss }) => sum + pss, 0),
  RSS: (processes) => processes.reduce((sum, { rss }) => sum + rss, 0),
  'shared once': (processes) => processes.reduce((sum, { own }) => sum + own, 0) + Math.max(0, ...processes.map(({ shared }) => shared)),
};

/** What the wallet is compared with; `timesFor` so many processes, where it is one process and the wallet has several. */
export interface Floor { readonly name: string; readonly sampled: Sampled; readonly timesFor?: (processes: number) => number }

/** Figures of one situation: each part of the wallet by PSS, then all of it by each way of counting. */
export function memoryFigures(who: string, sampled: Sampled, { name, sampled: bare, timesFor }: Floor, target: Bound | null): Figure[] {
  const weigh = (way: Way, of: Sampled): number[] => of.map(WEIGHT[way]);
  const parts = [...new Set(sampled.flat().map(({ part }) => part))];
  const only = (part: string): Sampled => sampled.map((processes) => processes.filter((one) => one.part === part));
  const most = (of: Sampled): number => Math.max(1, ...of.map(({ length }) => length));
  const floorOf = (way: Way, of: Sampled): Figure => {
    const times = timesFor?.(most(of)) ?? 1;
    return figureOf(times === 1 ? name : `${times} × ${name}`, 'MB', weigh(way, bare).map((weight) => weight * times));
  };
  const held = (figure: Figure): Figure => (target ? withTarget(figure, target) : figure);
  const total = (way: Way): Figure => figureOf(`${who}, all ${most(sampled)} processes, ${way}`, 'MB', weigh(way, sampled), floorOf(way, sampled));
  return [
    ...parts.map((part) => figureOf(`${who}, ${part}, PSS`, 'MB', weigh('PSS', only(part)), timesFor ? floorOf('PSS', only(part)) : null)),
    held(total('PSS')), held(total('shared once')), total('RSS'),
  ];
}

/** A bare Node process for each process of the wallet. */
export const perProcess = (bare: Sampled): Floor => ({ name: 'a bare Node process', sampled: bare, timesFor: (processes) => processes });
