/**
 * Pairing (design §6; assurance rows 33, 34): two people compare three words. Both vaults first commit to, then reveal,
 * a nonce; the words are a hash over the session, both instances and both nonces. Someone in the middle has two
 * sessions with two different hashes, and one guess in 2^33 at making the words agree.
 *
 *   asker      start ─pair-request(commitment)▶ waiting ◀pair-nonce─ ─pair-reveal▶ compare
 *   asked      pair-request ▶ waiting ─pair-nonce▶ … ◀pair-reveal─ ▶ compare
 *   both       compare ──they match──▶ contact pinned here, pair-confirm ▶ confirmed ──theirs came──▶ mutual
 *              compare ──they differ──▶ pair-abort, counted ▶ gone
 *
 * Each side pins on its own person's word. Nothing is exchanged until both have.
 */
import { wordlist } from '@scure/bip39/wordlists/english.js';
import { type Failure, fail, refuse } from '../../../protocol/errors.ts';
import { type InstanceId, instanceIdOf, instanceKeyOf } from '../../../protocol/identifiers.ts';
import { MAX_CONTACTS, MAX_PAIRING_FAILURES } from '../../../protocol/limits.ts';
import type { MessageOf } from '../../../protocol/messages.codec.ts';
import { concatBytes, digest, equalBytes } from '../bytes.ts';
import type { Contact, Self } from '../records.ts';
import { must } from '../state.ts';
import { onClock } from '../time.ts';
import { beginWithContact } from '../sessions/resume.ts';
import { type OpenSession, openSessionWith } from '../sessions/session.ts';
import { tellOn } from '../sessions/speaking.ts';
import type { Turn } from '../turn.ts';

/** Requests one stranger may make in one session: a person's patience. */
const MAX_REQUESTS_PER_SESSION = 3;
/** How long pairing is refused after the third failure in a row; doubles with each further one. */
const FIRST_LOCK_MS = 10 * 60_000;
/** Doubling ends here: a week. */
const LONGEST_LOCK_MS = 7 * 24 * 60 * 60_000;

interface PairingBase {
  readonly startedByMe: boolean;
  /** The session in which it began; the words are bound to it. */
  readonly connection: number;
  readonly ownNonce: Uint8Array;
}

export type Pairing =
  | (PairingBase & { readonly state: 'waiting'; /** What the asker committed to; null on the asker's own side. */ readonly commitment: Uint8Array | null })
  | (PairingBase & { readonly state: 'compare'; readonly words: readonly string[]; /** They have said that the words match. */ readonly theyConfirmed: boolean })
  | (PairingBase & { readonly state: 'confirmed'; readonly words: readonly string[]; /** The contact before it was pinned anew; null if there was none. */ readonly before: Contact | null });

/** What the asker commits to. */
export const commitmentTo = (nonce: Uint8Array, { handshakeHash }: Pick<OpenSession, 'handshakeHash'>): Uint8Array => digest('tallystick pairing commitment', handshakeHash, nonce);

/** Three words of 11 bits each: 33 bits, from the list of BIP-39 because its words are hard to mishear. `asker`, `asked`: instance keys. */
export function pairingWords({ handshakeHash }: Pick<OpenSession, 'handshakeHash'>, asker: Uint8Array, asked: Uint8Array, askerNonce: Uint8Array, askedNonce: Uint8Array): string[] {
  const hash = digest('tallystick pairing words', handshakeHash, concatBytes(asker, asked, askerNonce, askedNonce));
  const bits = new DataView(hash.buffer, hash.byteOffset).getBigUint64(0);
  return [53n, 42n, 31n].map((shift) => wordlist[Number((bits >> shift) & 0x7ffn)] ?? '');
}

function wordsOf(turn: Turn, session: OpenSession, askerNonce: Uint8Array, askedNonce: Uint8Array, startedByMe: boolean): string[] {
  const self = must(turn.state, 'self', 'self').publicKey;
  const peer = instanceKeyOf(session.instance) ?? new Uint8Array();
  return startedByMe ? pairingWords(session, self, peer, askerNonce, askedNonce) : pairingWords(session, peer, self, askerNonce, askedNonce);
}

