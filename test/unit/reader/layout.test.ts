/** What a person may set: letters, margins, spacing, typeface, theme, zoom; each does what it says, and only that. */
import { describe, expect, it } from 'vitest';
import { UPRIGHT_MARGIN } from '../../../protocol/contracts/reader.contract.ts';
import { bookBytes, booksTrouble } from '../../support/books.ts';
import { madeEpub, xhtml } from '../../support/made-epub.ts';
import { fileReader } from '../../support/memory-reader.ts';
import { LAYOUT, type ReaderCalls, codeOf, openFile, renderRaw, textOfPage, valueOf } from '../../support/reader-calls.ts';

const EPUB = 'application/epub+zip';
const PARAGRAPH = 'It was a bright cold day in April, and the clocks were striking thirteen. '.repeat(12);
const long = madeEpub({ pages: [['a.xhtml', xhtml(`<h1>One</h1>${`<p>${PARAGRAPH}</p>`.repeat(30)}`)]] });

async function opened(file = long): Promise<ReaderCalls> {
  const { calls } = fileReader(file);
  await openFile(calls, EPUB, file.length);
  return calls;
}
const pagesWith = async (calls: ReaderCalls, change: Partial<typeof LAYOUT>): Promise<number> => valueOf(await calls['book.layout']({ ...LAYOUT, ...change })).pages;
const pixelsOf = ({ bytes }: { bytes: Uint8Array }): Uint32Array => new Uint32Array(bytes.buffer, bytes.byteOffset, bytes.length / 4);

describe('the layout', () => {
  it('has more pages with larger letters, wider margins, wider spacing, a smaller page', async () => {
    const calls = await opened();
    const usual = await pagesWith(calls, {});
    for (const change of [{ fontSize: 16 }, { margin: 0.2 }, { lineSpacing: 2 }, { width: 300, height: 400 }]) expect(await pagesWith(calls, change), JSON.stringify(change)).toBeGreaterThan(usual * 1.2);
    expect(await pagesWith(calls, {}), 'and the same again').toBe(usual);
  });

  it('keeps the margins empty', async () => {
    const calls = await opened();
    for (const margin of [0.02, 0.1, 0.25]) {
      await pagesWith(calls, { margin });
      const rects = valueOf(await calls['page.text']({ page: 1 })).map(({ rect }) => rect);
      expect(Math.min(...rects.map(([x0]) => x0))).toBeCloseTo(margin, 1);
      expect(Math.max(...rects.map(([, , x1]) => x1))).toBeLessThan(1 - margin + 0.02);
      // A column lays the lower margin of a page over the upper one of the next: nothing may stand in either.
      const upright = (margin * UPRIGHT_MARGIN * LAYOUT.width) / LAYOUT.height;
      expect(Math.min(...rects.map(([, y0]) => y0))).toBeGreaterThan(upright - 0.01);
      expect(Math.max(...rects.map(([, , , y1]) => y1))).toBeLessThan(1 - upright + 0.01);
    }
  });

  it('sets letters in the typeface that was asked for', async () => {
    const calls = await opened();
    const looks = new Set<string>();
    for (const typeface of ['serif', 'sans', 'mono'] as const) {
      await pagesWith(calls, { typeface });
      looks.add((await renderRaw(calls, 0)).bytes.toString());
    }
    expect(looks.size).toBe(3);
  });

  it('refuses what is no layout', async () => {
    const calls = await opened();
    for (const change of [{ fontSize: 0 }, { fontSize: Number.NaN }, { margin: 0.9 }, { width: 1e9 }, { lineSpacing: -1 }, { typeface: 'serif; } * { display: none' as never }]) {
      expect(codeOf(await calls['book.layout']({ ...LAYOUT, ...change })), JSON.stringify(change)).toBe('bad_input');
    }
  });

  it('of more than a hundred thousand pages is refused, and has none; a smaller one is there again', async () => {
    const file = madeEpub({ pages: [['a.xhtml', xhtml(`<p>${'m '.repeat(101_000)}</p>`)]] });
    const { calls } = fileReader(file);
    const usual = (await openFile(calls, EPUB, file.length)).pages;
    const refused = await calls['book.layout']({ ...LAYOUT, width: 120, height: 120, fontSize: 72, margin: 0.3 });
    // The number tells a look that cannot be had from a reader that is done for.
    expect(refused).toMatchObject({ ok: false, failure: { code: 'book_too_large', params: { pages: expect.any(Number) } } });
    expect(codeOf(await calls['page.text']({ page: 0 }))).toBe('wrong_state');
    expect(await pagesWith(calls, {})).toBe(usual);
    expect(await textOfPage(calls, 0)).toContain('m m m');
  });

  it('comes before pages: until then there are none', async () => {
    const { calls } = fileReader(long);
    valueOf(await calls['book.open']({ source: { kind: 'file', mediaType: EPUB, size: long.length } }));
    expect(codeOf(await calls['page.text']({ page: 0 }))).toBe('wrong_state');
    expect(codeOf(await calls['book.position']({ page: 0 }))).toBe('wrong_state');
  });
});

