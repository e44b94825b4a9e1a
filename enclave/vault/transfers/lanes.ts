/**
 * Phase 1 (design §6): founding a lane. The source makes a key pair and a nonce and keeps them durably, so that a
 * repeated `lane-open` is the same one; the destination makes its own key, keeps the lane durably, and only then
 * answers, signed. Failing anywhere has no effect on value.
 *
 *   source       (none) ──lane-open──▶ opening ──lane-ready verified──▶ ready
 *   destination  (none) ──lane-open received: keys made, stored──▶ lane, answered with lane-ready (again, if asked again)
 */
import { ed25519, x25519 } from '@noble/curves/ed25519.js';
import { type InstanceId, type LaneId, instanceKeyOf } from '../../../protocol/identifiers.ts';
import type { MessageOf } from '../../../protocol/messages.codec.ts';
import { laneStatement, signingInput } from '../../../protocol/statements.codec.ts';
import { STRICT, bytesToHex } from '../bytes.ts';
import type { LaneIn, LaneOut } from '../records.ts';
import { type State, must } from '../state.ts';
import type { Turn } from '../turn.ts';
import { tell } from '../sessions/speaking.ts';
import { laneIdOf, laneSecrets } from './lane-keys.ts';

/** Lanes one contact may open to us. One is enough for ever; a few allow for a contact restored from nothing. */
const MAX_LANES_FROM_ONE = 16;

export type ReadyLane = Extract<LaneOut, { state: 'ready' }>;

const keyOf = (instance: InstanceId): Uint8Array => instanceKeyOf(instance) ?? new Uint8Array();

/** My lane to `instance`, if it is ready. */
export function readyLaneTo(state: State, instance: InstanceId): { id: LaneId; lane: ReadyLane } | null {
  const id = state.get('laneTo', instance);
  const lane = id ? state.get('lane', id) : undefined;
  return id && lane?.direction === 'out' && lane.state === 'ready' ? { id, lane } : null;
}

/** Opens a lane to a contact if there is none; asks again for one that is still opening. */
export function ensureLane(turn: Turn, instance: InstanceId): void {
  const existing = turn.state.get('laneTo', instance);
  let opening = existing ? must(turn.state, 'lane', existing) : undefined;
  if (!opening) {
    const secret = turn.entropy.take(32);
    opening = { direction: 'out', state: 'opening', contact: instance, secret, sourceKey: x25519.getPublicKey(secret), nonce: turn.entropy.take(32) };
    // Until the destination's key is known the lane goes by the source's.
    const provisional = bytesToHex(opening.sourceKey) as LaneId;
    turn.state.put('lane', provisional, opening);
    turn.state.put('laneTo', instance, provisional);
  }
  if (opening.direction === 'out' && opening.state === 'opening') tell(turn, instance, { type: 'lane-open', sourceKey: opening.sourceKey, nonce: opening.nonce });
}

/** The destination's part. @returns why it is refused, or null */
export function onLaneOpen(turn: Turn, instance: InstanceId, message: MessageOf<'lane-open'>): string | null {
  const sourceHex = bytesToHex(message.sourceKey);
  const known = turn.state.get('laneBySource', sourceHex);
  if (known) {
    const lane = must(turn.state, 'lane', known);
    if (lane.direction !== 'in' || lane.contact !== instance) return 'The key belongs to another lane.';
    answerReady(turn, instance, lane);
    return null;
  }
  const count = turn.state.get('lanesFrom', instance) ?? 0;
  if (count >= MAX_LANES_FROM_ONE) return 'Too many lanes.';
  const secret = turn.entropy.take(32);
  const self = must(turn.state, 'self', 'self');
  const parties = { source: keyOf(instance), destination: self.publicKey, sourceKey: message.sourceKey, destinationKey: x25519.getPublicKey(secret), nonce: message.nonce };
  const secrets = laneSecrets(parties, secret, message.sourceKey);
  if (!secrets) return 'A weak key.';
  const lane: LaneIn = {
    direction: 'in', contact: instance, sourceKey: parties.sourceKey, destinationKey: parties.destinationKey,
    signature: ed25519.sign(signingInput('lane-ready', laneStatement(parties)), self.secretKey),
    ...secrets, ratchet: 1, consumedUpTo: 0, consumedAbove: [], closedUpTo: 0, exceptions: [], silentUpTo: 0,
  };
  const id = laneIdOf(parties);
  turn.state.put('lane', id, lane);
  turn.state.put('laneBySource', sourceHex, id);
  turn.state.put('lanesFrom', instance, count + 1);
  answerReady(turn, instance, lane);
  return null;
}

const answerReady = (turn: Turn, instance: InstanceId, { sourceKey, destinationKey, signature }: LaneIn): void => {
  tell(turn, instance, { type: 'lane-ready', sourceKey, destinationKey, signature });
};

/** The source's second part. @returns why it is refused, or null */
export function onLaneReady(turn: Turn, instance: InstanceId, message: MessageOf<'lane-ready'>): string | null {
  const provisional = turn.state.get('laneTo', instance);
  const opening = provisional ? turn.state.get('lane', provisional) : undefined;
  if (!provisional || opening?.direction !== 'out' || opening.state !== 'opening') return null; // a repeat
  if (bytesToHex(message.sourceKey) !== bytesToHex(opening.sourceKey)) return null; // answers an older opening
  const destination = keyOf(instance);
  const parties = { source: must(turn.state, 'self', 'self').publicKey, destination, sourceKey: opening.sourceKey, destinationKey: message.destinationKey, nonce: opening.nonce };
  if (!ed25519.verify(message.signature, signingInput('lane-ready', laneStatement(parties)), destination, STRICT)) return 'The lane was not signed by its destination.';
  const secrets = laneSecrets(parties, opening.secret, message.destinationKey);
  if (!secrets) return 'A weak key.';
  const id = laneIdOf(parties);
  turn.state.remove('lane', provisional);
  turn.state.put('lane', id, {
    direction: 'out', state: 'ready', contact: instance, sourceKey: parties.sourceKey, destinationKey: parties.destinationKey,
    ...secrets, nextSeq: 1, closedUpTo: 0, closedAbove: [],
  });
  turn.state.put('laneTo', instance, id);
  return null;
}
