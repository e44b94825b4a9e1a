/**
 * Two people who have never seen it: first run, pairing by three words, and the first credits from one window to the other,
 * on two real instances of the desktop app that share nothing but loopback. Each screen is looked at on the way.
 */
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { valueFrom } from '../support/app-calls.ts';
import { electronTrouble, type RunningApp, startApp } from '../support/electron-app.ts';
import { lookAt } from '../support/screens.ts';

const button = (page: Page, name: string | RegExp) => page.getByRole('button', { name });
const heading = (page: Page, name: string | RegExp) => page.getByRole('heading', { name });
/** Through the main navigation, as a person goes. */
const visit = (page: Page, place: string) => page.getByRole('navigation').getByRole('link', { name: place }).first().click();

describe.skipIf(electronTrouble)('from first run to first transfer', () => {
  let ada: RunningApp;
  let ben: RunningApp;
  beforeAll(async () => { [ada, ben] = await Promise.all([startApp(), startApp()]); });
  afterAll(async () => { await Promise.all([ada?.dispose(), ben?.dispose()]); });

  it('makes a wallet from a name and nothing else', async () => {
    await heading(ada.page, 'Hand things over').waitFor();
    await lookAt(ada.page, 'electron/1-welcome');
    for (const [{ page }, name] of [[ada, 'Ada'], [ben, 'Ben']] as const) {
      await page.getByLabel('What should people near you call you?').fill(name);
      await button(page, 'Start').click();
      await heading(page, 'Balances').waitFor();
    }
    await lookAt(ada.page, 'electron/2-home-empty');
  });

  it('makes a currency and issues some of it', async () => {
    const { page } = ada;
    await visit(page, 'Currencies');
    await lookAt(page, 'electron/3-currencies-empty');
    await page.getByRole('link', { name: 'Make a currency' }).click();
    await page.getByLabel('Name').fill('Hours');
    await page.getByLabel('Code').fill('HRS');
    await lookAt(page, 'electron/4-new-currency');
    await button(page, 'Make it').click();
    await button(page, /^Issue/).first().click();
    const dialog = page.getByRole('dialog');
    await dialog.getByLabel('Amount').fill('100');
    await lookAt(page, 'electron/5-issue');
    await dialog.getByRole('button', { name: /^Issue 100/ }).click();
    await dialog.waitFor({ state: 'hidden' });
    await lookAt(page, 'electron/6-books');
  });

  it('pairs by link and three words that are the same on both screens', async () => {
    await ada.page.getByRole('navigation').getByRole('link', { name: 'People' }).click();
    await lookAt(ada.page, 'electron/7-people-empty');
    await ada.page.getByRole('link', { name: 'Add someone' }).first().click();
    const link = (await ada.page.getByText(/^tallystick:\/\/pair\//).textContent())?.trim() ?? '';
    await lookAt(ada.page, 'electron/8-invite');

    await visit(ben.page, 'People');
    await ben.page.getByRole('link', { name: 'Add someone' }).first().click();
    await ben.page.getByRole('tab', { name: 'Enter theirs' }).click();
    await ben.page.getByLabel('Their link or address').fill(link);
    await button(ben.page, 'Continue').click();
    await heading(ben.page, 'Connect to Ada?').waitFor();
    await lookAt(ben.page, 'electron/9-draft');
    await button(ben.page, 'Connect and pair').click();

    const words = (page: Page) => page.getByRole('list', { name: 'Your three words' }).getByRole('listitem').allTextContents();
    await Promise.all([ada, ben].map(({ page }) => button(page, 'They match').waitFor()));
    expect(await words(ada.page)).toHaveLength(3);
    expect(await words(ada.page)).toEqual(await words(ben.page));
    await lookAt(ada.page, 'electron/10-pairing');
    await button(ada.page, 'They match').click();
    await button(ben.page, 'They match').click();
    await Promise.all([ada, ben].map(({ page }) => page.getByRole('dialog').waitFor({ state: 'hidden' })));
  });

  it('hands credits over, and both sides say so', async () => {
    const { page } = ada;
    await page.getByRole('link', { name: 'Send' }).first().click();
    await lookAt(page, 'electron/11-send-person');
    await button(page, /Ben/).click();
    await page.getByLabel('Amount').fill('12.5');
    await page.getByLabel(/^Note/).fill('For the garden');
    await lookAt(page, 'electron/12-send-amount');
    await button(page, 'Continue').click();
    await lookAt(page, 'electron/13-send-review');
    await button(page, /^Hand over/).click();
    await heading(page, /Offered to Ben|In transit to Ben/).or(page.getByText('Offered to Ben')).first().waitFor();
    await lookAt(page, 'electron/14-offered');

    await visit(ben.page, 'Home');
    await button(ben.page, 'Accept').first().waitFor();
    await lookAt(ben.page, 'electron/15-offer');
    await button(ben.page, 'Accept').first().click();
    await page.getByText('Ben has it').first().waitFor();
    await lookAt(page, 'electron/16-done');

    const held = async ({ page: of }: RunningApp) => (await valueFrom(of, 'credits.balances') as { held: string; inTransit: string }[]).map((balance) => [balance.held, balance.inTransit]);
    await expect.poll(() => held(ada)).toEqual([['8750', '0']]);
    await expect.poll(() => held(ben)).toEqual([['1250', '0']]);
  });

  it('shows the same on every other screen, narrow and wide', async () => {
    for (const [width, size] of [[1180, 'wide'], [360, 'narrow']] as const) {
      await ada.app.evaluate(({ BrowserWindow }, w) => { BrowserWindow.getAllWindows()[0]?.setContentSize(w, 780); }, width);
      await expect.poll(() => ada.page.evaluate(() => innerWidth)).toBe(width);
      for (const place of ['Home', 'People', 'Activity', 'Currencies', 'Settings']) {
        await visit(ada.page, place);
        await ada.page.getByRole('main').waitFor();
        await lookAt(ada.page, `electron/17-${place.toLowerCase()}-${size}`);
        expect(await ada.page.evaluate(() => document.documentElement.scrollWidth <= innerWidth), `${place} fits ${width} px`).toBe(true);
      }
    }
  });

  it('still has it all after both were closed and opened again', async () => {
    const before = await valueFrom(ben.page, 'credits.balances');
    const home = ben.dataDir.replace(/[\\/]data$/, '');
    expect(await ben.quit()).toBe(0);
    const again = await startApp({ home });
    try {
      expect(await valueFrom(again.page, 'credits.balances')).toEqual(before);
      await again.page.getByText('12.50').first().waitFor();
    } finally {
      await again.dispose();
    }
  });
});
