/**
 * What passes between the vault and the reader, sealed, by way of the host (design §4): the grant that opens one book,
 * and the key of a file that the reader encrypted for publication.
 */
import { z } from 'zod';
import { bytesOf } from '../../protocol/bytes.schema.ts';
import { encodeStrict } from '../../protocol/cbor.codec.ts';
import { decodeAs } from '../../protocol/messages.codec.ts';
import { openSealed, sealFor } from './sealed-box.ts';

export const GrantSchema = z.strictObject({
  /** Which ciphertext it opens: SHA-256 of its manifest. */
  content: bytesOf(32),
  key: bytesOf(32),
  /** The text may leave the reader. */
  text: z.boolean(),
  /** After this many milliseconds the reader closes by itself; null for a copy without a date. */
  lastsMs: z.int().nonnegative().nullable(),
});
export type Grant = z.output<typeof GrantSchema>;

const PublishedKeySchema = z.strictObject({ content: bytesOf(32), key: bytesOf(32) });
export type PublishedKey = z.output<typeof PublishedKeySchema>;

/** @returns null if `reader` is no public key */
export const sealGrant = (reader: Uint8Array, ephemeral: Uint8Array, grant: Grant): Uint8Array | null => sealFor(reader, ephemeral, 'grant', encodeStrict(grant));

export function openGrant(secret: Uint8Array, box: Uint8Array): Grant | null {
  const plaintext = openSealed(secret, 'grant', box);
  const grant = plaintext && decodeAs(GrantSchema, plaintext);
  return grant?.ok ? grant.value : null;
}

export const sealPublishedKey = (vault: Uint8Array, ephemeral: Uint8Array, published: PublishedKey): Uint8Array | null => sealFor(vault, ephemeral, 'published key', encodeStrict(published));

export function openPublishedKey(secret: Uint8Array, box: Uint8Array): PublishedKey | null {
  const plaintext = openSealed(secret, 'published key', box);
  const published = plaintext && decodeAs(PublishedKeySchema, plaintext);
  return published?.ok ? published.value : null;
}
