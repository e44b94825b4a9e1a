/** Which addresses a link names (main/host/services/told-addresses.ts). */
import { expect, it } from 'vitest';
import { worthTelling } from '../../../main/host/services/told-addresses.ts';

const [LAN, LAN6, SELF, SELF6] = ['/ip4/192.168.1.7/tcp/4001/p2p/12D3', '/ip6/fd00::7/tcp/4001/p2p/12D3', '/ip4/127.0.0.1/tcp/4001/p2p/12D3', '/ip6/::1/tcp/4001/p2p/12D3'];

it('leaves loopback out of a link, because it leads to the reader\'s own computer', () => {
  expect(worthTelling([LAN, SELF, LAN6, SELF6])).toEqual([LAN, LAN6]);
});

it('names loopback where there is nothing else, for two wallets on one computer', () => {
  expect(worthTelling([SELF, SELF6])).toEqual([SELF, SELF6]);
  expect(worthTelling([])).toEqual([]);
});
