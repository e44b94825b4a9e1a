/** Packets of multicast DNS, from whoever shares the network: each is nothing, or an announcement of its sender alone. */
import { decode, type DecodedPacket } from 'dns-packet';
import { MAX_HINTS } from '../../../main/host/network/discovery-limits.ts';
import { createHintTable } from '../../../main/host/network/hint-table.ts';
import { parseListenAddress } from '../../../main/host/network/listen-addresses.ts';
import { answersForWallets, asksForWallets, sightingIn } from '../../../main/host/network/mdns-record.ts';
import { type Target, ACCEPTED, bytesTarget, mustHold, refusedWith, textTarget } from '../engine/target.ts';
import { refusing } from './text.ts';

/** Who sent every packet here. */
export const SENDER = '192.168.7.20';
const hints = createHintTable();
let now = 0;

export const DISCOVERY_TARGETS: readonly Target[] = [
  bytesTarget('mdns-packet', {
    covers: ['main/host/network/mdns-record.ts#sightingIn', 'main/host/network/mdns-record.ts', 'main/host/network/hint-table.ts'],
    run(bytes) {
      let packet: DecodedPacket;
      try {
        packet = decode(Buffer.from(bytes));
      } catch {
        // multicast-dns drops what its own reader does not take.
        return refusedWith('no packet');
      }
      const [asks, answers] = [asksForWallets(packet), answersForWallets(packet)];
      const sighting = sightingIn(packet, SENDER);
      if (!sighting) return asks || answers ? ACCEPTED : refusedWith('not for wallets');
      mustHold(sighting.addresses.length > 0 && sighting.addresses.every((address) => address.startsWith(`/ip4/${SENDER}/tcp/`)), `points at somebody else: ${sighting.addresses.join(' ')}`);
      hints.see(sighting, SENDER, (now += 1000));
      mustHold(hints.size <= MAX_HINTS, 'hints pile up');
      return ACCEPTED;
    },
  }),
  textTarget('listen-address', {
    covers: ['main/host/network/listen-addresses.ts#parseListenAddress'],
    run: (text) => refusing(() => {
      const { host, port } = parseListenAddress(text);
      mustHold(host.length > 0 && Number.isInteger(port) && port >= 0 && port <= 65_535, 'nothing to listen on');
    }, 'bad_address'),
  }),
];
