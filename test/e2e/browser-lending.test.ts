/** A book is lent, read in the dark, refused at its lender, and returned, in two browsers with real wallets. */
import { afterAll, beforeAll, expect, it } from 'vitest';
import { bookPath, booksTrouble } from '../support/books.ts';
import type { BrowserWallet } from '../support/browser-wallet.ts';
import { describeInBrowser } from '../support/browser.ts';
import { publicationForm, publishIt } from '../support/book-story.ts';
import { goTo } from '../support/interface-story.ts';
import { TITLE, lendReadAndReturn } from '../support/lending-story.ts';
import { type TwoBrowsers, openTwoBrowsers } from '../support/two-browsers.ts';

describeInBrowser('Sherlock Holmes in two browsers', () => {
  let two: TwoBrowsers;
  let ada: BrowserWallet;
  let ben: BrowserWallet;
  beforeAll(async () => {
    two = await openTwoBrowsers({ contacts: true });
    ({ ada, ben } = two);
  });
  afterAll(() => two.tearDown());

  it.skipIf(booksTrouble !== null)('is published, lent, read there and not here, returned, and read here again', async () => {
    await goTo(ada.page, 'Books');
    const asked = ada.page.waitForEvent('filechooser');
    await ada.page.getByRole('button', { name: 'Publish a book' }).click();
    await (await asked).setFiles(bookPath('sherlock-holmes.epub'));
    await publicationForm(ada.page);
    await publishIt(ada.page, TITLE);
    await lendReadAndReturn(ada.page, ben.page, 'browser');
    expect(two.complaints()).toEqual([]);
  });
});
