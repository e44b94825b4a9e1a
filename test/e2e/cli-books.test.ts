/**
 * Books by hand, on the command line (design §8): two real wallets on one computer, each command a process of its own that asks
 * whoever serves the wallet. What is printed, the exit status, and that a copy is readable where it is and nowhere else.
 */
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { TransferId } from '../../protocol/identifiers.ts';
import type { ContentId } from '../../protocol/publication.codec.ts';
import { booksTrouble, bookPath } from '../support/books.ts';
import { type CliPerson, openCliPair } from '../support/cli-pair.ts';
import { jpegOf, pngSize } from '../support/made-pictures.ts';
import type { TwoWallets } from '../support/two-wallets.ts';
import { type Wallets, need, soon } from '../support/wallet-process.ts';

describe.skipIf(booksTrouble)('books on the command line', () => {
  let wallets: Wallets;
  let pair: TwoWallets;
  let ada: CliPerson;
  let ben: CliPerson;
  let copies: string[];
  beforeAll(async () => {
    ({ wallets, pair, ada, ben } = await openCliPair());
  });
  afterAll(() => wallets.tearDown());

  const inDays = (days: number): string => new Date(Date.now() + days * 86_400_000).toISOString().slice(0, 10);
  const readable = async (person: CliPerson, id: string) => (await person.shelf()).find((line) => line['id'] === id)?.['readable'] === true;

  it('are published from a file, on terms, and listed', async () => {
    const made = await ada.done('publish', bookPath('wasteland.epub'), '--copies', '2', '--price', '1 ADA', '--loan-days', '20', '--author', 'Eliot');
    expect(made).toMatchObject({ type: 'publication', title: 'The Waste Land', author: 'Eliot', copies: 2, terms: { give: true, lend: true, maxLoanDays: 20, text: true }, price: { code: 'ADA', amount: '1' } });
    copies = made['licences'] as string[];
    expect(copies).toHaveLength(2);
    expect((await ada.shelf()).map(({ id, state }) => [id, state])).toEqual(copies.map((id) => [id, 'held']));
    expect(await ada.refused('publish', '/nowhere/book.epub')).toEqual([2, 'bad_input']);
    expect(await ada.refused('publish', bookPath('wasteland.epub'), '--cover', '/nowhere/cover.png')).toEqual([2, 'bad_input']);
    expect(await ada.refused('publish', bookPath('wasteland.epub'), '--cover', bookPath('wasteland.epub'))).toEqual([1, 'picture_unreadable']);
    expect(await ada.refused('publish', import.meta.filename)).toEqual([expect.any(Number), expect.stringMatching(/^(unsupported|book_|bad_)/)]);
  });

  it('are lent until a day, read where they are, kept longer if the lender agrees, asked back and returned', async () => {
    const [first = '', second = ''] = copies;
    expect(await ada.refused('lend', first, 'Ben', '--due', '2026-02-30')).toEqual([2, 'bad_input']);
    expect(await ada.refused('lend', first, 'Ben', '--due', inDays(40))).toEqual([3, 'terms_forbid']);
    expect(await ada.done('lend', first, 'Ben', '--due', inDays(5), '--memo', 'enjoy')).toMatchObject({ state: 'offered' });
    await ben.takes();
    expect([await readable(ada, first), await readable(ben, first), await readable(ada, second)]).toEqual([false, true, true]);
    // A script that forgets the borrower is told what it would lose, and the vault keeps the borrower from forgetting the lender.
    expect(await ada.refused('contacts', 'forget', 'Ben')).toEqual([3, 'declined']);
    expect(await ben.refused('contacts', 'forget', 'Ada', '--yes')).toEqual([3, 'contact_has_loan']);
    expect((await ada.shelf()).find(({ id }) => id === first)).toMatchObject({ state: 'lent', contactName: 'Ben' });
    expect((await ada.done('status'))['licences']).toEqual([expect.objectContaining({ id: first, title: 'The Waste Land', state: 'lent', copy: 1, copies: 2 }), expect.objectContaining({ id: second, state: 'held' })]);

    const picture = join(wallets.home, 'page.png');
    await soon(pair.ben, 'the contents', async () => ((await need(pair.ben.client['contents.list']({}))).every(({ state }) => state === 'whole') ? true : null));
    expect(await ben.done('page', 'waste land', '5', '--out', picture, '--theme', 'dark')).toMatchObject({ type: 'page', page: 5, kind: 'flowing' });
    expect([...(await readFile(picture)).subarray(1, 4)]).toEqual([0x50, 0x4e, 0x47]);
    expect(await ben.refused('page', first, '100000', '--out', picture)).toEqual([2, 'bad_input']);
    expect(await ada.refused('page', first, '1', '--out', picture)).toEqual([3, 'not_here']);

    expect(await ben.done('renew', first, '--until', inDays(10))).toMatchObject({ asked: expect.any(Number) });
    await soon(pair.ada, 'the question', async () => ((await need(pair.ada.client['books.shelf']({}))).find(({ id }) => id === first)?.asked ? true : null));
    const kept = await ada.done('renew', first, '--agree');
    await soon(pair.ben, 'the answer', async () => ((await need(pair.ben.client['books.shelf']({}))).find(({ id }) => id === first)?.due === kept['due'] ? true : null));
    expect(await ada.done('recall', first)).toMatchObject({ recalled: true });
    await soon(pair.ben, 'the word that it is wanted', async () => ((await need(pair.ben.client['books.shelf']({}))).find(({ id }) => id === first)?.recalled ? true : null));
    expect(await ben.refused('give', first, 'Ada')).toEqual([3, 'terms_forbid']);

    expect(await ben.done('return', first, '--wait')).toMatchObject({ state: 'done' });
    expect([await readable(ada, first), await ben.shelf()]).toEqual([true, []]);
    expect(await ben.refused('return', first)).toEqual([2, 'unknown_licence']);
  });

  it('are sold for their price, and given on', async () => {
    const [first = '', second = ''] = copies;
    expect(await ada.done('sell', second, 'Ben')).toMatchObject({ state: 'offered', take: [expect.objectContaining({ amount: '1' })] });
    await ben.takes();
    expect([await readable(ada, second), await readable(ben, second)]).toEqual([false, true]);
    expect((await need(pair.ben.client['credits.balances']({}))).find(({ currency }) => currency.code === 'ADA')?.held).toBe('0');
    expect(await ben.done('give', second, 'Ada')).toMatchObject({ state: 'offered' });
    await ada.takes();
    expect([await readable(ada, first), await readable(ada, second), await ben.shelf()]).toEqual([true, true, []]);
  });

  it('have the cover that was chosen, which whoever borrows one sees without having opened it', async () => {
    const chosen = join(wallets.home, 'cover.jpg');
    await writeFile(chosen, jpegOf({ width: 900, height: 600 }));
    const [covered = ''] = (await ada.done('publish', bookPath('scandal-in-bohemia.pdf'), '--title', 'Covered', '--cover', chosen))['licences'] as string[];
    const [bare = ''] = (await ada.done('publish', bookPath('scandal-in-bohemia.pdf'), '--title', 'Bare', '--cover', 'none'))['licences'] as string[];
    for (const id of [covered, bare]) {
      await ada.done('lend', id, 'Ben');
      await ben.takes();
    }
    await soon(pair.ben, 'the contents', async () => ((await need(pair.ben.client['contents.underWay']({}))).length === 0 ? true : null));
    const books = await need(pair.ben.client['books.shelf']({}));
    const coverOf = async (id: string): Promise<string | null> => (await need(pair.ben.client['reading.cover']({ content: books.find((copy) => copy.id === id)?.publication.content as ContentId }))).png;
    expect(pngSize(new Uint8Array(Buffer.from(await coverOf(covered) ?? '', 'base64')))).toEqual({ width: 480, height: 320 });
    expect(await coverOf(bare)).toBeNull();
    expect((await ben.shelf()).map(({ opened }) => opened)).toEqual([false, false]);
    for (const id of [covered, bare]) {
      const { id: transfer } = await ben.done('return', id, '--wait');
      const { give } = await need(pair.ada.client['transfers.get']({ id: transfer as TransferId }));
      expect(give).toEqual([expect.objectContaining({ licence: id, move: { as: 'return', unopened: true } })]);
    }
  });

  it('are found by title and author, chosen and ordered, on either shelf', async () => {
    const found = async (person: CliPerson, ...args: string[]) => ((await person.done('library', ...args)) as unknown as { publication: { title: string }; state: string }[]).map(({ publication, state }) => `${publication.title}: ${state}`);
    const covered = (await ada.shelf()).find((line) => (line['publication'] as { title: string }).title === 'Covered')?.['id'] as string;
    await ada.done('lend', covered, 'Ben');
    await ben.takes();
    const [land, bare, lent] = ['The Waste Land: held', 'Bare: held', 'Covered: lent'];
    expect(await found(ada, '--search', 'ELIOT wäste')).toEqual([land, land]);
    expect(await found(ada, '--search', 'eliot bare')).toEqual([]);
    // By last name; who has none stands last.
    expect(await found(ada, '--show', 'mine', '--sort', 'author')).toEqual([land, land, bare, lent]);
    // Lending was the last that happened to any.
    expect(await found(ada, '--sort', 'newest')).toEqual([lent, bare, land, land]);
    expect([await found(ada, '--show', 'lent'), await found(ben, '--show', 'borrowed'), await found(ben, '--show', 'overdue')]).toEqual([[lent], ['Covered: borrowed'], []]);
    expect([await ada.refused('library', '--show', 'all of them'), await ada.refused('library', '--sort', 'colour')]).toEqual([[2, 'bad_input'], [2, 'bad_input']]);
    await ben.done('return', covered, '--wait');
  });

  it('leave their files behind for others when they have left, until those are freed', async () => {
    expect(await ben.done('library', '--leftovers')).toMatchObject({ type: 'leftovers', books: 3 });
    const { books, bytes } = await ben.done('library', '--free');
    expect([books, (bytes as number) > 100_000]).toEqual([3, true]);
    expect(await ben.done('library', '--leftovers')).toMatchObject({ books: 0, bytes: 0 });
    // Whose copies stand on the shelf, those stay whole.
    expect(await ada.done('library', '--free')).toMatchObject({ books: 0, bytes: 0 });
    expect((await need(pair.ada.client['contents.list']({}))).map(({ state }) => state)).toEqual(['whole', 'whole', 'whole']);
  });

  it('that are not there, or for somebody who is not, are refused with a code', async () => {
    expect(await ada.refused('lend', 'No Such Book', 'Ben')).toEqual([2, 'unknown_licence']);
    expect(await ada.refused('lend', 'waste land', 'Nobody')).toEqual([2, 'unknown_contact']);
  });
});
