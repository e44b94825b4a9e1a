/** Hands a book that is in memory to MuPDF, which reads it through a stream: its bytes are never copied as a whole. */
import type { MuPDF, Mupdf } from '../engine/engine.ts';
import { onEngine } from '../engine/trouble.ts';

/** Bytes that lie one after the other in several pieces. */
export type Pieces = readonly Uint8Array[];

function handleOf(pieces: Pieces) {
  const starts: number[] = [];
  let size = 0;
  for (const { length } of pieces) {
    starts.push(size);
    size += length;
  }
  /** The piece that holds this byte; an archive may have tens of thousands. */
  const at = (position: number): number => {
    let low = 0;
    for (let high = pieces.length; high - low > 1;) {
      const middle = (low + high) >> 1;
      if ((starts[middle] as number) <= position) low = middle;
      else high = middle;
    }
    return low;
  };
  return {
    fileSize: () => size,
    close: () => undefined,
    read(memory: Uint8Array, offset: number, length: number, position: number): number {
      if (position < 0 || position >= size) return 0;
      // An empty piece begins where the next one does: the last of those that begin there holds the byte.
      const index = at(position);
      const from = position - (starts[index] as number);
      const part = (pieces[index] as Uint8Array).subarray(from, from + length);
      memory.set(part, offset);
      return part.length;
    },
  };
}

/** @throws Refusal `book_unreadable`, `book_protected`, `book_too_large` */
export function openDocument(mupdf: Mupdf, pieces: Pieces, mediaType: string): MuPDF.Document {
  return onEngine('opening', () => {
    const stream = new mupdf.Stream(handleOf(pieces));
    try {
      return mupdf.Document.openDocument(stream as never, mediaType);
    } finally {
      stream.destroy();
    }
  });
}
