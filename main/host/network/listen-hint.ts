/**
 * Where a wallet that linked to us says it listens (libp2p identify), so that we can dial it next time. A hint: kept only
 * as far as the addresses are near, or are where it called from.
 */
import type { Identify } from '@libp2p/identify';
import type { Connection, Libp2p } from '@libp2p/interface';
import { MAX_ADDRESSES_PER_PEER } from './carrier-limits.ts';
import type { PeerHint } from './carrier.port.ts';
import { parseDialTarget } from './dial-targets.ts';
import { isPrivateAddress } from './interfaces.ts';

/** Rejects if the other side does not answer, or names no address we would dial. */
export async function listensAt(node: Libp2p, connection: Connection): Promise<PeerHint> {
  const calledFrom = connection.remoteAddr.toString().split('/')[2];
  const isUsable = (address: string): boolean => {
    try {
      const { kind, host } = parseDialTarget(address);
      return kind === 'ip' && (host === calledFrom || isPrivateAddress(host));
    } catch {
      return false;
    }
  };
  const { listenAddrs } = await (node.services['identify'] as Identify).identify(connection);
  const addresses = listenAddrs.map(String).filter(isUsable).slice(0, MAX_ADDRESSES_PER_PEER);
  if (addresses.length === 0) throw new Error('no usable address');
  return { peerId: connection.remotePeer.toString(), addresses, foundBy: 'incoming' };
}
