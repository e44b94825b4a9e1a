/** What a message costs between two processes of this machine, without any of ours in between: by a message port, and by libp2p. */
import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { lpStream } from '@libp2p/utils';
import { multiaddr } from '@multiformats/multiaddr';
import { ECHO, SWALLOW, startBenchNode } from './echo-process.ts';
import { type Figure, figureOf, timed } from './figure.ts';

/** About the size of a COMMIT in its session. */
const FRAME_BYTES = 400;
const ROUND_TRIPS = 500;
const PIPELINED = 4_000;
const PIPELINES = 5;
const STREAM_BYTES = 64 * 1024 * 1024;
const PIECE_BYTES = 64 * 1024;
const STREAMS = 3;

export interface WireFloors { readonly port: Figure; readonly echo: Figure; readonly pipelined: Figure; readonly stream: Figure }

const messageOf = async (child: ChildProcess): Promise<Record<string, unknown>> => ((await once(child, 'message')) as [Record<string, unknown>])[0];

/** @param inFlight echoes that are under way at once in the pipeline */
export async function wireFloors(inFlight: number): Promise<WireFloors> {
  const child = fork(fileURLToPath(new URL('./echo-process.ts', import.meta.url)), [], { serialization: 'advanced', execArgv: ['--disable-warning=ExperimentalWarning'] });
  const node = await startBenchNode();
  try {
    const [address = ''] = (await messageOf(child))['addresses'] as string[];
    const frame = new Uint8Array(FRAME_BYTES).fill(7);
    const port = figureOf('message port round trip', 'ms', await timed(ROUND_TRIPS, async () => {
      child.send(frame);
      await messageOf(child);
    }));
    const connection = await node.dial(multiaddr(address));
    const framed = lpStream(await connection.newStream([ECHO]), { maxDataLength: 65_536 });
    const echo = figureOf('libp2p echo round trip', 'ms', await timed(ROUND_TRIPS, async () => {
      await framed.write(frame);
      await framed.read();
    }));
    const rates: number[] = [];
    for (let run = 0; run < PIPELINES; run++) {
      const begun = performance.now();
      let sent = 0;
      for (let read = 0; read < PIPELINED; read++) {
        while (sent < PIPELINED && sent - read < inFlight) {
          sent++;
          await framed.write(frame);
        }
        await framed.read();
      }
      rates.push(PIPELINED / ((performance.now() - begun) / 1000));
    }
    const pipelined = figureOf(`libp2p echoes, ${inFlight} in flight`, 'per second', rates);
    const piece = new Uint8Array(PIECE_BYTES);
    const speeds: number[] = [];
    for (let run = 0; run < STREAMS; run++) {
      const stream = await connection.newStream([SWALLOW]);
      const swallowed = messageOf(child);
      const begun = performance.now();
      for (let sent = 0; sent < STREAM_BYTES; sent += PIECE_BYTES) if (!stream.send(piece)) await stream.onDrain();
      await stream.close();
      await swallowed;
      speeds.push(STREAM_BYTES / 1e6 / ((performance.now() - begun) / 1000));
    }
    return { port, echo, pipelined, stream: figureOf('plain libp2p stream', 'MB/s', speeds) };
  } finally {
    await node.stop();
    child.disconnect();
    await once(child, 'exit');
  }
}
