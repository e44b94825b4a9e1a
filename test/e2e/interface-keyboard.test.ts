/** Single keys, the way past the navigation, and Escape, on a pretend wallet. A whole story by keyboard, with real wallets: browser-keyboard.test.ts. */
import type { Page } from 'playwright-core';
import { expect, it } from 'vitest';
import { describeInBrowser } from '../support/browser.ts';
import { pretendApp } from '../support/renderer-double/pretend-app.ts';

const focused = (page: Page): Promise<string> => page.evaluate(() => document.activeElement?.textContent ?? '');

describeInBrowser('the keyboard', () => {
  const app = pretendApp();

  it('goes to places, and focus lands on their headings', async () => {
    const page = await app.open('/');
    for (const [key, heading] of [['p', 'People'], ['b', 'Books'], ['a', 'Activity'], ['c', 'Currencies'], ['s', 'Settings'], ['n', 'To whom?'], ['r', 'Of whom?']] as const) {
      await page.keyboard.press(key);
      await page.getByRole('heading', { level: 1, name: heading }).waitFor();
      await expect.poll(() => focused(page)).toBe(heading);
    }
  });

  it('leaves typing alone, and rests when switched off', async () => {
    const page = await app.open('/settings');
    await page.getByRole('textbox', { name: 'Your name' }).fill('');
    await page.keyboard.type('nap');
    expect(await page.getByRole('textbox', { name: 'Your name' }).inputValue()).toBe('nap');
    await page.getByRole('switch', { name: 'Single-key shortcuts' }).click();
    await page.getByRole('heading', { level: 1 }).focus();
    await page.keyboard.press('n');
    await page.keyboard.press('?');
    expect(await page.getByRole('heading', { level: 1 }).innerText()).toBe('Settings');
    expect(await page.getByRole('dialog').count()).toBe(0);
  });

  it('skips the navigation, and closes dialogs with Escape', async () => {
    const page = await app.open('/people');
    await page.keyboard.press('Tab');
    expect(await focused(page)).toBe('Skip to content');
    await page.keyboard.press('Enter');
    expect(await page.evaluate(() => document.activeElement?.id)).toBe('content');
    await page.keyboard.press('?');
    await page.getByRole('dialog', { name: 'Keyboard shortcuts' }).waitFor();
    await page.keyboard.press('Escape');
    await page.getByRole('dialog').waitFor({ state: 'detached' });
  });
});
