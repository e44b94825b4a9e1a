/**
 * Every screen of the interface on a pretend wallet, with the states that a real one comes to only by bad luck: axe finds
 * nothing, nothing scrolls sideways, nothing offends the page's policy. Several are looked at at once, each in a window of its
 * own, which is handed on: to open one costs the processor as much as to look. What a page keeps is deleted between two.
 */
import { AxeBuilder } from '@axe-core/playwright';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, it } from 'vitest';
import { DESK, complaintsOf, describeInBrowser, launchBrowser } from '../support/browser.ts';
import { ensureBuilt } from '../support/built.ts';
import { livedInState } from '../support/renderer-double/double-state.ts';
import { createDoubleWallet, type DoubleWallet } from '../support/renderer-double/double-wallet.ts';
import { BUILT_INTERFACE, STILL } from '../support/renderer-double/pretend-app.ts';
import { SCREENS } from '../support/renderer-double/screens-to-see.ts';
import { serveDouble } from '../support/renderer-double/serve-double.ts';

const LOOKS = [{ viewport: DESK, colorScheme: 'light' }, { viewport: { width: 360, height: 740 }, colorScheme: 'dark' }] as const;

interface Window { readonly page: Page; readonly url: string; /** Shows this wallet from the next time it is loaded. */ show(wallet: DoubleWallet): void; readonly complaints: string[]; close(): Promise<void> }

async function openWindow(browser: Browser): Promise<Window> {
  let shown: DoubleWallet | null = null;
  const server = await serveDouble(BUILT_INTERFACE, () => shown ?? createDoubleWallet(livedInState()), { wasm: true });
  const context = await browser.newContext({ ...LOOKS[0], ...STILL });
  const page = await context.newPage();
  const complaints = complaintsOf(page);
  return {
    page, url: server.url, complaints,
    show: (wallet) => void (shown = wallet),
    close: async () => {
      await context.close();
      await server.close();
    },
  };
}

async function showIn({ page, url, complaints, show }: Window, wallet: DoubleWallet, path: string): Promise<void> {
  if (page.url() !== 'about:blank') {
    await page.evaluate(() => { localStorage.clear(); sessionStorage.clear(); });
    // Another address than a place in the same page, so that all of it is loaded anew.
    await page.goto('about:blank');
  }
  complaints.length = 0;
  show(wallet);
  await page.setViewportSize(LOOKS[0].viewport);
  await page.emulateMedia({ colorScheme: LOOKS[0].colorScheme, reducedMotion: 'reduce' });
  await page.goto(`${url}#${path}`);
  await page.locator('h1').first().waitFor({ state: 'attached' });
  await page.waitForLoadState('networkidle');
}

describeInBrowser('a screen', () => {
  let browser: Browser;
  const windows: Window[] = [];
  beforeAll(async () => {
    await ensureBuilt('renderer');
    browser = await launchBrowser();
  });
  afterAll(async () => {
    for (const window of windows) await window.close();
    await browser?.close();
  });

  it.concurrent.for(SCREENS)('$name has nothing to find, wide and light, narrow and dark', async (screen, { expect }) => {
    const wallet = createDoubleWallet((screen.state ?? livedInState)());
    const window = windows.pop() ?? await openWindow(browser);
    try {
      await showIn(window, wallet, screen.path ?? '/');
      const { page, complaints } = window;
      await screen.act?.(page, wallet);
      for (const { viewport, colorScheme } of LOOKS) {
        await page.setViewportSize(viewport);
        await page.emulateMedia({ colorScheme, reducedMotion: 'reduce' });
        // Legacy mode: there are no frames here, for which axe would open one page more each time.
        const { violations } = await new AxeBuilder({ page }).setLegacyMode(true).analyze();
        expect(violations.map(({ id, nodes }) => `${colorScheme} ${id}: ${nodes.map(({ target }) => target.join(' ')).join(', ')}`)).toEqual([]);
        expect(await page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth)).toBeLessThanOrEqual(0);
      }
      expect(complaints).toEqual([]);
    } catch (error) {
      await window.close();
      throw error;
    }
    windows.push(window);
  });
});