/** @throws Refusal `pairing_locked` while too many failures are fresh */
function requireUnlocked(turn: Turn): void {
  const { pairingLockedUntil } = must(turn.state, 'self', 'self');
  if (turn.time.now < pairingLockedUntil) refuse('pairing_locked', 'Pairing failed too often. It is locked for a while, for your safety.', { until: onClock(turn.time, pairingLockedUntil) });
}

function countFailure(turn: Turn): void {
  const self = must(turn.state, 'self', 'self');
  const failures = self.pairingFailures + 1;
  const beyond = failures - MAX_PAIRING_FAILURES;
  const lock = beyond < 0 ? 0 : Math.min(FIRST_LOCK_MS * 2 ** Math.min(beyond, 20), LONGEST_LOCK_MS);
  const next: Self = { ...self, pairingFailures: failures, pairingLockedUntil: lock === 0 ? self.pairingLockedUntil : turn.time.now + lock };
  turn.state.put('self', 'self', next);
}

/** Whoever is a contact already may be paired with anew. @throws Refusal `too_many` */
function requireRoomFor(turn: Turn, instance: InstanceId): void {
  if (!turn.state.get('contact', instance) && [...turn.state.all('contact')].length >= MAX_CONTACTS) refuse('too_many', 'This wallet has as many contacts as it can keep.');
}

/** The person asks to pair. @throws Refusal `pairing_locked`, `already_paired`, `peer_unreachable`, `too_many` */
export function startPairing(turn: Turn, instance: InstanceId): void {
  requireUnlocked(turn);
  const session = openSessionWith(turn.state, instance) ?? refuse('peer_unreachable', 'They are not within reach now.');
  // A contact who is here but does not take up where we left off has forgotten us; then the words are compared again.
  if (turn.state.get('contact', instance)?.mutual && session.resumed) refuse('already_paired', 'You are paired already.');
  requireRoomFor(turn, instance);
  const ownNonce = turn.entropy.take(32);
  turn.state.put('pairing', instance, { state: 'waiting', startedByMe: true, connection: session.connection, ownNonce, commitment: null });
  tellOn(turn, session.connection, { type: 'pair-request', commitment: commitmentTo(ownNonce, session) });
}

export function onPairRequest(turn: Turn, session: OpenSession, message: MessageOf<'pair-request'>): Failure | null {
  const { instance, connection } = session;
  if (session.pairRequests >= MAX_REQUESTS_PER_SESSION) return fail('pairing_failed', 'Too many pairing requests.').failure;
  turn.state.put('session', String(connection), { ...session, pairRequests: session.pairRequests + 1 });
  const locked = turn.time.now < must(turn.state, 'self', 'self').pairingLockedUntil;
  const current = turn.state.get('pairing', instance);
  // Both asked at once: the greater key's request stands.
  const mineStands = current?.startedByMe && current.state === 'waiting' && instance < ownInstance(turn);
  if (mineStands) return null;
  if (locked || current?.state === 'compare') {
    tellOn(turn, connection, { type: 'pair-abort', reason: locked ? 'pairing_locked' : 'busy' });
    return null;
  }
  const ownNonce = turn.entropy.take(32);
  turn.state.put('pairing', instance, { state: 'waiting', startedByMe: false, connection, ownNonce, commitment: message.commitment });
  tellOn(turn, connection, { type: 'pair-nonce', nonce: ownNonce });
  return null;
}

const ownInstance = (turn: Turn): InstanceId => instanceIdOf(must(turn.state, 'self', 'self').publicKey);

export function onPairNonce(turn: Turn, session: OpenSession, message: MessageOf<'pair-nonce'>): Failure | null {
  const { instance, connection } = session;
  const pairing = turn.state.get('pairing', instance);
  if (pairing?.state !== 'waiting' || !pairing.startedByMe || pairing.connection !== connection) return null;
  tellOn(turn, connection, { type: 'pair-reveal', nonce: pairing.ownNonce });
  const words = wordsOf(turn, session, pairing.ownNonce, message.nonce, true);
  turn.state.put('pairing', instance, { state: 'compare', startedByMe: true, connection, ownNonce: pairing.ownNonce, words, theyConfirmed: false });
  return null;
}

