/**
 * Streams for ciphertext beside a standing link (design §7): they use the link's connection and end with it. Frames are
 * length-prefixed. Only peers whose vaults have met as contacts are answered; whom that is, the caller knows.
 */
import type { Connection, Libp2p, Stream } from '@libp2p/interface';
import { lpStream } from '@libp2p/utils';
import { Refusal } from '../../../protocol/errors.ts';
import { CHUNK_BYTES } from '../../../protocol/limits.ts';
import { CHUNK_TAG_BYTES } from '../../../protocol/publication.codec.ts';
import type { FrameStream } from '../library/frame-stream.port.ts';
import { CLOSE_TIMEOUT_MS, CONTENT_PROTOCOL, CONTENT_STALL_MS, MAX_CONTENT_STREAMS } from './carrier-limits.ts';

/** Largest frame: one chunk. The manifest is smaller. */
const MAX_CONTENT_FRAME_BYTES = CHUNK_BYTES + CHUNK_TAG_BYTES;

export function frameStream(stream: Stream): FrameStream {
  const framed = lpStream(stream, { maxDataLength: MAX_CONTENT_FRAME_BYTES, maxBufferSize: 2 * MAX_CONTENT_FRAME_BYTES });
  return {
    read: async () => (await framed.read({ signal: AbortSignal.timeout(CONTENT_STALL_MS) })).slice(),
    write: (frame) => framed.write(frame, { signal: AbortSignal.timeout(CONTENT_STALL_MS) }),
    close: () => stream.close({ signal: AbortSignal.timeout(CLOSE_TIMEOUT_MS) }),
    abort: () => stream.abort(new Error('broken off')),
  };
}

/** Lets others ask; `onStream` decides whether to answer. */
export async function listenForContent(node: Libp2p, onStream: (peerId: string, stream: FrameStream) => void): Promise<void> {
  await node.handle(
    CONTENT_PROTOCOL,
    (stream, connection) => onStream(connection.remotePeer.toString(), frameStream(stream)),
    { maxInboundStreams: MAX_CONTENT_STREAMS, maxOutboundStreams: MAX_CONTENT_STREAMS },
  );
}

/** @throws Refusal `peer_unreachable` if there is no connection any more */
export async function openContentStream(connection: Connection | undefined, signal?: AbortSignal): Promise<FrameStream> {
  if (!connection) throw new Refusal('peer_unreachable', 'They are not there any more.');
  const until = AbortSignal.any([AbortSignal.timeout(CONTENT_STALL_MS), ...(signal ? [signal] : [])]);
  return frameStream(await connection.newStream([CONTENT_PROTOCOL], { signal: until }));
}
