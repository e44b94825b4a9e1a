/**
 * Witnesses (design §5.7, after ROTE and LCM): contacts remember the newest signed position (number and head of the
 * journal) they have seen of each other, tell it to its owner at every meeting, and to those who know the owner too.
 *
 *   told a position of my own    beyond my head, or another head for a number I have had ▶ I am an older copy: stop
 *   told a position of another   newer ▶ remembered · another head for the same number ▶ fork proof: kept, passed on,
 *                                and that instance is refused from then on
 *
 * A stranger learns nothing here. Whom two contacts both know is compared by hashes that are worth nothing outside their
 * session. Not guaranteed: a contact can test whether an instance key that it knows is among ours.
 */
import { ed25519 } from '@noble/curves/ed25519.js';
import { checkForkProof, isSignedPosition } from '../../../protocol/fork-proof.ts';
import { type InstanceId, instanceIdOf, instanceKeyOf } from '../../../protocol/identifiers.ts';
import { MAX_WITNESSED_CONTACTS } from '../../../protocol/limits.ts';
import type { MessageOf, SignedPosition } from '../../../protocol/messages.codec.ts';
import { positionStatement, signingInput } from '../../../protocol/statements.codec.ts';
import { bytesToHex, digest, equalBytes, hexToBytes } from '../bytes.ts';
import { must } from '../state.ts';
import { openSessionWith } from '../sessions/session.ts';
import { tell } from '../sessions/speaking.ts';
import type { Turn } from '../turn.ts';
import { isForked, keepProof } from './forks.ts';

/** Half of a SHA-256 would do; eight bytes keep a list of contacts short, and a chance match costs one unwanted position. */
const TAG_BYTES = 8;

/** Proofs told at one meeting; the others wait for the next. */
const MAX_PROOFS = 16;

/** What this vault says of itself: its newest durable position, signed. */
function ownPosition(turn: Turn): SignedPosition {
  const self = must(turn.state, 'self', 'self');
  const { n, hash: head } = turn.head;
  const signature = ed25519.sign(signingInput('position', positionStatement({ instance: self.publicKey, n, head })), self.secretKey);
  return { instance: self.publicKey, n, head, signature };
}

/** What is said about positions at the start of a session with a contact. */
export function witnessPart(turn: Turn, instance: InstanceId): Pick<MessageOf<'resume'>, 'position' | 'witnessed' | 'acquaintances'> {
  const witnessed = turn.state.get('position', instance);
  // The lowest tags of those that we have: both sides choose the same way, so what we have in common is likely among them,
  // with others at each meeting; and the order says nothing about whom we met when. Of a proven fork we need no more.
  const wanted = [...tagsOf(turn, instance)].filter(([, third]) => !isForked(turn.state, third)).map(([tag]) => tag);
  const acquaintances = wanted.sort().slice(0, MAX_WITNESSED_CONTACTS).map((tag) => hexToBytes(tag));
  return { position: ownPosition(turn), ...(witnessed ? { witnessed } : {}), acquaintances };
}

/** My contacts but this one, by tags bound to the session with it. */
function tagsOf(turn: Turn, instance: InstanceId): Map<string, InstanceId> {
  const session = openSessionWith(turn.state, instance);
  const tags = new Map<string, InstanceId>();
  if (!session) return tags;
  for (const [key] of turn.state.all('contact')) {
    if (key === instance) continue;
    tags.set(bytesToHex(digest('tallystick acquaintance', session.handshakeHash, instanceKeyOf(key) ?? new Uint8Array()).slice(0, TAG_BYTES)), key as InstanceId);
  }
  return tags;
}

/** Takes what a contact says about positions when it meets us. */
export function onWitnessPart(turn: Turn, instance: InstanceId, message: MessageOf<'resume'>): void {
  if (message.witnessed) onOwnPosition(turn, message.witnessed, instance);
  if (instanceIdOf(message.position.instance) === instance) witness(turn, message.position);
  const mine = tagsOf(turn, instance);
  const common = message.acquaintances.flatMap((tag) => mine.get(bytesToHex(tag)) ?? []);
  const positions = common.flatMap((third) => turn.state.get('position', third) ?? []);
  const proofs = common.flatMap((third) => turn.state.get('forkProof', third) ?? []);
  if (positions.length + proofs.length > 0) tell(turn, instance, { type: 'witness', positions, proofs: proofs.slice(0, MAX_PROOFS) });
}

/** What a contact remembers of common contacts. */
export function onWitness(turn: Turn, message: MessageOf<'witness'>): void {
  for (const proof of message.proofs) {
    const third = instanceIdOf(proof.first.instance);
    if (turn.state.get('contact', third) && !isForked(turn.state, third) && checkForkProof(proof).ok) keepProof(turn, third, proof);
  }
  for (const position of message.positions) witness(turn, position);
}

/** Remembers a position of a contact, or finds that it contradicts the one remembered. */
function witness(turn: Turn, position: SignedPosition): void {
  const instance = instanceIdOf(position.instance);
  if (!turn.state.get('contact', instance)) return;
  const known = turn.state.get('position', instance);
  if (known && (position.n < known.n || (position.n === known.n && equalBytes(position.head, known.head)))) return;
  if (!isSignedPosition(position)) return;
  if (known?.n === position.n) return keepProof(turn, instance, { first: known, second: position });
  turn.state.put('position', instance, position);
}

/** Someone shows a position that I once signed; the journal compares it with its past before anything else is done. */
export function onOwnPosition(turn: Turn, position: SignedPosition, shownBy: InstanceId): void {
  const self = must(turn.state, 'self', 'self');
  if (!equalBytes(position.instance, self.publicKey) || !isSignedPosition(position)) return;
  turn.checks.push({ position, shownBy });
}
