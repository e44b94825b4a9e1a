/**
 * What a head of a journal stands for: the durable state after that package, and what led there that the state itself need
 * not remember (what was credited, how transfers ended). A vault that is started from an older disk goes on from an older
 * one of these, so two lineages share their beginning and then differ.
 */
import { createHash } from 'node:crypto';
import { parseLaneFrame } from '../../../enclave/vault/transfers/lane-keys.ts';
import { hasSequence } from '../../../enclave/vault/transfers/sequence-set.ts';
import type { Finished, Licence, TableName, Transfer } from '../../../enclave/vault/records.ts';
import type { Base } from '../../../enclave/vault/state.ts';
import type { Time } from '../../../enclave/vault/time.ts';
import type { TransferState } from '../../../protocol/contracts/views.ts';
import type { LaneId } from '../../../protocol/identifiers.ts';
import { intern } from './interned.ts';

export interface Position { readonly n: number; readonly head: string }
interface Sum { readonly currency: string; readonly exists: bigint; readonly issued: bigint }

export interface Durable extends Position {
  readonly before: Durable | null;
  readonly base: Base;
  readonly time: Time;
  /** Equal for states from which the same can happen, whatever the journal's heads and the positions of others are. */
  readonly canon: number;
  /** The newest position it remembers of each contact. */
  readonly positions: ReadonlyMap<string, Position>;
  readonly sums: readonly Sum[];
  readonly transfers: readonly (readonly [id: string, transfer: Transfer])[];
  readonly licences: readonly (readonly [id: string, licence: Licence])[];
  /** Every seq of a lane that was credited, and those that were twice. */
  readonly credited: ReadonlySet<string>;
  readonly creditedTwice: readonly string[];
  /** How each transfer ended, by direction and id; more than one ending is kept as it is. */
  readonly endings: ReadonlyMap<string, { readonly contact: string; readonly states: readonly TransferState[] }>;
}

const heads = new Map<string, Durable>();
export const durableOf = (head: string): Durable | undefined => heads.get(head);

/** Positions are compared apart, because the heads of journals differ from path to path; see canonical.ts. */
const APART: ReadonlySet<TableName> = new Set(['position']);
/** Of these it only matters that they are there. */
const PRESENT: ReadonlySet<TableName> = new Set(['forkProof', 'contradiction']);
/** For show only: when something happened, and in which package. */
const SHOWN = new Set(['timeline', 'package', 'since']);

const byKey = ([a]: readonly [string, unknown], [b]: readonly [string, unknown]): number => (a < b ? -1 : 1);
const plain = (key: string, value: unknown): unknown => {
  if (SHOWN.has(key)) return undefined;
  if (typeof value === 'bigint') return `${value}n`;
  if (value instanceof Uint8Array) return createHash('sha256').update(value).digest('base64').slice(0, 12);
  // What comes from the disk has its fields in another order.
  return value !== null && typeof value === 'object' && !Array.isArray(value) ? Object.fromEntries(Object.entries(value).sort(byKey)) : value;
};

/** Records are never changed in place, and most are the same from one state to the next. */
const texts = new WeakMap<object, string>();

function textOf(record: unknown): string {
  if (record === null || typeof record !== 'object') return JSON.stringify(record);
  const text = texts.get(record) ?? JSON.stringify(record, plain);
  texts.set(record, text);
  return text;
}

/** @returns a number, the same for states from which the same can happen */
export function canonOf(base: Base): number {
  const lines: string[] = [];
  for (const { table, key, value } of base.records()) if (!APART.has(table)) lines.push(`${table} ${key} ${PRESENT.has(table) ? '' : textOf(value)}`);
  return intern('durable', lines.sort().join('\n'));
}

const receiptOf = ({ receipt }: Finished): string => `${receipt?.lane}/${receipt?.seq}`;

/** Takes note of what `head` stands for. @param finished what this package put into the archive */
export function lead(before: Durable | null, position: Position, base: Base, time: Time, finished: readonly Finished[]): Durable {
  const known = heads.get(position.head);
  if (known) return known;
  const credited = new Set(before?.credited);
  const creditedTwice = [...(before?.creditedTwice ?? [])];
  const endings = new Map(before?.endings);
  for (const record of finished) {
    const key = `${record.direction}:${record.id}`;
    endings.set(key, { contact: record.contact, states: [...(endings.get(key)?.states ?? []), record.state] });
    if (record.direction !== 'in' || record.state !== 'done') continue;
    if (credited.has(receiptOf(record))) creditedTwice.push(receiptOf(record));
    credited.add(receiptOf(record));
  }
  const durable: Durable = {
    ...position, before, base, time, canon: canonOf(base), credited, creditedTwice, endings,
    positions: new Map([...base.all('position')].map(([instance, { n, head }]) => [instance, { n, head: Buffer.from(head).toString('hex') }])),
    sums: [...base.all('book')].map(([currency, { held, transit, writtenOff, issued, redeemed }]) => ({ currency, exists: held + transit + writtenOff, issued: issued - redeemed })),
    transfers: [...base.all('transfer')], licences: [...base.all('licence')],
  };
  heads.set(position.head, durable);
  return durable;
}

/** True if `position` lies in the past of `durable`, or is it. */
export function isPast(durable: Durable, position: Position): boolean {
  let at: Durable | null = durable;
  while (at && at.n > position.n) at = at.before;
  return at?.head === position.head;
}

/** What became of one seq of a lane at its destination. */
export function consumption({ base }: Durable, lane: LaneId, seq: number): 'acked' | 'nacked' | 'open' {
  const record = base.get('lane', lane);
  if (record?.direction !== 'in' || !hasSequence({ upTo: record.consumedUpTo, above: record.consumedAbove }, seq)) return 'open';
  const answer = base.get('answer', `${lane}/${seq}`);
  const answered = answer && parseLaneFrame(answer.frame);
  if (answered?.ok) return answered.value.kind === 'ack' ? 'acked' : 'nacked';
  return record.exceptions.includes(seq) ? 'nacked' : 'acked';
}
