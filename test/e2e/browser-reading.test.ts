/**
 * Reading in the window, with real wallets and real books: opening, finding, marking, turning, and what happens when the book
 * is handed on while it is open (design §7; assurance rows 45, 48).
 */
import { isDeepStrictEqual } from 'node:util';
import { afterAll, beforeAll, expect, it } from 'vitest';
import type { Page } from 'playwright-core';
import { find, pair } from '../../cli/demo/story.ts';
import type { LicenceId } from '../../protocol/identifiers.ts';
import { axeFindings } from '../support/axe.ts';
import { booksTrouble } from '../support/books.ts';
import { type BrowserWallet, type BrowserWallets, openBrowserWallets } from '../support/browser-wallet.ts';
import { describeInBrowser } from '../support/browser.ts';
import { measureTurns, summaryOf } from '../support/page-turns.ts';
import { picture } from '../support/pictures.ts';
import { announced, goToBook, hiddenInk, openBook, pagesInSight, paperOf, publish, settled, wordsInSight } from '../support/reading-story.ts';
import { PATIENCE_MS, need, soon } from '../support/wallet-process.ts';

const TURNS = 100;
/** Somebody who only looks at a page. */
const GLANCE_MS = 80;
/** Longer than a place is waited with before it is noted. */
const REST_MS = 1_500;
/** What it is once it has been the same for a while: pages still move, and places are noted, after the hand has left the wheel. */
async function atRest<T>(look: () => Promise<T>): Promise<T> {
  for (let last: T | undefined; ;) {
    const now = await look();
    if (last !== undefined && isDeepStrictEqual(now, last)) return now;
    last = now;
    await new Promise((resolve) => { setTimeout(resolve, REST_MS); });
  }
}
const eventually = <T>(probe: () => Promise<T>) => expect.poll(probe, { timeout: PATIENCE_MS });
const panel = (page: Page, name: string) => page.getByRole('complementary', { name });

