/** A PDF that is read in parts is the same PDF: what was made while a part was missing is never shown. */
import { describe, expect, it } from 'vitest';
import type { Book } from '../../../enclave/reader/books/book.ts';
import { openDocument } from '../../../enclave/reader/books/book-document.ts';
import { pdfBook } from '../../../enclave/reader/books/pdf-book.ts';
import { type StreamLimits, atOnce, openStreamed } from '../../../enclave/reader/books/streamed-document.ts';
import { pageImage } from '../../../enclave/reader/pages/page-image.ts';
import type { BookBytes } from '../../../enclave/reader/source/book-bytes.ts';
import { Refusal } from '../../../protocol/errors.ts';
import { bookBytes, booksTrouble } from '../../support/books.ts';
import { mupdf } from '../../support/engine.ts';
import { largePdf } from '../../support/large-pdf.ts';

const PDF = 'application/pdf';

interface Counted extends BookBytes { readonly reads: number[] }
function counted(read: (from: number, length: number) => Uint8Array, size: number): Counted {
  const reads: number[] = [];
  return { size, reads, read: async (from, length) => { reads.push(from); return read(from, length); } };
}
const fileBytes = (file: Uint8Array): Counted => counted((from, length) => file.slice(from, from + length), file.length);
async function streamed(bytes: BookBytes, limits: StreamLimits): Promise<Book> {
  const { document, run } = await openStreamed(mupdf, bytes, PDF, limits);
  return await pdfBook(mupdf, document, run);
}
/** Everything that a reader asks of these pages. */
async function seenOf(book: Book, pages: readonly number[]): Promise<unknown[]> {
  const seen: unknown[] = [book.facts, book.pages(), await book.contents()];
  for (const page of pages) {
    const { bytes } = await pageImage(await book.draw(page, { width: 300, height: 400 }), 'dark', 'raw');
    seen.push(Buffer.from(bytes).toString('base64'), await book.lines(page), await book.links(page), await book.find(page, 'the'));
  }
  return seen;
}

describe.skipIf(booksTrouble)('a PDF that is read in parts', () => {
  const file = bookBytes('scandal-in-bohemia.pdf');
  const pages = [0, 5, 15, 2, 0];

  it.each([[2048, 16], [8192, 8], [16_384, 6]])('of %i bytes, %i of them held, looks and reads as it does as a whole', async (piece, held) => {
    const whole = await seenOf(await pdfBook(mupdf, openDocument(mupdf, [file], PDF), atOnce), pages);
    const bytes = fileBytes(file);
    expect(await seenOf(await streamed(bytes, { piece, held, ahead: 4 }), pages)).toEqual(whole);
    expect(Math.max(...bytes.reads)).toBeLessThan(file.length);
  });

  it('that needs more at once than may be held is refused, after so many goes and not for ever', async () => {
    const bytes = fileBytes(file);
    const opening = seenOf(await streamed(bytes, { piece: 4096, held: 12, ahead: 1 }), [0]).then(() => 'shown', (error: unknown) => (error as Refusal).failure.code);
    expect(await opening).toBe('shown');
    const tight = fileBytes(file);
    expect(await streamed(tight, { piece: 1024, held: 2, ahead: 1 }).then((book) => seenOf(book, [0])).catch((error: unknown) => (error as Refusal).failure.code)).toBe('book_too_large');
    expect(tight.reads.length).toBeLessThan(5 * Math.ceil(file.length / 1024));
  });

  it('says why where a part cannot be had', async () => {
    let gone = false;
    const bytes: BookBytes = { size: file.length, read: async (from, length) => gone ? Promise.reject(new Refusal('chunk_damaged', 'A part of the book is not what was published. Fetch it again.')) : file.slice(from, from + length) };
    const book = await streamed(bytes, { piece: 4096, held: 12, ahead: 1 });
    gone = true;
    await expect(book.draw(9, { width: 300, height: 400 })).rejects.toMatchObject({ failure: { code: 'chunk_damaged' } });
    gone = false;
    expect((await book.lines(9)).length).toBeGreaterThan(20);
  });
});

describe('a scanned volume', () => {
  it('is read only as far as somebody looks into it', async () => {
    const pdf = largePdf(40, 300);
    const bytes = counted(pdf.read, pdf.size);
    const book = await streamed(bytes, { piece: 4096, held: 60, ahead: 16 });
    expect(bytes.reads.length * 4096).toBeLessThan(pdf.size / 20);
    expect((await book.lines(0)).map(({ text }) => text.trim())).toEqual([pdf.words(0)]);
    await book.draw(0, { width: 300, height: 400 });
    expect(bytes.reads.length * 4096).toBeLessThan(pdf.size / 5);
    expect((await book.lines(39)).map(({ text }) => text.trim())).toEqual([pdf.words(39)]);
  });
});
