/** Hands a book that is in memory to MuPDF, which reads it through a stream: its bytes are never copied as a whole. */
import type { MuPDF, Mupdf } from '../engine/engine.ts';
import { onEngine } from '../engine/trouble.ts';

/** Bytes that lie one after the other in several pieces. */
export type Pieces = readonly Uint8Array[];

function handleOf(pieces: Pieces) {
  const size = pieces.reduce((sum, { length }) => sum + length, 0);
  return {
    fileSize: () => size,
    close: () => undefined,
    read(memory: Uint8Array, offset: number, length: number, position: number): number {
      let start = 0;
      for (const piece of pieces) {
        const at = position - start;
        if (at >= 0 && at < piece.length) {
          const part = piece.subarray(at, at + length);
          memory.set(part, offset);
          return part.length;
        }
        start += piece.length;
      }
      return 0;
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