export function onPairReveal(turn: Turn, session: OpenSession, message: MessageOf<'pair-reveal'>): Failure | null {
  const { instance, connection } = session;
  const pairing = turn.state.get('pairing', instance);
  if (pairing?.state !== 'waiting' || pairing.startedByMe || pairing.connection !== connection || !pairing.commitment) return null;
  if (!equalBytes(commitmentTo(message.nonce, session), pairing.commitment)) {
    // Not a guess at the words, which were not shown yet: counting it would let any stranger lock pairing.
    turn.state.remove('pairing', instance);
    return fail('pairing_failed', 'What was revealed is not what was committed to.').failure;
  }
  const words = wordsOf(turn, session, message.nonce, pairing.ownNonce, false);
  turn.state.put('pairing', instance, { state: 'compare', startedByMe: false, connection, ownNonce: pairing.ownNonce, words, theyConfirmed: false });
  turn.outputs.push({ type: 'notify', event: 'pairing', contact: instance, name: session.name, text: words.join(' ') });
  return null;
}

/** The person's word on the words. @throws Refusal `unknown_pairing`, `too_many` */
export function confirmPairing(turn: Turn, instance: InstanceId, matches: boolean): void {
  const pairing = turn.state.get('pairing', instance);
  const session = pairing && turn.state.get('session', String(pairing.connection));
  if (pairing?.state !== 'compare' || session?.phase !== 'open') return refuse('unknown_pairing', 'There is no pairing with words to compare.');
  if (!matches) {
    countFailure(turn);
    turn.state.remove('pairing', instance);
    tellOn(turn, pairing.connection, { type: 'pair-abort', reason: 'pairing_failed' });
    return;
  }
  requireRoomFor(turn, instance);
  const before = turn.state.get('contact', instance) ?? null;
  pin(turn, session, before);
  const { startedByMe, connection, ownNonce, words } = pairing;
  turn.state.put('pairing', instance, { state: 'confirmed', startedByMe, connection, ownNonce, words, before });
  tellOn(turn, connection, { type: 'pair-confirm' });
  if (pairing.theyConfirmed) beginWithContact(turn, instance);
}

/** From here on this key, and no other, is this contact. */
function pin(turn: Turn, session: OpenSession, known: Contact | null): void {
  const { name: theirName, tier, measurement } = session;
  turn.state.put('contact', session.instance, {
    instance: session.instance, petname: known?.petname ?? null, theirName, tier, measurement, rule: known?.rule ?? { mode: 'ask' },
    pairedAt: turn.time.clock, mutual: known?.mutual ?? false, keyChanged: null,
  });
  const self = must(turn.state, 'self', 'self');
  if (self.pairingFailures > 0) turn.state.put('self', 'self', { ...self, pairingFailures: 0 });
}

export function onPairConfirm(turn: Turn, session: OpenSession): Failure | null {
  const pairing = turn.state.get('pairing', session.instance);
  if (pairing?.connection !== session.connection) return null;
  if (pairing.state === 'compare') turn.state.put('pairing', session.instance, { ...pairing, theyConfirmed: true });
  if (pairing.state === 'confirmed') beginWithContact(turn, session.instance);
  return null;
}

/** They said that the words differ, or gave up. Whoever we pinned in this pairing is not pinned any more. */
export function onPairAbort(turn: Turn, session: OpenSession): Failure | null {
  const { instance } = session;
  const pairing = turn.state.get('pairing', instance);
  if (!pairing) return null;
  turn.state.remove('pairing', instance);
  unpin(turn, instance, pairing);
  return null;
}

/** Undoes what our own person's word had pinned in a pairing that came to nothing. */
function unpin(turn: Turn, instance: InstanceId, pairing: Pairing): void {
  if (pairing.state !== 'confirmed') return;
  if (pairing.before) turn.state.put('contact', instance, pairing.before);
  else turn.state.remove('contact', instance);
}

/** The person gives up waiting. @throws Refusal `unknown_pairing` */
export function cancelPairing(turn: Turn, instance: InstanceId): void {
  const pairing = turn.state.get('pairing', instance) ?? refuse('unknown_pairing', 'There is no pairing with them.');
  turn.state.remove('pairing', instance);
  unpin(turn, instance, pairing);
  tellOn(turn, pairing.connection, { type: 'pair-abort', reason: 'cancelled' });
}
