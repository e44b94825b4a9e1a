/** Pages one below the other, on a pretend wallet: scrolled by wheel, finger and key, gone into and left, and few of them there at once. */
import type { Page } from 'playwright-core';
import { expect, it } from 'vitest';
import { describeInBrowser } from '../support/browser.ts';
import { picture } from '../support/pictures.ts';
import { drag, eventually, panel, pretendBooks } from '../support/pretend-books.ts';
import { announced, pagesInSight, settled, wordsInSight } from '../support/reading-story.ts';
import { pretendReading } from '../support/renderer-double/double-reading.ts';

describeInBrowser('a book with its pages in a column', () => {
  const books = pretendBooks();
  const column = { settings: { ...pretendReading().settings, spread: 'column' as const } };
  const onPage = (page: Page) => page.locator('.number .heard').innerText();
  const scrolled = (page: Page) => page.locator('#pages').evaluate((box) => box.scrollTop);
  const topOf = (page: Page, number: number) => page.locator(`.face[data-page="${number - 1}"]`).evaluate((face) => Math.round(face.getBoundingClientRect().top - (document.querySelector('#pages') as Element).getBoundingClientRect().top));

  it('is scrolled by the wheel, and only what is near is there', async () => {
    const page = await books.open({ description: { kind: 'pdf' }, ...column });
    await page.mouse.move(640, 400);
    for (let push = 0; push < 30; push++) await page.mouse.wheel(0, 400);
    await eventually(() => onPage(page)).toMatch(/^Page (9|10|11) of 24/);
    await settled(page);
    expect(await page.locator('.face').count()).toBeLessThan(7);
    expect(await page.locator('img').count()).toBeLessThan(7);
    expect(books.wallet.calls.filter((method) => method === 'reading.page').length).toBeLessThan(16);
    await eventually(() => announced(page)).toMatch(/^Page (9|10|11) of 24$/);
    await eventually(() => wordsInSight(page)).toContain('Dalloway');
    await picture(page, 'interface/reading-column-pdf');
  });

  it('goes on by screens, lines, pages, and to both ends by the keyboard', async () => {
    const page = await books.open({ description: { kind: 'pdf' }, ...column });
    const view = await page.locator('#pages').evaluate((box) => box.clientHeight);
    await page.keyboard.press(' ');
    await page.keyboard.press('PageDown');
    await eventually(() => scrolled(page)).toBeCloseTo(view * 1.8, -1);
    await page.keyboard.press('PageUp');
    await eventually(() => scrolled(page)).toBeCloseTo(view * 0.9, -1);
    const before = await scrolled(page);
    await page.keyboard.press('ArrowDown');
    await eventually(async () => await scrolled(page) - before).toBeGreaterThan(30);
    await page.keyboard.press('ArrowUp');
    await eventually(async () => await scrolled(page) - before).toBeLessThan(3);
    await page.keyboard.press('ArrowRight');
    await page.keyboard.press('ArrowRight');
    await eventually(() => topOf(page, 3)).toBe(0);
    await page.keyboard.press('End');
    await eventually(() => onPage(page)).toMatch(/^Page 24 of 24/);
    await settled(page);
    expect(await page.locator('#pages').evaluate((box) => Math.round(box.scrollHeight - box.scrollTop - box.clientHeight))).toBe(0);
    await page.keyboard.press('Home');
    await eventually(() => onPage(page)).toMatch(/^Page 1 of 24/);
    await eventually(() => scrolled(page)).toBe(0);
  });

  it('is gone into from the contents, a search and a link, and left again to where one was', async () => {
    const page = await books.open(column);
    await page.keyboard.press('c');
    await panel(page, 'Contents').getByRole('button', { name: /^4\./ }).click();
    const chapter = Number((await panel(page, 'Contents').getByRole('button', { name: /^4\./ }).innerText()).match(/\d+$/)?.[0]);
    await eventually(() => onPage(page)).toMatch(new RegExp(`^Page ${chapter} of `));
    expect(await topOf(page, chapter)).toBe(0);
    await page.keyboard.press('u');
    await eventually(() => onPage(page)).toMatch(/^Page 1 of/);
    await page.keyboard.press('/');
    await page.keyboard.type('lamp');
    await page.keyboard.press('Enter');
    await panel(page, 'Search').getByRole('listitem').getByRole('button').nth(8).click();
    await eventually(() => onPage(page)).toMatch(/^Page 20 of/);
    await page.locator('i.hit.chosen').waitFor();
    await page.keyboard.press('Escape');
    await page.keyboard.press('Home');
    await page.getByRole('button', { name: /to page 10\)/ }).first().click();
    await eventually(() => topOf(page, 10)).toBe(0);
  });

  it('opens again on the line where it was left', async () => {
    const page = await books.open({ description: { kind: 'pdf' }, ...column });
    await page.mouse.move(640, 400);
    for (let push = 0; push < 6; push++) await page.mouse.wheel(0, 300);
    await eventually(async () => books.wallet.state.reading?.marks.within).toBeGreaterThan(0.1);
    const number = Number((await onPage(page)).match(/\d+/)?.[0]);
    const before = await topOf(page, number);
    await page.reload();
    await page.locator('.face img').first().waitFor();
    await settled(page);
    expect(Math.abs(await topOf(page, number) - before)).toBeLessThan(4);
    await page.keyboard.press('d');
    await page.locator('.roll').waitFor({ state: 'detached' });
    expect(await pagesInSight(page)).toEqual([number]);
    await eventually(async () => books.wallet.state.reading?.settings.spread).toBe('single');
  });

  it('is chosen among the looks, follows a finger, and fits a narrow window in the dark', async () => {
    const page = await books.open({ settings: { ...column.settings, spread: 'double', theme: 'dark' }, description: { kind: 'pictures' } }, { viewport: { width: 360, height: 740 }, hasTouch: true, isMobile: true });
    await page.getByRole('button', { name: 'Appearance' }).tap();
    await panel(page, 'Appearance').getByText('In a column').tap();
    await page.locator('.roll').waitFor();
    await picture(page, 'interface/reading-column-narrow-look');
    await panel(page, 'Appearance').getByRole('button', { name: 'Close' }).tap();
    await panel(page, 'Appearance').waitFor({ state: 'detached' });
    await drag(page, { x: 180, y: 650 }, { x: 180, y: 100 });
    await eventually(() => onPage(page)).toMatch(/^Page (?!1 )\d+ of 24/);
    await settled(page);
    expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBe(360);
    await picture(page, 'interface/reading-column-narrow');
  });
});
