/** A flowing EPUB whose pictures are read only when they are drawn is the same book: pages, words, places and pictures. */
import { describe, expect, it } from 'vitest';
import type { Book } from '../../../enclave/reader/books/book.ts';
import { openDocument } from '../../../enclave/reader/books/book-document.ts';
import { flowingBook } from '../../../enclave/reader/books/flowing-book.ts';
import { choosePictures, setPicturesApart } from '../../../enclave/reader/books/pictures-apart.ts';
import type { MuPDF } from '../../../enclave/reader/engine/engine.ts';
import { adaptedPages } from '../../../enclave/reader/epub/adapt.ts';
import { overlay } from '../../../enclave/reader/epub/overlay.ts';
import { readPackage } from '../../../enclave/reader/epub/package-document.ts';
import { openZip } from '../../../enclave/reader/epub/zip.ts';
import { pageImage } from '../../../enclave/reader/pages/page-image.ts';
import { Refusal } from '../../../protocol/errors.ts';
import { bookBytes, booksTrouble } from '../../support/books.ts';
import { mupdf } from '../../support/engine.ts';
import { madeEpub, xhtml } from '../../support/made-epub.ts';
import { jpegOf, pngOf } from '../../support/made-pictures.ts';
import { LAYOUT } from '../../support/reader-calls.ts';

/** The book in both ways, and what was read of it. */
async function both(file: Uint8Array, engine = mupdf): Promise<{ whole: Book; apart: Book; read: () => number }> {
  let count = 0;
  const bytes = { size: file.length, read: async (from: number, length: number) => { count += length; return file.slice(from, from + length); } };
  const zip = await openZip(bytes);
  const about = await readPackage(zip);
  const adapted = await adaptedPages(zip, about);
  const facts = { kind: 'flowing', title: about.title, authors: about.authors, language: about.language, direction: about.direction, omissions: new Map() } as const;
  const chapters = about.spine.map(({ path }) => path);
  const apart = await setPicturesApart({ mupdf: engine, zip, about, apart: choosePictures(zip, about), adapted });
  const made = (document: MuPDF.Document, parted: typeof apart | null): Book => flowingBook({ mupdf, document, apart: parted, facts, chapters, contents: [], cover: async () => null });
  return {
    whole: made(openDocument(mupdf, overlay(file, zip.entries, zip.directoryAt, adapted), 'application/epub+zip'), null),
    apart: made(openDocument(mupdf, apart.light(adapted), 'application/epub+zip'), apart),
    read: () => count,
  };
}
const drawnBy = async (book: Book, page: number): Promise<string> => Buffer.from((await pageImage(await book.draw(page, { width: 300, height: 420 }), 'dark', 'raw')).bytes).toString('base64');

async function sameIn(file: Uint8Array, pages: readonly number[]): Promise<void> {
  const { whole, apart } = await both(file);
  for (const layout of [LAYOUT, { ...LAYOUT, fontSize: 19 }]) {
    const count = await whole.layout(layout);
    expect(await apart.layout(layout)).toBe(count);
    expect(await apart.contents()).toEqual(await whole.contents());
    for (const wanted of pages) {
      const page = Math.min(wanted, count - 1);
      expect(await apart.lines(page)).toEqual(await whole.lines(page));
      expect(await apart.links(page)).toEqual(await whole.links(page));
      expect(await apart.position(page)).toBe(await whole.position(page));
      expect((await drawnBy(apart, page)) === (await drawnBy(whole, page)), `page ${page} looks the same`).toBe(true);
    }
  }
}

