/**
 * An open book on a pretend wallet, for what a real one comes to only by chance or with much patience: fingers, bars that rest,
 * keys in panels, links that lead out, what cannot be shown, readers that are gone.
 */
import { fileURLToPath } from 'node:url';
import { type Browser, type BrowserContextOptions, type Page, chromium } from 'playwright-core';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { browserTrouble } from '../support/browser-wallet.ts';
import { ensureBuilt } from '../support/built.ts';
import { picture } from '../support/pictures.ts';
import { announced, pagesInSight, settled, wordsInSight } from '../support/reading-story.ts';
import { READ_LICENCE, pretendReading } from '../support/renderer-double/double-reading.ts';
import { livedInState } from '../support/renderer-double/double-state.ts';
import { type DoubleWallet, createDoubleWallet } from '../support/renderer-double/double-wallet.ts';
import { serveDouble } from '../support/renderer-double/serve-double.ts';

const BUILT = fileURLToPath(new URL('../../out/renderer', import.meta.url));
const PATIENCE_MS = 20_000;
const eventually = <T>(probe: () => Promise<T>) => expect.poll(probe, { timeout: PATIENCE_MS });
const panel = (page: Page, name: string) => page.getByRole('complementary', { name });

let browser: Browser;
let wallet: DoubleWallet;
let server: Awaited<ReturnType<typeof serveDouble>>;
async function open(part: Parameters<typeof pretendReading>[0] = {}, look: BrowserContextOptions = {}): Promise<Page> {
  const state = livedInState();
  state.reading = pretendReading(part);
  wallet = createDoubleWallet(state);
  const context = await browser.newContext({ viewport: { width: 1280, height: 800 }, reducedMotion: 'reduce', locale: 'en-GB', ...look });
  const page = await context.newPage();
  await page.goto(`${server.url}#/read/${READ_LICENCE}`);
  await page.locator('.face img').first().waitFor();
  await settled(page);
  return page;
}
const opacityOf = (page: Page) => page.locator('.bar.top').evaluate((bar) => getComputedStyle(bar).opacity);
interface Point { readonly x: number; readonly y: number }
/** A finger on the pages, from one place to another. */
async function drag(page: Page, from: Point, to: Point): Promise<void> {
  const session = await page.context().newCDPSession(page);
  const touch = (type: 'touchStart' | 'touchMove' | 'touchEnd', touchPoints: Point[]) => session.send('Input.dispatchTouchEvent', { type, touchPoints });
  await touch('touchStart', [from]);
  for (let step = 1; step <= 4; step++) await touch('touchMove', [{ x: from.x + ((to.x - from.x) * step) / 4, y: from.y + ((to.y - from.y) * step) / 4 }]);
  await touch('touchEnd', []);
  await session.detach();
}
const swipe = (page: Page, from: number, to: number): Promise<void> => drag(page, { x: from, y: 400 }, { x: to, y: 400 });

