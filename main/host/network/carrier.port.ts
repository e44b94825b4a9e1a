/**
 * Carries frames between two vaults. It sees nothing but sealed bytes, may lose them at any time, and is trusted with
 * nothing (design §6). One link is one libp2p stream; frames arrive whole and in order or the link ends.
 * There is at most one link to a peer: a second one replaces the first, or is closed itself if both sides dialled at once.
 */
import type { Failure } from '../../../protocol/errors.ts';
import type { FrameStream } from '../library/frame-stream.port.ts';

export interface CarrierLink {
  /** Unique in this process, from 1. */
  readonly id: number;
  /** Who dialled: decides the Noise role. */
  readonly role: 'initiator' | 'responder';
  readonly localPeer: string;
  readonly remotePeer: string;
  /** Multiaddr text of the other end, for display and the address book. */
  readonly remoteAddress: string;
  /** Queues a frame (1 to MAX_FRAME_BYTES bytes). Never throws: a broken link reports through onClose. */
  send(frame: Uint8Array): void;
  /** Frames that arrive before are kept. While a promise that the listener returned is open, the peer is held back. */
  onFrame(listener: (frame: Uint8Array) => void | Promise<void>): void;
  /** Called exactly once, after the last frame; also when attached after the end. Null: an ordinary end. */
  onClose(listener: (reason: Failure | null) => void): void;
  /** Sends what is queued, then ends. Frames that have not been heard yet are dropped. */
  close(): void;
}

/** Another wallet's host that we know how to reach or that reached us. A hint only, never trusted. */
export interface PeerHint {
  readonly peerId: string;
  /** Multiaddrs, without or with the trailing /p2p part. */
  readonly addresses: readonly string[];
  readonly foundBy: 'mdns' | 'address' | 'incoming' | 'known';
}

export interface Carrier {
  /** Opens a stream for ciphertext to a peer that a link stands to. Rejects with Refusal `peer_unreachable` if none does. */
  openContent(peerId: string, signal?: AbortSignal): Promise<FrameStream>;
  /** Fired for each stream on which another wallet asks for ciphertext. */
  onContent(listener: (peerId: string, stream: FrameStream) => void): void;
  readonly peerId: string;
  /** Full multiaddrs (with /p2p/…) another computer can dial, loopback last. Changes with the network. */
  addresses(): string[];
  /**
   * Opens a link. Rejects with Refusal `peer_unreachable`, `bad_address`, `peer_protocol` (no wallet there) or `busy`
   * (linked already, or being dialled already, or too many dials).
   */
  dial(target: PeerHint, options?: { signal?: AbortSignal }): Promise<CarrierLink>;
  /** Fired for each link that another wallet opened (`responder`); those we dialled are what `dial` resolves to. */
  onLink(listener: (link: CarrierLink) => void): void;
  /** Fired for each mDNS sighting that survives the caps, and with `incoming` for where a wallet that linked says it listens. */
  onHint(listener: (hint: PeerHint) => void): void;
  /** Fired when interfaces or addresses change, or the computer woke up. Dead connections are being dropped already. */
  onNetworkChange(listener: () => void): void;
  /** Turns mDNS on or off; remembers nothing. */
  setDiscovery(on: boolean): Promise<void>;
  discovery(): { state: 'on' | 'off' | 'unavailable'; trouble: Failure | null };
  /** Only these peers may open links while set; null lets anyone (within limits) in. Links that stand stay. */
  setAllowedPeers(peers: ReadonlySet<string> | null): void;
  /** Drops connections that did not survive a sleep; new ones are dialled by the caller. */
  refresh(): Promise<void>;
  /** Ends all links and dials. Later calls do nothing, later dials are refused. */
  stop(): Promise<void>;
}
