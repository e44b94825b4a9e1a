/** A worker process of the simulator: runs the seeds it is given, one after another. */
import { run } from './run.ts';

export interface Order { readonly seed: number; readonly steps: number; readonly hashed: boolean; readonly shrunk: boolean }

process.on('message', (order: Order) => {
  void run(order.seed, order.steps, order).then((result) => process.send?.(result));
});
process.on('disconnect', () => process.exit(0));
