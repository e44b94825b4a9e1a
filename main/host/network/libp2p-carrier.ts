/**
 * The Carrier over libp2p 3: TCP, Noise, yamux, multicast DNS (design §4, §6). One connection carries one link and one
 * link is one stream, since a stream per message would cost 0.9 ms each. Reconnecting is keep-in-touch.ts's part.
 * Protects metadata only; the vaults' own session protects everything else.
 */
import './promise-with-resolvers.ts';
import type { Connection, Stream } from '@libp2p/interface';
import { Refusal } from '../../../protocol/errors.ts';
import * as limits from './carrier-limits.ts';
import type { Carrier, CarrierLink, PeerHint } from './carrier.port.ts';
import type { FrameStream } from '../library/frame-stream.port.ts';
import { createConnectionGate } from './connection-gate.ts';
import { listenForContent, openContentStream } from './content-streams.ts';
import { dialRefusal } from './dial-refusal.ts';
import { closeIfUnused, dropIfDead } from './connection-health.ts';
import { dialTargets, parsePeerId } from './dial-targets.ts';
import { hostKey } from './host-key.ts';
import { forgetIfGone } from './libp2p-node.ts';
import { type LocalAddress, localAddresses, reachableAddresses } from './interfaces.ts';
import { createLinkRegister } from './link-register.ts';
import { listensAt } from './listen-hint.ts';
import { EVERYWHERE, type Listening, listenOn } from './listen-addresses.ts';
import { type MdnsDiscovery, startMdns } from './mdns-discovery.ts';
import { watchNetwork } from './network-watch.ts';
import { streamLink } from './stream-link.ts';

export interface CarrierOptions {
  /** The wallet's data folder; the carrier uses `network/` in it. */
  readonly dataDir: string;
  /** `/ip4|ip6/HOST/tcp/PORT`; port 0: the one of the last start, or any. Empty: all interfaces. */
  readonly listen: readonly string[];
  readonly discovery: boolean;
  /** The operating system's interfaces, replaced in tests. */
  readonly localAddresses?: () => LocalAddress[];
}

const OFF = { state: 'off', trouble: null } as const;

/**
 * Starts listening, and looking for others if `discovery` is set.
 * @throws Refusal `bad_address` if a listen address is malformed or taken
 */
