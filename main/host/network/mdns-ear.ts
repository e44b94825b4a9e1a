/**
 * Multicast DNS on one network interface: one socket, sent through that interface by address. This works with several
 * interfaces and without a default or multicast route, where a socket left to the routing table is silently deaf.
 * A wallet hears its own question; `state` says when it does not.
 */
import type { Packet } from 'dns-packet';
import multicastDns from 'multicast-dns';
import type { RemoteInfo } from 'node:dgram';
import { ANSWER_INTERVAL_MS, MAX_UNHEARD_QUERIES } from './discovery-limits.ts';
import { type LocalAddress, isOnLink } from './interfaces.ts';
import { announcement, answersForWallets, asksForWallets, question } from './mdns-record.ts';

export interface Ear {
  readonly local: LocalAddress;
  ask(): void;
  state(): 'hears' | 'deaf' | 'port-taken';
  close(): Promise<void>;
}

export interface EarOptions {
  readonly local: LocalAddress;
  readonly label: string;
  readonly announce: (local: LocalAddress) => string | null;
  /** False: this packet is one too many and is dropped. */
  readonly admit: (sender: string) => boolean;
  readonly onResponse: (packet: Packet, sender: string) => void;
}

export function openEar({ local, label, announce, admit, onResponse }: EarOptions): Ear {
  // Bound to all addresses: a socket bound to one hears no multicast on Linux and macOS.
  const socket = multicastDns({ interface: local.address, bind: '0.0.0.0' });
  /** The code of the socket's last error, null while it works. */
  let failure: string | null = null;
  let unheard = 0;
  let answeredAt = 0;
  let answering: ReturnType<typeof setTimeout> | null = null;

  const note = (error?: Error | null) => {
    // Packets that do not parse are others' business; the socket's own errors name a system call.
    if (error && 'syscall' in error && 'code' in error) failure = String(error.code);
  };
  socket.on('error', note);
  socket.on('warning', note);

  const answer = () => {
    answering = null;
    answeredAt = Date.now();
    const address = announce(local);
    const packet = address ? announcement(label, address) : null;
    if (packet) socket.respond(packet, note);
  };
  // Every socket hears every interface: keep to this link, which also keeps out what was routed here.
  const isNear = (from: RemoteInfo) => isOnLink(from.address, local);
  socket.on('query', (packet, from) => {
    if (!isNear(from) || !asksForWallets(packet)) return;
    if (from.address === local.address) {
      unheard = 0;
      failure = null;
    }
    if (!answering && admit(from.address)) answering = setTimeout(answer, Math.max(0, answeredAt + ANSWER_INTERVAL_MS - Date.now()));
  });
  socket.on('response', (packet, from) => {
    if (isNear(from) && answersForWallets(packet) && admit(from.address)) onResponse(packet, from.address);
  });
  return {
    local,
    ask() {
      unheard += 1;
      socket.query(question(), note);
    },
    state: () => (failure === 'EADDRINUSE' ? 'port-taken' : failure || unheard > MAX_UNHEARD_QUERIES ? 'deaf' : 'hears'),
    close() {
      if (answering) clearTimeout(answering);
      return new Promise((resolve) => socket.destroy(resolve));
    },
  };
}
