/**
 * Carries frames between two vaults. It sees nothing but sealed bytes, may lose them at any time, and is trusted with
 * nothing (design §6). One link is one libp2p stream; frames arrive whole and in order or the link ends.
 */
import type { Failure } from '../../../protocol/errors.ts';

export interface CarrierLink {
  /** Unique in this process, from 1. */
  readonly id: number;
  /** Who dialled: decides the Noise role. */
  readonly role: 'initiator' | 'responder';
  readonly localPeer: string;
  readonly remotePeer: string;
  /** Multiaddr text of the other end, for display and the address book. */
  readonly remoteAddress: string;
  /** Queues a frame (≤ MAX_FRAME_BYTES). Never throws: a broken link reports through onClose. */
  send(frame: Uint8Array): void;
  onFrame(listener: (frame: Uint8Array) => void): void;
  /** Called exactly once. */
  onClose(listener: (reason: Failure | null) => void): void;
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
  readonly peerId: string;
  /** Full multiaddrs (with /p2p/…) another computer can dial, loopback last. Changes with the network. */
  addresses(): string[];
  /** Opens a link. Rejects with Refusal `peer_unreachable`, `bad_address` or `busy`. */
  dial(target: PeerHint, options?: { signal?: AbortSignal }): Promise<CarrierLink>;
  onLink(listener: (link: CarrierLink) => void): void;
  /** Fired for each mDNS sighting that survives the caps. */
  onHint(listener: (hint: PeerHint) => void): void;
  /** Fired when interfaces or addresses change, or the computer woke up. */
  onNetworkChange(listener: () => void): void;
  /** Turns mDNS on or off; remembers nothing. */
  setDiscovery(on: boolean): Promise<void>;
  discovery(): { state: 'on' | 'off' | 'unavailable'; trouble: Failure | null };
  /** Only these peers may open links while set; null lets anyone (within limits) in. */
  setAllowedPeers(peers: ReadonlySet<string> | null): void;
  /** Drops connections that did not survive a sleep; new ones are dialled by the caller. */
  refresh(): Promise<void>;
  stop(): Promise<void>;
}