export async function startCarrier({ dataDir, listen, discovery, localAddresses: local = localAddresses }: CarrierOptions): Promise<Carrier> {
  const privateKey = await hostKey(dataDir);
  let listening: Listening | null = null;
  const gate = createConnectionGate(() => listening?.node.getConnections() ?? []);
  listening = await listenOn(listen.length > 0 ? listen : EVERYWHERE, dataDir, { privateKey, gater: gate.gater });
  const { node, on } = listening;
  const peerId = node.peerId.toString();

  const links = createLinkRegister();
  const dialling = new Set<string>();
  const stopping = new AbortController();
  const linkListeners: Array<(link: CarrierLink) => void> = [];
  const hintListeners: Array<(hint: PeerHint) => void> = [];
  const changeListeners: Array<() => void> = [];
  const contentListeners: Array<(peerId: string, stream: FrameStream) => void> = [];
  let mdns: MdnsDiscovery | null = null;

  const hint = (found: PeerHint) => hintListeners.forEach((listener) => listener(found));
  const addressText = (a: LocalAddress, port: number) => `/ip${a.family}/${a.address}/tcp/${port}/p2p/${peerId}`;
  const reachable = () => on.flatMap(({ host, port }) => reachableAddresses(host, local()).map((a) => ({ ...a, text: addressText(a, port) })));

  /** The link over `stream`, or null if another link to that peer is the better one. */
  const adopt = (stream: Stream, connection: Connection): CarrierLink | null => {
    const id = links.nextId();
    const owned = streamLink({ id, localPeer: peerId, stream, connection, onEnded: () => links.remove(id) });
    if (links.add(owned)) return owned.link;
    owned.abort(null);
    return null;
  };
  /** The connection that a link to `peer` stands on. */
  const connectionOf = (peer: string): Connection | undefined =>
    links.to(peer) === null ? undefined : node.getConnections().find(({ remotePeer, status, streams }) => remotePeer.toString() === peer && status === 'open' && streams.some(({ protocol }) => protocol === limits.VAULT_PROTOCOL));
  await node.handle(
    limits.VAULT_PROTOCOL,
    (stream, connection) => {
      // A link comes on a connection that its dialler opened; contacts may have become the only welcome ones since.
      if (connection.direction !== 'inbound' || !gate.isAllowed(connection.remotePeer.toString())) return stream.abort(new Error('refused'));
      const link = adopt(stream, connection);
      if (!link) return;
      linkListeners.forEach((listener) => listener(link));
      listensAt(node, connection).then(hint, () => undefined).finally(() => forgetIfGone(node, connection.remotePeer));
    },
    { maxInboundStreams: limits.MAX_VAULT_STREAMS, maxOutboundStreams: limits.MAX_VAULT_STREAMS },
  );
  await listenForContent(node, (from, stream) => {
    // Whoever has no link has no session either, and nothing to ask.
    if (!links.to(from) || contentListeners.length === 0) return stream.abort();
    contentListeners.forEach((listener) => listener(from, stream));
  });
  node.addEventListener('connection:open', ({ detail }) => closeIfUnused(detail));

  const refresh = async () => {
    mdns?.update();
    await Promise.all(node.getConnections().map(dropIfDead));
  };
  const setDiscovery = async (wanted: boolean) => {
    if (stopping.signal.aborted || wanted === (mdns !== null)) return;
    if (wanted) {
      mdns = startMdns({
        localPeer: peerId,
        addresses: local,
        announce: (a) => reachable().find((mine) => mine.address === a.address)?.text ?? null,
        onSighting: (found, addresses) => hint({ peerId: found, addresses, foundBy: 'mdns' }),
      });
    } else {
      const old = mdns;
      mdns = null;
      await old?.stop();
    }
  };
  const watch = watchNetwork({
    addresses: local,
    onChange: () => {
      refresh().catch(() => undefined);
      changeListeners.forEach((listener) => listener());
    },
  });
  await setDiscovery(discovery);

  return {
    peerId,
    addresses: () => reachable().sort((a, b) => Number(a.internal) - Number(b.internal)).map((a) => a.text),
    async dial(target, { signal } = {}) {
      const targets = dialTargets(target, local());
      if (target.peerId === peerId) throw new Refusal('bad_address', 'This is your own address.');
      if (stopping.signal.aborted) throw new Refusal('peer_unreachable', 'This wallet is being closed.');
      if (links.to(target.peerId)) throw new Refusal('busy', 'There is a connection to this wallet already.');
      if (dialling.has(target.peerId) || dialling.size >= limits.MAX_DIALS) throw new Refusal('busy', 'A connection is being made already. Try again in a moment.');
      dialling.add(target.peerId);
      try {
        const until = AbortSignal.any([stopping.signal, AbortSignal.timeout(limits.DIAL_TIMEOUT_MS), ...(signal ? [signal] : [])]);
        // A connection of its own: one that stands to the same peer is about to close, or is the other side's.
        const connection = await node.dial(targets, { signal: until, force: true });
        const stream = await connection.newStream([limits.VAULT_PROTOCOL], { signal: until });
        const link = adopt(stream, connection);
        if (!link) throw new Refusal('busy', 'The other wallet connected at the same moment.');
        return link;
      } catch (error) {
        throw dialRefusal(error);
      } finally {
        dialling.delete(target.peerId);
        forgetIfGone(node, parsePeerId(target.peerId));
      }
    },
    openContent: (to, signal) => openContentStream(connectionOf(to), signal),
    onContent: (listener) => void contentListeners.push(listener),
    onLink: (listener) => void linkListeners.push(listener),
    onHint: (listener) => void hintListeners.push(listener),
    onNetworkChange: (listener) => void changeListeners.push(listener),
    setDiscovery,
    discovery() {
      if (!mdns) return OFF;
      const trouble = mdns.trouble();
      return trouble ? { state: 'unavailable', trouble } : { state: 'on', trouble: null };
    },
    setAllowedPeers: gate.setAllowedPeers,
    refresh,
    async stop() {
      if (stopping.signal.aborted) return;
      watch.stop();
      await setDiscovery(false);
      stopping.abort();
      links.closeAll();
      await node.stop();
    },
  };
}

