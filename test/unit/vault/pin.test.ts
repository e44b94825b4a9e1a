/**
 * A PIN that is tried costs its try first (design §6, consent): whoever fills the disk, cuts the power or holds an answer
 * back learns nothing about a PIN that was not counted.
 */
import { describe, expect, it } from 'vitest';
import type { Ask } from '../../../protocol/module-port.ts';
import { MemoryHost, PowerCut } from '../../support/memory-host.ts';

async function withPin(seed: string) {
  const ada = new MemoryHost('Ada', seed);
  await ada.boot(true);
  const { id: tea } = await ada.must('credits.createCurrency', { code: 'TEA', decimals: 0, name: 'Tea' });
  await ada.must('credits.issue', { currency: tea, amount: '100' });
  await ada.must('safety.setPin', { next: '1234' });
  await ada.must('safety.setLimit', { currency: tea, amount: '1' });
  /** More than there is: refused also with the right PIN, without a package of its own. */
  const beyond = (pin: string) => ada.call('credits.retire', { currency: tea, amount: '101', pin });
  const within = (pin: string) => ada.call('credits.retire', { currency: tea, amount: '2', pin });
  const failures = async (): Promise<number> => (await ada.must('safety.status', {})).failures;
  return { ada, beyond, within, failures };
}

describe('a PIN', () => {
  it('cannot be tried on a full disk: a right one and a wrong one get the same answer, whatever they were for', async () => {
    const { ada, beyond, within, failures } = await withPin('full');
    const onFullDisk = async (call: () => ReturnType<typeof beyond>) => {
      ada.store.failNext('disk-full');
      const answer = await call();
      return answer.ok ? 'ok' : answer.failure.code;
    };
    for (const ask of [beyond, within]) for (const pin of ['1234', '9999']) expect(await onFullDisk(() => ask(pin)), `${ask === beyond ? 'beyond' : 'within'} ${pin}`).toBe('disk_full');
    // And the wallet goes on when there is room.
    expect(await failures()).toBe(0);
    expect(await within('1234')).toMatchObject({ ok: true });
  });

  it('that was right is counted all the same if the disk is full by then, so that this is no way of asking for nothing', async () => {
    const { ada, beyond, failures } = await withPin('second');
    const fillOnAppend = (which: number) => {
      let appended = 0;
      ada.beforeAsk = (ask: Ask) => {
        if (ask.op === 'store.append' && ++appended === which) ada.store.failNext('disk-full');
      };
    };
    fillOnAppend(2);
    expect(await beyond('1234')).toMatchObject({ ok: false, failure: { code: 'disk_full' } });
    expect(await failures()).toBe(1);
  });

  it('is counted before it is looked at, so that cutting the power saves no try', async () => {
    const { ada, within, failures } = await withPin('cut');
    for (let tries = 1; tries <= 2; tries++) {
      let appended = 0;
      ada.beforeAsk = (ask) => {
        // As soon as anything that might come of the PIN is about to be stored.
        if (ask.op !== 'store.append' || ++appended < 2) return;
        ada.crash();
        throw new PowerCut();
      };
      await within('1234');
      ada.beforeAsk = () => {};
      ada.crash();
      await ada.boot();
      expect(await failures()).toBe(tries);
    }
    expect(await within('1234')).toMatchObject({ ok: true });
    expect(await failures()).toBe(0);
  });

  it('that was wrong is told only after it was counted, and a right one that leads to a refusal clears the count', async () => {
    const { ada, beyond, failures } = await withPin('count');
    expect(await beyond('9999')).toMatchObject({ ok: false, failure: { code: 'pin_wrong', params: { failures: 1 } } });
    expect(await beyond('9999')).toMatchObject({ ok: false, failure: { code: 'pin_wrong', params: { failures: 2 } } });
    ada.crash();
    await ada.boot();
    expect(await failures()).toBe(2);
    expect(await beyond('1234')).toMatchObject({ ok: false, failure: { code: 'insufficient_funds' } });
    expect(await failures()).toBe(0);
    ada.crash();
    await ada.boot();
    expect(await failures()).toBe(0);
  });

  it('of several calls at once is counted once for each', async () => {
    const { beyond, failures } = await withPin('at once');
    const answers = await Promise.all([beyond('9990'), beyond('9991'), beyond('9992'), beyond('1234')]);
    expect(answers.map((answer) => (answer.ok ? 'ok' : answer.failure.code))).toEqual(['pin_wrong', 'pin_wrong', 'pin_wrong', 'pin_delayed']);
    expect(await failures()).toBe(3);
  });
});
