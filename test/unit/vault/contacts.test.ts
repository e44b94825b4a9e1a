/** What the person decides about a contact (design §6): names, rules, key changes, and what being forgotten ends. */
import { beforeEach, describe, expect, it } from 'vitest';
import { forget, setRule, widens } from '../../../enclave/vault/people/contacts.ts';
import type { Incoming, Transfer } from '../../../enclave/vault/records.ts';
import type { Rule } from '../../../protocol/contracts/views.ts';
import type { CurrencyId, InstanceId, TransferId } from '../../../protocol/identifiers.ts';
import { MadeBook } from '../../support/made-books.ts';
import { idNumber, PureLane } from '../../support/pure-lane.ts';
import { TeaVault } from '../../support/tea-vault.ts';

let ada: TeaVault;
let ben: PureLane;
let tea: CurrencyId;

beforeEach(() => {
  ada = new TeaVault('contacts');
  ({ tea } = ada);
  ben = new PureLane(ada, 'Ben');
  ben.meet();
});

const contact = () => ada.state.get('contact', ben.instance);
const auto = (...upTo: [currency: string, amount: string][]): Rule => ({ mode: 'auto', upTo: upTo.map(([currency, amount]) => ({ currency: currency as CurrencyId, amount })) });
const NOBODY = 'tally1nobody' as InstanceId;

describe('a rule', () => {
  it('is kept and announced to a contact, as amounts per currency; asking announces nothing', () => {
    expect(ben.doing((turn) => setRule(turn, ben.instance, auto([tea, '5']))).said).toEqual([{ type: 'rule', rule: [{ currency: tea, upTo: '5' }] }]);
    expect(contact()?.rule).toEqual(auto([tea, '5']));
    expect(ben.doing((turn) => setRule(turn, ben.instance, { mode: 'ask' })).said).toEqual([{ type: 'rule', rule: [] }]);
    expect(contact()?.rule).toEqual({ mode: 'ask' });
  });

  it('names known currencies only, of a contact only', () => {
    expect(ada.call('people.setRule', { contact: ben.instance, rule: auto([tea, '5'], ['ab'.repeat(32), '5']) })).toMatchObject({ failure: { code: 'unknown_currency' } });
    expect(contact()?.rule).toEqual({ mode: 'ask' });
    ben.beStranger();
    expect(ada.call('people.setRule', { contact: ben.instance, rule: { mode: 'ask' } })).toMatchObject({ failure: { code: 'unknown_contact' } });
  });

  it('is not announced to somebody who has not confirmed the words', () => {
    ada.within(({ state }) => state.put('contact', ben.instance, { ...contact()!, mutual: false }));
    expect(ben.doing((turn) => setRule(turn, ben.instance, auto([tea, '5']))).said).toEqual([]);
    expect(contact()?.rule).toEqual(auto([tea, '5']));
  });

  it('widens what is accepted if any amount is more than before, also one that was not named', () => {
    const ask: Rule = { mode: 'ask' };
    expect(widens(ask, ask)).toBe(false);
    expect(widens(auto(['a', '5']), ask)).toBe(false);
    expect(widens(ask, auto())).toBe(false);
    expect(widens(ask, auto(['a', '1']))).toBe(true);
    expect(widens(auto(['a', '5']), auto(['a', '5']))).toBe(false);
    expect(widens(auto(['a', '5']), auto(['a', '6']))).toBe(true);
    expect(widens(auto(['a', '5']), auto(['a', '4']))).toBe(false);
    expect(widens(auto(['a', '5']), auto(['a', '4'], ['b', '1']))).toBe(true);
    expect(widens(auto(['a', '5'], ['b', '9']), auto(['b', '9'], ['a', '5']))).toBe(false);
    expect(widens(auto(['a', '10']), auto(['a', '9']))).toBe(false);
  });
});

describe('a name', () => {
  it('is mine to give, composed, and to take back', () => {
    ada.call('people.rename', { contact: ben.instance, name: 'Be\u0301n' });
    expect(contact()).toMatchObject({ petname: 'B\u00e9n', theirName: 'Ben' });
    ada.call('people.rename', { contact: ben.instance, name: null });
    expect(contact()).toMatchObject({ petname: null });
    ben.beStranger();
    expect(ada.call('people.rename', { contact: ben.instance, name: 'Ben' })).toMatchObject({ failure: { code: 'unknown_contact' } });
  });
});

