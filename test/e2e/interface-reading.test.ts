/**
 * An open book on a pretend wallet, for what a real one comes to only by chance or with much patience: fingers, bars that rest,
 * keys in panels, links that lead out, what cannot be shown, readers that are gone.
 */
import type { Page } from 'playwright-core';
import { expect, it } from 'vitest';
import { describeInBrowser } from '../support/browser.ts';
import { picture } from '../support/pictures.ts';
import { drag, eventually, panel, pretendBooks } from '../support/pretend-books.ts';
import { announced, pagesInSight, settled, wordsInSight } from '../support/reading-story.ts';
import { pretendReading } from '../support/renderer-double/double-reading.ts';

const opacityOf = (page: Page) => page.locator('.bar.top').evaluate((bar) => getComputedStyle(bar).opacity);
const swipe = (page: Page, from: number, to: number): Promise<void> => drag(page, { x: from, y: 400 }, { x: to, y: 400 });

describeInBrowser('an open book', () => {
  const books = pretendBooks();

  it('turns with the finger, the page going with it', async () => {
    const page = await books.open({}, { viewport: { width: 360, height: 740 }, hasTouch: true, isMobile: true });
    await page.touchscreen.tap(330, 400);
    await eventually(() => pagesInSight(page)).toEqual([2]);
    await swipe(page, 280, 90);
    await eventually(() => pagesInSight(page)).toEqual([3]);
    await swipe(page, 90, 280);
    await eventually(() => pagesInSight(page)).toEqual([2]);
    await page.touchscreen.tap(200, 400);
    await page.touchscreen.tap(330, 400);
    await eventually(() => pagesInSight(page)).toEqual([3]);
  });

  it('turns one page for one push of a wheel, however many events it sends', async () => {
    const page = await books.open();
    await page.mouse.move(640, 400);
    for (const delta of [8, 30, 60, 50, 30, 12, 4]) await page.mouse.wheel(0, delta);
    await eventually(() => pagesInSight(page)).toEqual([2]);
    await page.waitForTimeout(300);
    expect(await pagesInSight(page)).toEqual([2]);
  });

  it('rests its bars while somebody reads; the keyboard brings them back, and they were never gone', async () => {
    const page = await books.open();
    await page.keyboard.press('PageDown');
    await eventually(() => opacityOf(page)).toBe('0');
    expect(await page.getByRole('link', { name: 'Back to the shelf' }).count()).toBe(1);
    await page.getByRole('link', { name: 'Back to the shelf' }).focus();
    await eventually(() => opacityOf(page)).toBe('1');
    await page.keyboard.press('Tab');
    expect(await page.evaluate(() => document.activeElement?.getAttribute('aria-label'))).toBe('Contents');
    await page.keyboard.press('Enter');
    await panel(page, 'Contents').waitFor();
    await page.keyboard.press('Escape');
    await panel(page, 'Contents').waitFor({ state: 'detached' });
    // The focus is where it was, so that Tab goes on from there.
    expect(await page.evaluate(() => document.activeElement?.getAttribute('aria-label'))).toBe('Contents');
    await page.mouse.move(300, 300);
    await page.keyboard.press('Escape');
    await page.getByRole('heading', { level: 1, name: 'Books' }).waitFor();
    expect(await page.evaluate(() => document.documentElement.dataset['reading'])).toBeUndefined();
    await eventually(async () => books.wallet.state.reading?.open.size).toBe(0);
  });

  it('leads to the shelf by Escape also while nobody has been told yet that the screen is no longer filled', async () => {
    const page = await books.open();
    const fills = () => page.evaluate(() => document.fullscreenElement !== null);
    await page.keyboard.press('f');
    await eventually(fills).toBe(true);
    await page.evaluate(() => {
      addEventListener('fullscreenchange', (event) => event.stopImmediatePropagation(), { capture: true });
      return document.exitFullscreen();
    });
    await page.keyboard.press('Escape');
    await page.getByRole('heading', { level: 1, name: 'Books' }).waitFor();
  });

  it('says each page once, and gives its words to who listens', async () => {
    const page = await books.open({ settings: { ...pretendReading().settings, spread: 'double' } });
    await eventually(() => announced(page)).toMatch(/^Pages 1 and 2 of \d+$/);
    for (let turn = 0; turn < 3; turn++) await page.keyboard.press('ArrowRight');
    await eventually(() => announced(page)).toMatch(/^Pages 7 and 8 of \d+$/);
    expect(await wordsInSight(page)).toContain('Dalloway');
  });

  it('names where a link leads, and leaves the book only when asked to', async () => {
    const page = await books.open();
    await page.getByRole('button', { name: /leads out of the book, to https:\/\/example\.org/ }).click();
    const dialog = page.getByRole('dialog', { name: 'This leads out of the book' });
    expect(await dialog.getByText('https://example.org/harbour-lights?from=book').count()).toBe(1);
    expect(await dialog.getByRole('link', { name: 'Open in the browser' }).getAttribute('rel')).toBe('noopener noreferrer');
    await dialog.getByRole('button', { name: 'Stay here' }).click();
    await dialog.waitFor({ state: 'detached' });
    expect(page.context().pages()).toHaveLength(1);
    await page.getByRole('button', { name: /to page 10\)/ }).click();
    await eventually(() => pagesInSight(page)).toEqual([10]);
    await page.keyboard.press('u');
    await eventually(() => pagesInSight(page)).toEqual([1]);
  });

  it('says once what cannot be shown, and again to who asks', async () => {
    const page = await books.open({ description: { omissions: [{ code: 'mathml', count: 1 }, { code: 'svg', count: 2 }] } });
    const note = page.getByText('Formulas are shown as plain lines of text.');
    await note.waitFor();
    await page.reload();
    await settled(page);
    expect(await note.count()).toBe(0);
    await page.keyboard.press('i');
    await note.waitFor();
    await panel(page, 'About this book').getByText('Some drawings (SVG) cannot be shown.').waitFor();
  });

  it('goes to a page that is there, and to no other', async () => {
    const page = await books.open();
    await page.keyboard.press('g');
    await page.keyboard.type('4000');
    await page.keyboard.press('Enter');
    await page.getByRole('alert').filter({ hasText: /^Enter a number from 1 to / }).waitFor();
    await page.getByRole('textbox', { name: 'Page' }).fill('33');
    await page.keyboard.press('Enter');
    await eventually(() => pagesInSight(page)).toEqual([33]);
  });

  it('can be moved about when it is larger than the window, and remembers that it was', async () => {
    const page = await books.open({ description: { kind: 'pdf' } });
    for (let press = 0; press < 3; press++) await page.keyboard.press('+');
    const frame = page.locator('#pages.zoomed');
    await frame.locator('img').waitFor();
    await settled(page);
    const top = () => frame.evaluate((box) => box.scrollTop);
    await eventually(async () => { await page.keyboard.press('ArrowDown'); return top(); }).toBeGreaterThan(60);
    expect(await pagesInSight(page)).toEqual([1]);
    await page.keyboard.press(' ');
    await eventually(() => pagesInSight(page)).toEqual([2]);
    await eventually(top).toBe(0);
    await page.reload();
    await page.locator('#pages.zoomed img').waitFor();
    expect(books.wallet.state.reading?.marks.zoom).toBe(2);
  });

  it('leads back from letters so large that there would be too many pages', async () => {
    const page = await books.open({ mostPages: 400 }, { viewport: { width: 700, height: 560 } });
    await page.keyboard.press('ArrowRight');
    const before = await pagesInSight(page);
    for (let press = 0; press < 9; press++) await page.keyboard.press('+');
    const note = page.getByRole('alert').filter({ hasText: 'more than 100,000 pages' });
    await note.waitFor();
    await picture(page, 'interface/reading-too-many-pages');
    await note.getByRole('button', { name: 'As it was before' }).click();
    await note.waitFor({ state: 'detached' });
    await settled(page);
    await page.keyboard.press('ArrowRight');
    await eventually(() => pagesInSight(page)).toEqual([(before[0] ?? 0) + 1]);
    for (let press = 0; press < 9; press++) await page.keyboard.press('+');
    await note.waitFor();
    await page.keyboard.press('u');
    await note.waitFor({ state: 'detached' });
  });

  it('leaves typing alone, and single letters where they are switched off', async () => {
    const page = await books.open();
    await page.keyboard.press('/');
    await page.keyboard.type('tbd');
    expect(await page.getByRole('searchbox').inputValue()).toBe('tbd');
    expect(books.wallet.state.reading?.settings.theme).toBe('light');
    await page.evaluate(() => localStorage.setItem('tallystick.shortcuts', 'off'));
    await page.reload();
    await settled(page);
    await page.keyboard.press('t');
    await page.keyboard.press('c');
    await page.keyboard.press('ArrowRight');
    await eventually(() => pagesInSight(page)).toEqual([2]);
    expect(await page.getByRole('complementary').count()).toBe(0);
  });

  it('whose reader made room for another book is opened again where it was, without a word', async () => {
    const page = await books.open();
    for (let turn = 0; turn < 4; turn++) await page.keyboard.press('ArrowRight');
    await eventually(async () => books.wallet.state.reading?.marks.position).not.toBe(null);
    await eventually(async () => books.wallet.calls.filter((method) => method === 'reading.position').length).toBeGreaterThan(0);
    const place = books.wallet.state.reading?.marks.position;
    books.wallet.state.reading?.open.clear();
    await page.keyboard.press('End');
    await eventually(async () => books.wallet.calls.filter((method) => method === 'reading.open').length).toBe(2);
    await page.locator('.face img').first().waitFor();
    await settled(page);
    expect(await page.getByRole('alert').count()).toBe(0);
    expect(books.wallet.state.reading?.marks.position).toBe(place);
  });
});
