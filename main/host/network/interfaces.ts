/**
 * This computer's network interfaces as the carrier sees them: which addresses another computer can dial, and which
 * addresses are near (on our own link). Addresses come from the operating system, which is not trusted with anything.
 */
import { networkInterfaces } from 'node:os';
import { BlockList, isIP } from 'node:net';

export interface LocalAddress {
  readonly interfaceName: string;
  readonly family: 4 | 6;
  readonly address: string;
  /** Length of the network part in bits. */
  readonly prefix: number;
  readonly internal: boolean;
}

/** The addresses of all interfaces that are up. */
export function localAddresses(): LocalAddress[] {
  return Object.entries(networkInterfaces()).flatMap(([interfaceName, entries]) =>
    (entries ?? []).map((entry) => ({
      interfaceName,
      family: entry.family === 'IPv4' ? (4 as const) : (6 as const),
      address: entry.address,
      prefix: Number(entry.cidr?.split('/')[1] ?? (entry.family === 'IPv4' ? 32 : 128)),
      internal: entry.internal,
    })),
  );
}

/** A text that changes exactly when the set of addresses does. */
export const fingerprintOf = (addresses: readonly LocalAddress[]): string =>
  addresses.map((a) => `${a.interfaceName} ${a.address}/${a.prefix}`).sort().join('\n');

const NEAR = new BlockList();
// RFC 1918 private, RFC 3927 link-local, RFC 1122 loopback, RFC 6598 shared, RFC 4193 unique local, RFC 4291 link-local and loopback.
for (const [net, bits] of [['10.0.0.0', 8], ['172.16.0.0', 12], ['192.168.0.0', 16], ['169.254.0.0', 16], ['127.0.0.0', 8], ['100.64.0.0', 10]] as const) {
  NEAR.addSubnet(net, bits, 'ipv4');
}
for (const [net, bits] of [['fc00::', 7], ['fe80::', 10], ['::1', 128]] as const) NEAR.addSubnet(net, bits, 'ipv6');

const familyOf = (ip: string) => (isIP(ip) === 6 ? 'ipv6' : 'ipv4');

/** True for an address in a private, link-local or loopback range. */
export const isPrivateAddress = (ip: string): boolean => isIP(ip) !== 0 && NEAR.check(ip, familyOf(ip));

/** True if `ip` is in the network that `local` is in. */
export function isOnLink(ip: string, local: LocalAddress): boolean {
  if (isIP(ip) !== local.family) return false;
  const net = new BlockList();
  net.addSubnet(local.address, local.prefix, familyOf(local.address));
  return net.check(ip, familyOf(ip));
}

/**
 * The addresses under which a socket bound to `bound` is reached: itself, or every address of its family if it is the
 * unspecified one. IPv6 link-local addresses are left out: they need a zone that means nothing elsewhere.
 */
export function reachableAddresses(bound: string, all: readonly LocalAddress[]): LocalAddress[] {
  const family = isIP(bound);
  const unspecified = bound === '0.0.0.0' || bound === '::';
  return all.filter((a) => a.family === family && (unspecified ? !a.address.toLowerCase().startsWith('fe80:') : a.address === bound));
}
