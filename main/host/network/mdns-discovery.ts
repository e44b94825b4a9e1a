/**
 * Finds wallets on the same network by multicast DNS (RFC 6762, IPv4), without a server: an ear on each interface, the
 * caps of hint-table.ts over all of them, and words for a person when the network swallows it. Sees the local link
 * only, and promises nobody's identity.
 */
import type { Packet } from 'dns-packet';
import { type Failure, fail } from '../../../protocol/errors.ts';
import { MAX_INTERFACES, QUERY_PAUSES_MS } from './discovery-limits.ts';
import { createHintTable } from './hint-table.ts';
import type { LocalAddress } from './interfaces.ts';
import { type Ear, openEar } from './mdns-ear.ts';
import { randomLabel, sightingIn } from './mdns-record.ts';
import { createPacketShare } from './packet-share.ts';

export interface MdnsDiscovery {
  /** Follows the interfaces: opens ears on new ones, closes those of gone ones, reopens broken ones, and asks at once. */
  update(): void;
  /** Null while at least one interface hears. */
  trouble(): Failure | null;
  stop(): Promise<void>;
}

export interface MdnsOptions {
  readonly localPeer: string;
  readonly addresses: () => readonly LocalAddress[];
  /** What to tell on this interface: a full multiaddr with its own address in it, or null to say nothing. */
  readonly announce: (local: LocalAddress) => string | null;
  readonly onSighting: (peerId: string, addresses: string[]) => void;
}

const WAY_OUT = 'Let one of you show the QR code or read out the address; that works without being found.';
const NO_NETWORK = fail('not_supported', `This computer is not connected to a network, so nobody can be found. ${WAY_OUT}`, { reason: 'no_network' }).failure;
const PORT_TAKEN = fail('not_supported', `Another program keeps wallets from finding each other (UDP port 5353). ${WAY_OUT}`, { reason: 'port_taken' }).failure;
const BLOCKED = fail('not_supported', `This network or a firewall keeps wallets from finding each other. ${WAY_OUT}`, { reason: 'blocked' }).failure;

export function startMdns({ localPeer, addresses, announce, onSighting }: MdnsOptions): MdnsDiscovery {
  const ears = new Map<string, Ear>();
  const hints = createHintTable();
  const label = randomLabel();
  const share = createPacketShare();
  let asked = 0;
  let timer: ReturnType<typeof setTimeout> | null = null;

  const admit = (sender: string) => share.admit(sender, Date.now());
  const onResponse = (packet: Packet, sender: string) => {
    const sighting = sightingIn(packet, sender);
    if (!sighting || sighting.peerId === localPeer) return;
    const known = hints.see(sighting, sender, Date.now());
    if (known) onSighting(sighting.peerId, known);
  };
  const ask = () => {
    for (const ear of ears.values()) ear.ask();
    timer = setTimeout(ask, QUERY_PAUSES_MS[Math.min(asked++, QUERY_PAUSES_MS.length - 1)]);
    timer.unref();
  };
  const update = () => {
    // Other computers first: loopback only joins wallets on this one.
    const wanted = [...addresses()].filter((a) => a.family === 4).sort((a, b) => Number(a.internal) - Number(b.internal)).slice(0, MAX_INTERFACES);
    const keys = new Set(wanted.map((local) => `${local.interfaceName} ${local.address}/${local.prefix}`));
    for (const [key, ear] of ears) {
      if (keys.has(key) && ear.state() === 'hears') continue;
      ears.delete(key);
      void ear.close();
    }
    for (const local of wanted) {
      const key = `${local.interfaceName} ${local.address}/${local.prefix}`;
      if (!ears.has(key)) ears.set(key, openEar({ local, label, announce, admit, onResponse }));
    }
    if (timer) clearTimeout(timer);
    asked = 0;
    ask();
  };
  update();
  return {
    update,
    trouble() {
      const outward = [...ears.values()].filter((ear) => !ear.local.internal);
      if (outward.length === 0) return NO_NETWORK;
      if (outward.some((ear) => ear.state() === 'hears')) return null;
      return outward.some((ear) => ear.state() === 'port-taken') ? PORT_TAKEN : BLOCKED;
    },
    async stop() {
      if (timer) clearTimeout(timer);
      await Promise.all([...ears.values()].map((ear) => ear.close()));
      ears.clear();
    },
  };
}
