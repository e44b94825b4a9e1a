/** Multicast DNS: what is announced, what is believed (assurance row 40). */
import type { Packet } from 'dns-packet';
import dnsPacket from 'dns-packet';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { MAX_ADDRESSES_PER_PEER } from '../../../main/host/network/carrier-limits.ts';
import { HINT_LIFETIME_MS, HINT_REPEAT_MS, MAX_HINTS, MAX_HINTS_PER_SENDER, MAX_PACKETS_PER_SENDER, MAX_SENDERS_PER_SECOND } from '../../../main/host/network/discovery-limits.ts';
import { createHintTable } from '../../../main/host/network/hint-table.ts';
import { createPacketShare } from '../../../main/host/network/packet-share.ts';
import { announcement, answersForWallets, asksForWallets, question, randomLabel, sightingIn } from '../../../main/host/network/mdns-record.ts';

const PEER = '12D3KooWGzxzKZYveHXtpG6AsrUJBcWxHBFS2HsEoGTxrMLvKXtf';
const OTHER = '12D3KooWJ3nsqh4ZB1HZWPRAcSkXVYnaUgsKU1pVCR6sLzPTFFn2';
const SENDER = '192.168.1.20';
const ADDRESS = `/ip4/${SENDER}/tcp/4001/p2p/${PEER}`;
const onWire = (packet: object): Packet => dnsPacket.decode(dnsPacket.encode({ type: 'response', ...packet }));

describe('A multicast DNS record', () => {
  it('comes through the wire format', () => {
    const packet = onWire(announcement(randomLabel(), ADDRESS)!);
    expect(answersForWallets(packet)).toBe(true);
    expect(sightingIn(packet, SENDER)).toEqual({ peerId: PEER, addresses: [ADDRESS] });
    expect(asksForWallets(onWire(question()))).toBe(true);
  });

  it('holds the PeerId and the address, and nothing else that could name somebody', () => {
    const packet = announcement('0'.repeat(32), ADDRESS)!;
    const words = JSON.stringify(packet).replaceAll('0'.repeat(32), '').replaceAll('_tallystick._udp.local', '').replaceAll(ADDRESS, '');
    expect(words).toBe(JSON.stringify({ answers: [{ name: '', type: 'PTR', ttl: 120, data: '.' }, { name: '.', type: 'TXT', ttl: 120, data: 'dnsaddr=' }] }));
  });

  it('cannot point at somebody else than its sender', () => {
    expect(sightingIn(onWire(announcement('a', ADDRESS)!), '192.168.1.21')).toBeNull();
    expect(sightingIn(onWire(announcement('a', `/dns4/victim.example/tcp/1/p2p/${PEER}`)!), SENDER)).toBeNull();
  });

  it('names one peer', () => {
    const two = onWire({ answers: [...announcement('a', ADDRESS)!.answers, ...announcement('a', ADDRESS.replace(PEER, OTHER))!.answers] });
    expect(sightingIn(two, SENDER)).toBeNull();
  });

  it('of another service is not ours', () => {
    const foreign = JSON.parse(JSON.stringify(announcement('a', ADDRESS)).replaceAll('_tallystick', '_p2p')) as object;
    expect(answersForWallets(onWire(foreign))).toBe(false);
    expect(sightingIn(onWire(foreign), SENDER)).toBeNull();
  });

  it('of any content gives a sighting or none, never an error', () => {
    const text = fc.oneof(fc.string(), fc.constantFrom(`dnsaddr=${ADDRESS}`, 'dnsaddr=', 'dnsaddr=/ip4', `dnsaddr=/ip4/${SENDER}/tcp/1/p2p/x`));
    const answer = fc.record({ name: fc.constantFrom('a._tallystick._udp.local', '_tallystick._udp.local', 'x'), type: fc.constantFrom('TXT', 'PTR'), data: text });
    fc.assert(
      fc.property(fc.array(answer, { maxLength: 40 }), (answers) => {
        const sighting = sightingIn({ type: 'response', answers: answers as NonNullable<Packet['answers']> }, SENDER);
        expect(sighting === null || sighting.peerId === PEER).toBe(true);
      }),
    );
  });
});

describe('The table of sightings', () => {
  const at = (n: number) => `/ip4/10.0.0.1/tcp/${1000 + n}`;

  it('tells a new peer and a new address at once, an old one now and then', () => {
    const table = createHintTable();
    expect(table.see({ peerId: 'a', addresses: [at(1)] }, 's', 0)).toEqual([at(1)]);
    expect(table.see({ peerId: 'a', addresses: [at(1)] }, 's', 1)).toBeNull();
    expect(table.see({ peerId: 'a', addresses: [at(2)] }, 's', 2)).toEqual([at(2), at(1)]);
    expect(table.see({ peerId: 'a', addresses: [at(1)] }, 's', 2 + HINT_REPEAT_MS)).toEqual([at(1), at(2)]);
  });

  it('gives one sender its share and no more', () => {
    const table = createHintTable();
    for (let n = 0; n < 1000; n++) table.see({ peerId: `forged ${n}`, addresses: [at(1)] }, 'bad', 0);
    expect(table.size).toBe(MAX_HINTS_PER_SENDER);
    expect(table.see({ peerId: 'real', addresses: [at(1)] }, 'good', 0)).toEqual([at(1)]);
  });

  it('has an end, and room again when sightings grow old', () => {
    const table = createHintTable();
    for (let n = 0; n < 1000; n++) table.see({ peerId: `p${n}`, addresses: [at(1)] }, `s${n}`, 0);
    expect(table.size).toBe(MAX_HINTS);
    expect(table.see({ peerId: 'late', addresses: [at(1)] }, 'late', HINT_LIFETIME_MS - 1)).toBeNull();
    expect(table.see({ peerId: 'late', addresses: [at(1)] }, 'late', HINT_LIFETIME_MS)).toEqual([at(1)]);
    expect(table.size).toBe(1);
  });

  it('keeps a peer’s newest addresses, few of them, and forgets the old', () => {
    const table = createHintTable();
    let known: string[] | null = null;
    for (let n = 0; n < 50; n++) known = table.see({ peerId: 'a', addresses: [at(n)] }, 's', n) ?? known;
    expect(known).toEqual(Array.from({ length: MAX_ADDRESSES_PER_PEER }, (_, n) => at(49 - n)));
    table.see({ peerId: 'a', addresses: [at(99)] }, 's', HINT_LIFETIME_MS);
    expect(table.see({ peerId: 'a', addresses: [at(99)] }, 's', 2 * HINT_LIFETIME_MS - 1)).toEqual([at(99)]);
  });
});

describe('The share of packets', () => {
  it('is each sender’s own, every second anew', () => {
    const share = createPacketShare();
    const admitted = (sender: string, now: number) => Array.from({ length: 1000 }, () => share.admit(sender, now)).filter(Boolean).length;
    expect(admitted('bad', 100)).toBe(MAX_PACKETS_PER_SENDER);
    expect(share.admit('good', 200)).toBe(true);
    expect(admitted('bad', 999)).toBe(0);
    expect(admitted('bad', 1000)).toBe(MAX_PACKETS_PER_SENDER);
  });

  it('is given to so many senders only', () => {
    const share = createPacketShare();
    const admitted = Array.from({ length: 10_000 }, (_, n) => share.admit(`forged ${n}`, 0)).filter(Boolean);
    expect(admitted).toHaveLength(MAX_SENDERS_PER_SECOND);
  });
});
