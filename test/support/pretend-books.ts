/** An open book on a pretend wallet, in a browser of its own: what the tests of the reading screen start from. English only. */
import { fileURLToPath } from 'node:url';
import { type BrowserContextOptions, type Page, chromium } from 'playwright-core';
import { expect } from 'vitest';
import { ensureBuilt } from './built.ts';
import { settled } from './reading-story.ts';
import { READ_LICENCE, pretendReading } from './renderer-double/double-reading.ts';
import { livedInState } from './renderer-double/double-state.ts';
import { type DoubleWallet, createDoubleWallet } from './renderer-double/double-wallet.ts';
import { serveDouble } from './renderer-double/serve-double.ts';

const BUILT = fileURLToPath(new URL('../../out/renderer', import.meta.url));
const PATIENCE_MS = 20_000;
export const eventually = <T>(probe: () => Promise<T>) => expect.poll(probe, { timeout: PATIENCE_MS });
export const panel = (page: Page, name: string) => page.getByRole('complementary', { name });

export interface PretendBooks {
  /** The wallet of the book that was opened last. */
  readonly wallet: DoubleWallet;
  /** Opens a book, up to its first page in sight. */
  open(part?: Parameters<typeof pretendReading>[0], look?: BrowserContextOptions): Promise<Page>;
  /** Closes every book. */
  putAway(): Promise<void>;
  close(): Promise<void>;
}

export async function pretendBooks(): Promise<PretendBooks> {
  await ensureBuilt('renderer');
  let wallet = createDoubleWallet(livedInState());
  const server = await serveDouble(BUILT, () => wallet);
  const browser = await chromium.launch({ executablePath: process.env['TALLYSTICK_TEST_CHROMIUM'] ?? '/usr/bin/chromium', args: process.getuid?.() === 0 ? ['--no-sandbox'] : [] });
  return {
    get wallet() { return wallet; },
    async open(part = {}, look = {}) {
      const state = livedInState();
      state.reading = pretendReading(part);
      wallet = createDoubleWallet(state);
      const context = await browser.newContext({ viewport: { width: 1280, height: 800 }, reducedMotion: 'reduce', locale: 'en-GB', ...look });
      const page = await context.newPage();
      await page.goto(`${server.url}#/read/${READ_LICENCE}`);
      await page.locator('.face img').first().waitFor();
      await settled(page);
      return page;
    },
    async putAway() { for (const context of browser.contexts()) await context.close(); },
    async close() {
      await browser.close();
      await server.close();
    },
  };
}

export interface Point { readonly x: number; readonly y: number }
/** A finger on the pages, from one place to another. */
export async function drag(page: Page, from: Point, to: Point): Promise<void> {
  const session = await page.context().newCDPSession(page);
  const touch = (type: 'touchStart' | 'touchMove' | 'touchEnd', touchPoints: Point[]) => session.send('Input.dispatchTouchEvent', { type, touchPoints });
  await touch('touchStart', [from]);
  for (let step = 1; step <= 4; step++) await touch('touchMove', [{ x: from.x + ((to.x - from.x) * step) / 4, y: from.y + ((to.y - from.y) * step) / 4 }]);
  await touch('touchEnd', []);
  await session.detach();
}
