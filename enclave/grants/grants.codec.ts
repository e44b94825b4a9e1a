/**
 * What vault and reader tell each other about a book, past the host (design §7): an opening grant from the vault to one
 * reader process, a grant to look at its cover, and the key of a new publication from the reader to the vault. Both travel in sealed boxes.
 *
 * A box hides its content from the host; it does not prove who made it. A false grant opens nothing, since the key in it
 * must fit the ciphertext, and a false key makes a publication of its forger's that nobody can read. Whose key the vault
 * seals a grant to is decided in docs/decisions/0019-whose-reader.md.
 */
import { z } from 'zod';
import { bytesOf } from '../../protocol/bytes.schema.ts';
import { decodeStrict, encodeStrict } from '../../protocol/cbor.codec.ts';
import { CONTENT_KEY_BYTES } from './chunk-cipher.ts';
import { openBox, sealBox } from './sealed-box.ts';

const time = z.int().nonnegative();

/** The right to open one publication in one reader process, once. */
export const OpeningGrantSchema = z.strictObject({
  version: z.literal(1),
  /** SHA-256 of the manifest. */
  content: bytesOf(32),
  key: bytesOf(CONTENT_KEY_BYTES),
  /** The vault's time, which never goes back: the reader believes no host that says it is earlier. */
  at: time,
  terms: z.strictObject({
    /** Text may leave the reader: for screen readers and selection, and snippets in a search. */
    text: z.boolean(),
    /** Last millisecond of the licence, or null. */
    until: time.nullable(),
  }),
});
export type OpeningGrant = z.output<typeof OpeningGrantSchema>;

/** The right to look at one publication's cover, and at nothing else: the key in it opens no page. */
export const CoverGrantSchema = z.strictObject({ version: z.literal(1), content: bytesOf(32), coverKey: bytesOf(CONTENT_KEY_BYTES) });
export type CoverGrant = z.output<typeof CoverGrantSchema>;

/** The key of a publication that a reader has just encrypted. */
export const ContentKeySchema = z.strictObject({ version: z.literal(1), content: bytesOf(32), key: bytesOf(CONTENT_KEY_BYTES) });
export type ContentKey = z.output<typeof ContentKeySchema>;

const GRANT = 'tallystick opening grant';
const COVER = 'tallystick cover grant';
const KEY = 'tallystick content key';

function opened<S extends z.ZodType>(schema: S, plaintext: Uint8Array | null): z.output<S> | null {
  const decoded = plaintext && decodeStrict(plaintext);
  const parsed = decoded?.ok ? schema.safeParse(decoded.value) : null;
  return parsed?.success ? parsed.data : null;
}

/** For the vault. @param reader the key that the reader showed when it was ready @param random 32 fresh bytes */
export const sealGrant = (reader: Uint8Array, grant: OpeningGrant, random: Uint8Array): Uint8Array => sealBox(reader, GRANT, encodeStrict(grant), random);

/** For the reader. @returns null unless it is a grant sealed to this key */
export const openGrant = (secret: Uint8Array, sealed: Uint8Array): OpeningGrant | null => opened(OpeningGrantSchema, openBox(secret, GRANT, sealed));

/** For the vault. @param reader the key that the reader showed when it was ready @param random 32 fresh bytes */
export const sealCoverGrant = (reader: Uint8Array, grant: CoverGrant, random: Uint8Array): Uint8Array => sealBox(reader, COVER, encodeStrict(grant), random);

/** For the reader. @returns null unless it is a cover grant sealed to this key */
export const openCoverGrant = (secret: Uint8Array, sealed: Uint8Array): CoverGrant | null => opened(CoverGrantSchema, openBox(secret, COVER, sealed));

/** For the reader. @param vault the vault's key for this @param random 32 fresh bytes */
export const sealContentKey = (vault: Uint8Array, key: ContentKey, random: Uint8Array): Uint8Array => sealBox(vault, KEY, encodeStrict(key), random);

/** For the vault. @returns null unless it is a content key sealed to this key */
export const openContentKey = (secret: Uint8Array, sealed: Uint8Array): ContentKey | null => opened(ContentKeySchema, openBox(secret, KEY, sealed));
