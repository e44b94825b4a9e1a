/** What a message costs between two processes of this machine, without any of ours in between: by a message port, and by libp2p. */
import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { setTimeout as pause } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { lpStream } from '@libp2p/utils';
import { multiaddr } from '@multiformats/multiaddr';
import { ECHO, SWALLOW, startBenchNode } from './echo-process.ts';
import { type Figure, figureOf, timed } from './figure.ts';
import type { Plan } from './plan.ts';

/** About the size of a COMMIT in its session. */
const FRAME_BYTES = 400;
const PIECE_BYTES = 64 * 1024;
/** Between two connections: a host takes sixteen a second (main/host/network/carrier-limits.ts). */
const PAUSE_MS = 80;

export interface WireFloors { readonly port: Figure; readonly echo: Figure; readonly pipelined: Figure; readonly stream: Figure; /** Connection and stream, to the first echo on it. */ readonly connect: Figure }

const messageOf = async (child: ChildProcess): Promise<Record<string, unknown>> => ((await once(child, 'message')) as [Record<string, unknown>])[0];

/** @param inFlight echoes that are under way at once in the pipeline */
export async function wireFloors(inFlight: number, plan: Plan['wire']): Promise<WireFloors> {
  const child = fork(fileURLToPath(new URL('./echo-process.ts', import.meta.url)), [], { serialization: 'advanced', execArgv: ['--disable-warning=ExperimentalWarning'] });
  const node = await startBenchNode();
  try {
    const [address = ''] = (await messageOf(child))['addresses'] as string[];
    const frame = new Uint8Array(FRAME_BYTES).fill(7);
    const port = figureOf('message port round trip', 'ms', await timed(plan.roundTrips, async () => {
      child.send(frame);
      await messageOf(child);
    }));
    const connection = await node.dial(multiaddr(address));
    const framed = lpStream(await connection.newStream([ECHO]), { maxDataLength: 65_536 });
    const echo = figureOf('libp2p echo round trip', 'ms', await timed(plan.roundTrips, async () => {
      await framed.write(frame);
      await framed.read();
    }));
    const rates: number[] = [];
    for (let run = 0; run < plan.pipelines; run++) {
      const begun = performance.now();
      let sent = 0;
      for (let read = 0; read < plan.pipelined; read++) {
        while (sent < plan.pipelined && sent - read < inFlight) {
          sent++;
          await framed.write(frame);
        }
        await framed.read();
      }
      rates.push(plan.pipelined / ((performance.now() - begun) / 1000));
    }
    const pipelined = figureOf(`libp2p echoes, ${inFlight} in flight`, 'per second', rates);
    const piece = new Uint8Array(PIECE_BYTES);
    const speeds: number[] = [];
    for (let run = 0; run < plan.streams; run++) {
      const stream = await connection.newStream([SWALLOW]);
      const swallowed = messageOf(child);
      const begun = performance.now();
      for (let sent = 0; sent < plan.streamBytes; sent += PIECE_BYTES) if (!stream.send(piece)) await stream.onDrain();
      await stream.close();
      await swallowed;
      speeds.push(plan.streamBytes / 1e6 / ((performance.now() - begun) / 1000));
    }
    await connection.close();
    const connecting = await timed(plan.connections, async () => {
      const fresh = await node.dial(multiaddr(address));
      const first = lpStream(await fresh.newStream([ECHO]), { maxDataLength: 65_536 });
      await first.write(frame);
      await first.read();
      return () => fresh.close().then(() => pause(PAUSE_MS));
    });
    return { port, echo, pipelined, stream: figureOf('plain libp2p stream', 'MB/s', speeds), connect: figureOf('libp2p connection and first echo', 'ms', connecting) };
  } finally {
    await node.stop();
    child.disconnect();
    await once(child, 'exit');
  }
}
