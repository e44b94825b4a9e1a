/**
 * The shelf on a pretend wallet, in a real browser: by keyboard and by pointer, publishing several files one after the
 * other, what waits for a word about a loan, and books on their way. With real wallets: browser-books.test.ts.
 */
import type { Page } from 'playwright-core';
import { describe, expect, it } from 'vitest';
import { describeInBrowser } from '../support/browser.ts';
import { emptyState, livedInState } from '../support/renderer-double/double-state.ts';
import { bookPath, dropFiles } from '../support/renderer-double/library-screens.ts';
import { pretendApp } from '../support/renderer-double/pretend-app.ts';

describeInBrowser('books in the interface', () => {
  const app = pretendApp();
  const shelf = (page: Page) => page.getByRole('list', { name: 'Your books' }).getByRole('link');
  const titles = async (page: Page): Promise<string[]> => (await shelf(page).allInnerTexts()).map((text) => text.split('\n').map((line) => line.trim()).filter(Boolean)).map((lines) => lines[0] ?? '');
  const form = (page: Page) => page.getByRole('dialog', { name: /^Publish/ });

  describe('the shelf', () => {
    it('is found, chosen from and ordered, and says how many there are', async () => {
      const page = await app.open('/library');
      await shelf(page).first().waitFor();
      expect(await shelf(page).count()).toBe(11);
      await page.getByText('Lent out 2').click();
      expect(await shelf(page).count()).toBe(2);
      await page.getByText('All 11').click();
      await page.getByRole('searchbox', { name: 'Search title and author' }).fill('eliot');
      expect(await titles(page)).toHaveLength(2);
      await page.getByRole('main').getByRole('status').filter({ hasText: '2 books' }).waitFor({ state: 'attached' });
      await page.getByRole('combobox', { name: 'Sort by' }).selectOption('newest');
      expect((await shelf(page).first().innerText())).toContain('Middlemarch');
      await page.getByRole('searchbox').fill('nothing like it');
      await page.getByRole('button', { name: 'Show all books' }).click();
      expect(await shelf(page).count()).toBe(11);
    });

    it('is walked with the arrow keys, and Enter opens a book', async () => {
      const page = await app.open('/library');
      await shelf(page).first().focus();
      const at = () => page.evaluate(() => [...document.querySelectorAll('.shelf .book')].indexOf(document.activeElement as Element));
      await page.keyboard.press('ArrowRight');
      expect(await at()).toBe(1);
      await page.keyboard.press('ArrowDown');
      const below = await at();
      expect(below).toBeGreaterThan(3);
      await page.keyboard.press('ArrowUp');
      expect(await at()).toBe(1);
      await page.keyboard.press('End');
      expect(await at()).toBe(10);
      await page.keyboard.press('Enter');
      await page.getByRole('heading', { level: 1, name: 'The Waste Land' }).waitFor();
      await expect.poll(() => page.evaluate(() => document.activeElement?.textContent)).toBe('The Waste Land');
    });

    it('has two columns on the narrowest window, and nothing beyond its edge', async () => {
      const page = await app.open('/library', livedInState(), { viewport: { width: 360, height: 740 } });
      await shelf(page).first().waitFor();
      const lefts = await shelf(page).evaluateAll((links) => new Set(links.map((link) => Math.round(link.getBoundingClientRect().left))).size);
      expect(lefts).toBe(2);
      expect(await page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth)).toBe(0);
    });

    it('shows how much of a book is here, lets it wait and come on, and notices when all is here', async () => {
      const page = await app.open('/library');
      const bar = page.getByRole('progressbar', { name: 'How much of Knots and How to Tie Them is here' });
      expect(await bar.getAttribute('value')).toBe('61');
      await page.getByText('96 kB/s · 5 sec left').waitFor();
      await page.getByRole('button', { name: 'Pause Knots and How to Tie Them' }).click();
      await page.getByText('Paused at 61 %').waitFor();
      await page.getByRole('button', { name: 'Resume Knots and How to Tie Them' }).click();
      await page.getByRole('button', { name: 'Pause Knots and How to Tie Them' }).waitFor();
      await page.getByText('Waiting: nobody who has it is here').waitFor();
      app.wallet.happen((state) => { state.library.contents = state.library.contents.map((entry) => ({ ...entry, state: 'whole' as const })); }, ['contents']);
      await bar.waitFor({ state: 'detached' });
    });

    it('is not sent again for what is only on its way, however often that says how far it is', async () => {
      const page = await app.open('/library');
      await shelf(page).first().waitFor();
      const asked = (method: string): number => app.wallet.calls.filter((call) => call === method).length;
      const [shelves, lists] = [asked('books.shelf'), asked('contents.list')];
      for (let step = 1; step <= 10; step++) {
        app.wallet.happen((state) => { state.library.contents = state.library.contents.map((entry) => (entry.state === 'fetching' ? { ...entry, bytes: 768_000 + step * 10_000 } : entry)); }, ['contents']);
        await expect.poll(() => asked('contents.underWay')).toBeGreaterThan(step);
      }
      expect([asked('books.shelf') - shelves, asked('contents.list') - lists]).toEqual([0, 0]);
      await page.getByText('70 % here').waitFor();
    });

    it('says what files of books that left take up, and removes them when it is told to', async () => {
      const state = livedInState();
      state.library.left = { books: 2, bytes: 120_400_000 };
      const page = await app.open('/library', state);
      await page.getByText(/Files of 2 books that are no longer here: 120.MB/).waitFor();
      await page.getByRole('button', { name: 'Remove' }).click();
      await page.getByRole('alertdialog').getByText('Nothing that you can read is among them').waitFor();
      expect(app.wallet.calls).not.toContain('contents.freeLeftovers');
      await page.getByRole('alertdialog').getByRole('button', { name: 'Remove' }).click();
      await page.getByText(/120.MB were freed/).waitFor();
      await page.getByText('no longer here').waitFor({ state: 'detached' });
    });
  });

  describe('publishing', () => {
    it('takes what is dropped on any screen, one file after the other, and says what each says of itself', async () => {
      const page = await app.open('/people');
      await dropFiles(page, ['wasteland.epub', 'notes.txt', 'formulas.epub']);
      await form(page).getByRole('textbox', { name: 'Title' }).waitFor();
      await expect.poll(() => page.evaluate(() => (document.activeElement as HTMLInputElement | null)?.value)).toBe('The Waste Land');
      expect(await form(page).getByRole('heading', { level: 2 }).first().innerText()).toBe('Publish: 1 of 3');
      await form(page).getByRole('textbox', { name: 'Copies' }).fill('2');
      await form(page).getByRole('button', { name: 'Publish' }).click();
      await form(page).getByRole('alert').filter({ hasText: 'is not an EPUB or PDF' }).waitFor();
      await form(page).getByRole('button', { name: 'Skip this file' }).click();
      await form(page).getByRole('heading', { name: 'Not everything in it will be shown' }).waitFor();
      await form(page).getByText('Formulas (3 files)').waitFor();
      await form(page).getByRole('button', { name: 'Skip this file' }).click();
      await form(page).waitFor({ state: 'detached' });
      await page.getByText('The Waste Land is on your shelf').waitFor();
      await shelf(page).filter({ hasText: '2 copies' }).filter({ hasText: 'The Waste Land' }).waitFor();
      // What was skipped is not kept, and nothing that is no book was sent at all.
      expect(app.wallet.calls.filter((call) => call === 'publishing.forget')).toHaveLength(1);
      expect([...app.wallet.state.library.files.values()]).toEqual(['wasteland.epub']);
    });

    it('says beside each field what is wrong, and sends nothing until it is right', async () => {
      const page = await app.open('/library');
      await dropFiles(page, ['plain.pdf']);
      const field = (name: string) => form(page).getByRole('textbox', { name });
      await field('Title').fill('');
      await field('Copies').fill('0');
      await form(page).getByRole('switch', { name: 'For a limited time only' }).click();
      await field('Days at most').fill('x');
      await form(page).getByRole('button', { name: 'Publish' }).click();
      for (const fault of ['A title is needed', 'From 1 to 1000 copies', 'From 1 to 3650 days']) await form(page).getByText(fault).waitFor();
      expect(await page.evaluate(() => document.activeElement?.getAttribute('aria-invalid'))).toBe('true');
      expect(app.wallet.calls).not.toContain('publishing.start');
      await field('Title').fill('Plain');
      await field('Copies').fill('1');
      await field('Days at most').fill('14');
      await form(page).getByRole('switch', { name: 'It has a price' }).click();
      await form(page).getByRole('button', { name: 'Publish' }).click();
      await form(page).getByText('Enter an amount.').waitFor();
      await field('Price of a copy').fill('4.50');
      await form(page).getByRole('button', { name: 'Publish' }).click();
      await form(page).waitFor({ state: 'detached' });
      await page.getByText('Plain is on your shelf').waitFor();
    });

    it('shows how far it is, and can be called off', async () => {
      const state = livedInState();
      state.library.slow = true;
      const page = await app.open('/library', state);
      await dropFiles(page, ['wasteland.epub', 'plain.pdf']);
      for (let file = 0; file < 2; file += 1) {
        await form(page).getByRole('heading', { name: `Publish: ${file + 1} of 2` }).waitFor();
        await form(page).getByRole('button', { name: 'Publish' }).click();
      }
      await form(page).waitFor({ state: 'detached' });
      expect(await page.getByRole('progressbar', { name: /^Publishing / }).count()).toBe(2);
      await page.getByRole('button', { name: 'Cancel publishing The Waste Land' }).click();
      await page.getByRole('progressbar', { name: 'Publishing The Waste Land' }).waitFor({ state: 'detached' });
      expect(await page.getByRole('progressbar', { name: /^Publishing / }).count()).toBe(1);
    });

    it('leaves alone what somebody else publishes: a command that waits for its end must find it', async () => {
      const state = livedInState();
      state.library.jobs = [{ job: 7, title: 'From a command', bytes: 10, total: 10, state: 'done', publication: state.library.shelf[0]?.publication.id ?? null, failure: null }];
      const page = await app.open('/library', state);
      await shelf(page).first().waitFor();
      app.wallet.happen(() => {}, ['contents']);
      await expect.poll(() => app.wallet.calls.filter((call) => call === 'publishing.jobs').length).toBeGreaterThan(1);
      await page.getByRole('radio', { name: 'All 11' }).waitFor({ state: 'attached' });
      expect(app.wallet.calls).not.toContain('publishing.cancel');
    });

    it('chooses files in the browser’s own dialog', async () => {
      const page = await app.open('/library', emptyState());
      await page.getByText('No books yet').waitFor();
      const asked = page.waitForEvent('filechooser');
      await page.getByRole('button', { name: 'Publish a book' }).click();
      await (await asked).setFiles({ name: 'wasteland.epub', mimeType: 'application/epub+zip', buffer: Buffer.from('PK\u0003\u0004', 'latin1') });
      await form(page).getByRole('textbox', { name: 'Title' }).waitFor();
    });

    it('leaves the page alone when something else is dropped on it', async () => {
      const page = await app.open('/people');
      const prevented = await page.evaluate(() => {
        const dataTransfer = new DataTransfer();
        dataTransfer.setData('text/plain', 'words');
        return !window.dispatchEvent(new DragEvent('drop', { dataTransfer, bubbles: true, cancelable: true }));
      });
      expect(prevented).toBe(false);
      expect(await form(page).count()).toBe(0);
    });
  });

  describe('a person who has a book of ours', () => {
    it('is forgotten only after it was said what that means, and one whose book is here is not', async () => {
      const state = livedInState();
      const page = await app.open(`/people/${state.library.shelf.find((copy) => copy.state === 'lent')?.contact}`, state);
      await page.getByRole('button', { name: 'Forget', exact: true }).click();
      const dialog = page.getByRole('alertdialog');
      await dialog.getByText(/has a book of yours: A Split Stick\. It cannot come home to you/).waitFor();
      await dialog.getByText(/You have a book of theirs: A Child’s Garden of Verses\. Return it first/).waitFor();
      await dialog.getByRole('button', { name: 'Cancel' }).click();
      expect(app.wallet.calls).not.toContain('people.forget');
    });
  });

  describe('a loan', () => {
    it('asks for the PIN where one is set, and goes on with it', async () => {
      const page = await app.open(bookPath('The Adventures of Sherlock Holmes', 'held', '/lend'), { ...livedInState(), pin: '1234' });
      await page.getByRole('main').getByRole('button', { name: /Bruno/ }).click();
      await page.getByRole('button', { name: 'Continue' }).click();
      await page.getByRole('button', { name: 'Lend it' }).click();
      await page.getByRole('dialog').getByRole('textbox', { name: 'PIN' }).fill('1234');
      await page.keyboard.press('Enter');
      await page.getByRole('heading', { level: 1, name: /^Offered to Bruno/ }).waitFor();
      expect(app.wallet.calls.filter((call) => call === 'books.lend')).toHaveLength(2);
    });

    it('is capped by the terms', async () => {
      const page = await app.open(bookPath('A Split Stick', 'held', '/lend'));
      await page.getByRole('main').getByRole('button', { name: /Bruno/ }).click();
      await page.getByRole('radio', { name: 'Another day' }).check();
      expect(await page.getByRole('radio', { name: 'No date' }).count()).toBe(0);
      const day = page.getByLabel('Day', { exact: true });
      const last = await day.getAttribute('max') ?? '';
      await day.fill('2090-01-01');
      await page.getByRole('alert').waitFor();
      await page.getByRole('button', { name: 'Continue' }).click();
      expect(await page.getByRole('heading', { level: 1 }).innerText()).toBe('Until when?');
      await day.fill(last);
      await page.getByRole('button', { name: 'Continue' }).click();
      await page.getByRole('heading', { level: 1, name: 'Look once more' }).waitFor();
    });

    it('is offered, shown as offered on the shelf, and called off', async () => {
      const page = await app.open(bookPath('The Adventures of Sherlock Holmes', 'held', '/lend'), { ...livedInState(), pin: null });
      await page.getByRole('main').getByRole('button', { name: /Bruno/ }).click();
      await page.getByRole('radio', { name: 'No date' }).check();
      await page.getByRole('button', { name: 'Continue' }).click();
      await page.getByText('without a date').waitFor();
      await page.getByRole('button', { name: 'Lend it' }).click();
      await page.getByRole('heading', { level: 1, name: 'Offered to Bruno' }).waitFor();
      await page.getByRole('link', { name: 'To the book' }).click();
      await page.getByText('Offered to Bruno. Nothing has moved yet.').waitFor();
      expect(await page.getByRole('link', { name: 'Sell' }).count()).toBe(0);
      await page.getByRole('button', { name: 'Cancel the offer' }).click();
      await page.getByRole('link', { name: 'Sell' }).waitFor();
    });

    it('waits for a word on the home screen where somebody asks to keep it longer', async () => {
      const page = await app.open('/');
      const card = page.getByRole('region', { name: 'Waiting for you' }).getByRole('article').filter({ hasText: 'Bruno asks to keep it until' });
      await card.getByRole('link', { name: 'A Split Stick' }).waitFor();
      await page.getByRole('navigation', { name: 'Main' }).getByRole('link', { name: /^Books.*1 waiting/s }).waitFor();
      await card.getByRole('button', { name: 'Agree' }).click();
      await card.waitFor({ state: 'detached' });
      await page.getByText('Bruno may keep it until').waitFor();
    });

    it('is asked to last longer by the borrower, returned, and asked back by the lender', async () => {
      const page = await app.open(bookPath('The Waste Land', 'borrowed'));
      await page.getByRole('button', { name: 'Ask to keep it longer' }).click();
      await page.getByRole('dialog').getByRole('button', { name: 'Ask' }).click();
      await page.getByText('You asked to keep it until').waitFor();
      await page.getByRole('button', { name: 'Return' }).click();
      await page.getByRole('alertdialog').getByRole('button', { name: 'Return it' }).click();
      await page.getByRole('heading', { level: 1, name: /^Offered to Carla/ }).waitFor();
      await page.goto(app.at(bookPath('A Split Stick', 'lent')));
      await page.getByRole('button', { name: 'Ask for it back' }).click();
      await page.getByText('You asked for it back').waitFor();
      await page.getByRole('button', { name: 'It may stay after all' }).click();
      await page.getByRole('button', { name: 'Ask for it back' }).waitFor();
    });
  });
});
