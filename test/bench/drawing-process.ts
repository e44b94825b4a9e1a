/**
 * Draws pages of a book in a process of its own, by one of two hands: `mupdf` calls MuPDF as its manual says, which is the
 * floor; `reader` is the reader's own code without its port. Both have the same fonts and the same layout. Says `first` when it
 * has its first page as a PNG, then how many milliseconds each page took.
 */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { fontPartFor } from '../../enclave/reader/engine/fonts.ts';
import { styleOf } from '../../enclave/reader/pages/style.ts';
import type { Layout } from '../../protocol/contracts/reader.contract.ts';
import type { MediaType } from '../../protocol/publication.codec.ts';

/** A page of a window on an ordinary screen, and its text as it is laid out if nobody says otherwise. */
export const PAGE = { width: 840, height: 1190 } as const;
export const LAYOUT: Layout = { width: 420, height: 595, fontSize: 12, margin: 0.08, lineSpacing: null, typeface: 'book' };
/** Where the pages begin that are drawn: behind the title and the contents. */
export const FIRST_PAGE = 10;

export interface DrawingTask { readonly hand: 'mupdf' | 'reader'; readonly path: string; readonly mediaType: MediaType; readonly pages: number }
export interface Drawn { readonly pages: number; readonly pixelsMs: readonly number[]; readonly pngMs: readonly number[] }

interface Hand { pages(): number; pixels(page: number): unknown; png(page: number): unknown }

const PARTS = fileURLToPath(new URL('../../out/reader/', import.meta.url));

async function byMupdf({ path, mediaType }: DrawingTask): Promise<Hand> {
  const mupdf = await import('mupdf');
  // Writing down what it says of a style sheet would be part of the measurement.
  mupdf.setLog(() => undefined);
  const fonts = new Map<string, InstanceType<typeof mupdf.Font>>();
  mupdf.installLoadFontFunction((name: string | undefined, script: string | undefined, bold: boolean, italic: boolean) => {
    const part = fontPartFor(name, script, Boolean(bold), Boolean(italic));
    if (part !== null && !fonts.has(part)) fonts.set(part, new mupdf.Font(part, readFileSync(join(PARTS, `${part}.ttf`))));
    return part === null ? null : (fonts.get(part) ?? null);
  });
  const document = mupdf.Document.openDocument(readFileSync(path), mediaType);
  document.style(true, styleOf(LAYOUT));
  document.layout(LAYOUT.width, LAYOUT.height, LAYOUT.fontSize);
  const drawn = <T>(number: number, use: (pixmap: InstanceType<typeof mupdf.Pixmap>) => T): T => {
    const page = document.loadPage(number);
    const [x0, y0, x1, y1] = page.getBounds();
    const scale = Math.min(PAGE.width / (x1 - x0), PAGE.height / (y1 - y0));
    const pixmap = page.toPixmap(mupdf.Matrix.scale(scale, scale), mupdf.ColorSpace.DeviceRGB, false);
    const used = use(pixmap);
    pixmap.destroy();
    page.destroy();
    return used;
  };
  return { pages: () => document.countPages(), pixels: (page) => drawn(page, (pixmap) => pixmap.getPixels().slice()), png: (page) => drawn(page, (pixmap) => pixmap.asPNG()) };
}

async function byReader({ path, mediaType }: DrawingTask): Promise<Hand> {
  const { startEngine } = await import('../../enclave/reader/engine/engine.ts');
  const { openBook } = await import('../../enclave/reader/books/open-book.ts');
  const { pageImage } = await import('../../enclave/reader/pages/page-image.ts');
  const mupdf = await startEngine({ wasm: readFileSync(join(PARTS, 'mupdf.wasm')), font: (name) => readFileSync(join(PARTS, `${name}.ttf`)) });
  const file = new Uint8Array(readFileSync(path));
  const book = await openBook(mupdf, mediaType, { size: file.length, read: async (from, length) => file.slice(from, from + length) });
  const pages = await book.layout(LAYOUT);
  const drawn = async (page: number, format: 'raw' | 'png') => await pageImage(await book.draw(page, PAGE), 'light', format);
  return { pages: () => pages, pixels: (page) => drawn(page, 'raw'), png: (page) => drawn(page, 'png') };
}

async function run(task: DrawingTask): Promise<void> {
  const hand = await (task.hand === 'mupdf' ? byMupdf : byReader)(task);
  await hand.png(0);
  process.send?.('first');
  const count = hand.pages();
  const timed = async (draw: (page: number) => unknown): Promise<number[]> => {
    const times: number[] = [];
    for (let turn = 0; turn < task.pages; turn++) {
      const begun = performance.now();
      await draw((FIRST_PAGE + turn) % count);
      times.push(performance.now() - begun);
    }
    return times;
  };
  // The first round fills MuPDF's store of letters and has the code compiled.
  await timed((page) => hand.pixels(page));
  await timed((page) => hand.png(page));
  process.send?.({ pages: count, pixelsMs: await timed((page) => hand.pixels(page)), pngMs: await timed((page) => hand.png(page)) } satisfies Drawn);
}

if (process.send) process.once('message', (task) => void run(task as DrawingTask).finally(() => process.disconnect()));
