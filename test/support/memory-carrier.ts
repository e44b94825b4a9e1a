/**
 * Carriers joined in memory, for tests that need the network to fail at a chosen moment. Passes the same conformance
 * suite as the one over libp2p (test/contract/carrier.ts). Frames travel asynchronously, whole and in order, as there.
 */
import { generateKeyPair } from '@libp2p/crypto/keys';
import { peerIdFromPrivateKey } from '@libp2p/peer-id';
import { Refusal, type Failure } from '../../protocol/errors.ts';
import type { FrameStream } from '../../main/host/library/frame-stream.port.ts';
import { frameStreams } from './frame-streams.ts';
import { MAX_SEND_QUEUE_BYTES } from '../../main/host/network/carrier-limits.ts';
import type { Carrier, CarrierLink, PeerHint } from '../../main/host/network/carrier.port.ts';
import { dialTargets, parseDialTarget } from '../../main/host/network/dial-targets.ts';
import { isFrame } from '../../main/host/network/frame.codec.ts';
import { createLinkMailbox } from '../../main/host/network/link-mailbox.ts';
import { createLinkRegister } from '../../main/host/network/link-register.ts';
import { LOST, NOT_READING, OVERSIZED } from '../../main/host/network/stream-link.ts';

export interface MemoryNetwork {
  /** A new carrier on this network, with a PeerId of its own. */
  start(): Promise<Carrier>;
  /** Pulls the cable: every link ends with `peer_unreachable`, dials fail until `heal`. */
  cut(): void;
  /** Frames stop arriving without anybody noticing, until `heal` (they go on) or `cut` (they are lost). */
  stall(): void;
  /** Plugs the cable in again and tells every carrier that the network changed. */
  heal(): void;
  /** Frames that arrived so far, all links together. */
  delivered(): number;
}

/** One direction of a link. */
interface Lane {
  push(frame: Uint8Array): 'queued' | 'full';
  /** After what is queued has arrived. */
  finish(): void;
  wake(): void;
}

interface Peer {
  readonly peerId: string;
  readonly address: string;
  allowed: ReadonlySet<string> | null;
  discovery: boolean;
  stopped: boolean;
  readonly register: ReturnType<typeof createLinkRegister>;
  readonly linkListeners: Array<(link: CarrierLink) => void>;
  readonly hintListeners: Array<(hint: PeerHint) => void>;
  readonly changeListeners: Array<() => void>;
  readonly contentListeners: Array<(peerId: string, stream: FrameStream) => void>;
}

