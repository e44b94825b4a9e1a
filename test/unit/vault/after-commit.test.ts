/**
 * After the point of no return (design §6; assurance rows 27, 28): what is committed is not taken back, and what was
 * accepted is not declined; each ends in exactly one way.
 */
import { describe, expect, it } from 'vitest';
import { fundedPair, held } from '../../support/vault-pair.ts';

describe('a transfer', () => {
  it('that is in transit cannot be cancelled, is shown as in transit with what it waits for, and arrives once', async () => {
    const { ada, ben, currency, network, settle, reconnect } = await fundedPair('cancel too late');
    const { id } = await ada.must('transfers.send', { contact: ben.instance as never, currency: currency as never, amount: '30' });
    await settle();
    // The commit gets lost, so that it stays in transit.
    network.policy = ({ from }) => (from === ada ? 0 : 1);
    await ben.must('transfers.accept', { id });
    await settle();
    const inTransit = { state: 'in-transit', waitsFor: 'their-device' };
    expect(await ada.must('transfers.get', { id })).toMatchObject(inTransit);
    expect(await ada.call('transfers.cancel', { id })).toMatchObject({ ok: false, failure: { code: 'already_committed' } });
    expect(await ada.must('transfers.get', { id })).toMatchObject(inTransit);
    expect(await held(ada, currency)).toEqual({ held: 70n, inTransit: 30n });
    network.policy = () => 1;
    await reconnect();
    expect(await ada.must('transfers.get', { id })).toMatchObject({ state: 'done' });
    expect([await held(ada, currency), await held(ben, currency)]).toEqual([{ held: 70n, inTransit: 0n }, { held: 30n, inTransit: 0n }]);
  });

  it('that was accepted cannot be declined any more, and one that was declined cannot be accepted', async () => {
    const { ada, ben, currency, network, settle, reconnect } = await fundedPair('decline too late');
    const send = async () => (await ada.must('transfers.send', { contact: ben.instance as never, currency: currency as never, amount: '30' })).id;
    const [yes, no] = [await send(), await send()];
    await settle();
    network.policy = () => 0;
    await ben.must('transfers.accept', { id: yes });
    await ben.must('transfers.decline', { id: no });
    expect(await ben.call('transfers.decline', { id: yes })).toMatchObject({ ok: false, failure: { code: 'wrong_state' } });
    expect(await ben.call('transfers.accept', { id: no })).toMatchObject({ ok: false, failure: { code: 'wrong_state' } });
    network.policy = () => 1;
    await reconnect();
    await reconnect();
    for (const host of [ada, ben]) {
      expect([(await host.must('transfers.get', { id: yes })).state, (await host.must('transfers.get', { id: no })).state]).toEqual(['done', 'declined']);
      expect(await host.must('transfers.pending', {})).toEqual([]);
    }
    expect(await held(ben, currency)).toEqual({ held: 30n, inTransit: 0n });
  });
});
