/**
 * Frames on a stream for ciphertext (docs/PROTOCOL.md "Ciphertext"): their length as an unsigned varint (LEB128), then their
 * bytes. A frame is one chunk at most; an empty one stands for a chunk that is not there. Holds what it was given until
 * somebody takes it, so whoever gives looks at `bytes`.
 */
import { refuse } from '../../../protocol/errors.ts';
import { MAX_CHUNK_BYTES } from '../../../protocol/publication.codec.ts';

/** Largest frame: one chunk. The manifest is smaller. */
export const MAX_CONTENT_FRAME_BYTES = MAX_CHUNK_BYTES;
/** Pieces up to this length are put together as they come: each would hold on to the message that it was cut out of, and a part of a book that comes byte by byte would take seconds to put together at its end. */
const SMALL_PIECE_BYTES = 16 * 1024;
/** Three times seven bits are enough for the largest length. */
const MAX_PREFIX_BYTES = 3;

/** What goes before a frame of so many bytes. */
export function contentPrefix(length: number): Uint8Array {
  const bytes: number[] = [];
  let rest = length;
  for (; rest > 0x7f; rest >>>= 7) bytes.push((rest & 0x7f) | 0x80);
  return Uint8Array.of(...bytes, rest);
}

export interface ContentFrames {
  /** How much came and was not taken. */
  readonly bytes: number;
  /** Takes a piece of the stream, of any size; keeps a large one as it is. */
  push(piece: Uint8Array): void;
  /**
   * The next frame, or null while not all of it is here: at the start of `into` if it fits there, otherwise in memory of its own.
   * @throws Refusal `peer_protocol` for one that is too long
   */
  take(into?: Uint8Array): Uint8Array | null;
}

export function createContentFrames(): ContentFrames {
  const pieces: Uint8Array[] = [];
  let bytes = 0;
  /** Length of the frame under way; null before its prefix is whole. */
  let length: number | null = null;
  let [prefix, prefixBytes] = [0, 0];

  /** Copies the next bytes into `into`; there are enough. */
  function fill(into: Uint8Array): void {
    for (let filled = 0; filled < into.length;) {
      const piece = pieces[0] ?? refuse('internal', 'Frames were cut where there was nothing.');
      const taken = piece.subarray(0, into.length - filled);
      into.set(taken, filled);
      filled += taken.length;
      bytes -= taken.length;
      if (taken.length === piece.length) pieces.shift();
      else pieces[0] = piece.subarray(taken.length);
    }
  }

  function readPrefix(): void {
    const next = new Uint8Array(1);
    while (length === null && bytes > 0) {
      fill(next);
      const [byte = 0] = next;
      prefix |= (byte & 0x7f) << (7 * prefixBytes++);
      if (byte < 0x80) [length, prefix, prefixBytes] = [prefix, 0, 0];
      else if (prefixBytes === MAX_PREFIX_BYTES) tooLong();
    }
    if (length !== null && length > MAX_CONTENT_FRAME_BYTES) tooLong();
  }

  return {
    get bytes() {
      return bytes;
    },
    push(piece) {
      if (piece.length === 0) return;
      bytes += piece.length;
      let last = piece.length < SMALL_PIECE_BYTES ? piece.slice() : piece;
      // Equal ones in pairs, then the pairs: however small they come, each byte is copied a few times only.
      for (let before = pieces.at(-1); before && before.length <= last.length && before.length + last.length <= SMALL_PIECE_BYTES; before = pieces.at(-1)) {
        pieces.pop();
        last = Buffer.concat([before, last]);
      }
      pieces.push(last);
    },
    take(into) {
      readPrefix();
      if (length === null || bytes < length) return null;
      const frame = into && length <= into.length ? into.subarray(0, length) : new Uint8Array(length);
      length = null;
      fill(frame);
      return frame;
    },
  };
}

const tooLong = (): never => refuse('peer_protocol', 'The other computer sent more of a book at once than one part of it.');
