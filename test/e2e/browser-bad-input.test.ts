/** What a person types or pastes that cannot be: a sentence that says so, and nothing happens (assurance rows 38, 43). */
import { afterAll, afterEach, beforeAll, expect, it } from 'vitest';
import type { BrowserWallet } from '../support/browser-wallet.ts';
import { describeInBrowser } from '../support/browser.ts';
import { goTo, issue, makeCurrency } from '../support/interface-story.ts';
import { type TwoBrowsers, openTwoBrowsers } from '../support/two-browsers.ts';
import { need } from '../support/wallet-process.ts';

const SIGN = /has no sign/;
const DIGITS = /written in digits/;
const UNCLEAR = /not clear how this is meant/;
const AMOUNTS = [
  ['-1', SIGN], ['1e9', DIGITS], ['12.345', 'Too many decimals: HRS has 2.'], ['1.2.3', UNCLEAR], ['0', 'more than zero'], ['007', DIGITS], ['0x10', DIGITS], ['one', DIGITS], ['1,00,0', UNCLEAR],
  ['99999999999999999999', 'more than any currency can hold'], ['٣', DIGITS], ['∞', DIGITS],
] as const;
const HOSTILE = [
  'tallystick://pay/?to=me&amount=100', 'tallystick://pair/', 'tallystick://pair/?instance=../../etc/passwd', 'javascript:alert(1)', 'https://example.org/',
  'tallystick://pair/tally1qqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqq?a=%2Fip4%2F127.0.0.1%2Ftcp%2F1', '<img src=x onerror=alert(1)>', '/ip4/192.168.1.20/tcp/4001', '/ip4/192.168.1.20/tcp/4001/p2p/', 'tallystick:'.repeat(150),
];

describeInBrowser('what cannot be', () => {
  let two: TwoBrowsers;
  let ada: BrowserWallet;
  beforeAll(async () => {
    two = await openTwoBrowsers({ contacts: true });
    ({ ada } = two);
    await makeCurrency(ada.page, { name: 'Hours', code: 'HRS' });
    await issue(ada.page, '100');
  });
  afterAll(() => two.tearDown());
  afterEach(() => { expect(two.complaints()).toEqual([]); });
  const journal = async (): Promise<number> => (await need(ada.serve.client['wallet.identity']({}))).n;

  it('as an amount is refused in a sentence that names the rule, and the way on is closed', async () => {
    const { page } = ada;
    await goTo(page, 'Home');
    await page.getByRole('main').getByRole('link', { name: 'Send', exact: true }).click();
    await page.getByRole('main').getByRole('button', { name: /^Ben/ }).click();
    const field = page.getByRole('textbox', { name: 'Amount' });
    const on = page.getByRole('button', { name: 'Continue' });
    const before = await journal();
    await on.click();
    await page.getByRole('status').filter({ hasText: 'Enter an amount.' }).waitFor();
    for (const [amount, rule] of AMOUNTS) {
      await field.fill(amount);
      await field.press('Enter');
      await page.getByRole('status').filter({ hasText: rule }).waitFor();
      expect([amount, await field.getAttribute('aria-invalid')]).toEqual([amount, 'true']);
    }
    await field.fill('100.01');
    await page.getByRole('alert').filter({ hasText: 'That is more than the 100.00 HRS you hold.' }).waitFor();
    await field.press('Enter');
    await page.getByRole('heading', { level: 1, name: 'How much?' }).waitFor();
    // What is only written differently is understood, and shown as it was understood.
    for (const [typed, understood] of [['1,5', '1.50'], ['1,250', '1,250.00'], [' 12 ', '12.00'], ['1 0.5', '10.50']] as const) {
      await field.fill(typed);
      await page.getByText(`Read as ${understood} HRS`).waitFor();
    }
    expect(await journal()).toBe(before);
  });

  it('as a link or an address is refused in a sentence, and nobody is dialled', async () => {
    const { page } = ada;
    await goTo(page, 'People');
    await page.getByRole('link', { name: 'Add someone' }).first().click();
    await page.getByRole('tab', { name: 'Enter theirs' }).click();
    const before = [await journal(), (await need(ada.serve.client['network.status']({}))).nearby.length];
    for (const text of HOSTILE) {
      await page.getByRole('textbox', { name: 'Their link or address' }).fill(text);
      await page.getByRole('button', { name: 'Continue' }).click();
      await page.getByRole('alert').filter({ hasText: /This is not a Tallystick link|This address cannot be used|Something in this form/ }).waitFor();
      expect(await page.getByRole('button', { name: 'Connect and pair' }).count()).toBe(0);
    }
    expect([await journal(), (await need(ada.serve.client['network.status']({}))).nearby.length]).toEqual(before);
  });

  it('as a name or a code stays in its field', async () => {
    const { page } = ada;
    await goTo(page, 'Currencies');
    await page.getByRole('link', { name: 'Make a currency' }).click();
    await page.getByRole('textbox', { name: 'Name' }).fill('A\u202Eevil');
    await page.getByRole('textbox', { name: 'Code' }).fill('EVL');
    await page.getByRole('button', { name: 'Make it' }).click();
    await page.getByRole('alert').filter({ hasText: 'Something in this form is not as it should be' }).waitFor();
    for (const code of ['1ABC', 'A B', 'ÄÖ']) {
      await page.getByRole('textbox', { name: 'Code' }).fill(code);
      await page.getByText('Two to eight capital letters or digits, a letter first.').waitFor();
      await page.getByRole('button', { name: 'Make it' }).click();
      expect(await page.getByRole('textbox', { name: 'Code' }).evaluate((field) => field === document.activeElement)).toBe(true);
    }
    expect(await need(ada.serve.client['credits.balances']({}))).toHaveLength(1);
  });

  it('is not made possible by an address of the app: screens open, nothing is sent', async () => {
    const { page } = ada;
    const before = await journal();
    const contact = (await need(ada.serve.client['people.contacts']({})))[0]?.instance ?? '';
    const currency = (await need(ada.serve.client['credits.balances']({})))[0]?.currency.id ?? '';
    await page.evaluate((hash) => { location.hash = hash; }, `#/send?to=${contact}&currency=${currency}&amount=5000&memo=hi`);
    await page.getByRole('heading', { level: 1, name: 'Look once more' }).waitFor();
    await page.getByText('You hand over').waitFor();
    expect(await journal()).toBe(before);
    expect(await need(ada.serve.client['transfers.pending']({}))).toEqual([]);
  });
});
