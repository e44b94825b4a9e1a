/**
 * A publication as it moves and lies: chunks of ciphertext, and a manifest that names every one of them (design §7,
 * docs/PROTOCOL.md "Publications"). Whoever has the manifest can check each chunk by itself, without the key; the
 * publication's id is the hash of its manifest. How a chunk is encrypted is in enclave/grants/chunk-cipher.ts.
 * A manifest proves nothing about who made it; that is the licence's business.
 */
import { sha256 } from '@noble/hashes/sha2.js';
import { bytesToHex } from '@noble/hashes/utils.js';
import { z } from 'zod';
import { bytesUpTo } from './bytes.schema.ts';
import { decodeStrict, encodeStrict } from './cbor.codec.ts';
import { type Result, fail, ok } from './errors.ts';
import { CHUNK_BYTES, MAX_COVER_BYTES, MAX_PUBLICATION_CHUNKS } from './limits.ts';

declare const brand: unique symbol;
/** SHA-256 over a manifest's bytes, 64 hexadecimal characters. */
export type ContentId = string & { readonly [brand]: 'content' };
export const ContentIdSchema = z.string().regex(/^[0-9a-f]{64}$/).transform((v) => v as ContentId);

/** What the reader can open. */
export const MEDIA_TYPES = ['application/epub+zip', 'application/pdf'] as const;
export type MediaType = (typeof MEDIA_TYPES)[number];

const HASH_BYTES = 32;
/** The Poly1305 tag that a chunk of ciphertext is longer by. */
export const CHUNK_TAG_BYTES = 16;
/** Longest chunk of ciphertext. */
export const MAX_CHUNK_BYTES = CHUNK_BYTES + CHUNK_TAG_BYTES;
const MAX_SIZE = MAX_PUBLICATION_CHUNKS * CHUNK_BYTES;

export const SizeSchema = z.int().min(1).max(MAX_SIZE);

/** How many chunks a file of `size` bytes makes. */
export const chunkCountOf = (size: number): number => Math.ceil(size / CHUNK_BYTES);

/** Bytes of the file in chunk `index`: all chunks are full but the last. */
export const plainLengthOf = (size: number, index: number): number => Math.min(CHUNK_BYTES, size - index * CHUNK_BYTES);

/** Bytes of file and cover before encryption; no cover: null. */
interface Sizes { readonly size: number; readonly cover: number | null }

/** How many chunks of ciphertext there are: the file's, and the cover's. */
export const piecesOf = ({ size, cover }: Sizes): number => chunkCountOf(size) + (cover === null ? 0 : 1);

/** Where the cover's chunk stands, or null. */
export const coverIndexOf = ({ size, cover }: Sizes): number | null => (cover === null ? null : chunkCountOf(size));

/** Bytes of chunk `index` of the ciphertext. */
export const cipherLengthOf = ({ size, cover }: Sizes, index: number): number =>
  (cover !== null && index === chunkCountOf(size) ? cover : plainLengthOf(size, index)) + CHUNK_TAG_BYTES;

export const ManifestSchema = z.strictObject({
  version: z.literal(1),
  mediaType: z.enum(MEDIA_TYPES),
  /** Bytes of the file before encryption. */
  size: SizeSchema,
  /** Bytes of the cover's picture before encryption; null without one. Its ciphertext is one chunk more, behind the file's. */
  cover: z.int().min(1).max(MAX_COVER_BYTES).nullable(),
  /** SHA-256 of each chunk of ciphertext, in order, end to end. */
  hashes: bytesUpTo((MAX_PUBLICATION_CHUNKS + 1) * HASH_BYTES),
}).refine(({ size, cover, hashes }) => hashes.length === piecesOf({ size, cover }) * HASH_BYTES, 'one hash for each chunk');
export type Manifest = z.output<typeof ManifestSchema>;

export const encodeManifest = (manifest: Manifest): Uint8Array => encodeStrict(manifest);

/** Reads a manifest that came from anywhere; `peer_protocol` unless it is exactly one. */
export function decodeManifest(bytes: Uint8Array): Result<Manifest> {
  const decoded = decodeStrict(bytes);
  if (!decoded.ok) return decoded;
  const parsed = ManifestSchema.safeParse(decoded.value);
  return parsed.success ? ok(parsed.data) : fail('peer_protocol', 'A publication\'s manifest was malformed.');
}

/** The publication's id. @param manifest as it was encoded */
export const contentIdOf = (manifest: Uint8Array): ContentId => bytesToHex(sha256(manifest)) as ContentId;

/**
 * True if `ciphertext` is chunk `index` of this publication (assurance row 50). For whoever stores or carries chunks.
 * @param digest SHA-256; hosts have a quicker one than the modules
 */
export function isChunkOf(manifest: Manifest, index: number, ciphertext: Uint8Array, digest: (bytes: Uint8Array) => Uint8Array = sha256): boolean {
  if (!Number.isInteger(index) || index < 0 || index >= piecesOf(manifest)) return false;
  if (ciphertext.length !== cipherLengthOf(manifest, index)) return false;
  const expected = manifest.hashes.subarray(index * HASH_BYTES, (index + 1) * HASH_BYTES);
  return digest(ciphertext).every((byte, at) => byte === expected[at]);
}
