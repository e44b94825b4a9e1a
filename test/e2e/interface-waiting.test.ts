/** What waits on the home screen for a word about books, on a pretend wallet: one for sale, one that its lender would like back. */
import { expect, it } from 'vitest';
import { describeInBrowser } from '../support/browser.ts';
import { offers } from '../support/renderer-double/library-screens.ts';
import { pretendApp } from '../support/renderer-double/pretend-app.ts';

describeInBrowser('what waits on the home screen', () => {
  const app = pretendApp();

  it('is a borrowed book that its lender would like back, which can be looked at, and is returned from there', async () => {
    const page = await app.open('/');
    const card = page.getByRole('region', { name: 'Waiting for you' }).getByRole('article').filter({ hasText: 'Bruno would like “A Child’s Garden of Verses” back' });
    await card.getByRole('link', { name: 'Look at it' }).click();
    await page.getByRole('heading', { level: 1, name: 'A Child’s Garden of Verses' }).waitFor();
    await page.goBack();
    await card.getByRole('button', { name: 'Return' }).click();
    expect(app.wallet.calls).not.toContain('books.return');
    await page.getByRole('alertdialog').getByRole('button', { name: 'Return it' }).click();
    await page.getByRole('heading', { level: 1, name: /^Offered to Bruno/ }).waitFor();
    await page.goto(app.at('/'));
    await card.waitFor({ state: 'detached' });
  });

  it('is a book for sale, which says on the button what it costs, and above it what is kept and what it may be used for', async () => {
    const page = await app.open('/', { ...offers(), pin: null });
    const card = page.getByRole('region', { name: 'Waiting for you' }).getByRole('article').filter({ hasText: 'Middlemarch' });
    await card.getByText('You keep 456.40 EUR').waitFor();
    expect(await card.getByRole('listitem').allInnerTexts()).toEqual(['May be given away and sold', 'May be lent for 14 days at most', 'Screen readers may read it aloud']);
    expect(await card.locator('.answers').getByRole('button').allInnerTexts()).toEqual(['Pay 24.50 EUR', 'Decline']);
    const loan = page.getByRole('article').filter({ hasText: 'The Voyage Out' });
    expect(await loan.locator('.answers').getByRole('button').allInnerTexts()).toEqual(['Accept', 'Decline']);
  });

  it('is a book too dear, which says so before anything is pressed', async () => {
    const state = offers();
    state.balances = state.balances.map((entry) => ({ ...entry, held: '1000' }));
    const page = await app.open('/', state);
    await page.getByRole('article').filter({ hasText: 'Middlemarch' }).getByText('That is more than the 10.00 EUR you hold.').waitFor();
  });
});
