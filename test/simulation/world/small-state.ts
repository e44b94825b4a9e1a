/** The state of the small world, and its canonical form: what matters about it, free of keys, nonces and random names. */
import { Base } from '../../../enclave/vault/state.ts';
import { parseLaneFrame } from '../../../enclave/vault/transfers/lane-keys.ts';
import { decodeMessage } from '../../../protocol/messages.codec.ts';
import { plaintextOf } from './session-tap.ts';

export type Side = 'a' | 'b';
export interface SmallVault { readonly state: Base; readonly n: number; readonly head: Uint8Array; /** What it has said that has not arrived. */ readonly queue: readonly Uint8Array[] }
export interface Small {
  readonly a: SmallVault;
  readonly b: SmallVault;
  readonly connected: boolean;
  readonly connections: number;
  /** Every COMMIT and answer ever said, by kind, lane and seq. */
  readonly said: ReadonlyMap<string, Uint8Array>;
  nameOf(laneFrame: Uint8Array): string;
}

function nameOf(bytes: Uint8Array): string {
  const parsed = parseLaneFrame(bytes);
  return parsed.ok ? `${parsed.value.kind === 'commit' ? 'commit' : 'answer'} ${parsed.value.lane} ${parsed.value.seq}` : 'malformed';
}

const NEW: SmallVault = { state: new Base(), n: 0, head: new Uint8Array(32), queue: [] };
export const EMPTY = (): Small => ({ a: { ...NEW, state: new Base() }, b: { ...NEW, state: new Base() }, connected: false, connections: 0, said: new Map(), nameOf });

/** Tables whose content decides what can still happen. Sessions count as there or not. */
const COMPARED = ['contact', 'book', 'lane', 'answer', 'inFlight', 'laneKey', 'transfer', 'request', 'session'] as const;
/** Fields that differ without making a difference. */
const IGNORED = new Set(['timeline', 'chainKey', 'answerKey', 'secret', 'sourceKey', 'destinationKey', 'nonce', 'signature', 'send', 'receive', 'handshakeHash', 'pairedAt', 'startedAt', 'package', 'connection',
  'measurement', 'position', 'witnessed', 'acquaintances', 'statement', 'theirName', 'pairRequests', 'ownNonce', 'peerNonce']);

/** @returns equal texts for states from which the same can happen */
export function canonical(world: Small): string {
  const names = new Map<string, string>();
  // Random names are replaced by the order in which they are met.
  const rename = (text: string): string => text.replace(/[0-9a-f]{64}|[0-9a-f]{32}|tally1[0-9a-z]+/g, (name) => {
    const known = names.get(name) ?? `#${names.size}`;
    names.set(name, known);
    return known;
  });
  const plain = (_key: string, value: unknown): unknown => {
    if (IGNORED.has(_key)) return undefined;
    if (typeof value === 'bigint') return String(value);
    if (value instanceof Uint8Array) {
      const name = value.length > 64 ? nameOf(value) : 'bytes';
      return name === 'malformed' ? 'bytes' : name;
    }
    return value;
  };
  const parts: unknown[] = [];
  for (const side of ['a', 'b'] as const) {
    for (const table of COMPARED) {
      parts.push(table, [...world[side].state.all(table)].map(([key, value]) => [table === 'session' ? '' : key, value]));
    }
    parts.push(world[side].queue.map((frame) => {
      const plaintext = plaintextOf(frame);
      const message = plaintext && decodeMessage(plaintext);
      return message ? (message.ok ? message.value : 'malformed') : 'handshake';
    }));
  }
  return rename(JSON.stringify([world.connected, parts, [...world.said.keys()]], plain));
}
