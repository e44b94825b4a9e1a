/**
 * From a fresh carrier connection to an open session: Noise XX, then evidence, the initiator's first so that a wallet
 * which hides from strangers need not show itself to one (design §6). Picture in session.ts.
 */
import { x25519 } from '@noble/curves/ed25519.js';
import { type Failure, fail } from '../../../protocol/errors.ts';
import { type InstanceId, InstanceIdSchema } from '../../../protocol/identifiers.ts';
import { MAX_SESSIONS, MAX_STRANGER_SESSIONS } from '../../../protocol/limits.ts';
import { decodeMessage } from '../../../protocol/messages.codec.ts';
import type { HostMessage } from '../../../protocol/module-port.ts';
import { encodeStrict } from '../../../protocol/cbor.codec.ts';
import type { Evidence } from '../../../protocol/statements.codec.ts';
import { equalBytes } from '../bytes.ts';
import { decryptWithAd } from '../noise/cipher-state.ts';
import { readMessage, startHandshake, writeMessage } from '../noise/handshake-xx.ts';
import { FORKED, isForked } from '../people/forks.ts';
import type { Contact } from '../records.ts';
import { beginWithContact, goOnElsewhere } from './resume.ts';
import { appraise, makeEvidence } from './evidence.ts';
import { type OpenSession, type Session, dropSession, hangUp } from './session.ts';
import { sendOn } from './speaking.ts';
import type { Turn } from '../turn.ts';

/** A handshake that takes longer than this is given up. */
const MEETING_TIMEOUT_MS = 20_000;

/** Both sides may dial at once, and an old connection may not be known to be dead yet. */
const MAX_SESSIONS_WITH_ONE = 4;

type Connected = Extract<HostMessage, { type: 'connected' }>;
type InNoise = Extract<Session, { phase: 'noise' }>;
type InEvidence = Extract<Session, { phase: 'evidence' }>;

const protocolFault = (detail: string): Failure => fail('peer_protocol', detail).failure;

/** Binds the session to the protocol, its version and the two carriers' names (initiator's first). */
export const prologueOf = (initiatorPeer: string, responderPeer: string): Uint8Array => encodeStrict(['tallystick', 1, initiatorPeer, responderPeer]);

/** A carrier connection stands: begin, or refuse when there are too many. */
export function connected(turn: Turn, input: Connected): void {
  const key = String(input.connection);
  if (turn.state.get('session', key)) throw new Error(`invariant: connection ${key} exists`);
  if (!makeRoom(turn)) {
    turn.outputs.push({ type: 'hang-up', connection: input.connection, failure: fail('busy', 'There are too many connections at once.').failure });
    return;
  }
  const expect = input.expect === null ? null : InstanceIdSchema.parse(input.expect);
  // A fresh static key per session: an instance is known by its evidence, and a key that never changed would let anyone track it.
  const secretKey = turn.entropy.take(32);
  const handshake = startHandshake({
    role: input.role,
    staticKey: { secretKey, publicKey: x25519.getPublicKey(secretKey) },
    ephemeralSecret: turn.entropy.take(32),
    prologue: input.role === 'initiator' ? prologueOf(input.localPeer, input.remotePeer) : prologueOf(input.remotePeer, input.localPeer),
  });
  const session: InNoise = {
    phase: 'noise', connection: input.connection, role: input.role, startedAt: turn.time.now, expect,
    strangersWelcome: input.strangersWelcome, ownNonce: turn.entropy.take(32), peerNonce: null, handshake,
  };
  if (input.role === 'initiator') speak(turn, session, new Uint8Array());
  else turn.state.put('session', key, session);
}

/**
 * Who comes is not known before the handshake, so strangers must not be able to take up every place: when theirs are
 * full, the one who has been there longest without pairing goes (assurance row 39). @returns false if there is no room
 */
