/** What can be set, through the interface of two real wallets: PIN and limit, language, theme, visibility, name. */
import { afterAll, afterEach, beforeAll, expect, it } from 'vitest';
import type { BrowserWallet } from '../support/browser-wallet.ts';
import { browserTrouble, describeInBrowser } from '../support/browser.ts';
import { PATIENCE_MS, draftPayment, firstRun, goTo, issue, makeCurrency, pairByLink, transferSays } from '../support/interface-story.ts';
import { netnsAvailable } from '../support/netns.ts';
import { picture } from '../support/pictures.ts';
import { type TwoBrowsers, openTwoBrowsers } from '../support/two-browsers.ts';

const oneComputer = netnsAvailable();
if (!browserTrouble && oneComputer) console.warn(`SKIPPED: being seen and unseen in the browser: ${oneComputer}`);

describeInBrowser('settings', () => {
  let two: TwoBrowsers;
  let ada: BrowserWallet;
  let ben: BrowserWallet;
  beforeAll(async () => {
    two = await openTwoBrowsers({ apart: oneComputer === null });
    ({ ada, ben } = two);
    await Promise.all([firstRun(ada.page, 'Ada'), firstRun(ben.page, 'Ben')]);
  });
  afterAll(() => two.tearDown());
  afterEach(() => { expect(two.complaints()).toEqual([]); });

  it.skipIf(oneComputer)('who hides is lost from sight, and comes back', async () => {
    const stranger = ada.page.getByRole('button', { name: 'Pair with Ben' });
    await goTo(ada.page, 'Home');
    await stranger.waitFor();
    await goTo(ben.page, 'Settings');
    await ben.page.getByRole('radio', { name: /^Nobody/ }).check();
    await stranger.waitFor({ state: 'hidden' });
    await ben.page.getByText('You are hidden').waitFor();
    await ben.page.getByRole('radio', { name: /^Everyone nearby/ }).check();
    await stranger.waitFor();
  });

  it('a new name reaches the other when they next meet', async () => {
    await pairByLink(ada, ben);
    await goTo(ben.page, 'Settings');
    await ben.page.getByRole('textbox', { name: 'Your name' }).fill('Benedikt');
    await ben.page.getByRole('button', { name: 'Save the name' }).click();
    await ben.page.getByText('Name saved').waitFor();
    await ben.serve.stop();
    await ben.restart();
    ben.complaints.splice(0);
    await goTo(ada.page, 'People');
    await ada.page.getByRole('link', { name: /^Benedikt\b/ }).waitFor({ timeout: PATIENCE_MS });
    await goTo(ben.page, 'Home');
    await ben.page.getByRole('heading', { level: 1, name: 'Benedikt' }).waitFor();
  });

  it('above the limit the PIN is asked for; a wrong one costs time and nothing else', async () => {
    const { page } = ada;
    await makeCurrency(page, { name: 'Hours', code: 'HRS' });
    await issue(page, '100');
    await goTo(page, 'Settings');
    await page.getByRole('button', { name: 'Set a PIN' }).click();
    await page.getByRole('textbox', { name: 'New PIN', exact: true }).fill('2580');
    await page.getByRole('textbox', { name: 'New PIN once more' }).fill('2580');
    await page.getByRole('button', { name: 'Save', exact: true }).click();
    await page.getByText(/^A PIN is set\./).waitFor();
    await page.getByRole('button', { name: 'Change the limit of HRS' }).click();
    await page.getByRole('radio', { name: 'Ask for the PIN above' }).check();
    await page.getByRole('textbox', { name: 'Amount' }).fill('20');
    await page.getByRole('button', { name: 'Save', exact: true }).click();
    await page.getByRole('listitem').filter({ hasText: 'Hours' }).filter({ hasText: '20.00 HRS' }).waitFor();

    const asked = page.getByRole('dialog', { name: 'Your PIN, please' });
    await draftPayment(page, { to: 'Benedikt', amount: '20', code: 'HRS' });
    await page.getByRole('button', { name: /^Hand over/ }).click();
    await transferSays(page, 'Offered to Benedikt');
    const above = async (): Promise<void> => {
      await draftPayment(page, { to: 'Benedikt', amount: '20.01', code: 'HRS' });
      await page.getByRole('button', { name: /^Hand over/ }).click();
      await asked.waitFor();
    };
    const answer = async (pin: string): Promise<void> => {
      await asked.getByRole('textbox', { name: 'PIN' }).fill(pin);
      await asked.getByRole('button', { name: 'Confirm' }).click();
    };
    const wrong = async (): Promise<void> => {
      await answer('0000');
      await asked.getByRole('alert').filter({ hasText: /That PIN is not right|Too many wrong PINs/ }).waitFor();
      await expect.poll(() => asked.getByRole('textbox', { name: 'PIN' }).inputValue()).toBe('');
    };
    await above();
    await wrong();
    await answer('2580');
    await transferSays(page, 'Offered to Benedikt');

    // The first few may be slips of the finger; then they cost time.
    await above();
    const delayed = asked.getByText(/^You can try again in \d+ (second|minute)s?\.$/);
    for (let attempt = 1; !await delayed.isVisible(); attempt += 1) {
      expect(attempt, 'wrong PINs without any delay').toBeLessThan(8);
      await wrong();
    }
    await picture(page, 'browser/settings-pin-delayed');
    expect(await asked.getByRole('button', { name: 'Confirm' }).isDisabled()).toBe(true);
    await page.keyboard.press('Escape');
    await asked.waitFor({ state: 'hidden' });
    // Up to the limit nothing has changed.
    await draftPayment(page, { to: 'Benedikt', amount: '1', code: 'HRS' });
    await page.getByRole('button', { name: /^Hand over/ }).click();
    await transferSays(page, 'Offered to Benedikt');
  });

  it('old steps are let go of when the person says so, and balances are explained from there', async () => {
    const { page } = ada;
    await goTo(page, 'Settings');
    const whole = page.getByText('They go back to the very first.');
    await whole.waitFor();
    const asked = page.getByRole('alertdialog', { name: 'Let go of old steps?' });
    await page.getByRole('button', { name: 'Compact…' }).click();
    await asked.getByRole('button', { name: 'Cancel' }).click();
    await asked.waitFor({ state: 'hidden' });
    await whole.waitFor();
    await page.getByRole('button', { name: 'Compact…' }).click();
    await asked.getByRole('button', { name: 'Compact', exact: true }).click();
    await page.getByText('Older ones were let go of on').waitFor({ timeout: PATIENCE_MS });
    await picture(page, 'browser/settings-compacted');
    await goTo(page, 'Currencies');
    await page.getByRole('link', { name: /Hours/ }).first().click();
    await page.getByRole('button', { name: 'Replay the journal' }).click();
    await page.getByText(/^Carried forward after package \d+: held 100\.00, in transit 0\.00/).waitFor();
    await page.getByText(/^Replayed \d+ packages; the result is what the wallet holds/).waitFor();
  });

  it('the theme stays over a reload', async () => {
    const { page } = ada;
    const ground = () => page.evaluate(() => getComputedStyle(document.documentElement).backgroundColor);
    await goTo(page, 'Settings');
    const light = await ground();
    await page.getByRole('radio', { name: 'Dark' }).check({ force: true });
    await expect.poll(ground).not.toBe(light);
    const dark = await ground();
    await page.reload();
    await page.getByRole('heading', { level: 1, name: 'Settings' }).waitFor();
    await expect.poll(ground).toBe(dark);
    await page.getByRole('radio', { name: 'Light' }).check({ force: true });
    await expect.poll(ground).toBe(light);
  });

  it('in German everything is German: every screen, the window’s name, and what screen readers are told', async () => {
    const { page } = ada;
    const texts = async (): Promise<Map<string, string[]>> => {
      const found = new Map<string, string[]>();
      for (const path of ['/', '/send', '/request', '/people', '/people/add', '/activity', '/currencies', '/currencies/new', '/settings']) {
        await page.evaluate((hash) => { location.hash = hash; }, `#${path}`);
        await expect.poll(() => page.evaluate(() => location.hash)).toBe(`#${path}`);
        await page.getByRole('heading', { level: 1 }).waitFor();
        found.set(path, [await page.title(), ...await page.evaluate(() => [...document.querySelectorAll('body *')].flatMap((element) => [...element.childNodes].filter((node) => node.nodeType === Node.TEXT_NODE).map((node) => node.textContent?.trim() ?? '').concat(element.getAttribute('aria-label') ?? '')).filter(Boolean))]);
      }
      return found;
    };
    const english = await texts();
    await page.getByRole('combobox', { name: 'Language' }).selectOption('de');
    await expect.poll(() => page.getAttribute('html', 'lang')).toBe('de');
    await page.getByRole('heading', { level: 1, name: 'Einstellungen' }).waitFor();
    const german = await texts();
    await picture(page, 'browser/settings-german');
    // What reads the same in both: names, codes, digits, keys, addresses, and words that both languages share.
    const same = /^(Tallystick|Ada|:? ?Benedikt|[A-Z]|HRS|Hours|Software|PIN|Person|Name|Code|Journal|Version|English|Deutsch|node|electron|chrome|libp2p|[\d.,:·…−+\s]+|.*(tally1|\/ip4\/|tallystick:|\/tmp\/|\d+\.\d+\.\d+).*|[0-9a-f]{40,}|\w{40,})$/i;
    for (const [path, said] of german) expect.soft(said.filter((text) => (english.get(path) ?? []).includes(text) && !same.test(text)), path).toEqual([]);
    expect(await page.title()).toBe('Einstellungen · Tallystick');
    await page.reload();
    await page.getByRole('heading', { level: 1, name: 'Einstellungen' }).waitFor();
    await page.getByRole('combobox', { name: 'Sprache' }).selectOption('en');
    await page.getByRole('heading', { level: 1, name: 'Settings' }).waitFor();
  });
});
