/** Handing credits over, on a pretend wallet: the amount as it is typed, the PIN above the limit, and what is said until both sides have it. */
import { describe, expect, it } from 'vitest';
import { describeInBrowser } from '../support/browser.ts';
import { type DoubleState, livedInState } from '../support/renderer-double/double-state.ts';
import { pretendApp } from '../support/renderer-double/pretend-app.ts';

describeInBrowser('handing over', () => {
  const app = pretendApp();

  describe('the amount field', () => {
    const amountStep = async (state?: DoubleState) => {
      const page = await app.open('/send', state);
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
      await page.getByRole('alert').getByText('That is more than the 12,345.50 HRS you hold.', { exact: true }).waitFor();
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

  it('holds nothing, but can issue some of their own', async () => {
    const state = livedInState();
    state.balances = state.balances.map((entry) => ({ ...entry, held: '0' }));
    const page = await app.open('/send', state);
    await page.getByRole('main').getByRole('button', { name: /^Bruno/ }).click();
    await page.getByRole('link', { name: 'Issue some' }).click();
    await page.getByRole('button', { name: 'Issue', exact: true }).waitFor();
  });

  it('redeems a currency from its page, and reads that it is a redemption', async () => {
    const page = await app.open('/currencies');
    await page.getByRole('main').getByRole('link', { name: /House account/ }).click();
    await page.getByRole('link', { name: 'Redeem' }).click();
    expect(await page.getByRole('radio', { name: /^Redeem/ }).isChecked()).toBe(true);
    await page.getByRole('textbox', { name: 'Amount' }).fill('5');
    await page.getByRole('button', { name: 'Continue' }).click();
    await page.getByRole('button', { name: /^Redeem 5\.00/ }).click();
    await page.getByText('You redeem 5.00 EUR with Carla').waitFor();
    await page.goto(app.at('/'));
    await page.getByRole('link', { name: /Carla.*Redemption/s }).first().waitFor();
  });

  it('counts what was given back as no income, and says that it ceased to exist', async () => {
    const page = await app.open('/activity');
    const row = page.getByRole('link', { name: /42\.00/ });
    await row.getByText('Given back to you; ceased to exist').waitFor();
    expect(await row.innerText()).not.toContain('+');
  });

  /** Up to the question for the PIN, which 500 is enough for. */
  const askedForPin = async () => {
    const page = await app.open('/send');
    await page.getByRole('main').getByRole('button', { name: /^Bruno/ }).click();
    await page.getByRole('textbox', { name: 'Amount' }).fill('500');
    await page.getByRole('button', { name: 'Continue' }).click();
    await page.getByRole('button', { name: /^Hand over/ }).click();
    return { page, dialog: page.getByRole('dialog', { name: 'Your PIN, please' }) };
  };

  it('asks for the PIN above the limit, bears with wrong ones, and sends once it is right', async () => {
    const { page, dialog } = await askedForPin();
    await dialog.getByLabel('PIN', { exact: true }).fill('1111');
    await dialog.getByRole('button', { name: 'Confirm' }).click();
    await dialog.getByRole('alert').getByText('That PIN is not right').waitFor();
    await dialog.getByLabel('PIN', { exact: true }).fill('2468');
    await dialog.getByRole('button', { name: 'Confirm' }).click();
    await page.getByRole('heading', { level: 1, name: 'Offered to Bruno' }).waitFor();
  });

  it('says of a wrong PIN what it costs in one breath, and keeps what was typed meanwhile', async () => {
    const { dialog } = await askedForPin();
    const field = dialog.getByLabel('PIN', { exact: true });
    await field.waitFor();
    app.wallet.state.pinFailures = 2;
    const { serve } = app.wallet;
    const statusAsked = Promise.withResolvers<void>();
    const answered = Promise.withResolvers<void>();
    app.wallet.serve = async (raw) => {
      if ((raw as { method: string }).method === 'safety.status') {
        statusAsked.resolve();
        await answered.promise;
      }
      return serve(raw);
    };
    await field.fill('1111');
    await dialog.getByRole('button', { name: 'Confirm' }).click();
    await statusAsked.promise;
    expect(await dialog.getByRole('alert').count()).toBe(0);
    expect(await field.inputValue()).toBe('');
    await field.fill('24');
    answered.resolve();
    await dialog.getByRole('alert').waitFor();
    expect(await dialog.getByText(/^You can try again in \d+ seconds\.$/).count()).toBe(1);
    expect(await field.inputValue()).toBe('24');
  });

  it('follows a transfer from offered over in transit to done, and says each', async () => {
    const page = await app.open(`/transfer/${'3'.padStart(32, '9')}`);
    const becomes = (state: 'in-transit' | 'done') => app.wallet.happen((now) => {
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
});
