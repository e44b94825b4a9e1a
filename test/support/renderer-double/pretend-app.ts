/**
 * The interface on a pretend wallet in a real browser, for the tests of one `describe`: the wallet is another one for each
 * page that is opened, pages are closed after each test, browser and server after the last. A page that complained on its
 * console fails the test that opened it. What a wallet really does is shown with real ones, in browser-*.test.ts.
 */
import { fileURLToPath } from 'node:url';
import type { Browser, BrowserContextOptions, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, expect } from 'vitest';
import { DESK, complaintsOf, launchBrowser } from '../browser.ts';
import { ensureBuilt } from '../built.ts';
import { type DoubleState, livedInState } from './double-state.ts';
import { type DoubleWallet, createDoubleWallet } from './double-wallet.ts';
import { serveDouble } from './serve-double.ts';

export const BUILT_INTERFACE = fileURLToPath(new URL('../../../out/renderer', import.meta.url));
/** What is looked at holds still, and is in English unless the wallet's settings say otherwise. */
export const STILL = { reducedMotion: 'reduce', locale: 'en-GB' } as const;

export interface PretendApp {
  /** The wallet of the page that was opened last. */
  readonly wallet: DoubleWallet;
  /** The address of a screen, for a page that is open already. */
  at(path: string): string;
  /** Opens a screen in a window of its own, up to its heading. */
  open(path: string, state?: DoubleState, look?: BrowserContextOptions): Promise<Page>;
}

/** @param wasm as the desktop window's policy allows it; the local page's does not. */
export function pretendApp({ wasm = false } = {}): PretendApp {
  let browser: Browser | undefined;
  let server: Awaited<ReturnType<typeof serveDouble>> | undefined;
  let wallet = createDoubleWallet(livedInState());
  let complaints: string[][] = [];

  beforeAll(async () => {
    await ensureBuilt('renderer');
    server = await serveDouble(BUILT_INTERFACE, () => wallet, { wasm });
    browser = await launchBrowser();
  });
  afterEach(async () => {
    for (const context of browser?.contexts() ?? []) await context.close();
    const said = complaints.flat();
    complaints = [];
    expect(said, 'said on the console').toEqual([]);
  });
  afterAll(async () => {
    await browser?.close();
    await server?.close();
  });

  const at = (path: string): string => `${server?.url ?? ''}#${path}`;
  return {
    get wallet() { return wallet; },
    at,
    async open(path, state = livedInState(), look = {}) {
      if (!browser) throw new Error('Pages are opened in tests, after beforeAll.');
      wallet = createDoubleWallet(state);
      const page = await (await browser.newContext({ viewport: DESK, ...STILL, ...look })).newPage();
      complaints.push(complaintsOf(page));
      await page.goto(at(path));
      await page.locator('h1').first().waitFor({ state: 'attached' });
      return page;
    },
  };
}
