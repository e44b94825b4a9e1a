/** What the keyboard, the amount field, the PIN dialog and the picture reader do, on a pretend wallet. What every screen looks like: interface-looks.test.ts. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import QRCode from 'qrcode';
import { type Browser, type Page, chromium } from 'playwright-core';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { browserTrouble } from '../support/browser-wallet.ts';
import { ensureBuilt } from '../support/built.ts';
import { type DoubleState, emptyState, livedInState } from '../support/renderer-double/double-state.ts';
import { type DoubleWallet, createDoubleWallet } from '../support/renderer-double/double-wallet.ts';
import { serveDouble } from '../support/renderer-double/serve-double.ts';

const BUILT = fileURLToPath(new URL('../../out/renderer', import.meta.url));
const LOOKS = [{ viewport: { width: 1280, height: 800 }, colorScheme: 'light' }, { viewport: { width: 360, height: 740 }, colorScheme: 'dark' }] as const;

let browser: Browser;
let wallet: DoubleWallet = createDoubleWallet(emptyState());
let server: Awaited<ReturnType<typeof serveDouble>>;
/** Opens a screen in a window of its own; `complaints` gathers what the browser's console says. */
async function open(path: string, state: DoubleState = livedInState()): Promise<{ page: Page; complaints: string[] }> {
  wallet = createDoubleWallet(state);
  const context = await browser.newContext({ ...LOOKS[0], reducedMotion: 'reduce', locale: 'en-GB' });
  const page = await context.newPage();
  const complaints: string[] = [];
  page.on('console', (message) => { if (message.type() === 'error' || message.type() === 'warning') complaints.push(message.text()); });
  page.on('pageerror', (error) => complaints.push(String(error)));
  await page.goto(`${server.url}#${path}`);
  await page.locator('h1').first().waitFor({ state: 'attached' });
  await page.waitForLoadState('networkidle');
  return { page, complaints };
}

const focused = (page: Page): Promise<string> => page.evaluate(() => document.activeElement?.textContent ?? '');

