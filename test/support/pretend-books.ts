/** An open book on a pretend wallet, in a browser of its own: what the tests of the reading screen start from. English only. */
import type { BrowserContextOptions, Page } from 'playwright-core';
import { expect } from 'vitest';
import { settled } from './reading-story.ts';
import { READ_LICENCE, pretendReading } from './renderer-double/double-reading.ts';
import { livedInState } from './renderer-double/double-state.ts';
import type { DoubleWallet } from './renderer-double/double-wallet.ts';
import { pretendApp } from './renderer-double/pretend-app.ts';

const PATIENCE_MS = 20_000;
export const eventually = <T>(probe: () => Promise<T>) => expect.poll(probe, { timeout: PATIENCE_MS });
export const panel = (page: Page, name: string) => page.getByRole('complementary', { name });

export interface PretendBooks {
  /** The wallet of the book that was opened last. */
  readonly wallet: DoubleWallet;
  /** Opens a book, up to its first page in sight. */
  open(part?: Parameters<typeof pretendReading>[0], look?: BrowserContextOptions): Promise<Page>;
}

/** For the tests of one `describe`, as `pretendApp` is. */
export function pretendBooks(): PretendBooks {
  const app = pretendApp();
  return {
    get wallet() { return app.wallet; },
    async open(part = {}, look = {}) {
      const page = await app.open(`/read/${READ_LICENCE}`, { ...livedInState(), reading: pretendReading(part) }, look);
      await page.locator('.face img').first().waitFor();
      await settled(page);
      return page;
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