if (booksTrouble === null) describeInBrowser('an open book', () => {
  let wallets: BrowserWallets;
  let ada: BrowserWallet;
  let ben: BrowserWallet;
  let novel: LicenceId;
  let kept: LicenceId;
  let arabic: LicenceId;
  let comic: LicenceId;
  beforeAll(async () => {
    wallets = await openBrowserWallets();
    await Promise.all([wallets.wallets.make('Ada'), wallets.wallets.make('Ben')]);
    [ada, ben] = await Promise.all([wallets.open('Ada'), wallets.open('Ben')]);
    const both = { ada: ada.serve, ben: ben.serve };
    await find(both, false);
    await pair(both);
    novel = await publish(ada.serve, 'sherlock-holmes.epub');
    kept = await publish(ada.serve, 'wasteland.epub', false);
    arabic = await publish(ada.serve, 'regime-anticancer-arabic.epub');
    comic = await publish(ada.serve, 'haruko-jpeg.epub');
  });
  afterAll(() => wallets.tearDown());

  it('opens at its beginning, and says which page it is', async () => {
    const { page } = ada;
    await openBook(page, novel);
    await eventually(() => announced(page)).toMatch(/^Page 1 of \d{3}$/);
    expect(await page.getByRole('heading', { level: 1 }).innerText()).toBe('The Adventures of Sherlock Holmes');
    expect(await page.getByRole('navigation', { name: 'Main' }).count()).toBe(0);
  });

  it('goes to a chapter from the contents, and back to where one was', async () => {
    const { page } = ada;
    await page.keyboard.press('c');
    await panel(page, 'Contents').getByRole('button', { name: /The Redheaded League/ }).click();
    await eventually(() => wordsInSight(page)).toMatch(/redheaded league/i);
    await page.keyboard.press('Escape');
    await panel(page, 'Contents').waitFor({ state: 'detached' });
    // The bar below names it, and how much of it is to come; on the next page it is one less.
    const left = async () => Number(/(\d+) pages left/.exec(await page.locator('footer').innerText())?.[1] ?? Number.NaN);
    expect(await page.locator('footer').innerText()).toContain('The Redheaded League');
    const all = await left();
    expect(all).toBeGreaterThan(5);
    await page.keyboard.press('ArrowRight');
    await eventually(left).toBe(all - 1);
    await page.getByRole('button', { name: 'Back to page 1' }).click();
    await eventually(() => pagesInSight(page)).toEqual([1]);
  });

  it('finds a known place, shows the line, and marks it on the page', async () => {
    const { page } = ada;
    await page.keyboard.press('/');
    await page.keyboard.type('snow white goose');
    await page.keyboard.press('Enter');
    const search = panel(page, 'Search');
    await search.getByText(/^0 places$|not in this book/).waitFor();
    await page.getByRole('searchbox').fill('carbuncle');
    await page.keyboard.press('Enter');
    const first = search.getByRole('listitem').getByRole('button').first();
    await first.waitFor();
    expect(await first.innerText()).toMatch(/carbuncle/i);
    await search.getByText(/^\d+ places$/).waitFor();
    await first.click();
    await eventually(() => wordsInSight(page)).toMatch(/carbuncle/i);
    const hit = page.locator('i.hit.chosen').first();
    const [mark, sheet] = [await hit.boundingBox(), await page.locator('.face').boundingBox()];
    expect(mark && sheet && mark.x >= sheet.x && mark.y >= sheet.y && mark.x + mark.width <= sheet.x + sheet.width).toBe(true);
    await picture(page, 'browser/reading-search');
  });

  it('keeps a bookmark and its name through larger letters and another opening', async () => {
    const { page } = ada;
    await page.keyboard.press('Escape');
    await page.getByRole('button', { name: 'Bookmark', exact: true }).click();
    await page.locator('button[aria-pressed="true"][aria-label="Bookmark"]').waitFor();
    const [before = 0] = await pagesInSight(page);
    const words = (await wordsInSight(page)).slice(0, 60);
    await page.keyboard.press('k');
    await panel(page, 'Bookmarks').getByRole('button', { name: /^Rename/ }).click();
    await page.getByRole('textbox', { name: 'Name of the bookmark' }).fill('The stone');
    await page.keyboard.press('Enter');
    await page.getByRole('button', { name: /The stone/ }).first().waitFor();
    await page.keyboard.press('Escape');
    for (let press = 0; press < 4; press++) await page.keyboard.press('+');
    await eventually(async () => (await pagesInSight(page))[0]).toBeGreaterThan(before);
    await settled(page);
    await eventually(() => wordsInSight(page)).toContain(words.slice(0, 20));
    await page.keyboard.press('Home');
    await eventually(() => pagesInSight(page)).toEqual([1]);
    await page.keyboard.press('Escape');
    await page.getByRole('navigation', { name: 'Main' }).waitFor();
    await page.reload();
    await openBook(page, novel);
    await page.keyboard.press('k');
    await panel(page, 'Bookmarks').getByRole('button', { name: /^The stone \d+$/ }).click();
    await eventually(() => wordsInSight(page)).toContain(words.slice(0, 20));
    await page.locator('button[aria-pressed="true"][aria-label="Bookmark"]').waitFor();
    await page.keyboard.press('Escape');
  });

  it('opens where it was left, also after another size of the window', async () => {
    const { page } = ada;
    const [from = 0] = await pagesInSight(page);
    for (let turn = 0; turn < 3; turn++) await page.keyboard.press('PageDown');
    await eventually(() => pagesInSight(page)).toEqual([from + 3]);
    const words = await wordsInSight(page);
    await placeKept(page);
    await page.setViewportSize({ width: 900, height: 620 });
    await eventually(() => wordsInSight(page)).not.toBe(words);
    await eventually(() => wordsInSight(page)).toContain(words.trim().slice(0, 12));
    await page.keyboard.press('Escape');
    await openBook(page, novel);
    await eventually(() => wordsInSight(page)).toContain(words.trim().slice(0, 12));
    await page.setViewportSize({ width: 1280, height: 800 });
  });

  it('is dark at night, the window around it as well', async () => {
    const { page } = ada;
    await page.keyboard.press('s');
    await page.getByRole('radio', { name: 'Dark' }).check({ force: true });
    await page.keyboard.press('Escape');
    await eventually(() => paperOf(page)).toBeLessThan(40);
    expect(await page.evaluate(() => getComputedStyle(document.querySelector('.room') as Element).backgroundColor)).toBe('rgb(22, 22, 24)');
    expect(await axeFindings(page)).toEqual([]);
    await picture(page, 'browser/reading-dark');
    expect((await need(ada.serve.client['readingSettings.get']({}))).theme).toBe('dark');
    await page.keyboard.press('t');
    await eventually(() => paperOf(page)).toBeGreaterThan(240);
  });

  it('turns the other way where one reads from right to left, and lays two pages out that way', async () => {
    const { page } = ada;
    await openBook(page, arabic);
    await page.keyboard.press('ArrowLeft');
    await eventually(() => pagesInSight(page)).toEqual([2]);
    await page.keyboard.press('ArrowRight');
    await eventually(() => pagesInSight(page)).toEqual([1]);
    await page.keyboard.press('d');
    await eventually(() => pagesInSight(page)).toEqual([2, 1]);
    await page.mouse.click(220, 400);
    await eventually(() => pagesInSight(page)).toEqual([4, 3]);
    await picture(page, 'browser/reading-right-to-left');
    await openBook(page, comic);
    await eventually(() => pagesInSight(page)).toEqual([1]);
    await page.mouse.move(600, 400);
    await page.mouse.wheel(0, 120);
    await eventually(() => pagesInSight(page)).toEqual([3, 2]);
    // Past the column.
    await page.keyboard.press('d');
    await page.keyboard.press('d');
    await eventually(() => pagesInSight(page)).toEqual([2]);
  });

  it('lies in one column on request, which is scrolled through and opens again where it was left', async () => {
    const { page } = ada;
    await openBook(page, arabic);
    await page.keyboard.press('d');
    await page.keyboard.press('d');
    await page.locator('.roll .face img').first().waitFor();
    await picture(page, 'browser/reading-column-arabic');
    await openBook(page, comic);
    await page.locator('.roll .face img').first().waitFor();
    await page.keyboard.press('Home');
    await settled(page);
    for (let push = 0; push < 4; push++) await page.keyboard.press(' ');
    await eventually(() => announced(page)).toMatch(/^Page [2-9] of/);
    await picture(page, 'browser/reading-column-comic');
    await openBook(page, novel);
    await page.locator('.roll .face img').first().waitFor();
    await page.mouse.move(600, 400);
    await page.mouse.wheel(0, 500);
    await eventually(() => wordsInSight(page)).toMatch(/\w{4,}/);
    const before = await atRest(() => topLines(page));
    const content = (await copyOf(ada, novel)).publication.content as never;
    const noted = await atRest(() => need(ada.serve.client['marks.get']({ content })));
    expect(noted.within).not.toBe(0);
    await page.keyboard.press('Escape');
    await openBook(page, novel);
    await eventually(() => topLines(page)).toEqual(before);
    await picture(page, 'browser/reading-column-novel');
    expect(await hiddenInk(page), 'rows of letters that another page covers or an edge cuts off').toEqual([]);
    await page.keyboard.press('d');
    await page.locator('.roll').waitFor({ state: 'detached' });
  });

  it('whose terms keep the text inside gives none to screen readers, and says so once', async () => {
    const { page } = ada;
    await openBook(page, kept);
    await page.getByText('The terms of this book keep its text inside', { exact: false }).first().waitFor({ state: 'attached' });
    await page.keyboard.press('/');
    await page.keyboard.type('april');
    await page.keyboard.press('Enter');
    const first = panel(page, 'Search').getByRole('listitem').first();
    await first.waitFor();
    expect((await first.innerText()).toLowerCase()).not.toContain('april');
    expect(await page.locator('.face .words').count()).toBe(0);
    await page.keyboard.press('Escape');
  });

  it('turns a hundred pages, each ready before the key is pressed', async () => {
    const { page } = ada;
    await openBook(page, novel);
    await page.keyboard.press('Home');
    await eventually(() => pagesInSight(page)).toEqual([1]);
    await page.waitForTimeout(500);
    const { times, atOnce } = await measureTurns(page, TURNS, GLANCE_MS);
    const { median, p95 } = summaryOf(times);
    console.log(`page turns: ${times.length}, median ${median.toFixed(1)} ms, p95 ${p95.toFixed(1)} ms from key to painted page, ${atOnce} ready before the key`);
    expect(times).toHaveLength(TURNS);
    expect(await pagesInSight(page)).toEqual([TURNS + 1]);
    expect(atOnce).toBeGreaterThan(TURNS * 0.8);
    await placeKept(page);
    // However many were seen, few are held.
    expect(await page.locator('img').count()).toBeLessThanOrEqual(2);
  });

  it('is closed by being lent, says to whom, and does not open until it is back', async () => {
    const { page } = ada;
    const { id } = await need(ada.serve.client['books.lend']({ licence: novel, contact: ben.serve.instance, due: Date.now() + 86_400_000 }));
    await soon(ben.serve, 'the offer', async () => (await need(ben.serve.client['transfers.pending']({}))).find((offer) => offer.id === id && offer.state === 'offered') ?? null);
    await need(ben.serve.client['transfers.accept']({ id }));
    await page.getByRole('alert').filter({ hasText: 'You have lent it to Ben.' }).waitFor();
    expect(await page.locator('.face').count()).toBe(0);
    await picture(page, 'browser/reading-lent');
    await page.getByRole('link', { name: 'Back to the shelf' }).click();
    await goToBook(page, novel);
    await page.getByRole('alert').filter({ hasText: 'You have lent it to Ben.' }).waitFor();
  });

  it('is read by the borrower as soon as its contents are there', async () => {
    const { page } = ben;
    // What Ada marked and where she was stayed with her.
    const content = (await copyOf(ada, novel)).publication.content as never;
    expect(await need(ada.serve.client['marks.get']({ content }))).toMatchObject({ position: expect.any(String) });
    expect(await need(ben.serve.client['marks.get']({ content }))).toMatchObject({ position: null, within: 0, bookmarks: [] });
    await openBook(page, novel);
    await eventually(() => announced(page)).toMatch(/^Page 1 of \d{3}$/);
    await page.keyboard.press('i');
    await panel(page, 'About this book').getByText('Lent by').waitFor();
    await page.keyboard.press('Escape');
    const { id } = await need(ben.serve.client['books.return']({ licence: novel }));
    await soon(ada.serve, 'the book', async () => (await copyOf(ada, novel)).state === 'held' || null);
    expect(id).toMatch(/^[0-9a-f]{32}$/);
    await page.getByRole('alert').filter({ hasText: 'not on your shelf any more' }).waitFor();
    await ada.page.getByRole('button', { name: 'Open it again' }).click();
    await eventually(() => pagesInSight(ada.page)).toEqual([TURNS + 1]);
  });

  it('nothing complained', () => { expect([...ada.complaints, ...ben.complaints]).toEqual([]); });

  const remembered = async () => (await need(ada.serve.client['marks.get']({ content: (await copyOf(ada, novel)).publication.content as never }))).position;
  /** Which pages are there, and how far above the window each begins. */
  const topLines = (page: Page) => page.locator('.face').evaluateAll((all) => all.map((face) => [Number(face.getAttribute('data-page')), Math.round(face.getBoundingClientRect().top / 4)]));
  /** A place is kept when somebody stays on a page; by then it does not change any more. */
  async function placeKept(page: Page): Promise<void> {
    for (let last: string | null = null, now = await remembered(); now === null || now !== last; now = await remembered()) {
      last = now;
      await page.waitForTimeout(1_500);
    }
  }
  async function copyOf(wallet: BrowserWallet, licence: LicenceId) {
    return (await need(wallet.serve.client['books.shelf']({}))).find(({ id }) => id === licence) ?? Promise.reject(new Error('It is not on the shelf.'));
  }
});
