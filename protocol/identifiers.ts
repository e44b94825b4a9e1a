/**
 * Names of things that cross a boundary, as text. An instance is named by its attestation public key, written in
 * bech32m (BIP-350) so that a mistyped key is noticed; everything else is lower-case hexadecimal.
 */
import { bytesToHex } from '@noble/hashes/utils.js';
import { bech32m } from '@scure/base';
import { z } from 'zod';

declare const brand: unique symbol;
type Branded<B extends string> = string & { readonly [brand]: B };

/** An instance's attestation key: `tally1` + 52 + 6 characters. */
export type InstanceId = Branded<'instance'>;
/** SHA-256 over a currency's descriptor, 64 hexadecimal characters. */
export type CurrencyId = Branded<'currency'>;
/** 16 random bytes, 32 hexadecimal characters. */
export type TransferId = Branded<'transfer'>;
/** 16 random bytes, 32 hexadecimal characters. */
export type RequestId = Branded<'request'>;
/** SHA-256 over a publication's descriptor, 64 hexadecimal characters. */
export type PublicationId = Branded<'publication'>;
/** One copy of one publication: the publication's id, a slash, and the number of the copy, from 1. */
export type LicenceId = Branded<'licence'>;
/** SHA-256 over what founded the lane, 64 hexadecimal characters. */
export type LaneId = Branded<'lane'>;

const PREFIX = 'tally';

/** Names by key, in hexadecimal, and names that were found well-formed: the same few are met in every message, and the checksum takes longer than what is done with them. */
const named = new Map<string, InstanceId>();
const wellFormed = new Set<string>();
/** More than anybody meets in a day; strangers may make up as many as they like. */
const MAX_REMEMBERED = 1024;

/** Writes a 32-byte Ed25519 public key as an instance's name. */
export function instanceIdOf(publicKey: Uint8Array): InstanceId {
  const key = bytesToHex(publicKey);
  const known = named.get(key);
  if (known) return known;
  const id = bech32m.encodeFromBytes(PREFIX, publicKey) as InstanceId;
  if (named.size >= MAX_REMEMBERED) named.clear();
  named.set(key, id);
  return id;
}

/** Reads an instance's name; `null` unless it is a well-formed one with a 32-byte key. */
export function instanceKeyOf(id: string): Uint8Array | null {
  const decoded = bech32m.decodeUnsafe(id as `${string}1${string}`, 90);
  if (!decoded || decoded.prefix !== PREFIX) return null;
  const bytes = bech32m.fromWordsUnsafe(decoded.words);
  return bytes && bytes.length === 32 && id === bech32m.encodeFromBytes(PREFIX, bytes) ? bytes : null;
}

const hex = (chars: number) => z.string().regex(new RegExp(`^[0-9a-f]{${chars}}$`));

function isInstanceId(text: string): boolean {
  if (wellFormed.has(text)) return true;
  if (text.length >= 80 || instanceKeyOf(text) === null) return false;
  if (wellFormed.size >= MAX_REMEMBERED) wellFormed.clear();
  wellFormed.add(text);
  return true;
}

export const InstanceIdSchema = z.custom<InstanceId>((v) => typeof v === 'string' && isInstanceId(v), {
  error: 'not an instance key (tally1…)',
});
export const CurrencyIdSchema = hex(64).transform((v) => v as CurrencyId);
export const TransferIdSchema = hex(32).transform((v) => v as TransferId);
export const RequestIdSchema = hex(32).transform((v) => v as RequestId);
export const PublicationIdSchema = hex(64).transform((v) => v as PublicationId);
export const LicenceIdSchema = z.string().regex(/^[0-9a-f]{64}\/[1-9][0-9]{0,3}$/).transform((v) => v as LicenceId);
