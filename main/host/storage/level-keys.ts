/**
 * How packages, snapshots and archive records are laid out in a level database.
 *
 *   p!<n>            sealed package n
 *   w!<n>            keys of the archive records that package n brought, until package n + 1 is there
 *   s!<n>            sealed snapshot after package n
 *   b!<n>, t!<n>     what a compaction up to package n keeps: the base after it, the digests after the last full block
 *   d!<n>            full block n of digests
 *   a!<order>        archive record: number of ids (2), each id length (2) ‖ id, sealed
 *   i!<id>!<order>   empty; finds archive records by one of their ids
 *
 * Numbers have 16 digits, enough for every safe integer, so that their order as text is their order.
 */
import { refuse } from '../../../protocol/errors.ts';
import { MAX_TRANSFERS_PER_RECORD } from '../../../protocol/limits.ts';
import type { ArchivedRecord, KeptKind } from '../../../protocol/module-port.ts';

const DIGITS = 16;
const KEPT_LETTER: Readonly<Record<KeptKind, string>> = { base: 'b', digests: 'd', tail: 't' };
/** Archive ids are 32 characters; the bound keeps a key small whatever is asked for. */
const MAX_ID_BYTES = 256;

function digits(value: number): string {
  if (!Number.isSafeInteger(value) || value < 0) refuse('bad_input', `${value} is not a number that a package or record can have.`);
  return String(value).padStart(DIGITS, '0');
}

const hexOf = (id: string): string => {
  const bytes = Buffer.from(id, 'utf8');
  if (bytes.length > MAX_ID_BYTES) refuse('bad_input', `An archive id has at most ${MAX_ID_BYTES} bytes.`);
  return bytes.toString('hex');
};

export const packageKey = (n: number): string => `p!${digits(n)}`;
export const broughtKey = (n: number): string => `w!${digits(n)}`;
export const snapshotKey = (n: number): string => `s!${digits(n)}`;
export const keptKey = (kind: KeptKind, n: number): string => `${KEPT_LETTER[kind]}!${digits(n)}`;
export const archiveKey = (order: number): string => `a!${digits(order)}`;
export const isArchiveKey = (text: string): boolean => /^a![0-9]{16}$/.test(text);
/** The id in hexadecimal, so that no id can reach into another's range. */
export const archiveIdKey = (id: string, order: number): string => `i!${hexOf(id)}!${digits(order)}`;
/** The number at the end of any of these keys. */
export const numberOf = (key: string): number => Number(key.slice(-DIGITS));

/** All keys of one kind, or of one id. */
export const PACKAGES = { gte: 'p!', lt: 'p"' } as const;
export const SNAPSHOTS = { gte: 's!', lt: 's"' } as const;
export const allKept = (kind: KeptKind) => ({ gte: `${KEPT_LETTER[kind]}!`, lt: `${KEPT_LETTER[kind]}"` });
export const ARCHIVE = { gte: 'a!', lt: 'a"' } as const;
export const archiveOfId = (id: string) => ({ gte: `i!${hexOf(id)}!`, lt: `i!${hexOf(id)}"` });

export function encodeArchived({ ids, sealed }: ArchivedRecord): Uint8Array {
  const names = ids.map((id) => Buffer.from(id, 'utf8'));
  const bytes = new Uint8Array(names.reduce((sum, { length }) => sum + 2 + length, 2) + sealed.length);
  const view = new DataView(bytes.buffer);
  view.setUint16(0, ids.length);
  let at = 2;
  for (const name of names) {
    view.setUint16(at, name.length);
    bytes.set(name, at + 2);
    at += 2 + name.length;
  }
  bytes.set(sealed, at);
  return bytes;
}

/** @returns null if it is damaged */
export function decodeArchived(order: number, bytes: Uint8Array): ArchivedRecord | null {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const ids: string[] = [];
  let at = 2;
  for (let left = bytes.length < 2 ? 0 : view.getUint16(0); left > 0; left--) {
    const begins = at + 2;
    if (begins > bytes.length) return null;
    at = begins + view.getUint16(at);
    ids.push(Buffer.from(bytes.subarray(begins, at)).toString('utf8'));
  }
  if (at > bytes.length || ids.length === 0 || ids.length > MAX_TRANSFERS_PER_RECORD) return null;
  return { order, ids, sealed: new Uint8Array(bytes.subarray(at)) };
}

/** Values come as views into memory that level made; callers get plain arrays that clone without baggage. */
export const plain = (bytes: Uint8Array): Uint8Array =>
  bytes.byteLength === bytes.buffer.byteLength ? new Uint8Array(bytes.buffer) : new Uint8Array(bytes);
