/**
 * Publishing by hand, on the command line (design §7, §8): every kind of file, with what its person says in place of what
 * the file says; and a price in a currency that whoever has the copy knows from the book alone.
 */
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { ContentId } from '../../protocol/publication.codec.ts';
import { bookPath, booksTrouble } from '../support/books.ts';
import { type CliPerson, openCliPair } from '../support/cli-pair.ts';
import { madeEpub, xhtml } from '../support/made-epub.ts';
import { jpegOf, pngSize } from '../support/made-pictures.ts';
import type { TwoWallets } from '../support/two-wallets.ts';
import { type Wallets, need, soon } from '../support/wallet-process.ts';

describe('publishing on the command line', () => {
  let wallets: Wallets;
  let pair: TwoWallets;
  let ada: CliPerson;
  let ben: CliPerson;
  let files: Record<'epub 2' | 'epub 3' | 'webp' | 'cover', string>;
  beforeAll(async () => {
    ({ wallets, pair, ada, ben } = await openCliPair());
    const made = async (name: string, bytes: Uint8Array): Promise<string> => {
      await writeFile(join(wallets.home, name), bytes);
      return join(wallets.home, name);
    };
    const pages = [['a.xhtml', xhtml('<p>One</p>')], ['b.xhtml', xhtml('<p>Two</p>')]] as const;
    const ncx = '<ncx xmlns="http://www.daisy.org/z3986/2005/ncx/"><navMap><navPoint><navLabel><text>Two</text></navLabel><content src="b.xhtml"/></navPoint></navMap></ncx>';
    files = {
      'epub 2': await made('two.epub', madeEpub({ pages, items: '<item id="n" href="toc.ncx" media-type="application/x-dtbncx+xml"/>', files: { 'OPS/toc.ncx': ncx } })),
      'epub 3': await made('three.epub', madeEpub({ pages, items: '<item id="n" href="nav.xhtml" properties="nav" media-type="application/xhtml+xml"/>', files: { 'OPS/nav.xhtml': xhtml('<nav epub:type="toc"><ol><li><a href="b.xhtml">Two</a></li></ol></nav>') } })),
      webp: await made('webp.epub', madeEpub({ pages, items: '<item id="c" href="c.webp" media-type="image/webp" properties="cover-image"/>', files: { 'OPS/c.webp': new TextEncoder().encode(`RIFF....WEBPVP8 ${'x'.repeat(99)}`) } })),
      cover: await made('cover.jpg', jpegOf({ width: 300, height: 450 })),
    };
  });
  afterAll(() => wallets.tearDown());

  const coverOf = async (content: unknown): Promise<string | null> => (await need(pair.ada.client['reading.cover']({ content: content as ContentId }))).png;

  it.each(['epub 2', 'epub 3'] as const)('takes an %s, as its person describes it, and its contents lead somewhere', async (kind) => {
    const made = await ada.done('publish', files[kind], '--title', `Émile, ${kind}`, '--author', 'A. Uthor', '--language', 'fr-CA', '--cover', files.cover, '--copies', '3', '--price', '2 ADA', '--loan-days', '9', '--no-give', '--no-text');
    expect(made).toMatchObject({ title: `Émile, ${kind}`, author: 'A. Uthor', language: 'fr-CA', format: 'epub', copies: 3, price: { code: 'ADA', amount: '2' }, terms: { give: false, lend: true, maxLoanDays: 9, text: false } });
    expect(pngSize(new Uint8Array(Buffer.from(await coverOf(made['content']) ?? '', 'base64')))).toEqual({ width: 300, height: 450 });
    const [licence] = made['licences'] as [never];
    const { client } = pair.ada;
    const { book } = await need(client['reading.open']({ licence }));
    await need(client['reading.layout']({ book, width: 420, height: 595, fontSize: 12, margin: 0.08, lineSpacing: null, typeface: 'book' }));
    expect(await need(client['reading.contents']({ book }))).toEqual([{ title: 'Two', depth: 0, page: 1 }]);
    await need(client['reading.close']({ book }));
  });

  it.skipIf(booksTrouble)('takes a PDF, of which the page that is drawn is a PNG', async () => {
    expect(await ada.done('publish', bookPath('scandal-in-bohemia.pdf'), '--title', 'Scandal')).toMatchObject({ title: 'Scandal', format: 'pdf', copies: 1, price: null });
    const out = join(wallets.home, 'page.png');
    expect(await ada.done('page', 'Scandal', '1', '--out', out, '--width', '600')).toMatchObject({ page: 1, width: 600, kind: 'pdf' });
    expect(pngSize(await readFile(out)).width).toBe(600);
  });

  it('takes a book whose own cover cannot be drawn, without one, and says so', async () => {
    const made = await ada.done('publish', files.webp, '--title', 'Modern');
    expect([made['cover'], await coverOf(made['content'])]).toEqual([false, null]);
    expect(await ada.done('publish', files.webp, '--title', 'Modern, too', '--cover', files.cover)).toMatchObject({ cover: true });
  });

  it('takes no price in a currency that nobody told it of, and says how it comes to know one', async () => {
    const { status, lines, err } = await ben.run('publish', files['epub 3'], '--price', '5 GLD');
    expect([status, lines.at(-1)?.['code']]).toEqual([2, 'unknown_currency']);
    expect(err).toMatch(/comes to know one with an offer of it, a request for it, or a book priced in it/);
  });

  it('makes a copy that is sold on for its price by somebody who knows that currency from the book alone', async () => {
    await ada.done('currency', 'new', 'GLD', '--decimals', '0');
    await ada.done('issue', 'GLD', '9');
    const [copy = ''] = (await ada.done('publish', files['epub 3'], '--title', 'Priced', '--price', '5 GLD'))['licences'] as string[];
    await ada.done('give', copy, 'Ben');
    await ben.takes();
    expect(await ben.done('sell', copy, 'Ada')).toMatchObject({ state: 'offered', take: [expect.objectContaining({ code: 'GLD', amount: '5' })] });
    await ada.takes();
    await soon(pair.ben, 'the price', async () => ((await need(pair.ben.client['credits.balances']({}))).find(({ currency }) => currency.code === 'GLD')?.held === '5' ? true : null));
    // And having seen it, Ben may ask for it as well.
    expect(await ben.done('publish', files['epub 2'], '--title', 'Mine', '--price', '7 GLD')).toMatchObject({ price: { code: 'GLD', amount: '7' } });
  });
});
