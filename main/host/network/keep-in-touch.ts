/**
 * Keeps one live link to each wanted peer: dials, waits, dials again, and takes news from the carrier (sightings, a
 * changed network, links from the other side). When is reconnect.machine.ts's part; this file only has the timer.
 */
import { Refusal } from '../../../protocol/errors.ts';
import { MAX_ADDRESSES_PER_PEER } from './carrier-limits.ts';
import type { Carrier, CarrierLink, PeerHint } from './carrier.port.ts';
import { type ContactEvent, type ContactState, dialsFirst, nextContactState, wantedContact } from './reconnect.machine.ts';

export interface KeepInTouchOptions {
  /** A link that this dialled. Links that others open arrive at the carrier's `onLink`, as ever. */
  readonly onLink: (link: CarrierLink) => void;
  readonly wanted?: readonly PeerHint[];
  /** 0 ≤ r < 1 */
  readonly random?: () => number;
  /** Milliseconds; must not stand still. */
  readonly now?: () => number;
}

export interface Reconnector {
  /** Replaces the list. Links to peers that are no longer wanted stay; they are just not dialled again. */
  setWanted(wanted: readonly PeerHint[]): void;
  /** Says that a link stands which neither this nor the carrier's `onLink` has seen: one that somebody else dialled. */
  adopt(link: CarrierLink): void;
  /** Dials soon: one wanted peer, or all. */
  nudge(peerId?: string): void;
  isLinked(peerId: string): boolean;
  /** Ends dials under way and dials no more. Links stay. */
  stop(): void;
}

interface Contact {
  state: ContactState;
  hint: PeerHint;
  /** Where the peer was seen lately, newest first. */
  seenAt: readonly string[];
}

export function keepInTouch(carrier: Carrier, { onLink, wanted = [], random = Math.random, now = Date.now }: KeepInTouchOptions): Reconnector {
  const contacts = new Map<string, Contact>();
  const linked = new Map<string, CarrierLink>();
  const stopping = new AbortController();
  let timer: ReturnType<typeof setTimeout> | null = null;

  const isFirst = (peerId: string) => dialsFirst(carrier.peerId, peerId);
  const apply = (peerId: string, event: ContactEvent) => {
    const contact = contacts.get(peerId);
    if (contact) contact.state = nextContactState(contact.state, event, isFirst(peerId), now());
    schedule();
  };
  const schedule = () => {
    if (timer) clearTimeout(timer);
    timer = null;
    if (stopping.signal.aborted) return;
    const due = [...contacts.values()].flatMap(({ state }) => (state.phase === 'waiting' ? [state.dueAt] : []));
    if (due.length > 0) timer = setTimeout(dialDue, Math.max(0, Math.min(...due) - now()));
  };
  const dialDue = () => {
    for (const [peerId, { state }] of contacts) if (state.phase === 'waiting' && state.dueAt <= now()) void dial(peerId);
    schedule();
  };
  const dial = async (peerId: string) => {
    const contact = contacts.get(peerId)!;
    apply(peerId, { type: 'due' });
    const addresses = inTurn(contact.seenAt, contact.hint.addresses).slice(0, MAX_ADDRESSES_PER_PEER);
    try {
      const link = await carrier.dial({ peerId, addresses, foundBy: 'known' }, { signal: stopping.signal });
      adopt(link);
      onLink(link);
    } catch (error) {
      if (!(error instanceof Refusal)) throw error;
      apply(peerId, { type: 'failed', random: random() });
    }
  };
  const adopt = (link: CarrierLink) => {
    const peerId = link.remotePeer;
    linked.set(peerId, link);
    apply(peerId, { type: 'linked' });
    link.onClose(() => {
      if (linked.get(peerId) !== link) return;
      linked.delete(peerId);
      apply(peerId, { type: 'closed', random: random() });
    });
  };
  const nudge = (peerId?: string) => {
    for (const id of peerId === undefined ? [...contacts.keys()] : [peerId]) apply(id, { type: 'nudged' });
  };
  const setWanted = (hints: readonly PeerHint[]) => {
    const ids = new Set(hints.map((hint) => hint.peerId));
    for (const peerId of contacts.keys()) if (!ids.has(peerId)) contacts.delete(peerId);
    for (const hint of hints) {
      if (hint.peerId === carrier.peerId) continue;
      const known = contacts.get(hint.peerId);
      if (known) {
        const isNews = hint.addresses.some((address) => !known.hint.addresses.includes(address));
        known.hint = hint;
        if (isNews) nudge(hint.peerId);
      } else {
        const fresh = wantedContact(isFirst(hint.peerId), now());
        contacts.set(hint.peerId, { state: linked.has(hint.peerId) ? { phase: 'linked', nudgedAt: now() } : fresh, hint, seenAt: [] });
      }
    }
    schedule();
  };

  carrier.onLink((link) => {
    if (!stopping.signal.aborted) adopt(link);
  });
  carrier.onHint(({ peerId, addresses }) => {
    const contact = contacts.get(peerId);
    if (!contact || stopping.signal.aborted) return;
    contact.seenAt = addresses;
    nudge(peerId);
  });
  carrier.onNetworkChange(() => nudge());
  setWanted(wanted);
  return {
    setWanted,
    adopt,
    nudge,
    isLinked: (peerId) => linked.has(peerId),
    stop() {
      stopping.abort();
      if (timer) clearTimeout(timer);
    },
  };
}

/** From each list in turn: anybody on the network may say where a peer is, and must not push out where it was met. */
const inTurn = (seen: readonly string[], known: readonly string[]): string[] =>
  [...new Set(Array.from({ length: Math.max(seen.length, known.length) }, (_, at) => [seen[at], known[at]]).flat().filter((address) => address !== undefined))];
