/**
 * Brings carrier links and the vault together: every link becomes a connection of the vault, frames go both ways, and
 * who was met where is remembered so that contacts are found again. Knows nothing of what the frames say.
 */
import { type Failure, Refusal, fail } from '../../../protocol/errors.ts';
import type { InstanceId } from '../../../protocol/identifiers.ts';
import type { HostMessage } from '../../../protocol/module-port.ts';
import type { Nearby, Settings } from '../../../protocol/contracts/host.contract.ts';
import type { VaultNews } from '../modules/vault-link.ts';
import type { Carrier, CarrierLink, PeerHint } from '../network/carrier.port.ts';
import { keepInTouch } from '../network/keep-in-touch.ts';
import { pauseMs } from '../network/reconnect.machine.ts';
import type { AddressBook } from '../storage/address-book.ts';
import { BoundedMap } from './bounded-map.ts';
import { frameCredit } from './frame-credit.ts';

/** Strangers that are dialled of our own accord, so that their names can be shown; a room full of people. */
const MAX_STRANGERS_DIALLED = 32;
/** A stranger who was not seen for this long is not shown any more. */
const SIGHTING_LASTS_MS = 5 * 60_000;
/** Peers whose last sighting, trouble or refusal is remembered: a hall full of people. Making up a PeerId costs nothing, so there must be an end. */
const MAX_PEERS_REMEMBERED = 256;
/** How long `connect` waits for the vaults to meet once the carrier stands. */
const MEETING_TIMEOUT_MS = 20_000;

const TURNED_AWAY = fail('session_closed', 'They ended the connection before the wallets had met. Perhaps only their contacts can see them.').failure;

interface Met { readonly instance: InstanceId; readonly name: string }
interface Sighting { hint: PeerHint; seenAt: number }

export interface MeetingsOptions {
  readonly carrier: Carrier;
  readonly addressBook: AddressBook;
  readonly visibility: () => Settings['visibility'];
  readonly post: (message: Exclude<HostMessage, { type: 'call' | 'answer' | 'boot' }>) => void;
  /** Resolves once the vault has read everything posted so far; rejects if it is gone. */
  readonly taken: () => Promise<unknown>;
  /** Instances that are contacts now. */
  readonly contacts: () => Promise<ReadonlySet<InstanceId>>;
  readonly onChange: () => void;
}

export interface Meetings {
  /** Takes the vault's news about connections; others are ignored. */
  heard(news: VaultNews): void;
  /**
   * The vault has crashed or stopped: its sessions are gone, so links are closed. Links that come before it is back from a
   * crash wait for it, frames and all; a wallet that has stopped for good turns everybody away.
   */
  vaultGone(forGood: boolean): void;
  /** The vault runs again: contacts are dialled, and links that waited are its. */
  vaultBack(): Promise<void>;
  /** Contacts may have changed: they are asked for, and everybody wanted is looked for anew. */
  refreshWanted(): Promise<void>;
  /** Visibility was changed: whoever may not see us any more is parted from. Those invited later are not. */
  visibilityChanged(): Promise<void>;
  /** Dials and waits until the two vaults have met. @throws Refusal `peer_unreachable`, `bad_address`, or the vault's reason */
  connect(target: PeerHint, expect: InstanceId | null): Promise<Met>;
  nearby(): Nearby[];
  /** PeerIds of contacts whose vaults have been met and are there. */
  friends(): string[];
  wake(): void;
  stop(): Promise<void>;
}

