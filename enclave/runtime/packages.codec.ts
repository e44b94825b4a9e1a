/**
 * Packages and snapshots before they are sealed (design §5.1). Inside the seal no one else chooses the bytes, so plain
 * CBOR will do; big integers keep their own tag so that amounts come back as they went.
 */
import { decode, encode } from 'cborg';
import { bigIntDecoder, bigNegIntDecoder, structBigIntEncoder } from 'cborg/taglib';
import { nameToken } from '../../protocol/cbor-names.ts';
import { Refusal } from '../../protocol/errors.ts';
import type { Finished } from '../vault/records.ts';
import type { Change } from '../vault/state.ts';
import type { LedgerEvent, Turn } from '../vault/turn.ts';

export interface Package {
  readonly version: 1;
  readonly n: number;
  /** Hash of package n − 1; 32 zero bytes for the first. */
  readonly previous: Uint8Array;
  /** The vault's time and the host's clock, in milliseconds; see vault/time.ts. */
  readonly at: number;
  readonly clock: number;
  /** What came in, in the clear and without secrets. */
  readonly inputs: readonly unknown[];
  /** What was said to whom; lane frames with their exact bytes. */
  readonly said: readonly unknown[];
  readonly events: readonly LedgerEvent[];
  /** Rebuilds the state: records put, or removed (null). */
  readonly changes: readonly (readonly [table: string, key: string, value: unknown])[];
}

export interface Snapshot {
  readonly version: 1;
  readonly n: number;
  /** Hash of package n. */
  readonly head: Uint8Array;
  readonly at: number;
  readonly clock: number;
  readonly records: Package['changes'];
}

/** Big integers are tagged as such whatever their size (RFC 8949 §3.4.3). */
const toBytes = (value: unknown): Uint8Array => new Uint8Array(encode(value, { typeEncoders: { bigint: structBigIntEncoder, string: nameToken } }));
const fromBytes = (bytes: Uint8Array): unknown => decode(bytes, { tags: { 2: bigIntDecoder, 3: bigNegIntDecoder } });

export const encodePackage = (value: Package): Uint8Array => toBytes(value);
/** @throws Refusal `data_too_new` if a later version of the app wrote this (assurance row 46) */
function ofVersion1<T extends { readonly version: 1 }>(value: unknown): T {
  if ((value as { version?: unknown }).version !== 1) throw new Refusal('data_too_new', 'This wallet was written by a newer version of Tallystick. Update this one; nothing was changed.');
  return value as T;
}

export const decodePackage = (bytes: Uint8Array): Package => ofVersion1<Package>(fromBytes(bytes));
export const encodeSnapshot = (value: Snapshot): Uint8Array => toBytes(value);
export const decodeSnapshot = (bytes: Uint8Array): Snapshot => ofVersion1<Snapshot>(fromBytes(bytes));
export const encodeFinished = (together: readonly Finished[]): Uint8Array => toBytes(together);
export const decodeFinished = (bytes: Uint8Array): readonly Finished[] => fromBytes(bytes) as Finished[];

/** What was said as it is written: lane frames to one instance, said one after the other, are one entry. */
export function saidInJournal(all: Turn['said']): readonly Turn['said'][number][] {
  const written: Turn['said'] = [];
  for (const { to, message } of all) {
    const last = written.at(-1);
    if (last?.to === to && last.message.type === 'lane-frames' && message.type === 'lane-frames') last.message.frames.push(...message.frames);
    else written.push({ to, message: message.type === 'lane-frames' ? { ...message, frames: [...message.frames] } : message });
  }
  return written;
}

/** Changes as they are written. */
export const rowsOf = (changes: Iterable<Change>): (readonly [string, string, unknown])[] =>
  Array.from(changes, ({ table, key, value }) => [table, key, value ?? null] as const);

/** Changes as they are read. Only authentic packages of this vault come here. */
export const changesOf = (rows: Package['changes']): Change[] => rows.map(([table, key, value]) => ({ table, key, value: value ?? undefined }) as Change);
