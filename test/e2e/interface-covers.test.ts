/** The cover of a book that is to be published, on a pretend wallet in a real browser. With real wallets: browser-books.test.ts. */
import { fileURLToPath } from 'node:url';
import { type Browser, type Page, chromium } from 'playwright-core';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { browserTrouble } from '../support/browser-wallet.ts';
import { ensureBuilt } from '../support/built.ts';
import { livedInState } from '../support/renderer-double/double-state.ts';
import { type DoubleWallet, createDoubleWallet } from '../support/renderer-double/double-wallet.ts';
import { dropCover, dropFiles } from '../support/renderer-double/library-screens.ts';
import { serveDouble } from '../support/renderer-double/serve-double.ts';

const BUILT = fileURLToPath(new URL('../../out/renderer', import.meta.url));

describe.skipIf(browserTrouble !== null)('the form for a book', () => {
  let browser: Browser;
  let server: Awaited<ReturnType<typeof serveDouble>>;
  let wallet: DoubleWallet = createDoubleWallet(livedInState());
  beforeAll(async () => {
    await ensureBuilt('renderer');
    server = await serveDouble(BUILT, () => wallet);
    browser = await chromium.launch({ executablePath: process.env['TALLYSTICK_TEST_CHROMIUM'] ?? '/usr/bin/chromium', args: process.getuid?.() === 0 ? ['--no-sandbox'] : [] });
  });
  afterEach(async () => { for (const context of browser.contexts()) await context.close(); });
  afterAll(async () => {
    await browser?.close();
    await server?.close();
  });

  async function open(path: string): Promise<Page> {
    wallet = createDoubleWallet(livedInState());
    const page = await (await browser.newContext({ viewport: { width: 1280, height: 800 }, reducedMotion: 'reduce', locale: 'en-GB' })).newPage();
    await page.goto(`${server.url}#${path}`);
    await page.locator('h1').first().waitFor({ state: 'attached' });
    return page;
  }
  const form = (page: Page) => page.getByRole('dialog', { name: /^Publish/ });

  it('takes the cover of the file, another picture that is dropped on it or chosen, or none', async () => {
    const page = await open('/library');
    const cover = form(page).locator('.cover img');
    const published = async (from: string): Promise<void> => {
      await form(page).getByRole('button', { name: 'Publish' }).click();
      await form(page).waitFor({ state: 'detached' });
      await expect.poll(() => wallet.state.library.chosenCovers.at(-1)).toBe(from);
    };
    await dropFiles(page, ['wasteland.epub']);
    await cover.waitFor();
    const own = await cover.getAttribute('src');
    await dropCover(page, 'mine.png');
    await expect.poll(() => cover.getAttribute('src')).not.toBe(own);
    await form(page).getByRole('button', { name: 'As in the file' }).click();
    await expect.poll(() => cover.getAttribute('src')).toBe(own);
    // Of a picture that is not wanted any more nothing stays.
    await expect.poll(() => [...wallet.state.library.files.values()]).toEqual(['wasteland.epub']);
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

  it('says of a picture that cannot be a cover that it cannot, and keeps the one there was', async () => {
    const page = await open('/library');
    await dropFiles(page, ['wasteland.epub']);
    const own = await form(page).locator('.cover img').getAttribute('src');
    for (const name of ['moving.gif', 'broken.png']) {
      await dropCover(page, name);
      await form(page).getByRole('alert').filter({ hasText: 'cannot be a cover' }).waitFor();
      expect(await form(page).locator('.cover img').getAttribute('src')).toBe(own);
    }
    // The first was not even sent; the second is let go of.
    await expect.poll(() => wallet.calls.filter((call) => call === 'publishing.forget')).toHaveLength(1);
    expect(wallet.calls.filter((call) => call === 'publishing.cover')).toHaveLength(1);
  });
});
