/** The far end of the floors: says again whatever comes by its parent's message port, by libp2p, and swallows plain streams. */
import { generateKeyPair } from '@libp2p/crypto/keys';
import { lpStream } from '@libp2p/utils';
import { startNode } from '../../main/host/network/libp2p-node.ts';

export const ECHO = '/tallystick/bench/echo';
export const SWALLOW = '/tallystick/bench/swallow';
const MAX_FRAME_BYTES = 65_536;

export const startBenchNode = async () => startNode({ privateKey: await generateKeyPair('Ed25519'), listen: ['/ip4/127.0.0.1/tcp/0'], gater: {} });

async function run(): Promise<void> {
  const node = await startBenchNode();
  await node.handle(ECHO, async (stream) => {
    const framed = lpStream(stream, { maxDataLength: MAX_FRAME_BYTES });
    for (;;) await framed.write(await framed.read());
  });
  await node.handle(SWALLOW, async (stream) => {
    let bytes = 0;
    for await (const chunk of stream) bytes += chunk.byteLength;
    process.send?.({ swallowed: bytes });
  });
  process.on('message', (message) => process.send?.({ echo: message }));
  process.on('disconnect', () => process.exit(0));
  process.send?.({ addresses: node.getMultiaddrs().map(String) });
}

if (process.send) await run();
