/** A worker process of the simulator: runs the seeds it is given, one after another. */
import { type Order, run } from './run.ts';

process.on('message', (order: Order) => {
  void run(order).then((result) => process.send?.(result));
});
process.on('disconnect', () => process.exit(0));
