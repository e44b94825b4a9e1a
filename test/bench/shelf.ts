/** Publishes books and hands them over, as the parts of the bench need it. */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import type { WalletProcess } from '../../cli/demo/wallet-process.ts';
import type { LicenceId } from '../../protocol/identifiers.ts';
import { need, soon } from '../support/wallet-process.ts';

/** Between two looks at what takes hundreds of milliseconds. */
const LOOK_MS = 2;
const PATIENCE_MS = 120_000;

export interface PublishedBook { readonly content: string; readonly copies: readonly [LicenceId, LicenceId]; /** From the wish to the copies on the shelf. */ readonly tookMs: number }

/** Makes two copies. */
export async function publish(wallet: WalletProcess, path: string, title: string): Promise<PublishedBook> {
  const file = await wallet.offerFile(path);
  const begun = performance.now();
  const { job } = await need(wallet.client['publishing.start']({ file, title, author: 'A. Uthor', language: 'en', copies: 2, terms: { give: true, lend: true, maxLoanDays: 30, text: true }, price: null }));
  for (;;) {
    const view = (await need(wallet.client['publishing.jobs']({}))).find((entry) => entry.job === job);
    if (view?.state === 'done') break;
    if (view?.state !== 'running') throw new Error(`publishing ended as ${view?.state}: ${view?.failure?.detail}`);
    await pause(LOOK_MS);
  }
  const tookMs = performance.now() - begun;
  const copies = (await need(wallet.client['books.shelf']({}))).filter(({ publication }) => publication.title === title);
  const [one, other] = copies;
  if (!one || !other) throw new Error('there are no two copies');
  return { content: one.publication.content, copies: [one.id, other.id], tookMs };
}

/** Gives a copy away. @returns milliseconds from their yes until all of its ciphertext is on their disk, checked and synced */
export async function giveAndFetch(from: WalletProcess, to: WalletProcess, licence: LicenceId, content: string): Promise<number> {
  const { id } = await need(from.client['books.give']({ licence, contact: to.instance }));
  await soon(to, 'the offer', async () => ((await need(to.client['transfers.pending']({}))).some((offer) => offer.id === id) ? true : null));
  const begun = performance.now();
  await need(to.client['transfers.accept']({ id }));
  // The map of what is there goes when all of it is, after the last sync (main/host/library/content-store.ts); asking the
  // wallet every few milliseconds would keep it from its work.
  const at = (name: string): string => join(to.folders.data, 'books', content, name);
  while (!(existsSync(at('manifest')) && existsSync(at('chunks')) && !existsSync(at('have')))) {
    if (performance.now() - begun > PATIENCE_MS) throw new Error('the book does not come');
    await pause(LOOK_MS);
  }
  const took = performance.now() - begun;
  const whole = (await need(to.client['contents.list']({}))).some((view) => view.content === content && view.state === 'whole');
  if (!whole) throw new Error('the book is not whole');
  return took;
}
