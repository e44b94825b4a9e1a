/**
 * libp2p's connection gater for wallets: it allows everything by default, this one counts. One host cannot use up what
 * all share: handshakes under way and connections are bounded per address and per PeerId, and while only contacts are
 * wanted, anybody else is turned away right after the handshake has named them (assurance row 39).
 * Does not stop somebody with many addresses; denial of service is out of scope (design §3).
 */
import type { Connection, ConnectionGater, MultiaddrConnection, PeerId } from '@libp2p/interface';
import { MAX_CONNECTIONS_PER_ADDRESS, MAX_CONNECTIONS_PER_PEER, MAX_HALF_OPEN_PER_ADDRESS } from './carrier-limits.ts';
import { parseDialTarget } from './dial-targets.ts';

export interface ConnectionGate {
  readonly gater: ConnectionGater;
  /** While set, others are refused. Connections that stand are the carrier's business. */
  setAllowedPeers(peers: ReadonlySet<string> | null): void;
  isAllowed(peerId: string): boolean;
  /** Handshakes under way from others, for tests and the status page. */
  halfOpen(): number;
}

const hostOf = (address: { toString(): string }): string => address.toString().split('/')[2] ?? '';

/** @param connections the connections that stand now */
export function createConnectionGate(connections: () => readonly Connection[]): ConnectionGate {
  const halfOpen = new Map<MultiaddrConnection, string>();
  let allowed: ReadonlySet<string> | null = null;

  const isAllowed = (peerId: string) => allowed === null || allowed.has(peerId);
  const tooManyOf = (peerId: string) => connections().filter((c) => c.remotePeer.toString() === peerId).length >= MAX_CONNECTIONS_PER_PEER;
  const denyPeer = (peerId: PeerId) => !isAllowed(peerId.toString()) || tooManyOf(peerId.toString());

  return {
    isAllowed,
    halfOpen: () => halfOpen.size,
    setAllowedPeers(peers) {
      allowed = peers;
    },
    gater: {
      denyDialMultiaddr(address) {
        try {
          parseDialTarget(address.toString());
          return false;
        } catch {
          return true;
        }
      },
      denyInboundConnection(incoming) {
        const host = hostOf(incoming.remoteAddr);
        if ([...halfOpen.values()].filter((other) => other === host).length >= MAX_HALF_OPEN_PER_ADDRESS) return true;
        if (connections().filter((c) => hostOf(c.remoteAddr) === host).length >= MAX_CONNECTIONS_PER_ADDRESS) return true;
        halfOpen.set(incoming, host);
        incoming.addEventListener('close', () => halfOpen.delete(incoming), { once: true });
        return false;
      },
      denyInboundEncryptedConnection: (peerId) => denyPeer(peerId),
      denyInboundUpgradedConnection(peerId, incoming) {
        halfOpen.delete(incoming);
        return denyPeer(peerId);
      },
      // The peer store keeps no addresses: the wallet's own address book decides what is dialled.
      filterMultiaddrForPeer: () => false,
    },
  };
}
