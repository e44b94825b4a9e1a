/**
 * The demo's second half: Ada publishes a book, lends it to Ben, and for as long as he has it only he can read it. Then it
 * goes home, and another copy is sold. Each step checks what it claims.
 */
import { inflateSync } from 'node:zlib';
import type { CurrencyId, LicenceId } from '../../protocol/identifiers.ts';
import type { Failure, Result } from '../../protocol/errors.ts';
import { follow } from '../follow.ts';
import { need } from '../session.ts';
import { PRICE, type Pair, asSession, must, soon } from './story.ts';
import type { WalletProcess } from './wallet-process.ts';

export const COPIES = 2;
const PATIENCE_MS = 60_000;

export interface DemoBook { readonly title: string; readonly lent: LicenceId; readonly sold: LicenceId }

/** Ada makes two copies of the file. */
export async function publishBook({ ada }: Pair, path: string, currency: CurrencyId): Promise<DemoBook> {
  const file = await ada.offerFile(path);
  const { title, author, language } = await need(ada.client['publishing.inspect']({ file }));
  const { job } = await need(ada.client['publishing.start']({ file, title, author, language, copies: COPIES, terms: { give: true, lend: true, maxLoanDays: 30, text: true }, price: { currency, amount: String(PRICE) } }));
  const ended = await soon(ada, 'the book to be published', async () => (await need(ada.client['publishing.jobs']({}))).find((entry) => entry.job === job && entry.state !== 'running') ?? null);
  must(ended.state === 'done', `Publishing ended as "${ended.state}": ${ended.failure?.detail ?? ''}`);
  const copies = (await need(ada.client['books.shelf']({}))).filter(({ publication }) => publication.id === ended.publication);
  must(copies.length === COPIES, `There are ${copies.length} copies on Ada's shelf.`);
  return { title, lent: `${ended.publication ?? ''}/1` as LicenceId, sold: `${ended.publication ?? ''}/2` as LicenceId };
}

async function take(from: WalletProcess, to: WalletProcess, id: string): Promise<void> {
  await soon(to, 'the offer', async () => (await need(to.client['transfers.pending']({}))).find((offer) => offer.id === id && offer.state === 'offered') ?? null);
  await need(to.client['transfers.accept']({ id: id as never }));
  const { state } = await follow(asSession(from), id as never, PATIENCE_MS);
  must(state === 'done', `The transfer ended as "${state}".`);
}

export async function lendBook({ ada, ben }: Pair, { lent }: DemoBook): Promise<void> {
  const due = Date.now() + 14 * 24 * 60 * 60 * 1000;
  await take(ada, ben, (await need(ada.client['books.lend']({ licence: lent, contact: ben.instance, due }))).id);
}

/** Draws the first page. @returns its width and height, and how many pages there are */
export async function readBook(wallet: WalletProcess, licence: LicenceId): Promise<{ width: number; height: number; pages: number }> {
  await soon(wallet, 'the book itself', async () => {
    const copy = (await need(wallet.client['books.shelf']({}))).find(({ id }) => id === licence);
    return (await need(wallet.client['contents.list']({}))).find(({ content, state }) => content === copy?.publication.content && state === 'whole') ?? null;
  });
  const { book } = await need(wallet.client['reading.open']({ licence }));
  try {
    const { pages } = await need(wallet.client['reading.layout']({ book, width: 420, height: 595, fontSize: 12, margin: 0.08, lineSpacing: null, typeface: 'book' }));
    const { width, height, png } = await need(wallet.client['reading.page']({ book, page: 0, width: 600, height: 850, theme: 'light' }));
    must(hasInk(Buffer.from(png, 'base64')), `${wallet.folders.name}'s page is blank.`);
    return { width, height, pages };
  } finally {
    await wallet.client['reading.close']({ book });
  }
}

/** True if a PNG's rows are not all alike. */
function hasInk(png: Buffer): boolean {
  if (png.subarray(1, 4).toString('latin1') !== 'PNG') return false;
  const parts: Buffer[] = [];
  for (let at = 8; at + 8 <= png.length; at += 12 + png.readUInt32BE(at)) if (png.subarray(at + 4, at + 8).toString('latin1') === 'IDAT') parts.push(png.subarray(at + 8, at + 8 + png.readUInt32BE(at)));
  return new Set(inflateSync(Buffer.concat(parts))).size > 4;
}

/** @returns why Ada may not read it */
export async function refusedAtLender({ ada }: Pair, { lent }: DemoBook): Promise<Failure['code']> {
  const opened: Result<unknown> = await ada.client['reading.open']({ licence: lent });
  must(!opened.ok, 'Ada could open the book that she has lent.');
  return opened.ok ? 'internal' : opened.failure.code;
}

export async function returnBook({ ada, ben }: Pair, { lent }: DemoBook): Promise<void> {
  const { id } = await need(ben.client['books.return']({ licence: lent }));
  const { state } = await follow(asSession(ben), id, PATIENCE_MS);
  must(state === 'done', `The return ended as "${state}".`);
  await soon(ada, 'her book', async () => (await need(ada.client['books.shelf']({}))).find(({ id: copy, state: now }) => copy === lent && now === 'held') ?? null);
  must(!(await need(ben.client['books.shelf']({}))).some(({ id: copy }) => copy === lent), "Ben's shelf still has the book.");
}

export async function sellBook({ ada, ben }: Pair, { sold }: DemoBook, currency: CurrencyId): Promise<void> {
  await take(ada, ben, (await need(ada.client['books.sell']({ licence: sold, contact: ben.instance, price: { currency, amount: String(PRICE) } }))).id);
  must((await need(ben.client['books.shelf']({}))).some(({ id, state }) => id === sold && state === 'held'), 'The copy that Ben bought is not on his shelf.');
}
