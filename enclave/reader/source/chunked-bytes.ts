/**
 * A book that arrives in chunks from the host: asked for when they are needed, checked and decrypted, the newest few kept.
 * A chunk that is not what the manifest says is refused, whatever the host claims (assurance row 50).
 */
import { Refusal } from '../../../protocol/errors.ts';
import { CHUNK_BYTES } from '../../../protocol/limits.ts';
import { type Manifest, chunkCountOf, isChunkOf, plainLengthOf } from '../../../protocol/publication.codec.ts';
import { openChunk } from '../../grants/chunk-cipher.ts';
import type { BookBytes } from './book-bytes.ts';

/** Chunks kept: a page of a large comic and its neighbour, 8 MB. */
const KEPT_CHUNKS = 32;

/** Asks the host for chunk `index`. */
export type FetchChunk = (index: number) => Promise<Uint8Array>;

const DAMAGED = 'A part of the book is not what was published. Fetch it again.';

function bytesInChunks(size: number, plainChunk: (index: number) => Promise<Uint8Array>): BookBytes {
  const kept = new Map<number, Uint8Array>();
  async function chunk(index: number): Promise<Uint8Array> {
    const known = kept.get(index);
    kept.delete(index);
    const plain = known ?? (await plainChunk(index));
    kept.set(index, plain);
    for (const oldest of kept.keys()) if (kept.size > KEPT_CHUNKS) kept.delete(oldest);
    return plain;
  }
  return {
    size,
    async read(from, length) {
      if (from < 0 || length < 0 || from + length > size) throw new Refusal('book_unreadable', 'The book points outside of itself.');
      const out = new Uint8Array(length);
      for (let done = 0; done < length;) {
        const at = from + done;
        const index = Math.floor(at / CHUNK_BYTES);
        const within = at - index * CHUNK_BYTES;
        const piece = (await chunk(index)).subarray(within, within + length - done);
        out.set(piece, done);
        done += piece.length;
      }
      return out;
    },
  };
}

/** A publication's plaintext. */
export function decryptedBytes(manifest: Manifest, key: Uint8Array, fetch: FetchChunk): BookBytes {
  const last = chunkCountOf(manifest.size) - 1;
  return bytesInChunks(manifest.size, async (index) => {
    const ciphertext = await fetch(index);
    const plain = isChunkOf(manifest, index, ciphertext) ? openChunk(key, index, index === last, ciphertext) : null;
    if (!plain) throw new Refusal('chunk_damaged', DAMAGED, { chunk: index });
    return plain;
  });
}

/** A file of the person's own. */
export function fileBytes(size: number, fetch: FetchChunk): BookBytes {
  return bytesInChunks(size, async (index) => {
    const piece = await fetch(index);
    if (piece.length !== plainLengthOf(size, index)) throw new Refusal('chunk_damaged', 'The file was changed while it was read.', { chunk: index });
    return piece;
  });
}
