/**
 * Every sample book, every page (assurance row 47, the other side of it: what is well is shown). What must be on a page is
 * known from the book's own files, read here in another way than the reader reads them.
 */
import { unzipSync } from 'fflate';
import { describe, expect, it } from 'vitest';
import { BOOKS, type BookName, bookBytes, booksTrouble, mediaTypeOf } from '../../support/books.ts';
import { fileReader } from '../../support/memory-reader.ts';
import { inkOf, openFile, renderRaw, textOfPage, valueOf } from '../../support/reader-calls.ts';

interface Expected { readonly kind: string; readonly title: string; readonly authors: readonly string[]; readonly language: string; readonly direction: string; readonly omissions: readonly string[] }

const EXPECTED: Readonly<Record<BookName, Expected>> = {
  'sherlock-holmes.epub': { kind: 'flowing', title: 'The Adventures of Sherlock Holmes', authors: ['Arthur Conan Doyle'], language: 'en-GB', direction: 'ltr', omissions: ['svg'] },
  'wasteland.epub': { kind: 'flowing', title: 'The Waste Land', authors: ['T.S. Eliot'], language: 'en-US', direction: 'ltr', omissions: [] },
  'childrens-literature.epub': { kind: 'flowing', title: 'Children\'s Literature', authors: ['Charles Madison Curry', 'Erle Elsworth Clippinger'], language: 'en', direction: 'ltr', omissions: ['script'] },
  'regime-anticancer-arabic.epub': { kind: 'flowing', title: 'Le Vrai Régime anti-cancer', authors: ['Pr David Khayat', 'Nathalie Hutter-Lardeau', 'Marina Khalil Fayad'], language: 'ar', direction: 'rtl', omissions: [] },
  'haruko-jpeg.epub': { kind: 'pictures', title: 'ハルコさんの彼氏', authors: [], language: 'ja-jp', direction: 'rtl', omissions: [] },
  'scandal-in-bohemia.pdf': { kind: 'pdf', title: 'A Scandal in Bohemia', authors: [], language: 'en-US', direction: 'ltr', omissions: [] },
};

/** Words of the body of an XHTML file: tags out, entities resolved, in one pass of regular expressions. */
function wordsIn(xhtml: string): string[] {
  const body = /<body[^]*<\/body>/.exec(xhtml)?.[0] ?? '';
  const text = body.replace(/<(script|style|svg)\b[^]*?<\/\1>/g, ' ').replace(/<\/?(p|div|h\d|li|td|th|section|br|blockquote|dt|dd|tr|header|figcaption)\b[^>]*>/g, ' ').replace(/<[^>]+>/g, '');
  const plain = text.replace(/&#x([0-9a-f]+);/gi, (_, hex: string) => String.fromCodePoint(parseInt(hex, 16))).replace(/&#(\d+);/g, (_, dec: string) => String.fromCodePoint(Number(dec)))
    .replace(/&nbsp;/g, ' ').replace(/&amp;/g, '&').replace(/&lt;/g, '<').replace(/&gt;/g, '>').replace(/&quot;/g, '"');
  return normal(plain);
}

const normal = (text: string): string[] => text.normalize('NFKC').replace(/[\u00ad\u200b-\u200f\u2060\ufeff]/g, '').toLowerCase().match(/[\p{L}\p{N}\p{M}]+/gu) ?? [];

/** Names of the spine's files, in order. */
function spineOf(files: Readonly<Record<string, Uint8Array>>): string[] {
  const [path = ''] = Object.keys(files).filter((name) => name.endsWith('.opf'));
  const opf = new TextDecoder().decode(files[path]);
  const items = new Map([...opf.matchAll(/<item\s[^>]*>/g)].map(([item]) => [/\bid="([^"]*)"/.exec(item)?.[1] ?? '', /\bhref="([^"]*)"/.exec(item)?.[1] ?? '']));
  const folder = path.slice(0, path.lastIndexOf('/') + 1);
  return [...opf.matchAll(/<itemref\s[^>]*idref="([^"]*)"/g)].map(([, id = '']) => folder + (items.get(id) ?? ''));
}

describe.skipIf(booksTrouble)('the sample book', () => {
  it.each(BOOKS)('%s is described as it describes itself', async (name) => {
    const file = bookBytes(name);
    const { omissions, ...description } = await openFile(fileReader(file).calls, mediaTypeOf(name), file.length);
    expect({ ...description, omissions: omissions.map(({ code }) => code) }).toMatchObject(EXPECTED[name]);
  });

  it.each(BOOKS)('%s shows something on every page that has text or a picture, and nothing is left out', async (name) => {
    const file = bookBytes(name);
    const { calls } = fileReader(file);
    const { pages, kind } = await openFile(calls, mediaTypeOf(name), file.length);
    const blank: number[] = [];
    const empty: number[] = [];
    for (let page = 0; page < pages; page++) {
      const ink = inkOf(await renderRaw(calls, page, { width: 210, height: 300 }));
      const text = await textOfPage(calls, page);
      // A line of text has more than this, and a speck of dirt less.
      if (ink < 0.0005) (text.trim() === '' ? empty : blank).push(page);
    }
    expect(blank, 'pages with text and no ink').toEqual([]);
    expect(empty, 'pages with nothing on them').toEqual([]);
    if (kind === 'pictures') expect(pages).toBe(spineOf(unzipSync(file)).length);
  });

  it.each(BOOKS.filter((name) => name.endsWith('.epub') && name !== 'haruko-jpeg.epub'))('%s: every word of its files is on a page, in their order', async (name) => {
    const file = bookBytes(name);
    const files = unzipSync(file);
    const expected = spineOf(files).flatMap((path) => wordsIn(new TextDecoder().decode(files[path])));
    const { calls } = fileReader(file);
    // Pages so large that hardly a word is cut in two by the end of a line.
    const { pages } = await openFile(calls, mediaTypeOf(name), file.length, { width: 2000, height: 2000, fontSize: 12, margin: 0.05, lineSpacing: null, typeface: 'book' });
    const found: string[] = [];
    for (let page = 0; page < pages; page++) found.push(...normal(await textOfPage(calls, page)));
    const missed = missing(expected, found);
    expect(expected.length).toBeGreaterThan(500);
    expect(missed.length / expected.length, `${missed.length} of ${expected.length}: ${missed.slice(0, 20).join(' ')}`).toBeLessThan(0.005);
  });

  it('has a cover', async () => {
    for (const name of BOOKS) {
      const file = bookBytes(name);
      const { calls } = fileReader(file);
      await openFile(calls, mediaTypeOf(name), file.length);
      const { bytes, width, height } = valueOf(await calls['book.cover']({ width: 300, height: 300 }));
      expect([...bytes.subarray(1, 4)], name).toEqual([0x50, 0x4e, 0x47]);
      expect(Math.max(width, height), name).toBe(300);
    }
  });
});

/** Words that do not come in `found` in the order of `expected`: skips ahead in `found`, but never far. */
function missing(expected: readonly string[], found: readonly string[]): string[] {
  const AHEAD = 200;
  const missed: string[] = [];
  let at = 0;
  for (const word of expected) {
    const next = found.slice(at, at + AHEAD).indexOf(word);
    if (next < 0) missed.push(word);
    else at += next + 1;
  }
  return missed;
}
