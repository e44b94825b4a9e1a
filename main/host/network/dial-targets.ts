/**
 * Which addresses we agree to dial (design §4: libp2p's defaults allow everything). Plain TCP to an IP address or a
 * DNS name, with at most the expected PeerId after it; no relays, no WebSockets, no paths. What multicast DNS said is
 * followed only to addresses near us. Does not resolve names and does not promise that anyone answers.
 */
import { isIP } from 'node:net';
import { type Multiaddr, multiaddr } from '@multiformats/multiaddr';
import { peerIdFromString } from '@libp2p/peer-id';
import type { PeerId } from '@libp2p/interface';
import { Refusal } from '../../../protocol/errors.ts';
import { MAX_ADDRESSES_PER_PEER, MAX_ADDRESS_CHARS } from './carrier-limits.ts';
import type { PeerHint } from './carrier.port.ts';
import { type LocalAddress, isOnLink, isPrivateAddress } from './interfaces.ts';

const HOSTS = new Set(['ip4', 'ip6', 'dns', 'dns4', 'dns6']);
const DNS_NAME = /^(?=.{1,253}$)[a-zA-Z0-9_]([a-zA-Z0-9_-]{0,62})(\.[a-zA-Z0-9_]([a-zA-Z0-9_-]{0,62}))*\.?$/;

/** The parts of an address that can be dialled. */
export interface DialTarget {
  readonly host: string;
  readonly kind: 'ip' | 'dns';
  /** What stands before the host: `ip4`, `dns6` … */
  readonly protocol: string;
  readonly port: number;
  readonly peerId: string | null;
}

const bad = (detail: string): Refusal => new Refusal('bad_address', detail);

/**
 * Reads `/ip4|ip6|dns|dns4|dns6/HOST/tcp/PORT[/p2p/PEERID]`.
 * @throws Refusal `bad_address` for anything else, and for hosts and ports nobody can listen on
 */
export function parseDialTarget(text: string): DialTarget {
  if (text.length > MAX_ADDRESS_CHARS) throw bad('The address is too long.');
  let parts: Array<{ name: string; value?: string }>;
  try {
    parts = multiaddr(text).getComponents();
  } catch (cause) {
    throw new Refusal('bad_address', 'This is not an address. It looks like /ip4/192.168.1.20/tcp/4001/p2p/12D3…', undefined, cause);
  }
  const [host, tcp, p2p, ...rest] = parts;
  if (!host?.value || !HOSTS.has(host.name) || tcp?.name !== 'tcp' || rest.length > 0 || (p2p && p2p.name !== 'p2p')) {
    throw bad('Only plain addresses are dialled: /ip4, /ip6 or /dns, then /tcp, then the PeerId.');
  }
  const port = Number(tcp.value);
  if (!Number.isInteger(port) || port < 1 || port > 65_535) throw bad('The address needs a port between 1 and 65535.');
  const kind = host.name.startsWith('dns') ? 'dns' : 'ip';
  if (kind === 'dns' ? !DNS_NAME.test(host.value) || isIP(host.value) !== 0 : !isUnicast(host.value)) throw bad('Nobody can be reached at this host.');
  return { host: host.value, kind, protocol: host.name, port, peerId: p2p?.value ?? null };
}

/** False for unspecified, multicast and broadcast addresses, and for IPv4 hidden inside IPv6. */
function isUnicast(ip: string): boolean {
  const lower = ip.toLowerCase();
  if (isIP(ip) === 4) return !/^0\./.test(ip) && Number(ip.split('.')[0]) < 224;
  return lower !== '::' && !lower.startsWith('ff') && !lower.startsWith('::ffff:');
}

/** The PeerId in `text`. @throws Refusal `bad_address` */
export function parsePeerId(text: string): PeerId {
  try {
    return peerIdFromString(text);
  } catch (cause) {
    throw new Refusal('bad_address', 'This is not a PeerId.', undefined, cause);
  }
}

const rankOf = (target: DialTarget): number => {
  if (target.kind === 'dns') return 2;
  if (target.host === '::1' || target.host.startsWith('127.')) return 3;
  return isPrivateAddress(target.host) ? 0 : 1;
};

/**
 * The addresses of a hint that may be dialled, best first, at most MAX_ADDRESSES_PER_PEER, each ending in the PeerId.
 * Unusable addresses are left out as long as a usable one remains.
 * @throws Refusal `bad_address` if none remains, or the PeerId is malformed
 */
export function dialTargets(hint: PeerHint, local: readonly LocalAddress[]): Multiaddr[] {
  const peerId = parsePeerId(hint.peerId).toString();
  let firstTrouble: unknown = null;
  const seen = new Map<string, DialTarget>();
  for (const text of hint.addresses.slice(0, 4 * MAX_ADDRESSES_PER_PEER)) {
    try {
      const target = parseDialTarget(text);
      if (target.peerId !== null && target.peerId !== peerId) throw bad('The address names another PeerId.');
      if (hint.foundBy === 'mdns' && !isNear(target, local)) throw bad('The network announced an address that is not on it.');
      seen.set(`/${target.protocol}/${target.host}/tcp/${target.port}/p2p/${peerId}`, target);
    } catch (trouble) {
      firstTrouble ??= trouble;
    }
  }
  if (seen.size === 0) throw firstTrouble ?? bad('No address is known for this wallet.');
  return [...seen].sort(([, a], [, b]) => rankOf(a) - rankOf(b)).slice(0, MAX_ADDRESSES_PER_PEER).map(([text]) => multiaddr(text));
}

const isNear = (target: DialTarget, local: readonly LocalAddress[]): boolean =>
  target.kind === 'ip' && (isPrivateAddress(target.host) || local.some((address) => isOnLink(target.host, address)));
