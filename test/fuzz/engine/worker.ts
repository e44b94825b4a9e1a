/**
 * The thread in which targets run: what hangs or takes all memory is ended from outside (run-targets.ts), which reads from
 * shared memory how far it had come.
 */
import { parentPort, workerData } from 'node:worker_threads';
import './outside-of-the-app.ts';
import { corpusOf } from './corpus.ts';
import { fuzzTarget } from './fuzz-target.ts';
import { type Order, shareOf } from './run-targets.ts';
import type { Registry } from './target.ts';
import { letGo } from './scratch.ts';

// Only now, since the targets load what asks for Electron.
const { names, runs, unitMs, seed, least, place, from } = workerData as Order;
const { targetsNamed } = (await import(from.registry)) as Registry;
const at = new Int32Array(place);

for (const [number, target] of targetsNamed(names).entries()) {
  Atomics.store(at, 0, number);
  const report = await fuzzTarget(target, {
    corpus: corpusOf(target, from.corpus), seed, runs: Math.max(least, Math.round(runs / target.cost)), timeMs: unitMs * shareOf(target.cost),
    onInput: (index) => void Atomics.store(at, 1, index),
  });
  parentPort?.postMessage(report);
}
await letGo();
parentPort?.close();