describe('a page image', () => {
  it('fits into what was asked for, in the ratio of the page, and zooms without a limit but the one of pixels', async () => {
    const calls = await opened();
    expect(await renderRaw(calls, 0, { width: 420, height: 5000 })).toMatchObject({ width: 420, height: 600 });
    expect(await renderRaw(calls, 0, { width: 5000, height: 300 })).toMatchObject({ width: 210, height: 300 });
    const large = await renderRaw(calls, 0, { width: 8000, height: 8000 });
    expect(large.width * large.height).toBeLessThanOrEqual(12_000_000);
    expect(large.width * large.height).toBeGreaterThan(11_900_000);
    expect(large.width / large.height).toBeCloseTo(0.7, 2);
  });

  it('is the same as PNG and as raw pixels', async () => {
    const calls = await opened();
    const raw = await renderRaw(calls, 1);
    const png = valueOf(await calls['page.render']({ page: 1, width: 420, height: 600, theme: 'light', format: 'png' }));
    expect([...(await decodePng(png.bytes))]).toEqual([...pixelsOf(raw)]);
  });

  it('in sepia and dark has the same words in other colours', async () => {
    const calls = await opened();
    const light = pixelsOf(await renderRaw(calls, 1));
    for (const theme of ['sepia', 'dark'] as const) {
      const other = pixelsOf(await renderRaw(calls, 1, { theme }));
      const paper = other[0];
      expect(paper).not.toBe(0xffffffff);
      // Paper is where paper was, and ink where ink was.
      expect(light.every((pixel, i) => (pixel === 0xffffffff) === (other[i] === paper)), theme).toBe(true);
      const png = valueOf(await calls['page.render']({ page: 1, width: 420, height: 600, theme, format: 'png' }));
      expect([...(await decodePng(png.bytes))], `${theme} as PNG`).toEqual([...other]);
    }
  });

  it('in dark leaves pictures as they are', async () => {
    const red = await pngOf(60, 60, 0xff2030c8);
    const calls = await opened(madeEpub({ pages: [['a.xhtml', xhtml('<p>words</p><p><img src="r.png"/></p>')]], items: '<item id="r" href="r.png" media-type="image/png"/>', files: { 'OPS/r.png': red } }));
    const count = (pixels: Uint32Array, colour: number): number => pixels.reduce((sum, pixel) => sum + Number(pixel === colour), 0);
    const light = pixelsOf(await renderRaw(calls, 0));
    const dark = pixelsOf(await renderRaw(calls, 0, { theme: 'dark' }));
    expect(count(light, 0xff2030c8)).toBeGreaterThan(1000);
    expect(count(dark, 0xff2030c8)).toBe(count(light, 0xff2030c8));
    expect(count(dark, 0xffffffff)).toBe(0);
  });
});

