/** Which addresses are dialled, and which are refused (design §4). */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { MAX_ADDRESSES_PER_PEER } from '../../../main/host/network/carrier-limits.ts';
import { dialTargets, parseDialTarget } from '../../../main/host/network/dial-targets.ts';
import { type LocalAddress, isOnLink, isPrivateAddress } from '../../../main/host/network/interfaces.ts';
import { Refusal } from '../../../protocol/errors.ts';

const PEER = '12D3KooWGzxzKZYveHXtpG6AsrUJBcWxHBFS2HsEoGTxrMLvKXtf';
const OTHER = '12D3KooWJ3nsqh4ZB1HZWPRAcSkXVYnaUgsKU1pVCR6sLzPTFFn2';
const lan: LocalAddress = { interfaceName: 'eth0', family: 4, address: '192.0.2.7', prefix: 24, internal: false };
const targets = (addresses: string[], foundBy: 'mdns' | 'address' = 'address', local: LocalAddress[] = []) =>
  dialTargets({ peerId: PEER, addresses, foundBy }, local).map(String);

describe('Addresses that are dialled', () => {
  it('are plain TCP to an IP address or a name', () => {
    expect(parseDialTarget(`/ip4/192.168.1.20/tcp/4001/p2p/${PEER}`)).toEqual({ host: '192.168.1.20', kind: 'ip', protocol: 'ip4', port: 4001, peerId: PEER });
    expect(parseDialTarget('/ip6/fd00::2/tcp/1')).toEqual({ host: 'fd00::2', kind: 'ip', protocol: 'ip6', port: 1, peerId: null });
    expect(parseDialTarget('/dns4/wallet.example/tcp/65535')).toMatchObject({ host: 'wallet.example', kind: 'dns', protocol: 'dns4' });
  });

  it.each([
    '/ip4/1.2.3.4/udp/4001', '/ip4/1.2.3.4/tcp/4001/ws', '/ip4/1.2.3.4/tcp/4001/tls', '/dnsaddr/example.org/tcp/1', '/tcp/4001', '/unix/tmp', '/memory/1',
    `/ip4/1.2.3.4/tcp/1/p2p/${PEER}/p2p-circuit`, `/p2p/${PEER}`, '/ip4/0.0.0.0/tcp/1', '/ip4/224.0.0.251/tcp/1', '/ip4/255.255.255.255/tcp/1', '/ip6/::/tcp/1', '/ip6/ff02::1/tcp/1',
    '/ip6/::ffff:127.0.0.1/tcp/1', '/ip6zone/eth0/ip6/fe80::1/tcp/1', '/ip4/1.2.3.4/tcp/0', '/dns4/1.2.3.4/tcp/1', '/dns4/a..b/tcp/1', '', 'x', '/'.repeat(500),
  ])('are not %s', (address) => {
    expect(() => parseDialTarget(address)).toThrow('bad_address');
  });

  it('are dialled as they were read, however many slashes stood before them', () => {
    expect(targets(['//dns4/wallet.example/tcp/1', '//ip4/1.2.3.4/tcp/2'])).toEqual([`/ip4/1.2.3.4/tcp/2/p2p/${PEER}`, `/dns4/wallet.example/tcp/1/p2p/${PEER}`]);
  });

  it('never fail in another way', () => {
    const piece = fc.constantFrom('/', 'ip4', 'ip6', 'dns', 'tcp', 'p2p', '1.2.3.4', '::1', '4001', PEER, '%2F', '\u0000', 'http-path');
    fc.assert(
      fc.property(fc.oneof(fc.string(), fc.array(piece, { maxLength: 12 }).map((parts) => `/${parts.join('/')}`)), (address) => {
        try {
          expect(parseDialTarget(address).port).toBeGreaterThan(0);
        } catch (error) {
          expect((error as Refusal).failure.code).toBe('bad_address');
        }
      }),
    );
  });

  it('are tried near first, loopback last, each once, and not too many', () => {
    expect(targets(['/ip4/127.0.0.1/tcp/1', '/dns4/a.example/tcp/1', '/ip4/8.8.8.8/tcp/1', '/ip4/10.0.0.1/tcp/1', `/ip4/10.0.0.1/tcp/1/p2p/${PEER}`])).toEqual(
      ['/ip4/10.0.0.1/tcp/1', '/ip4/8.8.8.8/tcp/1', '/dns4/a.example/tcp/1', '/ip4/127.0.0.1/tcp/1'].map((address) => `${address}/p2p/${PEER}`),
    );
    expect(targets(Array.from({ length: 100 }, (_, n) => `/ip4/10.0.0.${n + 1}/tcp/1`))).toHaveLength(MAX_ADDRESSES_PER_PEER);
  });

  it('belong to the peer that is meant', () => {
    expect(() => targets([`/ip4/10.0.0.1/tcp/1/p2p/${OTHER}`])).toThrow('bad_address');
    expect(targets([`/ip4/10.0.0.1/tcp/1/p2p/${OTHER}`, '/ip4/10.0.0.2/tcp/1'])).toEqual([`/ip4/10.0.0.2/tcp/1/p2p/${PEER}`]);
    expect(() => dialTargets({ peerId: 'nobody', addresses: ['/ip4/10.0.0.1/tcp/1'], foundBy: 'known' }, [])).toThrow('bad_address');
  });

  it('are near us when multicast DNS said so', () => {
    for (const address of ['/ip4/8.8.8.8/tcp/1', '/dns4/localhost/tcp/1', '/ip4/192.0.2.9/tcp/1', '/ip6/2001:db8::1/tcp/1']) {
      expect(() => targets([address], 'mdns')).toThrow('bad_address');
    }
    expect(targets(['/ip4/192.0.2.9/tcp/1'], 'mdns', [lan])).toHaveLength(1);
    expect(targets(['/ip4/192.168.0.9/tcp/1', '/ip4/169.254.0.9/tcp/1', '/ip6/fd00::1/tcp/1', '/ip4/127.0.0.1/tcp/1'], 'mdns')).toHaveLength(4);
  });
});

it('ranges of near addresses end where they should', () => {
  for (const near of ['10.255.255.255', '172.16.0.0', '172.31.255.255', '192.168.255.1', '169.254.1.1', '127.0.0.1', 'fe80::1', 'fd12::1', '::1']) expect([near, isPrivateAddress(near)]).toEqual([near, true]);
  for (const far of ['11.0.0.0', '172.15.255.255', '172.32.0.0', '192.169.0.1', '8.8.8.8', '2001:db8::1', 'fec0::1', 'no address', '']) expect([far, isPrivateAddress(far)]).toEqual([far, false]);
  expect(isOnLink('192.0.2.255', lan)).toBe(true);
  expect(isOnLink('192.0.3.0', lan)).toBe(false);
  expect(isOnLink('fe80::1', lan)).toBe(false);
});
