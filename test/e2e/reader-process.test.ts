/**
 * The reader as it is run (design §4): a real process under `--permission`, with the bundle and the parts that are built. What
 * happens to it must not reach beyond it (assurance row 47).
 */
import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { memoryFromProc } from '../../main/host/modules/process-memory.ts';
import type { ReaderModule } from '../../main/host/modules/reader-module.ts';
import { BOOKS, bookBytes, booksTrouble, mediaTypeOf } from '../support/books.ts';
import { CHUNK_BYTES, MAX_BOOK_IN_MEMORY_BYTES, MAX_CHAPTER_PICTURES_BYTES } from '../../protocol/limits.ts';
import { largeEpub } from '../support/large-epub.ts';
import { largePdf } from '../support/large-pdf.ts';
import { madeEpub, xhtml } from '../support/made-epub.ts';
import { jpegOf } from '../support/made-pictures.ts';
import { processReaders, readerOf } from '../support/process-readers.ts';
import { LAYOUT, codeOf, inkOf, openFile, renderRaw, textOfPage, valueOf } from '../support/reader-calls.ts';

const EPUB = 'application/epub+zip';
const megabyte = new Uint8Array(1024 * 1024).fill(1);
const small = madeEpub({ pages: [['a.xhtml', xhtml('<p>All is well.</p>')]] });
let readers: ReaderModule;
beforeAll(async () => void (readers = await processReaders()));
afterAll(async () => await readers.close());

/** The book that is well must open after whatever came before. */
async function opensTheNextBook(): Promise<void> {
  const reader = await readerOf(readers, small);
  await openFile(reader.calls, EPUB, small.length);
  expect(await textOfPage(reader.calls, 0)).toBe('All is well.');
  await reader.close();
}

describe.skipIf(booksTrouble)('a reader in its own process', () => {
  it.each(BOOKS)('shows %s, and stays below 400 MB', async (name) => {
    const file = bookBytes(name);
    const reader = await readerOf(readers, file);
    const { pages } = await openFile(reader.calls, mediaTypeOf(name), file.length);
    let most = 0;
    for (let page = 0; page < pages; page += Math.ceil(pages / 12)) {
      const image = valueOf(await reader.calls['page.render']({ page, width: 1400, height: 2000, theme: page % 2 ? 'dark' : 'light', format: 'png' }));
      expect([...image.bytes.subarray(1, 4)]).toEqual([0x50, 0x4e, 0x47]);
      most = Math.max(most, memoryFromProc(reader.pid as number) ?? 0);
    }
    expect(inkOf(await renderRaw(reader.calls, Math.min(2, pages - 1)))).toBeGreaterThan(0.001);
    if (process.platform === 'linux') expect(most).toBeGreaterThan(0);
    expect(most).toBeLessThan(400 * 1024 * 1024);
    await reader.close();
  });
});

