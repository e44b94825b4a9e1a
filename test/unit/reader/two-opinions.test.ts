/** Archives that two programs read as two different books: what was checked must be what is shown (assurance row 47). */
import { expect, it } from 'vitest';
import { madeEpub, xhtml } from '../../support/made-epub.ts';
import { fileReader } from '../../support/memory-reader.ts';
import { codeOf, openFile, textOfPage } from '../../support/reader-calls.ts';

const EPUB = 'application/epub+zip';
const END_BYTES = 22;
/** An end record without the length of its comment: all that MuPDF needs. */
const SHORT_END_BYTES = 20;

const book = madeEpub({ pages: [['a.xhtml', xhtml('<p>checked</p>')], ['b.xhtml', xhtml('<p>hidden</p>')]] });

/** The book again, and a second directory in which the two pages have changed places, named by the last bytes of the file. */
function withSecondDirectory(): Uint8Array {
  const file = Buffer.from(book);
  const end = file.length - END_BYTES;
  const [size, at] = [file.readUInt32LE(end + 12), file.readUInt32LE(end + 16)];
  const second = Buffer.from(file.subarray(at, at + size));
  const recordOf = (name: string): number => second.indexOf(name) - 46;
  const [a, b] = [recordOf('OPS/a.xhtml'), recordOf('OPS/b.xhtml')];
  // CRC and sizes, then where it lies.
  for (const [from, to] of [[16, 28], [42, 46]] as const) {
    const kept = Buffer.from(second.subarray(a + from, a + to));
    second.copy(second, a + from, b + from, b + to);
    kept.copy(second, b + from);
  }
  const ends = Buffer.from(file.subarray(end));
  ends.writeUInt16LE(SHORT_END_BYTES, 20);
  const last = Buffer.from(ends.subarray(0, SHORT_END_BYTES));
  last.writeUInt32LE(end, 16);
  return Buffer.concat([file.subarray(0, end), second, ends, last]);
}

it('is no book', async () => {
  const file = withSecondDirectory();
  const { calls } = fileReader(file);
  expect(codeOf(await calls['book.open']({ source: { kind: 'file', mediaType: EPUB, size: file.length } }))).toBe('book_unreadable');
});

it('is a book without it', async () => {
  const { calls } = fileReader(book);
  await openFile(calls, EPUB, book.length);
  expect(await textOfPage(calls, 0)).toContain('checked');
});

it('is no book either if two files differ in capital letters only, which MuPDF takes for one', async () => {
  const file = madeEpub({ pages: [['a.xhtml', xhtml('<p>checked</p>')]], files: { 'OPS/A.xhtml': xhtml('<p>hidden</p>') } });
  const { calls } = fileReader(file);
  expect(codeOf(await calls['book.open']({ source: { kind: 'file', mediaType: EPUB, size: file.length } }))).toBe('book_unreadable');
});
