/**
 * Reading: how long until the first page of a book is there, how long a turn of the page takes on its whole way (the wallet's
 * contract, a reader in its own process, PNG, base64), and how long drawing alone takes. The floors are MuPDF called directly:
 * for the first page a process that does nothing else, for the others the same pages of the same size.
 */
import { fork } from 'node:child_process';
import { once } from 'node:events';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { WalletProcess } from '../../cli/demo/wallet-process.ts';
import { CHUNK_BYTES } from '../../protocol/limits.ts';
import { readerBundle } from '../../cli/installation.ts';
import { spawnNodeModule } from '../../main/host/modules/node-module.ts';
import { readerModule } from '../../main/host/modules/reader-module.ts';
import { valueOf } from '../../main/host/modules/vault-supervisor.ts';
import { need } from '../support/wallet-process.ts';
import { bookPath, booksTrouble } from '../support/books.ts';
import { madeEpub, xhtml } from '../support/made-epub.ts';
import { type Drawn, type DrawingTask, FIRST_PAGE, LAYOUT, PAGE } from './drawing-process.ts';
import { type Figure, figureOf, timed, withTarget } from './figure.ts';
import type { Plan } from './plan.ts';
import { type PublishedBook, publish } from './shelf.ts';

const EPUB = 'application/epub+zip';
/** Of a book that is made because the sample books are not there. */
const CHAPTERS = 30;
const PARAGRAPH = 'It was the kind of evening on which one counts notches by the fire, and finds that none are missing. ';

const drawing = () => fork(fileURLToPath(new URL('./drawing-process.ts', import.meta.url)), [], { execArgv: ['--disable-warning=ExperimentalWarning'] });

/** @returns milliseconds from the start of a process to its first page */
async function firstByMupdf(task: DrawingTask): Promise<number> {
  const begun = performance.now();
  const child = drawing();
  child.send(task);
  await once(child, 'message');
  const took = performance.now() - begun;
  await once(child, 'exit');
  return took;
}

async function drawn(task: DrawingTask): Promise<Drawn> {
  const child = drawing();
  child.send(task);
  for (;;) {
    const [message] = (await Promise.race([once(child, 'message'), once(child, 'exit').then(() => { throw new Error('the drawing process ended'); })])) as [Drawn | 'first'];
    if (message !== 'first') return message;
  }
}

/** Pages to PNG by a reader in its own process, as the host has them. */
async function pngByReader(file: Uint8Array, turns: number): Promise<number[]> {
  const readers = readerModule({ spawnModule: spawnNodeModule, bundlePath: readerBundle(), memoryOf: null });
  try {
    const { calls } = valueOf(await readers.start({ chunk: async (index) => file.slice(index * CHUNK_BYTES, (index + 1) * CHUNK_BYTES) }));
    valueOf(await calls['book.open']({ source: { kind: 'file', mediaType: EPUB, size: file.length } }));
    const { pages } = valueOf(await calls['book.layout'](LAYOUT));
    const render = async (turn: number) => valueOf(await calls['page.render']({ ...PAGE, page: (FIRST_PAGE + turn) % pages, theme: 'light', format: 'png' }));
    for (let turn = 0; turn < turns; turn++) await render(turn);
    return await timed(turns, render, 0);
  } finally {
    await readers.close();
  }
}

/** Opens the book and draws a page. */
export async function openTo({ client }: WalletProcess, licence: PublishedBook['copies'][number], page: number): Promise<{ book: number; pages: number }> {
  const { book } = await need(client['reading.open']({ licence }));
  const { pages } = await need(client['reading.layout']({ book, ...LAYOUT }));
  await need(client['reading.page']({ book, page, ...PAGE, theme: 'light' }));
  return { book, pages };
}

export const turnTo = async ({ client }: WalletProcess, { book, pages }: { book: number; pages: number }, turn: number): Promise<unknown> =>
  need(client['reading.page']({ book, page: (FIRST_PAGE + turn) % pages, ...PAGE, theme: 'light' }));

async function turnedIn(wallet: WalletProcess, licence: PublishedBook['copies'][number], turns: number): Promise<number[]> {
  const opened = await openTo(wallet, licence, 0);
  for (let turn = 0; turn < turns; turn++) await turnTo(wallet, opened, turn);
  const times = await timed(turns, (turn) => turnTo(wallet, opened, turn), 0);
  await need(wallet.client['reading.close']({ book: opened.book }));
  return times;
}

export interface BookToRead { readonly path: string; readonly bytes: Uint8Array; readonly published: PublishedBook }

/** Publishes *Sherlock Holmes*, where it is wanted and there, or a book made of one sentence. @param folder for such a book */
export async function bookToRead(wallet: WalletProcess, folder: string, { sample }: Plan['pages']): Promise<BookToRead> {
  let path = bookPath('sherlock-holmes.epub');
  if (booksTrouble || !sample) {
    const chapter = xhtml(`<h1>One</h1>${`<p>${PARAGRAPH.repeat(12)}</p>`.repeat(20)}`);
    path = join(folder, 'made.epub');
    await writeFile(path, madeEpub({ pages: Array.from({ length: CHAPTERS }, (_, index) => [`${index}.xhtml`, chapter] as const) }));
  }
  return { path, bytes: new Uint8Array(await readFile(path)), published: await publish(wallet, path, 'Read') };
}

/** @param ada who published the book and has its second copy */
export async function pageFigures(ada: WalletProcess, { path, bytes, published }: BookToRead, { firsts, turns }: Plan['pages']): Promise<Figure[]> {
  const task = { path, mediaType: EPUB, pages: turns } as const;
  const licence = published.copies[1];
  const floorOfFirst = figureOf('a process with MuPDF, to its first page', 'ms', await timed(firsts, () => firstByMupdf({ ...task, hand: 'mupdf', pages: 0 }), 0));
  const first = await timed(firsts, async () => {
    const { book } = await openTo(ada, licence, 0);
    return () => need(ada.client['reading.close']({ book }));
  });
  const mupdf = await drawn({ ...task, hand: 'mupdf' });
  const own = await drawn({ ...task, hand: 'reader' });
  if (own.pages !== mupdf.pages) throw new Error(`MuPDF made ${mupdf.pages} pages of the book, the reader ${own.pages}`);
  const pixels = figureOf('MuPDF directly, a page as pixels', 'ms', mupdf.pixelsMs);
  const png = figureOf('MuPDF directly, a page as PNG', 'ms', mupdf.pngMs);
  return [
    floorOfFirst, figureOf('opening a book, to its first page', 'ms', first, floorOfFirst), pixels, png,
    withTarget(figureOf('rendering, a page as pixels', 'ms', own.pixelsMs, pixels), { of: 'ratio', atMost: 1.3 }),
    withTarget(figureOf('rendering, a page as PNG', 'ms', own.pngMs, png), { of: 'ratio', atMost: 1.3 }),
    withTarget(figureOf('rendering, a PNG from a reader’s process', 'ms', await pngByReader(bytes, turns), png), { of: 'ratio', atMost: 1.3 }),
    figureOf('page turn, asked of the wallet', 'ms', await turnedIn(ada, licence, turns), png),
  ];
}