const NOISE = jpegOf({ width: 500, height: 400, noise: true });
const TALL = pngOf({ width: 200, height: 300, noise: true });
const illustrated = madeEpub({
  pages: [
    ['Te xt/a é%.xhtml', xhtml(`<p id="top">One</p><img src="../pic%20tures/one.jpg"/><p>${'words '.repeat(300)}</p><p><a href="b.xhtml#later">on</a></p>`)],
    ['Te xt/b.xhtml', xhtml(`<p>Two</p><img src="../two.png" width="80"/><p>${'words '.repeat(900)}</p><p id="later">later</p><p><img src="../pic%20tures/ONE.jpg" alt=""/></p>`, '<link rel="stylesheet" href="../s.css"/>')],
    ['Te xt/c.xhtml', xhtml('<svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink" viewBox="0 0 500 400"><image width="500" height="400" xlink:href="../pic%20tures/one.jpg"/></svg><p>Three</p><img src="../none.webp"/>')],
    ['Te xt/d.xhtml', xhtml('<p>No picture here</p>')],
  ],
  items: '<item id="i1" href="pic%20tures/one.jpg" media-type="image/jpeg"/><item id="i2" href="two.png" media-type="image/png"/><item id="i3" href="none.webp" media-type="image/webp"/>',
  files: { 'OPS/pic tures/one.jpg': NOISE, 'OPS/two.png': TALL, 'OPS/none.webp': new Uint8Array(9000).fill(7), 'OPS/s.css': 'p { text-indent: 2em }' },
});

describe('a flowing book whose pictures are set apart', () => {
  it('looks and reads as it does as a whole, at every size of letters', async () => {
    await sameIn(illustrated, [0, 1, 2, 3, 4, 5, 99]);
  });

  it.skipIf(booksTrouble)('also one as it is sold', async () => {
    await sameIn(bookBytes('childrens-literature.epub'), [0, 1, 2, 3, 40]);
  });

  it('is laid out, read and searched without its pictures being read; a page that is drawn reads those of its chapter', async () => {
    const { apart, read } = await both(illustrated);
    const opened = read();
    const pages = await apart.layout(LAYOUT);
    for (let page = 0; page < pages; page++) await Promise.all([apart.lines(page), apart.find(page, 'words'), apart.position(page)]);
    expect(read()).toBe(opened);
    await apart.draw(pages - 1, { width: 300, height: 420 });
    expect(read()).toBe(opened);
    await apart.draw(0, { width: 300, height: 420 });
    expect((read() - opened) / NOISE.length).toBeCloseTo(1, 1);
  });

  it('leaves the place of a damaged picture empty, and everything after it where it is', async () => {
    const file = (png: Uint8Array) => madeEpub({ pages: [['a.xhtml', xhtml(`<p>One</p><img src="p.png"/><p>${'words '.repeat(900)}</p>`)]], items: '<item id="p" href="p.png" media-type="image/png"/>', files: { 'OPS/p.png': png } });
    const [sound, damaged] = [await both(file(TALL)), await both(file(TALL.slice(0, TALL.length / 2)))];
    const pages = await sound.apart.layout(LAYOUT);
    expect(await damaged.apart.layout(LAYOUT)).toBe(pages);
    expect(pages).toBeGreaterThan(2);
    for (let page = 1; page < pages; page++) expect(await drawnBy(damaged.apart, page) === await drawnBy(sound.apart, page), `page ${page}`).toBe(true);
    expect(await drawnBy(damaged.apart, 0)).not.toBe(await drawnBy(sound.apart, 0));
  });

  it('draws the pages that are asked for together one after the other', async () => {
    const { apart, whole } = await both(illustrated);
    const pages = await apart.layout(LAYOUT);
    await whole.layout(LAYOUT);
    const all = Array.from({ length: pages }, (_, page) => page).reverse();
    const drawn = await Promise.all(all.map((page) => drawnBy(apart, page)));
    for (const [at, page] of all.entries()) expect(drawn[at] === await drawnBy(whole, page), `page ${page}`).toBe(true);
  });

  it('draws nothing from a chapter that could not be laid out, and lays it out anew the next time', async () => {
    let fails = 1;
    const engine = Object.create(mupdf, { Document: { value: { openDocument(...args: Parameters<typeof mupdf.Document.openDocument>) {
      const document = mupdf.Document.openDocument(...args);
      if (fails-- > 0) document.layout = () => { throw new Error('cannot allocate'); };
      return document;
    } } } }) as typeof mupdf;
    const { apart, whole } = await both(illustrated, engine);
    const large = { ...LAYOUT, fontSize: 19 };
    await apart.layout(large);
    await whole.layout(large);
    await expect(drawnBy(apart, 0)).rejects.toThrow(Refusal);
    expect(await drawnBy(apart, 0) === await drawnBy(whole, 0)).toBe(true);
  });
});
