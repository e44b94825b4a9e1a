/** A book is lent, read in the dark, refused at its lender, and returned, in two browsers with real wallets. */
import { afterAll, beforeAll, expect, it } from 'vitest';
import { bookPath, booksTrouble } from '../support/books.ts';
import { type BrowserWallet, type BrowserWallets, openBrowserWallets } from '../support/browser-wallet.ts';
import { describeInBrowser } from '../support/browser.ts';
import { publicationForm, publishIt } from '../support/book-story.ts';
import { firstRun, goTo, pairByLink } from '../support/interface-story.ts';
import { TITLE, lendReadAndReturn } from '../support/lending-story.ts';

describeInBrowser('Sherlock Holmes in two browsers', () => {
  let wallets: BrowserWallets;
  let ada: BrowserWallet;
  let ben: BrowserWallet;
  beforeAll(async () => {
    wallets = await openBrowserWallets();
    [ada, ben] = await Promise.all([wallets.open('Ada'), wallets.open('Ben')]);
    await Promise.all([firstRun(ada.page, 'Ada'), firstRun(ben.page, 'Ben')]);
    await pairByLink(ada, ben);
  });
  afterAll(() => wallets.tearDown());

  it.skipIf(booksTrouble !== null)('is published, lent, read there and not here, returned, and read here again', async () => {
    await goTo(ada.page, 'Books');
    const asked = ada.page.waitForEvent('filechooser');
    await ada.page.getByRole('button', { name: 'Publish a book' }).click();
    await (await asked).setFiles(bookPath('sherlock-holmes.epub'));
    await publicationForm(ada.page);
    await publishIt(ada.page, TITLE);
    await lendReadAndReturn(ada.page, ben.page, 'browser');
    expect([...ada.complaints, ...ben.complaints]).toEqual([]);
  });
});
