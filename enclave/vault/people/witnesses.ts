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
import { fail } from '../../../protocol/errors.ts';
import { type InstanceId, instanceIdOf, instanceKeyOf } from '../../../protocol/identifiers.ts';
import { MAX_WITNESSED_CONTACTS } from '../../../protocol/limits.ts';
import type { ForkProof, MessageOf, SignedPosition } from '../../../protocol/messages.codec.ts';
import { positionStatement, signingInput } from '../../../protocol/statements.codec.ts';
import { STRICT, bytesToHex, digest, equalBytes } from '../bytes.ts';
import { type State, must } from '../state.ts';
import { hangUp, openSessionWith, tell } from '../sessions/session.ts';
import type { Turn } from '../turn.ts';

/** Half of a SHA-256 would do; eight bytes keep a list of contacts short, and a chance match costs one unwanted position. */
const TAG_BYTES = 8;

/** Proofs told at one meeting; the others wait for the next. */
const MAX_PROOFS = 16;

/** What this vault says of itself: its newest durable position, signed. */
export function ownPosition(turn: Turn): SignedPosition {
  const self = must(turn.state, 'self', 'self');
  const { n, hash: head } = turn.head;
  const signature = ed25519.sign(signingInput('position', positionStatement({ instance: self.publicKey, n, head })), self.secretKey);
  return { instance: self.publicKey, n, head, signature };
}

const isSigned = ({ instance, n, head, signature }: SignedPosition): boolean =>
  ed25519.verify(signature, signingInput('position', positionStatement({ instance, n, head })), instance, STRICT);

/** What is said about positions at the start of a session with a contact. */
export function witnessPart(turn: Turn, instance: InstanceId): Pick<MessageOf<'resume'>, 'position' | 'witnessed' | 'acquaintances'> {
  const witnessed = turn.state.get('position', instance);
  return { position: ownPosition(turn), ...(witnessed ? { witnessed } : {}), acquaintances: [...tagsOf(turn, instance).keys()].map((hex) => hexBytes(hex)) };
}

/** My contacts but this one, by tags bound to the session with it. */
function tagsOf(turn: Turn, instance: InstanceId): Map<string, InstanceId> {
  const session = openSessionWith(turn.state, instance);
  const tags = new Map<string, InstanceId>();
  if (!session) return tags;
  for (const [key] of turn.state.all('contact')) {
    if (key === instance) continue;
    if (tags.size >= MAX_WITNESSED_CONTACTS) break;
    tags.set(bytesToHex(digest('tallystick acquaintance', session.handshakeHash, instanceKeyOf(key) ?? new Uint8Array()).slice(0, TAG_BYTES)), key as InstanceId);
  }
  return tags;
}

const hexBytes = (hex: string): Uint8Array => Uint8Array.from(hex.match(/../g) ?? [], (byte) => Number.parseInt(byte, 16));

/** Takes what a contact says about positions when it meets us. */
export function onWitnessPart(turn: Turn, instance: InstanceId, message: MessageOf<'resume'>): void {
  if (message.witnessed) onOwnPosition(turn, message.witnessed);
  if (instanceIdOf(message.position.instance) === instance) witness(turn, message.position);
  const mine = tagsOf(turn, instance);
  const common = message.acquaintances.flatMap((tag) => mine.get(bytesToHex(tag)) ?? []);
  const positions = common.flatMap((third) => turn.state.get('position', third) ?? []);
  const proofs = common.flatMap((third) => turn.state.get('forkProof', third) ?? []);
  if (positions.length + proofs.length > 0) tell(turn, instance, { type: 'witness', positions, proofs: proofs.slice(0, MAX_PROOFS) });
}

/** What a contact remembers of common contacts. */
export function onWitness(turn: Turn, message: MessageOf<'witness'>): void {
  for (const { first, second } of message.proofs) {
    const third = instanceIdOf(first.instance);
    if (turn.state.get('contact', third) && !turn.state.get('forkProof', third) && isProof({ first, second })) keepProof(turn, third, first, second);
  }
  for (const position of message.positions) witness(turn, position);
}

/** Two true statements of one instance that cannot both be true of one journal. */
const isProof = ({ first, second }: ForkProof): boolean =>
  first.n === second.n && equalBytes(first.instance, second.instance) && !equalBytes(first.head, second.head) && isSigned(first) && isSigned(second);

/** Remembers a position of a contact, or finds that it contradicts the one remembered. */
function witness(turn: Turn, position: SignedPosition): void {
  const instance = instanceIdOf(position.instance);
  if (!turn.state.get('contact', instance)) return;
  const known = turn.state.get('position', instance);
  if (known && (position.n < known.n || (position.n === known.n && equalBytes(position.head, known.head)))) return;
  if (!isSigned(position)) return;
  if (known?.n === position.n) return keepProof(turn, instance, known, position);
  turn.state.put('position', instance, position);
}

function keepProof(turn: Turn, instance: InstanceId, first: SignedPosition, second: SignedPosition): void {
  turn.state.put('forkProof', instance, { first, second });
  const { failure } = fail('fork_proven', 'This wallet was copied: there are two that both say they are it. Neither can be trusted.');
  turn.state.put('trouble', instance, failure.code);
  for (const connection of [...(turn.state.get('presence', instance) ?? [])]) hangUp(turn, connection, failure);
}

/** Someone shows a position that I once signed; the journal compares it with its past before anything else is done. */
function onOwnPosition(turn: Turn, position: SignedPosition): void {
  const self = must(turn.state, 'self', 'self');
  if (!equalBytes(position.instance, self.publicKey) || !isSigned(position)) return;
  turn.checks.push(position);
}

/** True if this instance has been caught with two different heads for one number. */
export const isForked = (state: State, instance: InstanceId): boolean => state.get('forkProof', instance) !== undefined;

const shown = ({ head, signature }: SignedPosition) => ({ head: bytesToHex(head), signature: bytesToHex(signature) });

/** A proof as it is shown, its signatures checked again. */
export function viewForkProof(state: State, instance: InstanceId, { first, second }: ForkProof) {
  const contact = state.get('contact', instance);
  return { instance, name: contact?.petname ?? contact?.theirName ?? '', n: first.n, verified: isProof({ first, second }), first: shown(first), second: shown(second) };
}
