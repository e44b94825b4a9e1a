/**
 * What a wallet says about itself by multicast DNS, and what it believes of others: RFC 6762/6763 records in the form
 * of the libp2p mDNS specification (a PTR to a random label, a TXT `dnsaddr=MULTIADDR`), under Tallystick's own tag.
 * Reveals the PeerId, and the address that the packet carries anyway; no name of a person or computer.
 */
import type { Answer, Packet, Question } from 'dns-packet';
import { randomBytes } from 'node:crypto';
import { parseDialTarget, parsePeerId } from './dial-targets.ts';
import { MAX_ANSWERS, SERVICE_TAG } from './discovery-limits.ts';

/** Longest string that a TXT record can hold (RFC 1035 §3.3.14). */
const MAX_TXT_BYTES = 255;
const TTL_SECONDS = 120;
const KEY = 'dnsaddr=';

/** A label that says nothing and differs at every start. */
export const randomLabel = (): string => randomBytes(16).toString('hex');

export const question = (): { questions: Question[] } => ({ questions: [{ name: SERVICE_TAG, type: 'PTR' }] });

/** True for a question about wallets. */
export const asksForWallets = (packet: Packet): boolean => packet.questions?.slice(0, MAX_ANSWERS).some((q) => q.name === SERVICE_TAG) ?? false;

/** The answer to `question`; null if the address does not fit. */
export function announcement(label: string, address: string): { answers: Answer[] } | null {
  const text = KEY + address;
  if (text.length > MAX_TXT_BYTES) return null;
  const name = `${label}.${SERVICE_TAG}`;
  return {
    answers: [
      { name: SERVICE_TAG, type: 'PTR', ttl: TTL_SECONDS, data: name },
      { name, type: 'TXT', ttl: TTL_SECONDS, data: text },
    ],
  };
}

/** True for an answer about wallets, before anything else in it is looked at. */
export const answersForWallets = (packet: Packet): boolean =>
  packet.answers?.slice(0, MAX_ANSWERS).some((answer) => answer.type === 'PTR' && answer.name === SERVICE_TAG) ?? false;

/**
 * The peer that `packet`, sent from `sender`, announces: only addresses that are the sender's own, so that nobody can
 * point us at somebody else. Null if nothing usable is in it. Never throws.
 */
export function sightingIn(packet: Packet, sender: string): { peerId: string; addresses: string[] } | null {
  let peerId: string | null = null;
  const addresses: string[] = [];
  for (const answer of [...(packet.answers ?? []), ...(packet.additionals ?? [])].slice(0, MAX_ANSWERS)) {
    if (answer.type !== 'TXT' || !answer.name.endsWith(`.${SERVICE_TAG}`)) continue;
    for (const entry of [answer.data].flat().slice(0, MAX_ANSWERS)) {
      const text = entry.toString();
      if (text.length > MAX_TXT_BYTES || !text.startsWith(KEY)) continue;
      try {
        const address = text.slice(KEY.length);
        const target = parseDialTarget(address);
        if (target.kind !== 'ip' || target.host !== sender || target.peerId === null) continue;
        if (peerId !== null && peerId !== target.peerId) return null;
        peerId = parsePeerId(target.peerId).toString();
        if (!addresses.includes(address)) addresses.push(address);
      } catch {
        continue;
      }
    }
  }
  return peerId === null ? null : { peerId, addresses };
}