describe.skipIf(browserTrouble !== null)('the interface in a browser', () => {
  beforeAll(async () => {
    await ensureBuilt('renderer');
    server = await serveDouble(BUILT, () => wallet, { wasm: true });
    browser = await chromium.launch({ executablePath: process.env['TALLYSTICK_TEST_CHROMIUM'] ?? '/usr/bin/chromium', args: process.getuid?.() === 0 ? ['--no-sandbox'] : [] });
  });
  afterEach(async () => { for (const context of browser.contexts()) await context.close(); });
  afterAll(async () => {
    await browser?.close();
    await server?.close();
  });

  describe('the keyboard', () => {
    it('goes to places, and focus lands on their headings', async () => {
      const { page } = await open('/');
      for (const [key, heading] of [['p', 'People'], ['b', 'Books'], ['a', 'Activity'], ['c', 'Currencies'], ['s', 'Settings'], ['n', 'To whom?'], ['r', 'Of whom?']] as const) {
        await page.keyboard.press(key);
        await page.getByRole('heading', { level: 1, name: heading }).waitFor();
        await expect.poll(() => focused(page)).toBe(heading);
      }
    });

    it('leaves typing alone, and rests when switched off', async () => {
      const { page } = await open('/settings');
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
      const { page } = await open('/people');
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

  describe('the amount field', () => {
    const amountStep = async (state?: DoubleState) => {
      const { page } = await open('/send', state);
      await page.getByRole('main').getByRole('button', { name: /^Bruno/ }).click();
      return { page, amount: page.getByRole('textbox', { name: /^(Amount|Betrag)$/ }), next: page.getByRole('button', { name: /^(Continue|Weiter)$/ }) };
    };

    it.each([
      ['0', 'more than zero'], ['-1', 'has no sign'], ['1e3', 'written in digits'], ['1.234', 'HRS has 2.'], ['NaN', 'written in digits'], ['12.345', 'HRS has 2.'], ['99999999999999999999', 'more than any currency'], ['ten', 'written in digits'],
    ])('refuses %s, and says why after a pause and to whoever wants to go on', async (typed, why) => {
      const { page, amount, next } = await amountStep();
      await amount.fill(typed);
      await page.getByRole('status').getByText(why).waitFor();
      await next.click();
      expect(await page.evaluate(() => document.activeElement?.tagName)).toBe('INPUT');
      await page.getByRole('status').getByText(why).waitFor();
      expect(await page.getByRole('heading', { level: 1 }).innerText()).toBe('How much?');
      expect(await amount.getAttribute('aria-invalid')).toBe('true');
    });

    it('says how it read what was typed, and when it is more than is held', async () => {
      const { page, amount, next } = await amountStep();
      await amount.fill('1250');
      await page.getByText('Read as 1,250.00 HRS').waitFor();
      await amount.fill('12345.51');
      await page.getByRole('alert').getByText('That is more than you hold.').waitFor();
      await next.click();
      expect(await page.getByRole('heading', { level: 1 }).innerText()).toBe('How much?');
      await amount.fill('12,345.50');
      await next.click();
      await page.getByRole('heading', { level: 1, name: 'Look once more' }).waitFor();
    });

    it('reads German marks in German', async () => {
      const state = livedInState();
      state.settings.language = 'de';
      const { page, amount, next } = await amountStep(state);
      await amount.fill('1.250,5');
      await page.getByText('Gelesen als 1.250,50 HRS').waitFor();
      await next.click();
      await page.getByRole('heading', { level: 1, name: 'Noch einmal ansehen' }).waitFor();
    });
  });

  describe('somebody who has never seen it', () => {
    const noorAsks = (startedByMe: boolean): DoubleState => {
      const state = livedInState();
      const noor = state.strangers[0];
      if (noor) state.pairings = [{ instance: noor.instance, name: noor.name, tier: noor.tier, startedByMe, state: 'compare', words: ['copper', 'meadow', 'violin'] }];
      return state;
    };

    it('types into the first field of a form that has come up, which bears the name of its screen', async () => {
      const { page } = await open('/currencies');
      await page.getByRole('link', { name: 'Make a currency' }).click();
      await page.getByRole('form', { name: 'Make a currency' }).waitFor();
      await page.keyboard.type('Shares');
      expect(await page.getByRole('textbox', { name: 'Name' }).inputValue()).toBe('Shares');
      expect(await page.getByRole('heading', { level: 1 }).innerText()).toBe('Make a currency');
      await page.keyboard.press('Enter');
      await page.getByRole('alert').getByText('Enter a code first').waitFor();
      expect(await page.getByRole('textbox', { name: 'Code' }).evaluate((field) => field === document.activeElement)).toBe(true);
    });

    it('presses Start without a name and is told', async () => {
      const { page } = await open('/', emptyState('empty'));
      await page.getByRole('button', { name: 'Start' }).click();
      await page.getByRole('alert').getByText('Enter a name first.').waitFor();
    });

    it('pastes half an address and is not asked whether to connect to it', async () => {
      const { page } = await open('/people/add');
      await page.getByRole('tab', { name: 'Enter theirs' }).click();
      const field = page.getByRole('textbox', { name: 'Their link or address' });
      await field.fill('/ip4/192.168.1.20/tcp/4001');
      await page.getByRole('button', { name: 'Continue' }).click();
      const said = await page.getByRole('alert').innerText();
      expect(said).toContain('/p2p/12D3Koo…');
      expect(said).not.toContain('bad_address');
      await field.fill('/ip4/192.168.1.20/tcp/4001/p2p/12D3KooWQYV9dGMFoRzNStwpXztXaBUjtPqi6aU76ZgUriHhKust');
      await page.getByRole('button', { name: 'Continue' }).click();
      await page.getByRole('heading', { name: 'Connect to this wallet?' }).waitFor();
    });

    it('is asked to pair out of the blue, learns what it is about, and can say not now', async () => {
      const { page } = await open('/', noorAsks(false));
      await page.getByText('Noor asks to become your contact').waitFor();
      await page.getByRole('button', { name: 'Not now' }).click();
      await page.getByRole('dialog').waitFor({ state: 'detached' });
      expect(wallet.calls.filter((method) => method.startsWith('pairing.') && method !== 'pairing.list' && method !== 'pairing.status')).toEqual(['pairing.cancel']);
    });

    it('learns that the other one stopped pairing', async () => {
      const { page } = await open('/', noorAsks(true));
      await page.getByRole('button', { name: 'They match' }).waitFor();
      expect(await page.getByRole('button', { name: 'Not now' }).count()).toBe(0);
      wallet.happen((state) => { state.pairings = []; }, ['people']);
      await page.getByText('Noor stopped pairing. Nobody was added.').first().waitFor();
    });

    it('redeems a currency from its page, and reads that it is a redemption', async () => {
      const { page } = await open('/currencies');
      await page.getByRole('main').getByRole('link', { name: /House account/ }).click();
      await page.getByRole('link', { name: 'Redeem' }).click();
      expect(await page.getByRole('radio', { name: /^Redeem/ }).isChecked()).toBe(true);
      await page.getByRole('textbox', { name: 'Amount' }).fill('5');
      await page.getByRole('button', { name: 'Continue' }).click();
      await page.getByRole('button', { name: /^Redeem 5\.00/ }).click();
      await page.getByText('You redeem 5.00 EUR with Carla').waitFor();
      await page.goto(`${server.url}#/`);
      await page.getByRole('link', { name: /Carla.*Redemption/s }).first().waitFor();
    });

    it('does not see on the first screen what there is nothing of, but all that is their own', async () => {
      const state = livedInState();
      state.balances = state.balances.map((entry) => entry.currency.code === 'EUR' || entry.currency.mine ? { ...entry, held: '0', inTransit: '0' } : entry);
      const { page } = await open('/', state);
      const rows = await page.getByRole('region', { name: 'Balances' }).getByRole('link').allInnerTexts();
      expect(rows.map((row) => /HRS|KAFFEE|EUR/.exec(row)?.[0])).toEqual(['HRS', 'KAFFEE']);
    });

    it('holds nothing, but can issue some of their own', async () => {
      const state = livedInState();
      state.balances = state.balances.map((entry) => ({ ...entry, held: '0' }));
      const { page } = await open('/send', state);
      await page.getByRole('main').getByRole('button', { name: /^Bruno/ }).click();
      await page.getByRole('link', { name: 'Issue some' }).click();
      await page.getByRole('button', { name: 'Issue', exact: true }).waitFor();
    });

    it('reads every word of the German bar at 360 px', async () => {
      const state = livedInState();
      state.settings.language = 'de';
      const { page } = await open('/', state);
      await page.setViewportSize(LOOKS[1].viewport);
      const margins = await page.locator('nav .place').evaluateAll((places) => places.map((place) => {
        const word = place.querySelector('.word')?.getBoundingClientRect();
        const room = place.getBoundingClientRect();
        return word ? Math.min(word.left - room.left, room.right - word.right, word.left, innerWidth - word.right) : -1;
      }));
      expect(margins).toHaveLength(6);
      for (const margin of margins) expect(margin).toBeGreaterThanOrEqual(2);
    });
  });

  it('asks for the PIN above the limit, says of a wrong one what it costs in one breath, keeps what is typed meanwhile, and sends once it is right', async () => {
    const { page } = await open('/send');
    await page.getByRole('main').getByRole('button', { name: /^Bruno/ }).click();
    await page.getByRole('textbox', { name: 'Amount' }).fill('500');
    await page.getByRole('button', { name: 'Continue' }).click();
    await page.getByRole('button', { name: /^Hand over/ }).click();
    const dialog = page.getByRole('dialog', { name: 'Your PIN, please' });
    const field = dialog.getByLabel('PIN', { exact: true });
    await field.fill('1111');
    await dialog.getByRole('button', { name: 'Confirm' }).click();
    await dialog.getByRole('alert').getByText('That PIN is not right').waitFor();
    wallet.state.pinFailures = 2;
    const { serve } = wallet;
    const asked = Promise.withResolvers<void>();
    const told = Promise.withResolvers<void>();
    wallet.serve = async (raw) => {
      if ((raw as { method: string }).method === 'safety.status') await (asked.resolve(), told.promise);
      return serve(raw);
    };
    await field.fill('1111');
    await dialog.getByRole('button', { name: 'Confirm' }).click();
    await asked.promise;
    expect([await dialog.getByRole('alert').count(), await field.inputValue()]).toEqual([0, '']);
    await field.fill('2468');
    told.resolve();
    await dialog.getByRole('alert').waitFor();
    expect([await dialog.getByText(/^You can try again in \d+ seconds\.$/).count(), await field.inputValue()]).toEqual([1, '2468']);
    wallet.happen((now) => { now.retryAt = null; }, ['settings']);
    await dialog.getByRole('button', { name: 'Confirm' }).click();
    await page.getByRole('heading', { level: 1, name: 'Offered to Bruno' }).waitFor();
  });

  it('follows a transfer from offered over in transit to done, and says each', async () => {
    const { page } = await open(`/transfer/${'3'.padStart(32, '9')}`);
    const becomes = (state: 'in-transit' | 'done') => wallet.happen((now) => {
      now.pending = now.pending.map((entry) => entry.contactName === 'Bruno' ? { ...entry, state, waitsFor: state === 'done' ? null : 'their-device' as const, timeline: [...entry.timeline, { state, at: Date.now() }] } : entry);
    }, ['transfers']);
    await page.getByRole('img', { name: 'slightly apart' }).waitFor();
    becomes('in-transit');
    await page.getByRole('heading', { level: 1, name: 'In transit to Bruno' }).waitFor();
    await page.getByRole('img', { name: 'on its way' }).waitFor();
    becomes('done');
    await page.getByRole('heading', { level: 1, name: 'Bruno has it' }).waitFor();
    await page.getByRole('img', { name: 'both sides have it' }).waitFor();
    await page.getByRole('status').getByText('Both sides have recorded it.').waitFor();
  });

  it('reads a QR code from a picture into a draft, and does nothing else with it', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'tally-qr-'));
    try {
      await QRCode.toFile(join(folder, 'code.png'), 'tallystick://pair/somebody', { scale: 6 });
      const { page } = await open('/people/add');
      await page.getByRole('tab', { name: 'Enter theirs' }).click();
      await page.getByLabel('Read a QR code from a picture').setInputFiles(join(folder, 'code.png'));
      await page.getByRole('heading', { name: 'Connect to Noor?' }).waitFor();
      expect(wallet.state.pairings).toEqual([]);
    } finally {
      await rm(folder, { recursive: true });
    }
  });
});
