/** A publication of any bytes, encrypted as the reader module does it, for tests of what stores and carries ciphertext. */
import { sha256 } from '@noble/hashes/sha2.js';
import { sealChunk } from '../../enclave/grants/chunk-cipher.ts';
import { coverKeyOf, sealCover } from '../../enclave/grants/cover-cipher.ts';
import { CHUNK_BYTES } from '../../protocol/limits.ts';
import { chunkCountOf, contentIdOf, encodeManifest, plainLengthOf } from '../../protocol/publication.codec.ts';

/** @param size bytes of the file, which are taken from `seed` @param cover its picture */
export function smallPublication(size: number, seed = 1, cover: Uint8Array | null = null) {
  const key = new Uint8Array(32).fill(seed);
  const count = chunkCountOf(size);
  const chunks = Array.from({ length: count }, (_, index) => {
    const plain = new Uint8Array(plainLengthOf(size, index)).map((_, at) => (at * 31 + index * 7 + seed) & 0xff);
    return sealChunk(key, index, index === count - 1, plain);
  });
  if (cover) chunks.push(sealCover(coverKeyOf(key), cover));
  const hashes = new Uint8Array(chunks.length * 32);
  chunks.forEach((chunk, index) => hashes.set(sha256(chunk), index * 32));
  const manifest = encodeManifest({ version: 1, mediaType: 'application/pdf', size, cover: cover?.length ?? null, hashes });
  return { key, chunks, manifest, content: contentIdOf(manifest), chunkBytes: CHUNK_BYTES };
}
