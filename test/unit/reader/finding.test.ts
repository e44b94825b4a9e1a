/** Contents, links, search and positions: finding one's way in a book, checked against places that are known. */
import { describe, expect, it } from 'vitest';
import { bookBytes, booksTrouble } from '../../support/books.ts';
import { madeEpub, xhtml } from '../../support/made-epub.ts';
import { fileReader } from '../../support/memory-reader.ts';
import { LAYOUT, type ReaderCalls, codeOf, openFile, renderRaw, textOfPage, valueOf } from '../../support/reader-calls.ts';

const EPUB = 'application/epub+zip';
const LARGE = { ...LAYOUT, fontSize: 20 };

async function searchAll(calls: ReaderCalls, text: string) {
  const hits = [];
  for (let from: number | null = 0; from !== null;) {
    const step: { hits: { page: number; rects: number[][]; snippet: string | null }[]; next: number | null } = valueOf(await calls['book.search']({ text, from }));
    hits.push(...step.hits);
    from = step.next;
  }
  return hits;
}

describe.skipIf(booksTrouble)('in the sample books', () => {
  async function sherlock() {
    const file = bookBytes('sherlock-holmes.epub');
    const { calls } = fileReader(file);
    return { calls, ...(await openFile(calls, EPUB, file.length)) };
  }

  it('every entry of the contents leads to the page that it names', async () => {
    const { calls } = await sherlock();
    const contents = valueOf(await calls['book.contents']({}));
    const stories = contents.filter(({ title, depth }) => depth === 0 && /^(A|The) /.test(title));
    expect(stories).toHaveLength(12);
    expect(contents.filter(({ depth }) => depth === 1).map(({ title }) => title).slice(0, 3)).toEqual(['I', 'II', 'III']);
    for (const { title, page } of stories) {
      const first = (await textOfPage(calls, page ?? -1)).toLowerCase().replaceAll(/[^a-z]/g, '');
      expect(first.startsWith(title.toLowerCase().replaceAll(/[^a-z]/g, '')), `${title} on page ${page}: ${first.slice(0, 60)}`).toBe(true);
    }
  });

  it('nested contents keep their depths, and follow the layout', async () => {
    const file = bookBytes('childrens-literature.epub');
    const { calls } = fileReader(file);
    await openFile(calls, EPUB, file.length);
    const before = valueOf(await calls['book.contents']({}));
    expect(before.slice(0, 5).map(({ title, depth }) => [title, depth])).toEqual([
      ['SECTION IV FAIRY STORIES—MODERN FANTASTIC TALES', 0], ['BIBLIOGRAPHY', 1], ['INTRODUCTORY', 1], ['190 A FOUR-LEAVED CLOVER', 1], ['I. The Rabbi and the Diadem', 2],
    ]);
    valueOf(await calls['book.layout'](LARGE));
    const after = valueOf(await calls['book.contents']({}));
    const last = before.length - 1;
    expect(after[last]?.page).toBeGreaterThan(before[last]?.page ?? Infinity);
    expect(before[last]?.title).toMatch(/^204 /);
    expect(await textOfPage(calls, after[last]?.page ?? -1)).toMatch(/^204$/m);
  });

  it('search finds every place of a name, whatever its case, with a box on the words', async () => {
    const { calls, pages } = await sherlock();
    const hits = await searchAll(calls, 'IRENE ADLER');
    // Counted in the book's own files: the name stands together in 14 places, of which none is cut by a page.
    const counted = await countInPages(calls, pages, /irene\s+adler/gi);
    expect(hits).toHaveLength(counted);
    expect(counted).toBeGreaterThanOrEqual(12);
    for (const { page, rects, snippet } of hits) {
      expect((await textOfPage(calls, page)).replaceAll(/\s+/g, ' ')).toMatch(/irene adler/i);
      expect(snippet).toMatch(/irene\s+adler|irene/i);
      for (const [x0 = -1, y0 = -1, x1 = -1, y1 = -1] of rects) expect(x0 >= 0 && y0 >= 0 && x0 < x1 && y0 < y1 && x1 <= 1 && y1 <= 1).toBe(true);
    }
  });

  it('search marks the words: the box has ink, and the margin beside it has none', async () => {
    const { calls } = await sherlock();
    const [hit] = await searchAll(calls, 'precipitance');
    const { bytes, width, height } = await renderRaw(calls, hit?.page ?? -1, { width: 840, height: 1200 });
    const [x0 = 0, y0 = 0, x1 = 0, y1 = 0] = hit?.rects[0] ?? [];
    const pixels = new Uint32Array(bytes.buffer, bytes.byteOffset, bytes.length / 4);
    const inkBetween = (left: number, right: number): number => {
      let ink = 0;
      for (let y = Math.floor(y0 * height); y < y1 * height; y++) for (let x = Math.floor(left * width); x < right * width; x++) if (pixels[y * width + x] !== 0xffffffff) ink++;
      return ink;
    };
    expect(inkBetween(x0, x1)).toBeGreaterThan(50);
    expect(inkBetween(0, 0.06)).toBe(0);
  });

  it('links lead to where the book says: notes of the poem and back', async () => {
    const file = bookBytes('wasteland.epub');
    const { calls } = fileReader(file);
    const { pages } = await openFile(calls, EPUB, file.length);
    const links = [];
    for (let page = 0; page < pages; page++) links.push(...valueOf(await calls['page.links']({ page })).map((link) => ({ page, ...link })));
    const inside = links.filter(({ target }) => target.kind === 'page');
    expect(inside.length).toBeGreaterThan(90);
    // A note's mark leads to the note; the note leads back to the line.
    const [first] = inside.filter(({ page }) => page < 19);
    const target = first?.target.kind === 'page' ? first.target.page : -1;
    const back = inside.filter(({ page, target: to }) => page === target && to.kind === 'page' && to.page === first?.page);
    expect(await textOfPage(calls, target)).toMatch(/line 20|NOTES/i);
    expect(back.length).toBeGreaterThan(0);
  });

  it('a link to the world outside is named and not followed', async () => {
    const { calls } = await sherlock();
    const links = valueOf(await calls['page.links']({ page: 1 }));
    expect(links.map(({ target }) => target)).toContainEqual({ kind: 'outside', uri: expect.stringMatching(/^https:\/\/creativecommons\.org\//) });
  });

  it('a link to the world outside shows what would turn its letters round', async () => {
    const file = madeEpub({ pages: [['a.xhtml', xhtml('<p><a href="https://a.example/\u202egnp.exe">here</a></p>')]] });
    const { calls } = fileReader(file);
    await openFile(calls, EPUB, file.length);
    expect(valueOf(await calls['page.links']({ page: 0 })).map(({ target }) => target)).toEqual([{ kind: 'outside', uri: 'https://a.example/%E2%80%AEgnp.exe' }]);
  });

  it('a position survives smaller and larger letters: the words that began the page are on the page again', async () => {
    const { calls, pages } = await sherlock();
    for (const page of [3, 17, 60, 111, 200, pages - 3]) {
      const words = (await textOfPage(calls, page)).replaceAll(/[^\p{L}]/gu, '').slice(0, 25);
      const { position } = valueOf(await calls['book.position']({ page }));
      expect(valueOf(await calls['book.locate']({ position })).page).toBe(page);
      for (const fontSize of [9, 17, 24]) {
        valueOf(await calls['book.layout']({ ...LAYOUT, fontSize }));
        const at = valueOf(await calls['book.locate']({ position })).page;
        // The words may begin on that page and end on the next.
        const there = `${await textOfPage(calls, at)}${await textOfPage(calls, at + 1)}`.replaceAll(/[^\p{L}]/gu, '');
        expect(there, `page ${page} at ${fontSize} points`).toContain(words);
      }
      valueOf(await calls['book.layout'](LAYOUT));
    }
  });

  it('positions hold none of the book’s text, and those of other books are refused', async () => {
    const { calls } = await sherlock();
    expect(valueOf(await calls['book.position']({ page: 40 })).position).toMatch(/^c\d+\.\d+$/);
    for (const position of ['p3', 'c9999.1', '', 'c-1.2', 'c1.2.3', 'c1e9.1']) expect(codeOf(await calls['book.locate']({ position })), position).toBe('bad_input');
  });

  it('contents and pages of a comic, from right to left', async () => {
    const file = bookBytes('haruko-jpeg.epub');
    const { calls } = fileReader(file);
    expect(await openFile(calls, EPUB, file.length)).toMatchObject({ direction: 'rtl', pages: 13 });
    expect(valueOf(await calls['book.contents']({}))).toEqual([
      { title: 'ハルコさんの彼氏/Haruko San No Kareshi', depth: 0, page: 0 }, { title: 'この文書について/About this document', depth: 0, page: 12 },
    ]);
    expect(valueOf(await calls['book.locate'](valueOf(await calls['book.position']({ page: 7 }))))).toEqual({ page: 7 });
  });
});

async function countInPages(calls: ReaderCalls, pages: number, pattern: RegExp): Promise<number> {
  let count = 0;
  for (let page = 0; page < pages; page++) count += (await textOfPage(calls, page)).match(pattern)?.length ?? 0;
  return count;
}

describe('contents that the spine does not name', () => {
  const point = (title: string, src: string, more = '') => `<navPoint><navLabel><text>${title}</text></navLabel><content src="${src}"/>${more}</navPoint>`;
  const ncx = `<ncx xmlns="http://www.daisy.org/z3986/2005/ncx/"><navMap>${point('One', 'Text/a%20b.xhtml')}${point('Two', 'Text/c.xhtml', point('Later in Two', 'Text/c.xhtml#later') + point('Nowhere in Two', 'Text/c.xhtml#missing'))}${point('Elsewhere', 'gone.xhtml')}</navMap></ncx>`;
  const long = `<p>${'words '.repeat(1500)}</p>`;
  const pages = [['Text/a b.xhtml', xhtml(long)], ['Text/c.xhtml', xhtml(`<p>start</p>${long}<p id="later">later</p>`)]] as const;
  const NCX = '<item id="toc" href="toc.ncx" media-type="application/x-dtbncx+xml"/>';
  const shown = async (book: Uint8Array) => {
    const { calls } = fileReader(book);
    const { pages: count } = await openFile(calls, EPUB, book.length);
    const contents = valueOf(await calls['book.contents']({}));
    return { count, contents, words: await Promise.all(contents.map(async ({ page }) => (page === null ? null : (await textOfPage(calls, page)).slice(0, 5)))) };
  };

  it.each([
    ['an NCX by its type', { items: NCX }],
    ['an NCX whose type is wrong, by its name', { items: NCX.replace('application/x-dtbncx+xml', 'text/xml') }],
    ['an NCX although the spine names what is not there', { items: NCX, spineAttributes: 'toc="none"' }],
    ['an NCX where the newer list has nothing in it', { items: `${NCX}<item id="nav" href="nav.xhtml" properties="nav" media-type="application/xhtml+xml"/>`, more: { 'OPS/nav.xhtml': xhtml('<nav epub:type="toc"><ol></ol></nav>') } }],
    ['another NCX where the one that the spine names is not in the book', { items: `<item id="old" href="old.ncx" media-type="application/x-dtbncx+xml"/>${NCX}`, spineAttributes: 'toc="old"' }],
  ])('are found: %s', async (_what, { more, ...epub }: { items: string; spineAttributes?: string; more?: Record<string, string> }) => {
    const { count, contents, words } = await shown(madeEpub({ pages, ...epub, files: { 'OPS/toc.ncx': ncx, ...more } }));
    expect(contents.map(({ title, depth }) => [title, depth])).toEqual([['One', 0], ['Two', 0], ['Later in Two', 1], ['Nowhere in Two', 1], ['Elsewhere', 0]]);
    const [one, two, later, nowhere, elsewhere] = contents.map(({ page }) => page);
    expect([one, elsewhere, nowhere]).toEqual([0, null, two]);
    expect(words.slice(0, 2)).toEqual(['words', 'start']);
    expect(later).toBeGreaterThan(two as number);
    expect(later).toBe(count - 1);
  });

  it.each([
    ['missing NCX', { items: NCX, spineAttributes: 'page-progression-direction="ltr" toc="toc"' }], ['broken NCX', { items: NCX, spineAttributes: "toc='toc'", files: { 'OPS/toc.ncx': 'no xml <<&' } }],
    ['missing list', { items: '<item id="nav" href="nav.xhtml" properties="scripted nav" media-type="application/xhtml+xml"/>' }], ['broken list', { items: '<item id="nav" href="nav.xhtml" properties="nav" media-type="application/xhtml+xml"/>', files: { 'OPS/nav.xhtml': 'no xml <<&' } }],
  ])('and a book with a %s opens all the same, without contents', async (_what, epub) => {
    const { count, contents } = await shown(madeEpub({ pages, ...epub }));
    expect(count).toBeGreaterThan(3);
    expect(contents).toEqual([]);
  });
});

it('contents that a book nests without end are cut', async () => {
  const deep = '<ol><li><a href="a.xhtml">x</a>'.repeat(60) + '</li></ol>'.repeat(60);
  const book = madeEpub({
    pages: [['a.xhtml', xhtml('<p>text</p>')]], items: '<item id="nav" href="nav.xhtml" media-type="application/xhtml+xml" properties="nav"/>',
    files: { 'OPS/nav.xhtml': xhtml(`<nav epub:type="toc">${deep}</nav>`) },
  });
  const { calls } = fileReader(book);
  await openFile(calls, EPUB, book.length);
  const contents = valueOf(await calls['book.contents']({}));
  expect(contents).toHaveLength(60);
  expect(Math.max(...contents.map(({ depth }) => depth))).toBe(8);
});

it('a search takes its steps, and ends', async () => {
  const book = madeEpub({ pages: Array.from({ length: 90 }, (_, i) => [`c${i}.xhtml`, xhtml(`<p>page ${i} ${i === 77 ? 'needle' : 'hay'}</p>`)] as const) });
  const { calls } = fileReader(book);
  await openFile(calls, EPUB, book.length);
  expect(valueOf(await calls['book.search']({ text: 'needle', from: 0 }))).toEqual({ hits: [], next: 40 });
  expect((await searchAll(calls, 'needle')).map(({ page }) => page)).toEqual([77]);
  expect(codeOf(await calls['book.search']({ text: 'x', from: 90 }))).toBe('bad_input');
});

it.each(['\u0301', '\u0301\u0300', '\u05bf', '\u0344', '\ufe0f', '\u{e0100}'])('a search for a mark without a letter (%j) finds nothing, and the book stays open', async (mark) => {
  const book = madeEpub({ pages: [['a.xhtml', xhtml('<p>un caf\u00e9, un cafe\u0301</p>')]] });
  const { calls } = fileReader(book);
  await openFile(calls, EPUB, book.length);
  for (const text of [mark, `${mark}\0`, `${mark}\0e`]) expect(valueOf(await calls['book.search']({ text, from: 0 }))).toEqual({ hits: [], next: null });
  expect(await searchAll(calls, `caf e${mark}`.replace(' ', ''))).toHaveLength(2);
});
