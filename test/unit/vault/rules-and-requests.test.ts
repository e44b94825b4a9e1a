/** What the destination takes without asking the person again (design §6, phase 2): what a rule of theirs covers, and what pays a request of theirs. */
import { beforeEach, describe, expect, it } from 'vitest';
import type { RequestId } from '../../../protocol/identifiers.ts';
import { PayingLane } from '../../support/paying-lane.ts';
import { idNumber, PureLane } from '../../support/pure-lane.ts';
import { credit, idOf } from '../../support/raw-contact.ts';
import { TeaVault } from '../../support/tea-vault.ts';

let ada: TeaVault;
let ben: PayingLane;

beforeEach(() => {
  ada = new TeaVault('receiving');
  ben = new PayingLane(ada, 'Ben');
});

describe('a rule', () => {
  it('takes what it names up to its amount, summed, and nothing else', () => {
    ben.allow('10');
    expect(ben.answerTo(1, ben.give(10))).toBe('ack');
    expect(ben.answerTo(2, ben.give(11))).toBe('declined');
    expect(ben.answerTo(3, { give: [credit(ben.bun, 6), credit(ben.bun, 5)] })).toBe('declined');
    expect(ben.answerTo(4, { give: [credit(ben.bun, 1), credit(ben.currency('NEW'), 1)] })).toBe('declined');
    ada.call('people.setRule', { contact: ben.instance, rule: { mode: 'ask' } });
    expect(ben.answerTo(5, ben.give(1))).toBe('declined');
    expect(ben.held()).toBe(10n);
  });
});

describe('a request of mine', () => {
  const ask = (amount = 7n): RequestId => {
    const asked = ada.must('requests.create', { contact: ben.instance, currency: idOf(ben.bun), amount: String(amount) });
    return asked.id;
  };

  it('that is paid exactly is taken without being asked again, and is over', () => {
    const request = ask();
    expect(ben.answerTo(1, { ...ben.give(7), request })).toBe('ack');
    expect(ada.state.get('request', request)).toBeUndefined();
    // Once is enough.
    expect(ben.answerTo(2, { ...ben.give(7), request })).toBe('declined');
  });

  it('opens the door to nothing else: another amount, a payment that does not name it, or one by somebody else', () => {
    const request = ask();
    expect(ben.answerTo(1, { ...ben.give(8), request })).toBe('declined');
    expect(ben.answerTo(2, ben.give(7))).toBe('declined');
    expect(ben.answerTo(3, { ...ben.give(7), request: idNumber(77) })).toBe('declined');
    const cleo = new PureLane(ada, 'Cleo');
    expect(cleo.answerTo(1, { ...ben.give(7), request })).toBe('declined');
    ada.within(({ state }) => state.put('request', request, { ...state.get('request', request)!, direction: 'in' }));
    expect(ben.answerTo(4, { ...ben.give(7), request })).toBe('declined');
    expect(ada.state.get('request', request)).toMatchObject({ direction: 'in', state: 'open' });
  });

  it('is over when another amount is paid for it with the person’s consent, and only if it is theirs to pay', () => {
    const request = ask();
    ben.onRecord(1, ben.bunFor(3n));
    expect(ben.answerTo(1, { ...ben.give(3), request })).toBe('ack');
    expect(ada.state.get('request', request)).toBeUndefined();
    const other = ask();
    const cleo = new PureLane(ada, 'Cleo');
    ada.call('people.setRule', { contact: cleo.instance, rule: { mode: 'auto', upTo: [{ currency: idOf(ben.bun), amount: '9' }] } });
    expect(cleo.answerTo(1, { ...ben.give(3), request: other })).toBe('ack');
    expect(ada.state.get('request', other)).toMatchObject({ direction: 'out', state: 'open', contact: ben.instance });
  });
});
