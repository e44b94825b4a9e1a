/**
 * A book that is too large to be in memory, read where MuPDF asks for it. MuPDF wants its bytes at once, and the host brings
 * them in its own time: so a piece that is not here is answered with "later", the work is given up, the piece is fetched, and
 * the work is done again. What MuPDF understood so far it keeps, so each time it gets further.
 *
 *   work ──all pieces here──▶ its result
 *     └─a piece is missing──▶ thrown away, fetched ──▶ work again …
 *
 * Whatever came of work during which a piece was missing is thrown away, also when MuPDF made do without: it would show less
 * than the book has. Only for PDF: of an EPUB, MuPDF keeps the pages that it made without their pictures
 * (pictures-apart.ts has another way).
 */
import { Refusal } from '../../../protocol/errors.ts';
import { CHUNK_BYTES } from '../../../protocol/limits.ts';
import type { MuPDF, Mupdf } from '../engine/engine.ts';
import { BrokenEngine, onEngine, stackAtRest } from '../engine/trouble.ts';
import type { BookBytes } from '../source/book-bytes.ts';

/** Does something with a document, however often it takes. */
export type Run = <T>(work: () => T) => Promise<T>;

/** A document that is in memory needs one go. */
export const atOnce: Run = async (work) => work();

export interface StreamLimits {
  /** Bytes of a piece. */
  readonly piece: number;
  /** Most pieces held at once. */
  readonly held: number;
  /** Most pieces fetched together where one after the other is asked for. */
  readonly ahead: number;
}
/**
 * Chunks of a publication, 32 MB of them: as much as one page may need, and with MuPDF and Node itself below the 400 MB of a
 * reader. Four megabytes ahead: the picture of a scanned page comes in a few goes.
 */
const LIMITS: StreamLimits = { piece: CHUNK_BYTES, held: 128, ahead: 16 };
/** MuPDF keeps decoded pictures and fonts of pages seen. When its memory has grown to this, it keeps them no more. */
const ROOMY_HEAP_BYTES = 96 * 1024 * 1024;
/** What MuPDF takes for "later" (it asks again after an error). */
const LATER = -1;

/** @throws Refusal `book_unreadable`, `book_protected`, `book_too_large`, and those of the book's bytes */
export async function openStreamed(mupdf: Mupdf, bytes: BookBytes, mediaType: string, limits: StreamLimits = LIMITS): Promise<{ document: MuPDF.Document; run: Run }> {
  const pieces = new Pieces(bytes, limits, () => mupdf.emptyStore());
  const open = (): MuPDF.Document => onEngine('opening', () => {
    const stream = new mupdf.Stream(pieces.handle());
    try {
      return mupdf.Document.openDocument(stream as never, mediaType);
    } finally {
      stream.destroy();
    }
  });
  return { document: await pieces.run(open), run: (work) => pieces.run(work) };
}

class Pieces {
  readonly #bytes: BookBytes;
  readonly #limits: StreamLimits;
  /** In the order of their last use. */
  readonly #held = new Map<number, Uint8Array>();
  readonly #tidy: () => void;
  #missed: number | null = null;
  #heapBytes = 0;

  constructor(bytes: BookBytes, limits: StreamLimits, tidy: () => void) {
    this.#bytes = bytes;
    this.#limits = limits;
    this.#tidy = tidy;
  }

  handle() {
    const { size } = this.#bytes;
    return {
      fileSize: () => size,
      close: () => undefined,
      read: (memory: Uint8Array, offset: number, length: number, position: number): number => {
        this.#heapBytes = memory.length;
        if (position >= size) return 0;
        const index = Math.floor(position / this.#limits.piece);
        const piece = this.#held.get(index);
        if (!piece) {
          this.#missed ??= index;
          return LATER;
        }
        this.#held.delete(index);
        this.#held.set(index, piece);
        const from = position - index * this.#limits.piece;
        const part = piece.subarray(from, from + length);
        memory.set(part, offset);
        return part.length;
      },
    };
  }

  async run<T>(work: () => T): Promise<T> {
    // Every piece once, and what was let go meanwhile once more: work that needs more goes round in circles.
    let left = Math.ceil(this.#bytes.size / this.#limits.piece) + this.#limits.held;
    let ahead = 1;
    let next = -1;
    for (;;) {
      this.#missed = null;
      const done = this.#attempt(work);
      const missed = this.#missed as number | null;
      if (missed === null) {
        if (this.#heapBytes > ROOMY_HEAP_BYTES) this.#tidy();
        if (done.ok) return done.value;
        throw done.error;
      }
      stackAtRest();
      ahead = missed === next ? Math.min(2 * ahead, this.#limits.ahead) : 1;
      next = missed + ahead;
      left -= ahead;
      if (left < 0) throw new Refusal('book_too_large', 'The book is too large to be read in parts, as it is made. Save it anew with another program, or in several volumes.');
      for (let index = missed; index < next; index++) await this.#fetch(index);
    }
  }

  #attempt<T>(work: () => T): { ok: true; value: T } | { ok: false; error: unknown } {
    try {
      return { ok: true, value: work() };
    } catch (error) {
      // An engine that is done for stays so, whatever is fetched.
      if (error instanceof BrokenEngine) throw error;
      return { ok: false, error };
    }
  }

  async #fetch(index: number): Promise<void> {
    const { piece, held } = this.#limits;
    const from = index * piece;
    if (from >= this.#bytes.size || this.#held.has(index)) return;
    this.#held.set(index, await this.#bytes.read(from, Math.min(piece, this.#bytes.size - from)));
    for (const oldest of this.#held.keys()) if (this.#held.size > held) this.#held.delete(oldest);
  }
}