describe.skipIf(browserTrouble !== null)('an open book', () => {
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

  it('turns with the finger, the page going with it', async () => {
    const page = await open({}, { viewport: { width: 360, height: 740 }, hasTouch: true, isMobile: true });
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
    const page = await open();
    await page.mouse.move(640, 400);
    for (const delta of [8, 30, 60, 50, 30, 12, 4]) await page.mouse.wheel(0, delta);
    await eventually(() => pagesInSight(page)).toEqual([2]);
    await page.waitForTimeout(300);
    expect(await pagesInSight(page)).toEqual([2]);
  });

  it('rests its bars while somebody reads; the keyboard brings them back, and they were never gone', async () => {
    const page = await open();
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
    await eventually(async () => wallet.state.reading?.open.size).toBe(0);
  });

  it('leads to the shelf by Escape also while nobody has been told yet that the screen is no longer filled', async () => {
    const page = await open();
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
    const page = await open({ settings: { ...pretendReading().settings, spread: 'double' } });
    await eventually(() => announced(page)).toMatch(/^Pages 1 and 2 of \d+$/);
    for (let turn = 0; turn < 3; turn++) await page.keyboard.press('ArrowRight');
    await eventually(() => announced(page)).toMatch(/^Pages 7 and 8 of \d+$/);
    expect(await wordsInSight(page)).toContain('Dalloway');
  });

  it('names where a link leads, and leaves the book only when asked to', async () => {
    const page = await open();
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
    const page = await open({ description: { omissions: [{ code: 'mathml', count: 1 }, { code: 'svg', count: 2 }] } });
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
    const page = await open();
    await page.keyboard.press('g');
    await page.keyboard.type('4000');
    await page.keyboard.press('Enter');
    await page.getByRole('alert').filter({ hasText: /^Enter a number from 1 to / }).waitFor();
    await page.getByRole('textbox', { name: 'Page' }).fill('33');
    await page.keyboard.press('Enter');
    await eventually(() => pagesInSight(page)).toEqual([33]);
  });

  it('can be moved about when it is larger than the window, and remembers that it was', async () => {
    const page = await open({ description: { kind: 'pdf' } });
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
    expect(wallet.state.reading?.marks.zoom).toBe(2);
  });

  it('leaves typing alone, and single letters where they are switched off', async () => {
    const page = await open();
    await page.keyboard.press('/');
    await page.keyboard.type('tbd');
    expect(await page.getByRole('searchbox').inputValue()).toBe('tbd');
    expect(wallet.state.reading?.settings.theme).toBe('light');
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
    const page = await open();
    for (let turn = 0; turn < 4; turn++) await page.keyboard.press('ArrowRight');
    await eventually(async () => wallet.state.reading?.marks.position).not.toBe(null);
    await eventually(async () => wallet.calls.filter((method) => method === 'reading.position').length).toBeGreaterThan(0);
    const place = wallet.state.reading?.marks.position;
    wallet.state.reading?.open.clear();
    await page.keyboard.press('End');
    await eventually(async () => wallet.calls.filter((method) => method === 'reading.open').length).toBe(2);
    await page.locator('.face img').first().waitFor();
    await settled(page);
    expect(await page.getByRole('alert').count()).toBe(0);
    expect(wallet.state.reading?.marks.position).toBe(place);
  });

  describe('with its pages in a column', () => {
    const column = { settings: { ...pretendReading().settings, spread: 'column' as const } };
    const onPage = (page: Page) => page.locator('.number .heard').innerText();
    const scrolled = (page: Page) => page.locator('#pages').evaluate((box) => box.scrollTop);
    const topOf = (page: Page, number: number) => page.locator(`.face[data-page="${number - 1}"]`).evaluate((face) => Math.round(face.getBoundingClientRect().top - (document.querySelector('#pages') as Element).getBoundingClientRect().top));

    it('is scrolled by the wheel, and only what is near is there', async () => {
      const page = await open({ description: { kind: 'pdf' }, ...column });
      await page.mouse.move(640, 400);
      for (let push = 0; push < 30; push++) await page.mouse.wheel(0, 400);
      await eventually(() => onPage(page)).toMatch(/^Page (9|10|11) of 24/);
      await settled(page);
      expect(await page.locator('.face').count()).toBeLessThan(7);
      expect(await page.locator('img').count()).toBeLessThan(7);
      expect(wallet.calls.filter((method) => method === 'reading.page').length).toBeLessThan(16);
      await eventually(() => announced(page)).toMatch(/^Page (9|10|11) of 24$/);
      await eventually(() => wordsInSight(page)).toContain('Dalloway');
      await picture(page, 'interface/reading-column-pdf');
    });

    it('goes on by screens, lines, pages, and to both ends by the keyboard', async () => {
      const page = await open({ description: { kind: 'pdf' }, ...column });
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
      const page = await open(column);
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
      const page = await open({ description: { kind: 'pdf' }, ...column });
      await page.mouse.move(640, 400);
      for (let push = 0; push < 6; push++) await page.mouse.wheel(0, 300);
      await eventually(async () => wallet.state.reading?.marks.within).toBeGreaterThan(0.1);
      const number = Number((await onPage(page)).match(/\d+/)?.[0]);
      const before = await topOf(page, number);
      await page.reload();
      await page.locator('.face img').first().waitFor();
      await settled(page);
      expect(Math.abs(await topOf(page, number) - before)).toBeLessThan(4);
      await page.keyboard.press('d');
      await page.locator('.roll').waitFor({ state: 'detached' });
      expect(await pagesInSight(page)).toEqual([number]);
      await eventually(async () => wallet.state.reading?.settings.spread).toBe('single');
    });

    it('is chosen among the looks, follows a finger, and fits a narrow window in the dark', async () => {
      const page = await open({ settings: { ...column.settings, spread: 'double', theme: 'dark' }, description: { kind: 'pictures' } }, { viewport: { width: 360, height: 740 }, hasTouch: true, isMobile: true });
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
});
