/**
 * Frames on the way, as they are (ciphertext of the real Noise session) and as what they say. Keys and counters do not matter
 * to what can happen; the positions that are said are compared apart.
 */
import { parseLaneFrame } from '../../../enclave/vault/transfers/lane-keys.ts';
import { decodeMessage, type Message, type SignedPosition } from '../../../protocol/messages.codec.ts';
import { instanceIdOf } from '../../../protocol/identifiers.ts';
import { plaintextOf } from '../world/session-tap.ts';
import { intern } from './interned.ts';
import type { Position } from './lineage.ts';

export interface Frame {
  readonly id: number;
  readonly bytes: Uint8Array;
  /** Null during the handshake. */
  readonly plaintext: Uint8Array | null;
  /** Equal for messages that say the same, but for positions. */
  readonly canon: number;
  readonly label: string;
  /** What the entropy of whoever receives it is for. */
  readonly purpose: string;
  readonly positions: readonly (Position & { readonly instance: string })[];
  /** The COMMITs and answers in it. */
  readonly lanes: readonly LaneSaying[];
}

export interface LaneSaying { readonly name: string; /** Another one for other bytes. */ readonly id: number; readonly bytes: Uint8Array }

const known = new Map<string, Frame>();
const lanes = new Map<string, string>();
/** Gives a lane the name by which people know it. */
export const nameLane = (lane: string, name: string): void => void lanes.set(lane, name);

function laneName(bytes: Uint8Array): string {
  const parsed = parseLaneFrame(bytes);
  if (!parsed.ok) return 'malformed';
  const { kind, lane, seq } = parsed.value;
  return `${kind === 'commit' ? 'commit' : 'answer'} ${seq} of ${lanes.get(lane) ?? lane.slice(0, 6)}`;
}

const positionOf = ({ instance, n, head }: SignedPosition): Frame['positions'][number] => ({ instance: instanceIdOf(instance), n, head: Buffer.from(head).toString('hex') });

function positionsIn(message: Message): Frame['positions'] {
  if (message.type === 'witness') return message.positions.map(positionOf);
  if (message.type === 'resume') return [message.position, ...(message.witnessed ? [message.witnessed] : [])].map(positionOf);
  return [];
}

/** Tags of acquaintances are of one session; positions are compared apart; proofs are there or not. */
function sense(message: Message): unknown {
  if (message.type === 'resume') return { ...message, position: null, witnessed: message.witnessed !== undefined, acquaintances: message.acquaintances.length };
  if (message.type === 'witness') return { ...message, positions: message.positions.length, proofs: message.proofs.length };
  return message;
}
const plain = (_key: string, value: unknown): unknown => (value instanceof Uint8Array ? Buffer.from(value).toString('base64') : value);

function describe(message: Message, sayings: Frame['lanes']): string {
  if (sayings.length === 0) return message.type;
  return sayings.map(({ name, bytes }) => {
    const parsed = parseLaneFrame(bytes);
    return parsed.ok ? name.replace('answer', parsed.value.kind) : name;
  }).join(' with ');
}

/** What a frame that just left a vault says. */
export function frameOf(bytes: Uint8Array): Frame {
  const key = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).toString('latin1');
  const before = known.get(key);
  if (before) return before;
  const frame: Frame = { id: known.size, bytes, ...read(bytes) };
  known.set(key, frame);
  return frame;
}

function read(bytes: Uint8Array): Omit<Frame, 'id' | 'bytes'> {
  const plaintext = plaintextOf(bytes);
  const message = plaintext ? decodeMessage(plaintext) : null;
  if (!plaintext || !message?.ok || message.value.type === 'evidence') return { plaintext: null, canon: -1, label: 'handshake', purpose: 'handshake', positions: [], lanes: [] };
  const purpose = JSON.stringify(sense(message.value), plain);
  const said = message.value.type === 'lane-frames' ? message.value.frames : [];
  const sayings = said.map((saying) => ({ name: laneName(saying), id: intern('lane frame', Buffer.from(saying).toString('latin1')), bytes: saying }));
  return { plaintext, canon: intern('message', purpose), label: describe(message.value, sayings), purpose, positions: positionsIn(message.value), lanes: sayings };
}
