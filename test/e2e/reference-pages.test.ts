/**
 * Pages with fixed contents, drawn here a second time by other programs: a PDF by Poppler, the pictures of a comic by Chromium.
 * Every page must look alike, and like no other page. Pages of flowing text are compared with the book's own words instead
 * (test/unit/reader/sample-books.test.ts): no two programs break them at the same place.
 */
import { execFileSync } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, posix } from 'node:path';
import { unzipSync } from 'fflate';
import { describe, expect, it } from 'vitest';
import { bookBytes, booksTrouble, mediaTypeOf } from '../support/books.ts';
import { describeInBrowser, launchBrowser } from '../support/browser.ts';
import { likeness, readPgm, type Shades, shadesOf } from '../support/likeness.ts';
import { fileReader } from '../support/memory-reader.ts';
import { openFile, renderRaw } from '../support/reader-calls.ts';

/** Two programs smooth letters differently; two pages of one book are far less alike than this. */
const ALIKE = 0.9;
const DOTS_PER_INCH = 60;

const POPPLER = '/usr/bin/pdftoppm';
const popplerTrouble = existsSync(POPPLER) ? null : 'no Poppler: install poppler-utils';
if (popplerTrouble) console.warn(`SKIPPED, pages of a PDF compared with Poppler’s: ${popplerTrouble}`);

/** Each page against its reference, and against the next page's: the comparison itself must be able to fail. */
function compare(ours: readonly Shades[], references: readonly Shades[]): void {
  expect(ours).toHaveLength(references.length);
  const scores = references.map((reference, page) => likeness(ours[page]!, reference));
  const unlike = scores.flatMap((score, page) => (score < ALIKE ? [`page ${page + 1}: ${score.toFixed(3)}`] : []));
  expect(unlike).toEqual([]);
  const mixedUp = references.map((reference, page) => likeness(ours[(page + 1) % ours.length]!, reference));
  expect(mixedUp.filter((score) => score >= ALIKE).length, 'pages that look like their neighbour').toBeLessThan(references.length / 4);
  console.log(`${references.length} pages, the least alike ${Math.min(...scores).toFixed(3)}; mixed up ${(mixedUp.reduce((sum, score) => sum + score, 0) / mixedUp.length).toFixed(3)} on average`);
}

describe.skipIf(booksTrouble ?? popplerTrouble)('a PDF', () => {
  it('looks page by page as Poppler draws it', async () => {
    const file = bookBytes('scandal-in-bohemia.pdf');
    const folder = mkdtempSync(join(tmpdir(), 'tallystick-poppler-'));
    try {
      execFileSync(POPPLER, ['-gray', '-r', String(DOTS_PER_INCH), '-', join(folder, 'page')], { input: file });
      const references = readdirSync(folder).sort().map((name) => readPgm(readFileSync(join(folder, name))));
      const { calls } = fileReader(file);
      const { pages } = await openFile(calls, mediaTypeOf('x.pdf'), file.length);
      const ours: Shades[] = [];
      for (let page = 0; page < pages; page++) ours.push(shadesOf(await renderRaw(calls, page, { width: references[page]?.width ?? 16, height: references[page]?.height ?? 16 })));
      compare(ours, references);
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  });
});

/** The picture on each page of a comic, in the order of its spine. */
function picturesIn(file: Uint8Array): Uint8Array[] {
  const files = unzipSync(file);
  const text = (name: string) => new TextDecoder().decode(files[name]);
  const [opf = ''] = Object.keys(files).filter((name) => name.endsWith('.opf'));
  const items = new Map([...text(opf).matchAll(/<item\s[^>]*>/g)].map(([item]) => [/\bid="([^"]*)"/.exec(item)?.[1] ?? '', /\bhref="([^"]*)"/.exec(item)?.[1] ?? '']));
  const pages = [...text(opf).matchAll(/<itemref\s[^>]*idref="([^"]*)"/g)].map(([, id = '']) => posix.join(posix.dirname(opf), items.get(id) ?? ''));
  return pages.map((page) => {
    // A picture may itself be in the spine, without a page around it.
    const source = /\.(jpe?g|png)$/.test(page) ? posix.basename(page) : (/(?:src|href)="([^"]+\.(?:jpe?g|png))"/.exec(text(page))?.[1] ?? '');
    const picture = files[posix.join(posix.dirname(page), source)];
    if (!picture) throw new Error(`${page} has no picture`);
    return picture;
  });
}

describeInBrowser('a comic', () => {
  it.skipIf(booksTrouble)('shows page by page the picture that Chromium sees in it', async () => {
    const file = bookBytes('haruko-jpeg.epub');
    const { calls } = fileReader(file);
    const { pages } = await openFile(calls, mediaTypeOf('x.epub'), file.length);
    const rendered = [];
    for (let page = 0; page < pages; page++) rendered.push(await renderRaw(calls, page, { width: 300, height: 420 }));
    const browser = await launchBrowser();
    try {
      const tab = await browser.newPage();
      const references: Shades[] = [];
      for (const [page, picture] of picturesIn(file).entries()) {
        const { width, height } = rendered[page]!;
        const rgba = await tab.evaluate(async ([base64, w, h]) => {
          const image = new Image();
          image.src = `data:image/jpeg;base64,${base64}`;
          await image.decode();
          const canvas = new OffscreenCanvas(w, h);
          const context = canvas.getContext('2d')!;
          context.drawImage(image, 0, 0, w, h);
          return btoa(Array.from(context.getImageData(0, 0, w, h).data, (byte) => String.fromCharCode(byte)).join(''));
        }, [Buffer.from(picture).toString('base64'), width, height] as const);
        references.push(shadesOf({ width, height, bytes: Buffer.from(rgba, 'base64') }));
      }
      compare(rendered.map(shadesOf), references);
    } finally {
      await browser.close();
    }
  });
});
