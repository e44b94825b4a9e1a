/** The carrier's conformance suite on the double that is used for fault injection. */
import { createMemoryNetwork } from '../support/memory-carrier.ts';
import { describeCarrier } from './carrier.ts';

describeCarrier('Carrier in memory', async () => {
  const network = createMemoryNetwork();
  const started: Array<{ stop(): Promise<void> }> = [];
  return {
    async start() {
      const carrier = await network.start();
      started.push(carrier);
      return carrier;
    },
    end: async () => void (await Promise.all(started.map((carrier) => carrier.stop()))),
  };
});
