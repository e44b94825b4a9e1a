/**
 * What somebody meets who has never seen the interface, on a pretend wallet: a name, an address, a code in a picture, a
 * stranger who asks to pair, forms, and a first screen without what there is nothing of.
 */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import QRCode from 'qrcode';
import { expect, it } from 'vitest';
import { describeInBrowser } from '../support/browser.ts';
import { type DoubleState, emptyState, livedInState } from '../support/renderer-double/double-state.ts';
import { pretendApp } from '../support/renderer-double/pretend-app.ts';

describeInBrowser('somebody who has never seen the interface', () => {
  // Codes in pictures are read by WebAssembly.
  const app = pretendApp({ wasm: true });
  const noorAsks = (startedByMe: boolean): DoubleState => {
    const state = livedInState();
    const noor = state.strangers[0];
    if (noor) state.pairings = [{ instance: noor.instance, name: noor.name, tier: noor.tier, startedByMe, state: 'compare', words: ['copper', 'meadow', 'violin'] }];
    return state;
  };

  it('types into the first field of a form that has come up, which bears the name of its screen', async () => {
    const page = await app.open('/currencies');
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
    const page = await app.open('/', emptyState('empty'));
    await page.getByRole('button', { name: 'Start' }).click();
    await page.getByRole('alert').getByText('Enter a name first.').waitFor();
  });

  it('pastes half an address and is not asked whether to connect to it', async () => {
    const page = await app.open('/people/add');
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
    const page = await app.open('/', noorAsks(false));
    await page.getByText('Noor asks to become your contact').waitFor();
    await page.getByRole('button', { name: 'Not now' }).click();
    await page.getByRole('dialog').waitFor({ state: 'detached' });
    expect(app.wallet.calls.filter((method) => method.startsWith('pairing.') && method !== 'pairing.list' && method !== 'pairing.status')).toEqual(['pairing.cancel']);
  });

  it('learns that the other one stopped pairing', async () => {
    const page = await app.open('/', noorAsks(true));
    await page.getByRole('button', { name: 'They match' }).waitFor();
    expect(await page.getByRole('button', { name: 'Not now' }).count()).toBe(0);
    app.wallet.happen((state) => { state.pairings = []; }, ['people']);
    await page.getByText('Noor stopped pairing. Nobody was added.').first().waitFor();
  });

  it('says up to what may come unasked, beside a button that stays in the row of its field', async () => {
    const state = livedInState();
    const page = await app.open(`/people/${state.contacts[0]?.instance ?? ''}`, state);
    const field = page.getByRole('textbox', { name: 'Up to' }).first();
    const remove = page.getByRole('button', { name: 'Remove' }).first();
    const middle = async (of: typeof field) => { const box = await of.boundingBox(); return (box?.y ?? 0) + (box?.height ?? 0) / 2; };
    const apart = async () => Math.abs(await middle(field) - await middle(remove));
    expect(await apart()).toBeLessThan(3);
    await field.fill('1250');
    await page.getByText(/^Read as/).first().waitFor();
    expect(await apart()).toBeLessThan(3);
  });

  it('does not see on the first screen what there is nothing of, but all that is their own', async () => {
    const state = livedInState();
    state.balances = state.balances.map((entry) => entry.currency.code === 'EUR' || entry.currency.mine ? { ...entry, held: '0', inTransit: '0' } : entry);
    const page = await app.open('/', state);
    const rows = page.getByRole('region', { name: 'Balances' }).getByRole('link');
    await rows.first().waitFor();
    expect((await rows.allInnerTexts()).map((row) => /HRS|KAFFEE|EUR/.exec(row)?.[0])).toEqual(['HRS', 'KAFFEE']);
  });

  it('reads every word of the German bar at 360 px', async () => {
    const state = livedInState();
    state.settings.language = 'de';
    const page = await app.open('/', state, { viewport: { width: 360, height: 740 } });
    await page.evaluate(() => document.fonts.ready);
    const margins = await page.locator('nav .place').evaluateAll((places) => places.map((place) => {
      const word = place.querySelector('.word')?.getBoundingClientRect();
      const room = place.getBoundingClientRect();
      return word ? Math.min(word.left - room.left, room.right - word.right, word.left, innerWidth - word.right) : -1;
    }));
    expect(margins).toHaveLength(6);
    for (const margin of margins) expect(margin).toBeGreaterThanOrEqual(2);
  });

  it('reads a QR code from a picture into a draft, and does nothing else with it', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'tally-qr-'));
    try {
      await QRCode.toFile(join(folder, 'code.png'), 'tallystick://pair/somebody', { scale: 6 });
      const page = await app.open('/people/add');
      await page.getByRole('tab', { name: 'Enter theirs' }).click();
      await page.getByLabel('Read a QR code from a picture').setInputFiles(join(folder, 'code.png'));
      await page.getByRole('heading', { name: 'Connect to Noor?' }).waitFor();
      expect(app.wallet.state.pairings).toEqual([]);
    } finally {
      await rm(folder, { recursive: true });
    }
  });
});
