/**
 * The libp2p node under the carrier: TCP, Noise, yamux and identify, with every limit of carrier-limits.ts in place of
 * the defaults. Its Noise ends in this hostile host and protects metadata only (design §6).
 */
import './promise-with-resolvers.ts';
import { noise } from '@chainsafe/libp2p-noise';
import { yamux } from '@chainsafe/libp2p-yamux';
import { identify } from '@libp2p/identify';
import { FaultTolerance } from '@libp2p/interface';
import type { ConnectionGater, Libp2p, PeerId, PrivateKey } from '@libp2p/interface';
import { tcp } from '@libp2p/tcp';
import { createLibp2p } from 'libp2p';
import * as limits from './carrier-limits.ts';

export interface NodeOptions {
  readonly privateKey: PrivateKey;
  /** Multiaddrs to listen on, with ports. */
  readonly listen: readonly string[];
  readonly gater: ConnectionGater;
}

/**
 * libp2p notes something about everybody who calls, is called or says where it listens, and keeps it. Whoever makes up one
 * PeerId after the other would fill the memory with it; nothing of it is needed once they are gone.
 */
export function forgetIfGone(node: Libp2p, peer: PeerId): void {
  if (node.getConnections(peer).length === 0) node.peerStore.delete(peer).catch(() => undefined);
}

/** A node that runs. Rejects if none of the listen addresses could be had. */
export async function startNode({ privateKey, listen, gater }: NodeOptions): Promise<Libp2p> {
  const node = await createLibp2p({
    privateKey,
    // Nothing about the computer, the runtime or the version goes out to strangers.
    nodeInfo: { name: 'tallystick', version: '1', userAgent: 'tallystick' },
    addresses: { listen: [...listen] },
    transports: [tcp({ maxConnections: limits.MAX_SOCKETS, backlog: limits.MAX_HALF_OPEN })],
    transportManager: { faultTolerance: FaultTolerance.FATAL_ALL },
    connectionEncrypters: [noise()],
    streamMuxers: [
      yamux({
        maxInboundStreams: limits.MAX_STREAMS_PER_CONNECTION,
        maxOutboundStreams: limits.MAX_STREAMS_PER_CONNECTION,
        streamOptions: { initialStreamWindowSize: limits.STREAM_WINDOW_BYTES, maxStreamWindowSize: limits.STREAM_WINDOW_BYTES, maxReadBufferLength: 2 * limits.STREAM_WINDOW_BYTES },
      }),
    ],
    services: { identify: identify({ maxInboundStreams: 1, maxOutboundStreams: 1, timeout: limits.HANDSHAKE_TIMEOUT_MS, runOnConnectionOpen: false }) },
    connectionGater: gater,
    connectionManager: {
      maxConnections: limits.MAX_CONNECTIONS,
      maxIncomingPendingConnections: limits.MAX_HALF_OPEN,
      inboundConnectionThreshold: limits.MAX_NEW_CONNECTIONS_PER_SECOND,
      inboundUpgradeTimeout: limits.HANDSHAKE_TIMEOUT_MS,
      inboundStreamProtocolNegotiationTimeout: limits.HANDSHAKE_TIMEOUT_MS,
      outboundStreamProtocolNegotiationTimeout: limits.HANDSHAKE_TIMEOUT_MS,
      connectionCloseTimeout: limits.CLOSE_TIMEOUT_MS,
      maxParallelDials: limits.MAX_DIALS,
      maxDialQueueLength: limits.MAX_DIALS,
      maxPeerAddrsToDial: limits.MAX_ADDRESSES_PER_PEER,
      dialTimeout: limits.DIAL_TIMEOUT_MS,
      addressDialTimeout: limits.ADDRESS_DIAL_TIMEOUT_MS,
      // The order is ours already (dial-targets.ts).
      addressSorter: () => 0,
      // No /dnsaddr: the gate refuses it, and a name must not expand into other peers' addresses.
      resolvers: {},
    },
    connectionMonitor: {
      pingInterval: limits.PING_INTERVAL_MS,
      pingTimeout: { minTimeout: limits.PING_TIMEOUT_MS, maxTimeout: limits.PING_TIMEOUT_MS },
    },
  });
  node.addEventListener('peer:disconnect', ({ detail }) => forgetIfGone(node, detail));
  return node;
}
