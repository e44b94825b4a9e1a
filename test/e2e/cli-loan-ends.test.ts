/**
 * How a loan ends by itself (design §7), by hand with two real wallets: after its day the book does not open, whatever the
 * borrower's clock says then, and it goes home at the next meeting, with the vault's word on whether it was ever opened.
 */
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { booksTrouble, bookPath } from '../support/books.ts';
import { type CliPerson, openCliPair } from '../support/cli-pair.ts';
import type { TwoWallets } from '../support/two-wallets.ts';
import { type WalletProcess, type Wallets, historyOf, meet, need, soon } from '../support/wallet-process.ts';

const DAY_MS = 24 * 60 * 60 * 1000;
/** Node's arguments for a process whose clock is wrong by so many days. */
const clockOff = (days: number): string[] => ['--import', `data:text/javascript,${encodeURIComponent(`const right = Date.now; Date.now = () => right() + ${days * DAY_MS};`)}`];

describe.skipIf(booksTrouble)('a loan on the command line', () => {
  let wallets: Wallets;
  let pair: TwoWallets;
  let ada: CliPerson;
  let ben: CliPerson;
  beforeAll(async () => {
    ({ wallets, pair, ada, ben } = await openCliPair());
  });
  afterAll(() => wallets.tearDown());

  const page = async (copy: string): Promise<unknown[]> => {
    const { status, lines } = await ben.run('page', copy, '1', '--out', join(wallets.home, 'page.png'));
    return [status, lines.at(-1)?.['code'] ?? lines.at(-1)?.['type']];
  };

  it('is over after its day, also for a clock that is turned back, and goes home by itself with the vault’s word on whether it was opened', async () => {
    const copies = (await ada.done('publish', bookPath('wasteland.epub'), '--copies', '2'))['licences'] as string[];
    const [read = '', unread = ''] = copies;
    const day = new Date(Date.now() + 5 * DAY_MS).toISOString().slice(0, 10);
    for (const copy of copies) {
      await ada.done('lend', copy, 'Ben', '--due', day);
      await ben.takes();
    }
    await soon(pair.ben, 'the contents', async () => ((await need(pair.ben.client['contents.list']({}))).every(({ state }) => state === 'whole') ? true : null));
    expect(await page(read)).toEqual([0, 'page']);

    await pair.ada.stop();
    const overdue = async (days: number): Promise<WalletProcess> => {
      const later = await wallets.start(pair.folders.ben, { nodeArgs: clockOff(days) });
      expect([await page(read), await page(unread)]).toEqual([[3, 'licence_expired'], [3, 'licence_expired']]);
      expect((await ben.shelf()).map(({ state, readable, overdue: late }) => [state, readable, late])).toEqual([['borrowed', false, true], ['borrowed', false, true]]);
      return later;
    };
    await pair.ben.stop();
    await (await overdue(10)).stop();
    const turnedBack = await overdue(-20);

    const home = await wallets.start(pair.folders.ada);
    await meet(home, turnedBack);
    await soon(home, 'its books', async () => ((await need(home.client['books.shelf']({}))).every(({ state }) => state === 'held') ? true : null));
    await soon(turnedBack, 'an empty shelf', async () => ((await need(turnedBack.client['books.shelf']({}))).length === 0 ? true : null));
    expect((await ada.shelf()).map(({ id, readable }) => [id, readable])).toEqual(copies.map((copy) => [copy, true]));
    const returned = (await historyOf(home)).flatMap(({ give }) => give).filter((asset) => asset.kind === 'licence' && asset.move.as === 'return');
    expect(Object.fromEntries(returned.map((asset) => (asset.kind === 'licence' ? [asset.licence, asset.move] : [])))).toEqual({ [read]: { as: 'return', unopened: false }, [unread]: { as: 'return', unopened: true } });
  });
});
