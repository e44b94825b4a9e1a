/** The whole first transfer with the keyboard alone: no pointer touches either screen, and the focus is always seen. */
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, expect, it } from 'vitest';
import type { BrowserWallet } from '../support/browser-wallet.ts';
import { describeInBrowser } from '../support/browser.ts';
import { PATIENCE_MS, transferSays, wordsOn } from '../support/interface-story.ts';
import { focused, tabTo } from '../support/keyboard.ts';
import { type TwoBrowsers, openTwoBrowsers } from '../support/two-browsers.ts';
import { need } from '../support/wallet-process.ts';

describeInBrowser('with the keyboard alone', () => {
  let two: TwoBrowsers;
  let ada: BrowserWallet;
  let ben: BrowserWallet;
  beforeAll(async () => {
    two = await openTwoBrowsers({ themes: ['light', 'dark'] });
    ({ ada, ben } = two);
  });
  afterAll(() => two.tearDown());

  const press = async (page: Page, role: string, name: string | RegExp): Promise<void> => {
    await tabTo(page, role, name);
    await page.keyboard.press('Enter');
  };
  /** After a change to a screen that is a form, what is typed arrives in its first field. */
  const writesIn = (page: Page, field: string) => expect.poll(async () => { const { role, name } = await focused(page); return `${role} ${name}`; }, { timeout: PATIENCE_MS }).toBe(`textbox ${field}`);
  /** After a change to any other screen the focus is on its heading, so that it is read out and Tab goes on from there. */
  const arrivesAt = (page: Page, heading: string) => expect.poll(() => focused(page), { timeout: PATIENCE_MS }).toMatchObject({ role: 'heading', name: heading });

  it('a wallet begins', async () => {
    for (const [{ page }, name] of [[ada, 'Ada'], [ben, 'Ben']] as const) {
      await tabTo(page, 'textbox', /^What should people near you call you/);
      await page.keyboard.type(name);
      await page.keyboard.press('Enter');
      await page.getByRole('heading', { level: 1, name }).waitFor();
    }
  });

  it('two pair: the dialog takes the focus, keeps it, and gives it back', async () => {
    const { link } = await need(ben.serve.client['network.invite']({}));
    const { page } = ada;
    await press(page, 'link', 'Find someone');
    await arrivesAt(page, 'Add someone');
    await tabTo(page, 'tab', 'Show mine');
    await page.keyboard.press('ArrowRight');
    await tabTo(page, 'textbox', /^Their link or address/);
    await page.keyboard.insertText(link);
    await page.keyboard.press('Enter');
    await page.getByRole('heading', { name: 'Connect to Ben?' }).waitFor();
    await press(page, 'button', 'Connect and pair');
    expect(await wordsOn(ben.page)).toEqual(await wordsOn(page));
    for (const wallet of [ada, ben]) {
      const names: string[] = [];
      for (let stop = 0; stop < 6; stop += 1) {
        await wallet.page.keyboard.press('Tab');
        names.push((await focused(wallet.page)).name);
      }
      // Round and round inside the dialog, never out of it.
      expect(new Set(names)).toEqual(new Set(['Protection: Software', ...(wallet === ben ? ['Not now'] : []), 'They differ', 'They match']));
      await press(wallet.page, 'button', 'They match');
    }
    for (const wallet of [ada, ben]) await wallet.page.getByRole('dialog').waitFor({ state: 'hidden' });
    await ada.page.getByText('You and Ben are paired').first().waitFor();
  });

  it('one makes a currency and hands some over, the other accepts', async () => {
    const { page } = ada;
    await page.keyboard.press('c');
    await arrivesAt(page, 'Currencies');
    await press(page, 'link', 'Make a currency');
    await writesIn(page, 'Name');
    await page.keyboard.type('Hours');
    await tabTo(page, 'textbox', /^Code/);
    // Shortcut letters are letters while someone types.
    await page.keyboard.type('hrs');
    await page.keyboard.press('Enter');
    await arrivesAt(page, 'Hours');
    await press(page, 'button', 'Issue');
    await tabTo(page, 'textbox', /^Amount/);
    await page.keyboard.type('100');
    await page.keyboard.press('Enter');
    await page.getByRole('dialog').waitFor({ state: 'hidden' });
    await page.getByRole('main').getByText('The books balance.').waitFor();
    await page.keyboard.press('n');
    await arrivesAt(page, 'To whom?');
    await press(page, 'button', /^B?Ben/);
    await writesIn(page, 'Amount');
    await page.keyboard.type('30');
    await page.keyboard.press('Enter');
    await arrivesAt(page, 'Look once more');
    await press(page, 'button', /^Hand over 30\.00 HRS/);
    await transferSays(page, 'Offered to Ben');
    await ben.page.keyboard.press('h');
    await ben.page.getByRole('region', { name: 'Waiting for you' }).waitFor();
    await press(ben.page, 'button', 'Accept');
    await transferSays(page, 'Ben has it');
    await press(page, 'link', 'Done');
    await arrivesAt(page, 'Ada');
  });

  it('help opens with ?, closes with Esc, and the way round the navigation is short', async () => {
    const { page } = ada;
    await page.keyboard.press('a');
    await arrivesAt(page, 'Activity');
    await page.keyboard.press('?');
    await page.getByRole('dialog', { name: 'Keyboard shortcuts' }).waitFor();
    await page.keyboard.press('Escape');
    await page.getByRole('dialog').waitFor({ state: 'hidden' });
    await arrivesAt(page, 'Activity');
    await page.reload();
    await page.getByRole('heading', { level: 1, name: 'Activity' }).waitFor();
    await press(page, 'link', 'Skip to content');
    expect(await focused(page)).toMatchObject({ role: 'main' });
  });

  it('nothing complained', () => { expect(two.complaints()).toEqual([]); });
});
