/** A network that is parted right after the point of no return (design §6; assurance row 24): no clock ends a transfer. */
import { describe, expect, it } from 'vitest';
import { fundedPair, held } from '../../support/vault-pair.ts';

const DAY_MS = 24 * 60 * 60_000;

describe('a commit', () => {
  it('that was cut off for a year arrives at the same instance when the two meet again, and nothing was taken back meanwhile', async () => {
    const { ada, ben, currency, network, settle, reconnect } = await fundedPair('parted');
    const { id } = await ada.must('transfers.send', { contact: ben.instance as never, currency: currency as never, amount: '30' });
    await settle();
    network.policy = ({ from }) => (from === ada ? 0 : 1);
    await ben.must('transfers.accept', { id });
    await settle();
    network.cutAll();
    await settle();
    for (let day = 0; day < 365; day++) {
      for (const host of [ada, ben]) {
        host.now += DAY_MS;
        host.runtime.handle({ type: 'tick', now: host.now });
      }
    }
    for (const host of [ada, ben]) {
      await host.settled();
      host.crash();
      await host.boot();
    }
    expect(await held(ada, currency)).toEqual({ held: 70n, inTransit: 30n });
    network.policy = () => 1;
    await reconnect();
    for (const host of [ada, ben]) expect(await host.must('transfers.get', { id })).toMatchObject({ state: 'done' });
    expect([await held(ada, currency), await held(ben, currency)]).toEqual([{ held: 70n, inTransit: 0n }, { held: 30n, inTransit: 0n }]);
  });
});