function makeRoom(turn: Turn): boolean {
  const sessions = [...turn.state.all('session')].map(([, session]) => session);
  const strangers = sessions.filter((session) => session.phase !== 'open' || !turn.state.get('contact', session.instance));
  if (strangers.length >= MAX_STRANGER_SESSIONS) {
    // Only our own person's doing spares one; words on the screen count for a little, since anybody can put them there.
    const pairingOf = (session: Session) => (session.phase === 'open' ? turn.state.get('pairing', session.instance) : undefined);
    const compares = (session: Session) => Number(pairingOf(session)?.state === 'compare');
    const spared = (session: Session) => pairingOf(session)?.startedByMe === true || pairingOf(session)?.state === 'confirmed';
    const longest = strangers.filter((session) => !spared(session)).sort((a, b) => compares(a) - compares(b) || a.startedAt - b.startedAt || a.connection - b.connection)[0];
    if (!longest) return false;
    hangUp(turn, longest.connection, fail('busy', 'There are too many connections at once.').failure);
    return true;
  }
  return sessions.length < MAX_SESSIONS;
}

/** Writes the next handshake message and keeps what follows from it. @returns the session, if Noise is finished */
function speak(turn: Turn, session: InNoise, payload: Uint8Array): InEvidence | null {
  const { handshake, message, established } = writeMessage(session.handshake, payload);
  turn.outputs.push({ type: 'send', connection: session.connection, frame: message });
  if (established && session.peerNonce) return finished(turn, { ...session, peerNonce: session.peerNonce }, established);
  if (handshake) turn.state.put('session', String(session.connection), { ...session, handshake });
  return null;
}

function finished(turn: Turn, session: InNoise & { peerNonce: Uint8Array }, established: { send: InEvidence['send']; receive: InEvidence['receive']; handshakeHash: Uint8Array }): InEvidence {
  const { connection, role, startedAt, expect, strangersWelcome, ownNonce, peerNonce } = session;
  const next: InEvidence = {
    phase: 'evidence', connection, role, startedAt, expect, strangersWelcome, ownNonce, peerNonce,
    send: established.send, receive: established.receive, handshakeHash: established.handshakeHash,
  };
  turn.state.put('session', String(connection), next);
  return next;
}

/** A frame during Noise. */
export function receivedInNoise(turn: Turn, session: InNoise, frame: Uint8Array): void {
  const read = readMessage(session.handshake, frame);
  if (!read.ok) return hangUp(turn, session.connection, protocolFault('The handshake failed.'));
  // Message 1 carries nothing; 2 and 3 carry their sender's nonce, encrypted.
  const first = session.role === 'responder' && read.established === null;
  if (read.payload.length !== (first ? 0 : 32)) return hangUp(turn, session.connection, protocolFault('The handshake carried something unexpected.'));
  const next: InNoise = { ...session, handshake: read.handshake ?? session.handshake, peerNonce: first ? null : read.payload };
  if (read.established && next.peerNonce) {
    finished(turn, { ...next, peerNonce: next.peerNonce }, read.established);
    return;
  }
  const inEvidence = speak(turn, next, session.ownNonce);
  if (inEvidence) sendEvidence(turn, inEvidence);
}

const sendEvidence = (turn: Turn, session: InEvidence): InEvidence =>
  sendOn(turn, session, makeEvidence(turn, { handshakeHash: session.handshakeHash, role: session.role, nonce: session.peerNonce }));

/** A frame while evidence is awaited. */
export function receivedInEvidence(turn: Turn, session: InEvidence, frame: Uint8Array): void {
  const opened = decryptWithAd(session.receive, new Uint8Array(), frame);
  if (!opened) return hangUp(turn, session.connection, protocolFault('A message was not authentic.'));
  const message = decodeMessage(opened.plaintext);
  if (!message.ok || message.value.type !== 'evidence') return hangUp(turn, session.connection, protocolFault('Evidence was expected.'));
  const next: InEvidence = { ...session, receive: opened.state };
  const peerRole = session.role === 'initiator' ? 'responder' : 'initiator';
  const appraised = appraise(turn, message.value, { handshakeHash: session.handshakeHash, role: peerRole, nonce: session.ownNonce });
  if (!appraised.ok) return refuseMeeting(turn, next, appraised.failure);
  meet(turn, next, appraised.value);
}

