/** What is said again at every meeting: heard at last if it was lost (assurance row 19), and nothing new if not (row 20). */
import { describe, expect, it } from 'vitest';
import { fundedPair, held } from '../../support/vault-pair.ts';

describe('an offer', () => {
  it('that is made again after it was declined stays declined', async () => {
    const { ada, ben, currency, network, settle, reconnect } = await fundedPair('declined twice');
    const { id } = await ada.must('transfers.send', { contact: ben.instance as never, currency: currency as never, amount: '30' });
    await settle();
    network.policy = () => 0;
    await ben.must('transfers.decline', { id });
    await settle();
    network.policy = () => 1;
    // Ada has not heard of it, and makes her offer again.
    expect(await ada.must('transfers.get', { id })).toMatchObject({ state: 'offered' });
    await reconnect();
    expect(await ben.must('transfers.pending', {})).toEqual([]);
    for (const host of [ada, ben]) expect(await host.must('transfers.get', { id })).toMatchObject({ state: 'declined' });
    expect(await held(ada, currency)).toEqual({ held: 100n, inTransit: 0n });
  });
});

describe('a request', () => {
  it('that was lost is made again at the next meeting, and shown once, however often it is made', async () => {
    const { ada, ben, currency, network, settle, reconnect } = await fundedPair('asked twice');
    const first = await ada.must('transfers.send', { contact: ben.instance as never, currency: currency as never, amount: '1' });
    await settle();
    await ben.must('transfers.accept', { id: first.id });
    await settle();
    network.policy = () => 0;
    const { id } = await ben.must('requests.create', { contact: ada.instance as never, currency: currency as never, amount: '7' });
    await settle();
    network.policy = () => 1;
    for (let meeting = 0; meeting < 3; meeting++) {
      await reconnect();
      expect((await ada.must('requests.list', {})).map((request) => [request.id, request.direction, request.amount])).toEqual([[id, 'in', '7']]);
    }
    expect(ada.emitted.filter((message) => message.type === 'notify' && message.event === 'request')).toHaveLength(1);
  });
});
