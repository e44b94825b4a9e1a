/** A book's bytes, wherever they come from: read in pieces, so that a large book of pictures need not be in memory. */
import { Refusal } from '../../../protocol/errors.ts';
import { MAX_BOOK_IN_MEMORY_BYTES } from '../../../protocol/limits.ts';

export interface BookBytes {
  readonly size: number;
  /** @throws Refusal if they cannot be had, or lie outside of the book */
  read(from: number, length: number): Promise<Uint8Array>;
}

/** The whole book. @throws Refusal `book_too_large` */
export async function wholeOf(book: BookBytes): Promise<Uint8Array> {
  if (book.size > MAX_BOOK_IN_MEMORY_BYTES) {
    throw new Refusal('book_too_large', `The book has ${Math.ceil(book.size / 2 ** 20)} MB; an EPUB whose text flows may have ${MAX_BOOK_IN_MEMORY_BYTES / 2 ** 20}. Make its pictures smaller, or publish it as a PDF.`);
  }
  return await book.read(0, book.size);
}
