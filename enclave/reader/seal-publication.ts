/**
 * Makes a publication of a file (design §7; docs/decisions/0020-who-encrypts.md): one chunk after the other, never more than
 * one of them in memory, under a key that was made here and leaves only for the vault. The cover is the last chunk, under a
 * key that follows from that one (docs/decisions/0022-covers-have-a-key-of-their-own.md).
 */
import { sha256 } from '@noble/hashes/sha2.js';
import { Refusal } from '../../protocol/errors.ts';
import { type ContentId, type MediaType, chunkCountOf, contentIdOf, encodeManifest, piecesOf, plainLengthOf } from '../../protocol/publication.codec.ts';
import { CONTENT_KEY_BYTES, sealChunk } from '../grants/chunk-cipher.ts';
import { coverKeyOf, sealCover } from '../grants/cover-cipher.ts';
import { sealContentKey } from '../grants/grants.codec.ts';
import { canReceive } from '../grants/sealed-box.ts';

export interface SealingPorts {
  readonly fetch: (index: number) => Promise<Uint8Array>;
  /** Resolves when the host has stored the chunk. */
  readonly store: (index: number, chunk: Uint8Array) => Promise<void>;
  readonly random: (length: number) => Uint8Array;
}

export interface Sealed { readonly content: ContentId; readonly manifest: Uint8Array; readonly sealedKey: Uint8Array }

/** @throws Refusal `bad_input` for no vault's key, `chunk_damaged` if the file changes meanwhile, and whatever the host's store fails with */
export async function sealPublication({ fetch, store, random }: SealingPorts, file: { mediaType: MediaType; size: number; cover: Uint8Array | null }, vaultKey: Uint8Array): Promise<Sealed> {
  // Asked before the work, which is long.
  if (!canReceive(vaultKey)) throw new Refusal('bad_input', 'That is no key of a vault.');
  const key = random(CONTENT_KEY_BYTES);
  const count = chunkCountOf(file.size);
  const shape = { size: file.size, cover: file.cover?.length ?? null };
  const hashes = new Uint8Array(piecesOf(shape) * 32);
  const keep = async (index: number, chunk: Uint8Array): Promise<void> => {
    hashes.set(sha256(chunk), index * 32);
    await store(index, chunk);
  };
  for (let index = 0; index < count; index++) {
    const piece = await fetch(index);
    if (piece.length !== plainLengthOf(file.size, index)) throw new Refusal('chunk_damaged', 'The file was changed while it was read.', { chunk: index });
    await keep(index, sealChunk(key, index, index === count - 1, piece));
  }
  if (file.cover) await keep(count, sealCover(coverKeyOf(key), file.cover));
  const manifest = encodeManifest({ version: 1, mediaType: file.mediaType, ...shape, hashes });
  return { content: contentIdOf(manifest), manifest, sealedKey: sealContentKey(vaultKey, { version: 1, content: sha256(manifest), key }, random(32)) };
}