describe('a cover that is wrapped in a drawing', () => {
  it('is shown as the picture that it is', async () => {
    const green = await pngOf(200, 300, 0xff30a040);
    const wrapped = '<div><svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink" width="100%" height="100%" viewBox="0 0 200 300"><image width="200" height="300" xlink:href="c.png"/></svg></div>';
    const calls = await opened(madeEpub({ pages: [['cover.xhtml', xhtml(wrapped)], ['a.xhtml', xhtml('<p>words</p>')]], items: '<item id="c" href="c.png" media-type="image/png"/>', files: { 'OPS/c.png': green } }));
    const pixels = pixelsOf(await renderRaw(calls, 0));
    expect(pixels.filter((pixel) => pixel === 0xff30a040).length / pixels.length).toBeGreaterThan(0.4);
    expect(await textOfPage(calls, 1)).toBe('words');
  });
});

describe('a page that is a picture', () => {
  it('is made smaller to fit, and never larger than it is: enlarging shows no more', async () => {
    const blue = await pngOf(200, 300, 0xffa03020);
    const calls = await opened(madeEpub({ metadata: '<dc:title>c</dc:title><dc:language>en</dc:language><meta property="rendition:layout">pre-paginated</meta>', pages: [['1.png', blue]] }));
    expect(await renderRaw(calls, 0, { width: 100, height: 600 })).toMatchObject({ width: 100, height: 150 });
    expect(await renderRaw(calls, 0, { width: 1400, height: 2100 })).toMatchObject({ width: 200, height: 300 });
  });
});

describe.skipIf(booksTrouble)('a PDF', () => {
  it('has the pages that it has, whatever the layout', async () => {
    const file = bookBytes('scandal-in-bohemia.pdf');
    const { calls } = fileReader(file);
    const { pages } = await openFile(calls, 'application/pdf', file.length);
    expect(await pagesWith(calls, { fontSize: 40 })).toBe(pages);
    expect(await renderRaw(calls, 0, { width: 612, height: 792 })).toMatchObject({ width: 612, height: 792 });
  });
});

/** Decodes what the reader writes, with Node's zlib, knowing only the two forms that it has. */
async function decodePng(png: Uint8Array): Promise<Uint32Array> {
  const { inflateSync, crc32 } = await import('node:zlib');
  const view = new DataView(png.buffer, png.byteOffset, png.byteLength);
  const chunks = new Map<string, Uint8Array>();
  for (let at = 8; at < png.length;) {
    const length = view.getUint32(at);
    const content = png.subarray(at + 8, at + 8 + length);
    expect(view.getUint32(at + 8 + length), 'check sum').toBe(crc32(png.subarray(at + 4, at + 8 + length)));
    chunks.set(String.fromCharCode(...png.subarray(at + 4, at + 8)), content);
    at += length + 12;
  }
  const header = chunks.get('IHDR') as Uint8Array;
  const [width, height] = [view.getUint32(16), view.getUint32(20)];
  const rows = inflateSync(chunks.get('IDAT') as Uint8Array);
  const palette = chunks.get('PLTE');
  const step = header[9] === 3 ? 1 : 3;
  const pixels = new Uint32Array(width * height);
  for (let y = 0; y < height; y++) for (let x = 0; x < width; x++) {
    const at = y * (width * step + 1) + 1 + x * step;
    const [red = 0, green = 0, blue = 0] = palette ? palette.subarray((rows[at] ?? 0) * 3) : rows.subarray(at);
    pixels[y * width + x] = (0xff000000 | (blue << 16) | (green << 8) | red) >>> 0;
  }
  return pixels;
}

/** A PNG of one colour. @param colour as RGBA bytes in memory order */
async function pngOf(width: number, height: number, colour: number): Promise<Uint8Array> {
  const { pngOfMany } = await import('../../../enclave/reader/pages/png.codec.ts');
  return await pngOfMany(new Uint32Array(width * height).fill(colour), width, height);
}