export function startMeetings({ carrier, addressBook, visibility, post, taken, contacts, onChange }: MeetingsOptions): Meetings {
  const links = new Map<number, CarrierLink>();
  const met = new Map<number, Met>();
  const sightings = new BoundedMap<string, Sighting>(MAX_PEERS_REMEMBERED);
  /** Where peers that linked to us say they listen; what the network says of them is worth no place in the address book. */
  const toldBy = new BoundedMap<string, readonly string[]>(MAX_PEERS_REMEMBERED);
  const troubles = new BoundedMap<string, Failure>(MAX_PEERS_REMEMBERED);
  const waiting = new Map<number, { resolve: (met: Met) => void; reject: (failure: Failure) => void }>();
  const unmet = new BoundedMap<string, { times: number; until: number }>(MAX_PEERS_REMEMBERED);
  const early: { link: CarrierLink; expect: InstanceId | null; invited: boolean }[] = [];
  let vault: 'running' | 'restarting' | 'stopped' = 'running';
  let known: ReadonlySet<InstanceId> = new Set();
  /** False until the vault has said who its contacts are, and again when it could not say. */
  let isKnown = false;
  let asking = 0;

  const expected = (peerId: string): InstanceId | null => addressBook.entries().find(([instance, entry]) => entry.peerId === peerId && known.has(instance))?.[0] ?? null;

  /** @param invited the person asked for this meeting, so a stranger is welcome whatever the visibility */
  function take(link: CarrierLink, expect: InstanceId | null, invited = false): void {
    if (vault === 'stopped') return link.close();
    // A vault that does not hear of a link now would never hear of it; both sides would wait for each other.
    if (vault === 'restarting') return void early.push({ link, expect, invited });
    links.set(link.id, link);
    const given = frameCredit(taken);
    link.onFrame((frame) => {
      post({ type: 'received', now: Date.now(), connection: link.id, frame });
      return given(frame.length);
    });
    link.onClose((reason) => gone(link, reason));
    post({
      type: 'connected', now: Date.now(), connection: link.id, role: link.role, localPeer: link.localPeer, remotePeer: link.remotePeer,
      expect, strangersWelcome: invited || visibility() === 'visible',
    });
    onChange();
  }

  function gone(link: CarrierLink, reason: Failure | null): void {
    if (!links.delete(link.id)) return;
    if (!met.delete(link.id) && !reason && link.role === 'initiator') rest(link.remotePeer);
    if (reason) troubles.set(link.remotePeer, reason);
    waiting.get(link.id)?.reject(reason ?? fail('session_closed', 'The connection ended before the wallets had met.').failure);
    waiting.delete(link.id);
    post({ type: 'disconnected', now: Date.now(), connection: link.id });
    onChange();
  }

  /** Whoever ends the connection before the wallets have met does not want to, or cannot: each time they are left alone for longer. */
  function rest(peerId: string): void {
    if (!troubles.has(peerId)) troubles.set(peerId, TURNED_AWAY);
    const times = (unmet.get(peerId)?.times ?? 0) + 1;
    const pause = Math.ceil(pauseMs(times, Math.random()));
    unmet.set(peerId, { times, until: Date.now() + pause });
    setTimeout(lookAgain, pause).unref();
    lookAgain();
  }

  const reconnector = keepInTouch(carrier, { onLink: (link) => take(link, expected(link.remotePeer)) });
  carrier.onLink((link) => take(link, null));
  carrier.onHint((hint) => {
    sightings.set(hint.peerId, { hint, seenAt: Date.now() });
    if (hint.foundBy === 'incoming') toldBy.set(hint.peerId, hint.addresses);
    lookAgain();
    onChange();
  });
  carrier.onNetworkChange(onChange);

  async function refreshWanted(): Promise<void> {
    asking += 1;
    try {
      known = await contacts();
      isKnown = true;
    } catch (error) {
      isKnown = false;
      throw error;
    } finally {
      asking -= 1;
    }
    want();
  }

  /** After a sighting or a pause. Neither makes contacts, so the vault is not asked: a neighbour could make it busy. */
  function lookAgain(): void {
    if (isKnown) want();
    // Fails if the vault ends meanwhile; it is done again when the vault is back.
    else if (asking === 0) refreshWanted().catch(() => undefined);
  }

  /** Tells the carrier whom we would like to meet, and who may come. */
  function want(): void {
    const oldest = Date.now() - SIGHTING_LASTS_MS;
    for (const [peerId, { seenAt }] of sightings) if (seenAt < oldest && !isLinked(peerId)) sightings.delete(peerId);
    const friends: PeerHint[] = addressBook.entries().filter(([instance]) => known.has(instance)).map(([, { peerId, addresses }]) => ({ peerId, addresses, foundBy: 'known' }));
    const friendly = new Set(friends.map(({ peerId }) => peerId));
    // Dialling a stranger shows them who we are, so only those who want to be seen do it.
    const strangers = visibility() === 'visible' ? [...sightings.values()].map(({ hint }) => hint).filter(({ peerId, foundBy }) => foundBy === 'mdns' && !friendly.has(peerId)).slice(0, MAX_STRANGERS_DIALLED) : [];
    for (const [peerId, { until }] of unmet) if (until + SIGHTING_LASTS_MS < Date.now()) unmet.delete(peerId);
    carrier.setAllowedPeers(visibility() === 'hidden' ? friendly : null);
    reconnector.setWanted([...friends, ...strangers].filter(({ peerId }) => (unmet.get(peerId)?.until ?? 0) <= Date.now()));
    for (const [connection, { instance }] of met) if (known.has(instance)) remember(connection, instance);
  }

  async function visibilityChanged(): Promise<void> {
    await refreshWanted();
    if (visibility() === 'visible') return;
    for (const link of [...links.values()]) if (expected(link.remotePeer) === null && !known.has(met.get(link.id)?.instance ?? '' as InstanceId)) link.close();
  }

  const isLinked = (peerId: string): boolean => [...links.values()].some((link) => link.remotePeer === peerId);

  /** Where a contact was met. Only an address we dialled is one that can be dialled again; others it has to name itself. */
  function remember(connection: number, instance: InstanceId): void {
    const link = links.get(connection);
    if (!link) return;
    const before = addressBook.get(instance);
    const dialled = link.role === 'initiator' ? [link.remoteAddress] : [];
    const told = toldBy.get(link.remotePeer) ?? [];
    const addresses = [...new Set([...dialled, ...told, ...(before?.peerId === link.remotePeer ? before.addresses : [])])];
    if (before?.peerId === link.remotePeer && addresses.length === before.addresses.length && addresses.every((address) => before.addresses.includes(address)) && Date.now() - before.lastMetAt < 60_000) return;
    addressBook.remember(instance, { peerId: link.remotePeer, addresses, lastMetAt: Date.now() });
  }

  function heard(news: VaultNews): void {
    if (news.type === 'send') links.get(news.connection)?.send(news.frame);
    if (news.type === 'hang-up') hungUp(news.connection, news.failure);
    if (news.type === 'met') {
      const whom: Met = { instance: news.instance as InstanceId, name: news.name };
      met.set(news.connection, whom);
      const peerId = links.get(news.connection)?.remotePeer;
      if (peerId) {
        troubles.delete(peerId);
        unmet.delete(peerId);
      }
      if (news.paired) remember(news.connection, whom.instance);
      waiting.get(news.connection)?.resolve(whom);
      waiting.delete(news.connection);
      onChange();
    }
  }

  function hungUp(connection: number, failure: Failure | null): void {
    const link = links.get(connection);
    if (!link) return;
    if (failure) troubles.set(link.remotePeer, failure);
    waiting.get(connection)?.reject(failure ?? fail('session_closed', 'The other wallet ended the connection.').failure);
    waiting.delete(connection);
    link.close();
  }

  async function connect(target: PeerHint, expect: InstanceId | null): Promise<Met> {
    const standing = [...met].find(([connection]) => links.get(connection)?.remotePeer === target.peerId)?.[1];
    if (standing) return standing;
    const underWay = [...links.values()].find((link) => link.remotePeer === target.peerId);
    const link = underWay ?? (await carrier.dial(target));
    const meeting = new Promise<Met>((resolve, reject) => {
      const timer = setTimeout(() => reject(new Refusal('peer_unreachable', 'The other computer answered, but its wallet did not.')), MEETING_TIMEOUT_MS);
      waiting.set(link.id, {
        resolve: (whom) => { clearTimeout(timer); resolve(whom); },
        reject: (failure) => { clearTimeout(timer); reject(new Refusal(failure.code, failure.detail, failure.params)); },
      });
    });
    if (!underWay) {
      sightings.set(target.peerId, { hint: target, seenAt: Date.now() });
      reconnector.adopt(link);
      take(link, expect ?? expected(link.remotePeer), true);
    }
    return await meeting;
  }

  function nearby(): Nearby[] {
    const peers = new Set([...sightings.keys(), ...[...links.values()].map(({ remotePeer }) => remotePeer)]);
    return [...peers].map((peerId) => {
      const link = [...links.values()].find(({ remotePeer }) => remotePeer === peerId);
      const whom = link && met.get(link.id);
      const hint = sightings.get(peerId)?.hint;
      const trouble = troubles.get(peerId) ?? null;
      return {
        peerId, addresses: [...(hint?.addresses ?? (link ? [link.remoteAddress] : []))], foundBy: hint?.foundBy ?? 'incoming',
        instance: whom?.instance ?? expected(peerId), name: whom?.name ?? null, trouble: whom ? null : trouble,
        state: whom ? 'connected' : link ? 'connecting' : trouble ? 'failed' : 'seen',
      };
    });
  }

  return {
    heard, refreshWanted, visibilityChanged, connect, nearby,
    friends: () => [...met].flatMap(([connection, { instance }]) => (known.has(instance) ? (links.get(connection)?.remotePeer ?? []) : [])),
    vaultGone(forGood) {
      vault = forGood ? 'stopped' : 'restarting';
      for (const link of [...links.values(), ...(forGood ? early.splice(0).map(({ link: waitingLink }) => waitingLink) : [])]) link.close();
      if (!forGood) return;
      reconnector.setWanted([]);
      carrier.setAllowedPeers(new Set());
    },
    async vaultBack() {
      vault = 'running';
      for (const { link, expect, invited } of early.splice(0)) take(link, expect, invited);
      await refreshWanted();
    },
    wake() {
      void carrier.refresh().then(() => reconnector.nudge());
    },
    async stop() {
      reconnector.stop();
      await carrier.stop();
      await addressBook.flush();
    },
  };
}