export function createMemoryNetwork(): MemoryNetwork {
  const peers: Peer[] = [];
  const lanes = new Set<Lane>();
  const breakers = new Set<() => void>();
  let state: 'up' | 'stalled' | 'cut' = 'up';
  let delivered = 0;

  const announce = () => {
    if (state !== 'up') return;
    for (const teller of peers) {
      for (const hearer of peers) {
        if (teller === hearer || !teller.discovery || !hearer.discovery || teller.stopped || hearer.stopped) continue;
        hearer.hintListeners.forEach((listener) => listener({ peerId: teller.peerId, addresses: [teller.address], foundBy: 'mdns' }));
      }
    }
  };

  /** Two ends of one link, not yet known to either side. */
  const join = (dialler: Peer, answerer: Peer) => {
    const make = (self: Peer, other: Peer, role: CarrierLink['role']) => {
      const id = self.register.nextId();
      let paused = false;
      const mailbox = createLinkMailbox({
        onPressure: (full) => {
          paused = full;
          if (!full) inward.wake();
        },
        onDefect: (reason) => abort(reason),
      });
      const queue: Uint8Array[] = [];
      let bytes = 0;
      let finishing = false;
      let scheduled = false;
      const run = () => {
        scheduled = false;
        while (queue.length > 0 && !paused && state === 'up') {
          const frame = queue.shift()!;
          bytes -= frame.length;
          delivered += 1;
          mailbox.deliver(frame);
        }
        if (finishing && queue.length === 0 && state === 'up') end(null, false);
      };
      const inward: Lane = {
        push(frame) {
          queue.push(frame);
          bytes += frame.length;
          inward.wake();
          return bytes > MAX_SEND_QUEUE_BYTES ? 'full' : 'queued';
        },
        finish() {
          finishing = true;
          inward.wake();
        },
        wake() {
          if (scheduled) return;
          scheduled = true;
          setImmediate(run);
        },
      };
      lanes.add(inward);
      const end = (reason: Failure | null, drop: boolean): boolean => {
        if (mailbox.ended) return false;
        mailbox.end(reason, drop);
        self.register.remove(id);
        lanes.delete(inward);
        breakers.delete(lose);
        return true;
      };
      const lose = () => void end(LOST, false);
      breakers.add(lose);
      let peerEnd: { inward: Lane; lose: () => void } | null = null;
      const abort = (reason: Failure | null) => {
        if (end(reason, true)) setImmediate(() => peerEnd?.lose());
      };
      const finish = (reason: Failure | null) => {
        if (end(reason, true)) peerEnd?.inward.finish();
      };
      const link: CarrierLink = {
        id,
        role,
        localPeer: self.peerId,
        remotePeer: other.peerId,
        remoteAddress: other.address,
        onFrame: mailbox.onFrame,
        onClose: mailbox.onClose,
        close: () => finish(null),
        send(frame) {
          if (mailbox.ended || !peerEnd) return;
          if (!isFrame(frame)) return finish(OVERSIZED);
          if (peerEnd.inward.push(frame.slice()) === 'full') abort(NOT_READING);
        },
      };
      return { link, abort, inward, lose, connect: (end: { inward: Lane; lose: () => void }) => void (peerEnd = end) };
    };
    const near = make(dialler, answerer, 'initiator');
    const far = make(answerer, dialler, 'responder');
    near.connect(far);
    far.connect(near);
    return { near, far };
  };

  const start = async (): Promise<Carrier> => {
    const peerId = peerIdFromPrivateKey(await generateKeyPair('Ed25519')).toString();
    const self: Peer = {
      peerId,
      address: `/ip4/10.77.0.${peers.length + 1}/tcp/4001/p2p/${peerId}`,
      allowed: null,
      discovery: false,
      stopped: false,
      register: createLinkRegister(),
      linkListeners: [],
      hintListeners: [],
      changeListeners: [],
      contentListeners: [],
    };
    peers.push(self);
    const dialling = new Set<string>();
    const unreachable = () => new Refusal('peer_unreachable', 'Nobody answered there.');
    return {
      peerId,
      addresses: () => [self.address],
      async dial(target, { signal } = {}) {
        const hosts = dialTargets(target, []).map((address) => parseDialTarget(address.toString()).host);
        if (target.peerId === peerId) throw new Refusal('bad_address', 'This is your own address.');
        if (self.stopped) throw unreachable();
        if (self.register.to(target.peerId)) throw new Refusal('busy', 'There is a connection to this wallet already.');
        if (dialling.has(target.peerId)) throw new Refusal('busy', 'A connection is being made already.');
        dialling.add(target.peerId);
        try {
          await new Promise((resolve) => setImmediate(resolve));
          const other = peers.find((peer) => peer.peerId === target.peerId && hosts.includes(peer.address.split('/')[2]!));
          if (state !== 'up' || self.stopped || signal?.aborted || !other || other.stopped || (other.allowed && !other.allowed.has(peerId))) throw unreachable();
          const { near, far } = join(self, other);
          if (!self.register.add(near)) {
            near.abort(null);
            throw new Refusal('busy', 'The other wallet connected at the same moment.');
          }
          setImmediate(() => {
            if (other.register.add(far)) other.linkListeners.forEach((listener) => listener(far.link));
            else far.abort(null);
          });
          return near.link;
        } finally {
          dialling.delete(target.peerId);
        }
      },
      async openContent(to) {
        const other = peers.find((peer) => peer.peerId === to);
        if (state !== 'up' || !other || !self.register.to(to) || !other.register.to(peerId)) throw new Refusal('peer_unreachable', 'They are not there any more.');
        const [near, far] = frameStreams();
        self.register.to(to)?.onClose(() => near.abort());
        if (other.contentListeners.length === 0) near.abort();
        other.contentListeners.forEach((listener) => listener(peerId, far));
        return near;
      },
      onContent: (listener) => void self.contentListeners.push(listener),
      onLink: (listener) => void self.linkListeners.push(listener),
      onHint: (listener) => void self.hintListeners.push(listener),
      onNetworkChange: (listener) => void self.changeListeners.push(listener),
      async setDiscovery(wanted) {
        self.discovery = wanted;
        if (wanted) setImmediate(announce);
      },
      discovery: () => (self.discovery ? { state: 'on', trouble: null } : { state: 'off', trouble: null }),
      setAllowedPeers(allowed) {
        self.allowed = allowed;
      },
      refresh: async () => undefined,
      async stop() {
        self.stopped = true;
        self.register.closeAll();
      },
    };
  };

  return {
    start,
    delivered: () => delivered,
    stall() {
      state = 'stalled';
    },
    cut() {
      state = 'cut';
      for (const lose of [...breakers]) lose();
    },
    heal() {
      state = 'up';
      for (const lane of lanes) lane.wake();
      for (const peer of peers) if (!peer.stopped) peer.changeListeners.forEach((listener) => listener());
      announce();
    },
  };
}