describe('a changed key', () => {
  it('is shown until the person has seen it', () => {
    ada.within(({ state }) => state.put('contact', ben.instance, { ...contact()!, keyChanged: { seen: NOBODY, at: 1 } }));
    ada.call('people.dismissKeyChange', { contact: ben.instance });
    expect(contact()).toMatchObject({ keyChanged: null, theirName: 'Ben' });
    ben.beStranger();
    expect(ada.call('people.dismissKeyChange', { contact: ben.instance })).toMatchObject({ failure: { code: 'unknown_contact' } });
  });
});

describe('a contact who is forgotten', () => {
  const incoming = (state: Incoming['state'], number: number): TransferId => {
    const id = idNumber(number) as TransferId;
    ada.within((turn) => turn.state.put('transfer', id, { id, contact: ben.instance, direction: 'in', state, reason: null, timeline: [], give: [], take: [], memo: '', purpose: 'payment', request: null }));
    return id;
  };
  const offer = (): TransferId => {
    const sent = ada.must('transfers.send', { contact: ben.instance, currency: tea, amount: '7' });
    return sent.id;
  };
  const forgotten = () => ben.doing((turn) => forget(turn, ben.instance));
  const setState = (id: TransferId, state: Transfer['state']): void => ada.within((turn) => turn.state.put('transfer', id, { ...turn.state.get('transfer', id)!, state } as Transfer));

  it('hears which offers that ends, on both sides; what was declined is just gone', () => {
    const mine = offer();
    const [shown, taken, declined] = [incoming('offered', 1), incoming('accepted', 2), incoming('declined', 3)];
    const { said, ended } = forgotten();
    expect(said).toEqual([{ type: 'withdraw', id: mine }, { type: 'decline', id: shown, reason: 'declined' }, { type: 'decline', id: taken, reason: 'declined' }]);
    expect(ended.map(({ id, state, reason, receipt, contactName }) => [id, state, reason, receipt, contactName])).toEqual([
      [mine, 'cancelled', 'forgotten', null, 'Ben'], [shown, 'declined', 'forgotten', null, 'Ben'], [taken, 'declined', 'forgotten', null, 'Ben'],
    ]);
    expect([mine, shown, taken, declined].map((id) => ada.state.get('transfer', id))).toEqual([undefined, undefined, undefined, undefined]);
  });

  it('is a stranger: requests, position and trouble go, sessions end; lanes and a proof of a fork stay', () => {
    ada.call('requests.create', { contact: ben.instance, currency: tea, amount: '1' });
    ada.within(({ state }) => {
      state.put('trouble', ben.instance, 'busy');
      state.put('position', ben.instance, {} as never);
      state.put('forkProof', ben.instance, {} as never);
    });
    const second = ben.meet();
    const { outputs } = forgotten();
    expect(outputs.filter(({ type }) => type === 'hang-up')).toEqual([{ type: 'hang-up', connection: second - 1, failure: null }, { type: 'hang-up', connection: second, failure: null }]);
    for (const table of ['contact', 'trouble', 'position', 'presence'] as const) expect(ada.state.get(table, ben.instance), table).toBeUndefined();
    expect([...ada.state.all('request')]).toEqual([]);
    expect([ada.size('lane'), ada.state.get('laneTo', ben.instance), ada.state.get('forkProof', ben.instance)]).toEqual([2, ben.outward, {}]);
  });

  it('cannot be forgotten while something of mine is on its way to them; what was written off does not hold them', () => {
    const id = offer();
    setState(id, 'in-transit');
    expect(ada.call('people.forget', { contact: ben.instance })).toMatchObject({ failure: { code: 'contact_in_transit' } });
    setState(id, 'written-off');
    expect(ada.call('people.forget', { contact: ben.instance })).toMatchObject({ ok: true });
    // It may still be answered.
    expect(ada.state.get('transfer', id)).toMatchObject({ state: 'written-off' });
  });

  it('cannot be forgotten while a book of theirs is here; one that I lent them does not hold them', () => {
    const emma = new MadeBook(ben, 'Emma');
    const loan = { contact: ben.instance, due: null, deadline: null, recalled: false, asked: null };
    emma.shelve(ada, { state: 'borrowed', over: false, ...loan });
    expect(ada.call('people.forget', { contact: ben.instance })).toMatchObject({ failure: { code: 'contact_has_loan' } });
    emma.shelve(ada, { state: 'lent', answered: null, ...loan });
    expect(ada.call('people.forget', { contact: ben.instance })).toMatchObject({ ok: true });
    expect(ada.call('people.forget', { contact: ben.instance })).toMatchObject({ failure: { code: 'unknown_contact' } });
  });
});
