/**
 * Every screen of the interface on a pretend wallet, with the states that a real one comes to only by bad luck: axe finds
 * nothing, nothing scrolls sideways, nothing offends the page's policy. Several are looked at at once, each with a wallet and
 * a window of its own.
 */
import { fileURLToPath } from 'node:url';
import { AxeBuilder } from '@axe-core/playwright';
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, it } from 'vitest';
import { browserTrouble, launchBrowser } from '../support/browser-wallet.ts';
import { ensureBuilt } from '../support/built.ts';
import { livedInState } from '../support/renderer-double/double-state.ts';
import { createDoubleWallet } from '../support/renderer-double/double-wallet.ts';
import { SCREENS } from '../support/renderer-double/screens-to-see.ts';
import { serveDouble } from '../support/renderer-double/serve-double.ts';

const BUILT = fileURLToPath(new URL('../../out/renderer', import.meta.url));
const LOOKS = [{ viewport: { width: 1280, height: 800 }, colorScheme: 'light' }, { viewport: { width: 360, height: 740 }, colorScheme: 'dark' }] as const;

describe.skipIf(browserTrouble !== null)('a screen', () => {
  let browser: Browser;
  beforeAll(async () => {
    await ensureBuilt('renderer');
    browser = await launchBrowser();
  });
  afterAll(() => browser?.close());

  it.concurrent.for(SCREENS)('$name has nothing to find, wide and light, narrow and dark', async (screen, { expect }) => {
    const wallet = createDoubleWallet((screen.state ?? livedInState)());
    const server = await serveDouble(BUILT, () => wallet, { wasm: true });
    const context = await browser.newContext({ ...LOOKS[0], reducedMotion: 'reduce', locale: 'en-GB' });
    try {
      const page = await context.newPage();
      const complaints: string[] = [];
      page.on('console', (message) => { if (message.type() === 'error' || message.type() === 'warning') complaints.push(message.text()); });
      page.on('pageerror', (error) => complaints.push(String(error)));
      await page.goto(`${server.url}#${screen.path ?? '/'}`);
      await page.locator('h1').first().waitFor({ state: 'attached' });
      await page.waitForLoadState('networkidle');
      await screen.act?.(page, wallet);
      for (const { viewport, colorScheme } of LOOKS) {
        await page.setViewportSize(viewport);
        await page.emulateMedia({ colorScheme, reducedMotion: 'reduce' });
        const { violations } = await new AxeBuilder({ page }).analyze();
        expect(violations.map(({ id, nodes }) => `${colorScheme} ${id}: ${nodes.map(({ target }) => target.join(' ')).join(', ')}`)).toEqual([]);
        expect(await page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth)).toBeLessThanOrEqual(0);
      }
      expect(complaints).toEqual([]);
    } finally {
      await context.close();
      await server.close();
    }
  });
});