/** Decides whether this instance may be met here, and opens the session. */
function meet(turn: Turn, session: InEvidence, peer: Evidence & { instance: InstanceId }): void {
  const known = turn.state.get('contact', peer.instance);
  if (session.expect && session.expect !== peer.instance) {
    noteKeyChange(turn, session.expect, peer.instance);
    return refuseMeeting(turn, session, fail('key_changed', 'Someone else answered there, with another key.').failure);
  }
  if (isForked(turn.state, peer.instance)) return refuseMeeting(turn, session, FORKED);
  if (!known && !session.strangersWelcome) return refuseMeeting(turn, session, fail('not_paired', 'This wallet talks to its contacts only.').failure);
  if (known?.tier === 'tpm2' && peer.tier !== 'tpm2') return refuseMeeting(turn, session, fail('tier_weaker', 'Their protection is weaker than when you paired.').failure);
  const ready = session.role === 'responder' ? sendEvidence(turn, session) : session;
  const { connection, role, startedAt, send, receive, handshakeHash } = ready;
  const open: OpenSession = {
    phase: 'open', connection, role, startedAt, send, receive, handshakeHash,
    instance: peer.instance, name: peer.name, tier: peer.tier, measurement: peer.measurement, resumed: false, pairRequests: 0, theirRule: [], unsaid: [],
  };
  turn.state.put('session', String(connection), open);
  const present = [...(turn.state.get('presence', peer.instance) ?? []), connection];
  turn.state.put('presence', peer.instance, present);
  for (const oldest of present.slice(0, -MAX_SESSIONS_WITH_ONE)) hangUp(turn, oldest, fail('busy', 'There are too many connections at once.').failure);
  // With the oldest session the pairing that began in it may have ended, and with that who was only half a contact.
  const contact = turn.state.get('contact', peer.instance);
  turn.state.remove('trouble', peer.instance);
  turn.outputs.push({ type: 'met', connection, instance: peer.instance, name: peer.name, paired: contact !== undefined });
  if (!contact) return;
  if (contact.theirName !== peer.name || contact.tier !== peer.tier || !equalBytes(contact.measurement, peer.measurement)) {
    turn.state.put('contact', peer.instance, { ...contact, petname: nameKept(turn, contact, peer.name), theirName: peer.name, tier: peer.tier, measurement: peer.measurement });
  }
  beginWithContact(turn, peer.instance);
}

/** Who takes the name of another contact keeps the one they had here, as if the person had given it: they would be paid in the other's place. */
function nameKept(turn: Turn, { instance, petname, theirName }: Contact, name: string): string | null {
  if (petname !== null || name === theirName) return petname;
  const isAnothers = [...turn.state.all('contact')].some(([key, other]) => key !== instance && (other.petname ?? other.theirName).toLowerCase() === name.toLowerCase());
  return isAnothers ? theirName : null;
}

function refuseMeeting(turn: Turn, session: InEvidence, failure: Failure): void {
  if (session.expect && turn.state.get('contact', session.expect)) turn.state.put('trouble', session.expect, failure.code);
  hangUp(turn, session.connection, failure);
}

/** Remembers that a contact's place was taken by another key, once per key. */
function noteKeyChange(turn: Turn, expected: InstanceId, seen: InstanceId): void {
  const contact = turn.state.get('contact', expected);
  if (!contact || contact.keyChanged?.seen === seen) return;
  turn.state.put('contact', expected, { ...contact, keyChanged: { seen, at: turn.time.clock } });
}

/** The carrier is gone. */
export function disconnected(turn: Turn, connection: number): void {
  const instance = dropSession(turn, connection);
  if (instance) goOnElsewhere(turn, instance);
}

/** Ends meetings that never got anywhere. */
export function endSlowMeetings(turn: Turn): void {
  for (const [, session] of turn.state.all('session')) {
    if (session.phase !== 'open' && turn.time.now - session.startedAt > MEETING_TIMEOUT_MS) {
      hangUp(turn, session.connection, fail('session_closed', 'The other side took too long.').failure);
    }
  }
}
