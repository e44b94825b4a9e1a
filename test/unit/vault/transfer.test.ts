/** Two vaults in memory, behind the real runtime: everything a person can do with credits, from meeting to redeeming. */
import { describe, expect, it } from 'vitest';
import { fundedPair, held, metPair, pairedPair } from '../../support/vault-pair.ts';

describe('two vaults', () => {
  it('meet, and show each other by name and instance', async () => {
    const { ada, ben } = await metPair('meet');
    const strangers = await ada.must('people.strangers', {});
    expect(strangers).toMatchObject([{ name: 'Ben', instance: ben.instance, tier: 'software' }]);
  });

  it('pair when both people say that the words match, and the words are the same on both sides', async () => {
    const { ada, ben, settle } = await metPair('pair');
    await ada.must('pairing.start', { instance: ben.instance as never });
    await settle();
    const [hers] = await ada.must('pairing.list', {});
    const [his] = await ben.must('pairing.list', {});
    expect(hers?.words).toHaveLength(3);
    expect(hers?.words).toEqual(his?.words);
    await ben.must('pairing.confirm', { instance: ada.instance as never, matches: true });
    await settle();
    expect(await ada.must('people.contacts', {})).toHaveLength(0);
    await ada.must('pairing.confirm', { instance: ben.instance as never, matches: true });
    await settle();
    for (const host of [ada, ben]) expect((await host.must('people.contacts', {})).map(({ online }) => online)).toEqual([true]);
  });

  it('move credits when the offer is accepted', async () => {
    const { ada, ben, currency, settle } = await fundedPair('move');
    const sent = await ada.must('transfers.send', { contact: ben.instance as never, currency: currency as never, amount: '30', memo: 'for tea' });
    expect(sent.state).toBe('offered');
    await settle();
    const [offer] = await ben.must('transfers.pending', {});
    expect(offer).toMatchObject({ direction: 'in', state: 'offered', memo: 'for tea', waitsFor: 'your-answer' });
    await ben.must('transfers.accept', { id: sent.id });
    await settle();
    expect((await ada.must('transfers.get', { id: sent.id })).state).toBe('done');
    expect((await ben.must('transfers.get', { id: sent.id })).state).toBe('done');
    expect(await held(ada, currency)).toEqual({ held: 70n, inTransit: 0n });
    expect(await held(ben, currency)).toEqual({ held: 30n, inTransit: 0n });
  });

  it('let received credits be spent again, and redeemed with the issuer', async () => {
    const { ada, ben, currency, settle } = await fundedPair('respend');
    const { id } = await ada.must('transfers.send', { contact: ben.instance as never, currency: currency as never, amount: '30' });
    await settle();
    await ben.must('transfers.accept', { id });
    await settle();
    const back = await ben.must('transfers.send', { contact: ada.instance as never, currency: currency as never, amount: '10', purpose: 'redemption' });
    await settle();
    await ada.must('transfers.accept', { id: back.id });
    await settle();
    expect(await held(ben, currency)).toEqual({ held: 20n, inTransit: 0n });
    const [books] = await ada.must('credits.balances', {});
    expect(books).toMatchObject({ held: '70', issued: '100', redeemed: '10' });
  });

  it('commit without an offer where the other side announced a rule that covers it', async () => {
    const { ada, ben, currency, settle } = await fundedPair('rule');
    const first = await ada.must('transfers.send', { contact: ben.instance as never, currency: currency as never, amount: '1' });
    await settle();
    await ben.must('transfers.accept', { id: first.id });
    await settle();
    await ben.must('people.setRule', { contact: ada.instance as never, rule: { mode: 'auto', upTo: [{ currency: currency as never, amount: '20' }] } });
    await settle();
    const sent = await ada.must('transfers.send', { contact: ben.instance as never, currency: currency as never, amount: '20' });
    expect(sent.state).toBe('in-transit');
    await settle();
    expect((await held(ben, currency)).held).toBe(21n);
    const above = await ada.must('transfers.send', { contact: ben.instance as never, currency: currency as never, amount: '21' });
    expect(above.state).toBe('offered');
  });

  it('keep an offer until the other is there, and take it back before it is accepted', async () => {
    const { ada, ben, network, currency, settle, reconnect } = await fundedPair('offline');
    network.cutAll();
    await settle();
    const sent = await ada.must('transfers.send', { contact: ben.instance as never, currency: currency as never, amount: '5' });
    expect(sent.waitsFor).toBe('their-device');
    await reconnect();
    expect(await ben.must('transfers.pending', {})).toHaveLength(1);
    expect((await ada.must('transfers.cancel', { id: sent.id })).state).toBe('cancelled');
    await settle();
    expect(await ben.must('transfers.pending', {})).toHaveLength(0);
    expect((await held(ada, currency)).held).toBe(100n);
  });

  it('ask each other for credits', async () => {
    const { ada, ben, currency, settle } = await fundedPair('request');
    const first = await ada.must('transfers.send', { contact: ben.instance as never, currency: currency as never, amount: '1' });
    await settle();
    await ben.must('transfers.accept', { id: first.id });
    await settle();
    const asked = await ben.must('requests.create', { contact: ada.instance as never, currency: currency as never, amount: '7', memo: 'lunch' });
    await settle();
    const [request] = await ada.must('requests.list', {});
    expect(request).toMatchObject({ id: asked.id, direction: 'in', amount: '7', memo: 'lunch' });
    await ada.must('transfers.send', { contact: ben.instance as never, currency: currency as never, amount: '7', request: asked.id });
    await settle();
    expect((await held(ben, currency)).held).toBe(8n);
    for (const host of [ada, ben]) expect(await host.must('requests.list', {})).toHaveLength(0);
  });

  it('explain every balance from its inputs', async () => {
    const { ada, ben, currency, settle } = await fundedPair('explain');
    const { id } = await ada.must('transfers.send', { contact: ben.instance as never, currency: currency as never, amount: '30' });
    await settle();
    await ben.must('transfers.accept', { id });
    await settle();
    const explained = await ada.must('audit.explain', { currency: currency as never });
    expect(explained.verified).toBe(true);
    expect(explained.entries.map(({ event, amount, held, inTransit }) => [event, amount, held, inTransit])).toEqual([
      ['issued', '100', '100', '0'], ['committed', '30', '70', '30'], ['delivered', '30', '70', '0'],
    ]);
  });

  it('are not contacts after one of them said that the words differ, and three such failures lock pairing', async () => {
    const { ada, ben, settle } = await metPair('differ');
    for (let attempt = 0; attempt < 3; attempt++) {
      await ada.must('pairing.start', { instance: ben.instance as never });
      await settle();
      await ada.must('pairing.confirm', { instance: ben.instance as never, matches: false });
      await settle();
    }
    expect(await ben.must('people.contacts', {})).toHaveLength(0);
    const refused = await ada.call('pairing.start', { instance: ben.instance as never });
    expect(refused).toMatchObject({ ok: false, failure: { code: 'pairing_locked' } });
  });

  it('start again where they were after a crash', async () => {
    const { ada, ben, currency, reconnect } = await fundedPair('crash');
    ada.crash();
    await ada.boot();
    expect((await held(ada, currency)).held).toBe(100n);
    await reconnect();
    expect((await ada.must('people.contacts', {})).map(({ online }) => online)).toEqual([true]);
    expect(ben.fault).toBeNull();
  });

  it('ask for the PIN above the limit, count wrong ones and slow down, and lose nothing', async () => {
    const { ada, ben, currency } = await fundedPair('pin');
    await ada.must('safety.setPin', { next: '1234' });
    await ada.must('safety.setLimit', { currency: currency as never, amount: '10' });
    const send = (amount: string, pin?: string) => ada.call('transfers.send', { contact: ben.instance as never, currency: currency as never, amount, ...(pin ? { pin } : {}) });
    expect(await send('10')).toMatchObject({ ok: true });
    expect(await send('11')).toMatchObject({ ok: false, failure: { code: 'pin_required' } });
    for (let i = 0; i < 3; i++) expect(await send('11', '9999')).toMatchObject({ ok: false, failure: { code: 'pin_wrong' } });
    expect(await send('11', '1234')).toMatchObject({ ok: false, failure: { code: 'pin_delayed' } });
    ada.crash();
    await ada.boot();
    expect(await send('11', '1234')).toMatchObject({ ok: false, failure: { code: 'pin_delayed' } });
    ada.now += 31_000;
    expect(await send('11', '1234')).toMatchObject({ ok: true });
    expect((await held(ada, currency)).held).toBe(100n);
  });

  it('refuse what is between strangers', async () => {
    const { ada, ben } = await metPair('strangers');
    const currency = await ada.must('credits.createCurrency', { code: 'TEA', decimals: 0, name: 'Tea' });
    expect(await ada.call('transfers.send', { contact: ben.instance as never, currency: currency.id, amount: '1' })).toMatchObject({ ok: false, failure: { code: 'unknown_contact' } });
    const paired = await pairedPair('paired');
    expect(await paired.ada.call('transfers.send', { contact: paired.ben.instance as never, currency: currency.id, amount: '1' })).toMatchObject({ ok: false, failure: { code: 'unknown_currency' } });
  });
});
