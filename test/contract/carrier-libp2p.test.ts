/** The carrier's conformance suite on real libp2p, over loopback. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startCarrier } from '../../main/host/network/libp2p-carrier.ts';
import type { Carrier } from '../../main/host/network/carrier.port.ts';
import { describeCarrier } from './carrier.ts';

describeCarrier('Carrier over libp2p', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'tallystick-carrier-'));
  const started: Carrier[] = [];
  return {
    async start() {
      const carrier = await startCarrier({ dataDir: join(folder, String(started.length)), listen: ['/ip4/127.0.0.1/tcp/0'], discovery: false });
      started.push(carrier);
      return carrier;
    },
    async end() {
      await Promise.all(started.map((carrier) => carrier.stop()));
      await rm(folder, { recursive: true, force: true });
    },
  };
});
