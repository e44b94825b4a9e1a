/** Reading in the desktop app: pages turn as in a browser, a book may fill the screen, and nothing of it offends a rule (design §4). */
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import type { LicenceId } from '../../protocol/identifiers.ts';
import { valueFrom } from '../support/app-calls.ts';
import { bookPath, booksTrouble } from '../support/books.ts';
import { electronTrouble, type RunningApp, startApp } from '../support/electron-app.ts';
import { firstRun } from '../support/interface-story.ts';
import { measureTurns, summaryOf } from '../support/page-turns.ts';
import { picture } from '../support/pictures.ts';
import { openBook, pagesInSight, paperOf } from '../support/reading-story.ts';
import { PATIENCE_MS } from '../support/wallet-process.ts';

const TURNS = 30;
const GLANCE_MS = 80;
const eventually = <T>(probe: () => Promise<T>) => expect.poll(probe, { timeout: PATIENCE_MS });

describe.skipIf(electronTrouble ?? booksTrouble)('a book in the desktop app', () => {
  let running: RunningApp;
  let novel: LicenceId;
  beforeAll(async () => {
    running = await startApp();
    const { app, page } = running;
    await firstRun(page, 'Ada');
    await app.evaluate(({ dialog }, chosen) => { dialog.showOpenDialog = (() => Promise.resolve({ canceled: false, filePaths: [chosen] })) as never; }, bookPath('sherlock-holmes.epub'));
    const { files: [file] } = await valueFrom(page, 'publishing.choose') as { files: string[] };
    await valueFrom(page, 'publishing.start', { file, title: 'Sherlock Holmes', author: '', language: 'en', copies: 1, terms: { give: true, lend: true, maxLoanDays: null, text: true }, price: null });
    const shelf = async () => (await valueFrom(page, 'books.shelf') as { id: LicenceId }[])[0]?.id;
    novel = await vi.waitFor(async () => await shelf() ?? Promise.reject(new Error('The book is not on the shelf yet.')), { timeout: PATIENCE_MS, interval: 100 });
  });
  afterAll(() => running?.dispose());

  it('turns its pages, each ready before the key is pressed', async () => {
    const { page } = running;
    await openBook(page, novel);
    await page.waitForTimeout(500);
    const { times, atOnce } = await measureTurns(page, TURNS, GLANCE_MS);
    const { median, p95 } = summaryOf(times);
    console.log(`page turns in the desktop app: ${times.length}, median ${median.toFixed(1)} ms, p95 ${p95.toFixed(1)} ms, ${atOnce} ready before the key`);
    expect(await pagesInSight(page)).toEqual([TURNS + 1]);
    expect(atOnce).toBeGreaterThan(TURNS * 0.8);
  });

  it('fills the screen and leaves it again; Escape then leads to the shelf', async () => {
    const { page } = running;
    const fills = () => page.evaluate(() => document.fullscreenElement !== null);
    await page.keyboard.press('t');
    await eventually(() => paperOf(page)).toBeLessThan(245);
    await page.keyboard.press('f');
    await eventually(fills).toBe(true);
    await picture(page, 'electron/reading-full-screen');
    await page.keyboard.press('f');
    await eventually(fills).toBe(false);
    await page.keyboard.press('Escape');
    await page.getByRole('heading', { level: 1, name: 'Books' }).waitFor();
    // Chromium asks first whether a page may fill the screen without anybody having asked for it; it may not.
    expect(running.said().split('\n').filter((line) => line.includes('refused') && !line.includes('automatic-fullscreen'))).toEqual([]);
  });
});
