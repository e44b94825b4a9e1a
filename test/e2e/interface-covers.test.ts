/** The cover of a book that is to be published, on a pretend wallet in a real browser. With real wallets: browser-books.test.ts. */
import type { Page } from 'playwright-core';
import { expect, it } from 'vitest';
import { describeInBrowser } from '../support/browser.ts';
import { dropCover, dropFiles } from '../support/renderer-double/library-screens.ts';
import { pretendApp } from '../support/renderer-double/pretend-app.ts';

describeInBrowser('the form for a book', () => {
  const app = pretendApp();
  const form = (page: Page) => page.getByRole('dialog', { name: /^Publish/ });

  it('takes the cover of the file, another picture that is dropped on it or chosen, or none', async () => {
    const page = await app.open('/library');
    const cover = form(page).locator('.cover img');
    const published = async (from: string): Promise<void> => {
      await form(page).getByRole('button', { name: 'Publish' }).click();
      await form(page).waitFor({ state: 'detached' });
      await expect.poll(() => app.wallet.state.library.chosenCovers.at(-1)).toBe(from);
    };
    await dropFiles(page, ['wasteland.epub']);
    await cover.waitFor();
    const own = await cover.getAttribute('src');
    await dropCover(page, 'mine.png');
    await expect.poll(() => cover.getAttribute('src')).not.toBe(own);
    await form(page).getByRole('button', { name: 'As in the file' }).click();
    await expect.poll(() => cover.getAttribute('src')).toBe(own);
    // Of a picture that is not wanted any more nothing stays.
    await expect.poll(() => [...app.wallet.state.library.files.values()]).toEqual(['wasteland.epub']);
    const asked = page.waitForEvent('filechooser');
    await form(page).getByRole('button', { name: 'Choose a picture' }).click();
    await (await asked).setFiles({ name: 'other.jpg', mimeType: 'image/jpeg', buffer: Buffer.from([0xff, 0xd8, 0xff, 0xe0]) });
    await form(page).getByRole('button', { name: 'As in the file' }).waitFor();
    await published('picture');
    await dropFiles(page, ['wasteland.epub']);
    await form(page).getByRole('button', { name: 'No picture' }).click();
    await form(page).getByText('Without a picture it is bound in cloth.').waitFor();
    await published('nothing');
    await dropFiles(page, ['wasteland.epub']);
    await cover.waitFor();
    await published('book');
  });

  it('says so where the file has a cover that cannot be drawn, and what to do', async () => {
    const page = await app.open('/library');
    await dropFiles(page, ['formulas.epub']);
    await form(page).getByText('The cover in the file cannot be drawn here. Choose a picture (PNG or JPEG), or it is bound in cloth.').waitFor();
  });

  it('says of a picture that cannot be a cover that it cannot, and keeps the one there was', async () => {
    const page = await app.open('/library');
    await dropFiles(page, ['wasteland.epub']);
    const own = await form(page).locator('.cover img').getAttribute('src');
    for (const name of ['moving.gif', 'broken.png']) {
      await dropCover(page, name);
      await form(page).getByRole('alert').filter({ hasText: 'cannot be a cover' }).waitFor();
      expect(await form(page).locator('.cover img').getAttribute('src')).toBe(own);
    }
    // The first was not even sent; the second is let go of.
    await expect.poll(() => app.wallet.calls.filter((call) => call === 'publishing.forget')).toHaveLength(1);
    expect(app.wallet.calls.filter((call) => call === 'publishing.cover')).toHaveLength(1);
  });
});