describe('a reader in its own process', () => {
  it('has a key of its own that no other has', async () => {
    const [one, other] = [await readerOf(readers, small), await readerOf(readers, small)];
    expect(one.key).toHaveLength(32);
    expect(one.key).not.toEqual(other.key);
    expect(one.pid).not.toBe(other.pid);
    await Promise.all([one.close(), other.close()]);
  });

  it('that is killed fails its calls with a code, at once and for good; the next book opens', async () => {
    const reader = await readerOf(readers, small);
    await openFile(reader.calls, EPUB, small.length);
    process.kill(reader.pid as number, 'SIGKILL');
    const under = await Promise.all([reader.calls['page.links']({ page: 0 }), reader.calls['book.contents']({})]);
    expect(under.map(codeOf)).toEqual(['reader_failed', 'reader_failed']);
    expect(codeOf(await reader.calls['page.links']({ page: 0 }))).toBe('reader_failed');
    await opensTheNextBook();
  });

  it('that takes too long is ended, and the next book opens', async () => {
    const slow = await processReaders(undefined, { limitMs: { 'book.layout': 400 } });
    // Half a million words in one paragraph are a second's work at least.
    const endless = madeEpub({ pages: [['a.xhtml', xhtml(`<p>${'word and another '.repeat(400_000)}</p>`)]] });
    const reader = await readerOf(slow, endless);
    valueOf(await reader.calls['book.open']({ source: { kind: 'file', mediaType: EPUB, size: endless.length } }));
    expect(codeOf(await reader.calls['book.layout'](LAYOUT))).toBe('reader_timeout');
    expect(reader.ended?.code).toBe('reader_timeout');
    await opensTheNextBook();
    await slow.close();
  });

  it('whose book cannot be fetched says why', async () => {
    const reader = valueOf(await readers.start({ chunk: () => Promise.reject(new Error('the disk is gone')) }));
    expect(codeOf(await reader.calls['book.open']({ source: { kind: 'file', mediaType: EPUB, size: 100 } }))).toBe('internal');
    await reader.close();
    expect(codeOf(await reader.calls['book.contents']({}))).toBe('session_closed');
  });

  it('encrypts a large file in little memory', async () => {
    const pieces = 96;
    const piece = new Uint8Array(256 * 1024).fill(7);
    let stored = 0;
    let most = 0;
    const reader = valueOf(await readers.start({
      chunk: async () => piece,
      sealed: async (_index, chunk) => {
        stored += chunk.length;
        most = Math.max(most, memoryFromProc(reader.pid as number) ?? 0);
      },
    }));
    valueOf(await reader.calls['publication.seal']({ mediaType: 'application/pdf', size: pieces * piece.length, vaultKey: new Uint8Array(32).fill(9), cover: null }));
    expect(stored).toBe(pieces * (piece.length + 16));
    // As many megabytes again went through as the process weighs by itself, and they left no trace in it.
    expect(most).toBeLessThan(200 * 1024 * 1024);
    await reader.close();
  });

  it('shows a scanned volume of 300 MB as well, a page here and a page there, and stays below 400 MB', async () => {
    const pdf = largePdf(300, 1024);
    expect(pdf.size).toBeGreaterThan(300 * 1024 * 1024);
    let fetched = 0;
    const reader = valueOf(await readers.start({ chunk: async (index) => { fetched++; return pdf.piece(index); } }));
    const { pages } = await openFile(reader.calls, 'application/pdf', pdf.size);
    expect(pages).toBe(300);
    let most = 0;
    for (const page of [0, 299, 151]) {
      expect(await textOfPage(reader.calls, page)).toBe(pdf.words(page));
      valueOf(await reader.calls['page.render']({ page, width: 1400, height: 2000, theme: page % 2 ? 'dark' : 'light', format: 'png' }));
      expect(inkOf(await renderRaw(reader.calls, page))).toBeGreaterThan(0.3);
      most = Math.max(most, memoryFromProc(reader.pid as number) ?? 0);
    }
    console.log(`a PDF of ${Math.round(pdf.size / 2 ** 20)} MB: ${fetched} of ${Math.ceil(pdf.size / CHUNK_BYTES)} chunks fetched, ${Math.round(most / 2 ** 20)} MB at most`);
    expect(most).toBeLessThan(400 * 1024 * 1024);
    await reader.close();
  });

  it('shows a flowing EPUB of 300 MB of pictures, a page here and a page there, at more than one size of letters, and stays below 400 MB', async () => {
    const kinds = [0, 1].map((kind) => jpegOf({ width: 1400, height: 1000 + kind, noise: true }));
    const epub = largeEpub({ chapters: 60, pictures: 3, picture: (chapter) => kinds[chapter % 2] as Uint8Array });
    expect(epub.size).toBeGreaterThan(300 * 1024 * 1024);
    const asked = new Set<number>();
    let fetched = 0;
    const reader = valueOf(await readers.start({ chunk: async (index) => { fetched++; asked.add(index); return epub.piece(index); } }));
    const { pages } = await openFile(reader.calls, EPUB, epub.size);
    const opened = fetched;
    let most = 0;
    for (const layout of [LAYOUT, { ...LAYOUT, fontSize: 20 }]) {
      expect(valueOf(await reader.calls['book.layout'](layout)).pages).toBe(pages);
      for (const chapter of [0, 59, 30, 31]) {
        const page = (chapter * pages) / 60;
        expect(await textOfPage(reader.calls, page)).toContain(epub.words(chapter));
        valueOf(await reader.calls['page.render']({ page, width: 1400, height: 2000, theme: page % 2 ? 'dark' : 'light', format: 'png' }));
        expect(inkOf(await renderRaw(reader.calls, page + 1))).toBeGreaterThan(0.2);
        most = Math.max(most, memoryFromProc(reader.pid as number) ?? 0);
      }
    }
    console.log(`an EPUB of ${Math.round(epub.size / 2 ** 20)} MB: ${opened} of ${Math.ceil(epub.size / CHUNK_BYTES)} chunks fetched to open it, ${fetched} in all, ${Math.round(most / 2 ** 20)} MB at most`);
    expect(asked.size).toBeLessThan(epub.size / CHUNK_BYTES / 2);
    expect(most).toBeLessThan(400 * 1024 * 1024);
    await reader.close();
  });

  it('stays below 400 MB with chapters of as many pictures as one may have', async () => {
    const picture = jpegOf({ width: 1400, height: 1000, noise: true });
    const pictures = Math.floor(MAX_CHAPTER_PICTURES_BYTES / picture.length);
    const epub = largeEpub({ chapters: 5, pictures, picture: () => picture });
    const reader = valueOf(await readers.start({ chunk: async (index) => epub.piece(index) }));
    const { pages } = await openFile(reader.calls, EPUB, epub.size);
    let most = 0;
    for (let chapter = 0; chapter < 5; chapter++) {
      for (const page of [0, pages / 5 - 1]) {
        expect(inkOf(await renderRaw(reader.calls, (chapter * pages) / 5 + page, { width: 1400, height: 2000 }))).toBeGreaterThan(0.2);
        most = Math.max(most, memoryFromProc(reader.pid as number) ?? 0);
      }
    }
    console.log(`chapters of ${Math.round((pictures * picture.length) / 2 ** 20)} MB of pictures: ${Math.round(most / 2 ** 20)} MB at most`);
    expect(most).toBeLessThan(400 * 1024 * 1024);
    await reader.close();
  });

  it.each([
    ['too much beside its pictures', { more: { 'OPS/film.bin': { length: MAX_BOOK_IN_MEMORY_BYTES, make: () => new Uint8Array(MAX_BOOK_IN_MEMORY_BYTES) } } }, 'The book has 97 MB beside its pictures; so large a book may have 48. Publish it in several volumes, or as a PDF.'],
    ['too many pictures in one chapter', { chapters: 1, pictures: 100 }, 'A chapter of the book has 100 MB of pictures; in so large a book one may have 48. Make its pictures smaller, or publish it as a PDF.'],
  ])('refuses a large flowing EPUB with %s before it has read them', async (_what, options, detail) => {
    const epub = largeEpub({ chapters: 2, pictures: 1, picture: () => megabyte, ...options });
    let fetched = 0;
    const reader = valueOf(await readers.start({ chunk: async (index) => { fetched++; return epub.piece(index); } }));
    const refused = await reader.calls['book.open']({ source: { kind: 'file', mediaType: EPUB, size: epub.size } });
    expect(refused.ok ? null : refused.failure).toMatchObject({ code: 'book_too_large', detail });
    expect(fetched).toBeLessThan(10);
    await reader.close();
  });

  it('gives the same image in its process as anywhere: what was measured is what runs', async () => {
    const { fileReader } = await import('../support/memory-reader.ts');
    const here = fileReader(small);
    await openFile(here.calls, EPUB, small.length);
    const there = await readerOf(readers, small);
    await openFile(there.calls, EPUB, small.length);
    expect(Buffer.compare((await renderRaw(there.calls, 0)).bytes, (await renderRaw(here.calls, 0)).bytes)).toBe(0);
    await there.close();
  });

  it('has neither files nor a network in its code: MuPDF’s loader was taken out of the bundle', async () => {
    const { READER_BUNDLE } = await import('../support/process-readers.ts');
    const bundle = readFileSync(READER_BUNDLE, 'utf8');
    for (const reach of ['createRequire', 'import("', "import('module", 'node:fs', 'node:module', 'require("fs', 'require("child']) expect(bundle.includes(reach), reach).toBe(false);
  });
});
