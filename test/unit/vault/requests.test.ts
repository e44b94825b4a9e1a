/** Requests message by message (design §6): asked until paid, shown once, over for both when either says so. */
import { beforeEach, describe, expect, it } from 'vitest';
import type { Request } from '../../../enclave/vault/records.ts';
import { cancelRequest, createRequest, declineRequest, dropUnlistedRequests, onRequest, onRequestCancel, onRequestDecline, resendRequests } from '../../../enclave/vault/people/requests.ts';
import { begin } from '../../../enclave/vault/transfers/sending.machine.ts';
import type { CurrencyId, RequestId } from '../../../protocol/identifiers.ts';
import { MAX_OPEN_REQUESTS } from '../../../protocol/limits.ts';
import { BEGINNING } from '../../support/memory-host.ts';
import { idNumber, PureLane } from '../../support/pure-lane.ts';
import { credit, descriptor, idOf } from '../../support/raw-contact.ts';
import { TeaVault } from '../../support/tea-vault.ts';

let ada: TeaVault;
let ben: PureLane;
let cleo: PureLane;
let tea: CurrencyId;

beforeEach(() => {
  ada = new TeaVault('requests');
  ({ tea } = ada);
  [ben, cleo] = [new PureLane(ada, 'Ben'), new PureLane(ada, 'Cleo')];
  for (const peer of [ben, cleo]) peer.meet();
});

const id = (number: number): RequestId => idNumber(number) as RequestId;
const request = (number: number): Request | undefined => ada.state.get('request', id(number));
const wireTea = () => ada.state.get('currency', tea)!;
const ask = (amount = 7n) => ben.doing((turn) => createRequest(turn, { contact: ben.instance, currency: tea, amount, memo: 'please' }));
/** They ask. @returns what was said, and what the person is told */
const asked = (number: number, peer = ben, amount = '7', currency = wireTea()) => {
  const { said, outputs } = peer.doing((turn) => onRequest(turn, peer.instance, { type: 'request', id: idNumber(number), asset: credit(currency, amount), memo: 'please' }));
  return { said, told: outputs.filter(({ type }) => type === 'notify') };
};

describe('my request', () => {
  it('is kept and said, and said again at every meeting, to whom it is for', () => {
    const { value, said } = ask();
    const message = { type: 'request', id: value.id, asset: credit(wireTea(), 7), memo: 'please' };
    expect(said).toEqual([message]);
    expect(value).toEqual({ id: value.id, direction: 'out', contact: ben.instance, currency: tea, amount: 7n, memo: 'please', at: BEGINNING, state: 'open' });
    expect(ada.state.get('request', value.id)).toEqual(value);
    expect(value.id).toMatch(/^[0-9a-f]{32}$/);
    asked(1);
    expect(ben.doing((turn) => resendRequests(turn, ben.instance)).said).toEqual([message]);
    expect(cleo.doing((turn) => resendRequests(turn, cleo.instance)).said).toEqual([]);
  });

  it('is made only to somebody who has confirmed the words, and 32 times at once; theirs do not count', () => {
    for (let n = 1; n <= 5; n++) asked(n);
    for (let n = 0; n < MAX_OPEN_REQUESTS; n++) ask();
    const refused = () => ada.call('requests.create', { contact: ben.instance, currency: tea, amount: '1' });
    expect(refused()).toMatchObject({ failure: { code: 'too_many' } });
    ada.within(({ state }) => state.put('contact', ben.instance, { ...state.get('contact', ben.instance)!, mutual: false }));
    expect(refused()).toMatchObject({ failure: { code: 'not_paired' } });
  });

  it('is over when they decline it, which they hear; not when somebody else does', () => {
    const { value } = ask();
    const declined = (peer: PureLane) => peer.doing((turn) => onRequestDecline(turn, peer.instance, value.id));
    expect(declined(cleo).said).toEqual([{ type: 'request-cancel', id: value.id }]);
    expect(ada.state.get('request', value.id)).toEqual(value);
    expect(declined(ben).said).toEqual([{ type: 'request-cancel', id: value.id }]);
    expect(ada.state.get('request', value.id)).toBeUndefined();
    // Heard again: the answer may have been lost.
    expect(declined(ben).said).toEqual([{ type: 'request-cancel', id: value.id }]);
  });

  it('is over when I take it back, which they hear; nobody else’s is mine to take back, and none twice', () => {
    const { value } = ask();
    expect(ben.doing((turn) => cancelRequest(turn, value.id)).said).toEqual([{ type: 'request-cancel', id: value.id }]);
    expect(ada.call('requests.cancel', { id: value.id })).toMatchObject({ failure: { code: 'unknown_request' } });
    asked(1);
    expect(ada.call('requests.cancel', { id: id(1) })).toMatchObject({ failure: { code: 'unknown_request' } });
    expect(request(1)).toMatchObject({ state: 'open' });
  });

  it('is not theirs to cancel or to end by a list', () => {
    const { value } = ask();
    ben.doing((turn) => onRequestCancel(turn, ben.instance, value.id));
    ben.doing((turn) => dropUnlistedRequests(turn, ben.instance, new Set()));
    expect(ada.state.get('request', value.id)).toMatchObject({ state: 'open' });
  });
});

describe('their request', () => {
  it('is shown once, however often it comes', () => {
    const { told, said } = asked(1);
    expect(request(1)).toEqual({ id: id(1), direction: 'in', contact: ben.instance, currency: tea, amount: 7n, memo: 'please', at: BEGINNING, state: 'open' });
    expect(told).toEqual([{ type: 'notify', event: 'request', contact: ben.instance, name: 'Ben', text: 'please' }]);
    expect(said).toEqual([]);
    expect(asked(1, ben, '9')).toMatchObject({ told: [], said: [] });
    expect(request(1)).toMatchObject({ amount: 7n });
  });

  it('teaches its currency, and is declined if that is forged', () => {
    const bun = descriptor({ ...ben, instance: ben.instance }, 'BUN');
    expect(asked(1, ben, '7', bun).said).toEqual([]);
    expect(request(1)).toMatchObject({ currency: idOf(bun) });
    expect(asked(2, ben, '7', { ...bun, name: 'Gold' }).said).toEqual([{ type: 'request-decline', id: idNumber(2) }]);
    expect(request(2)).toBeUndefined();
  });

  it('is declined when they have 32 open with me; mine do not count', () => {
    for (let n = 1; n < MAX_OPEN_REQUESTS; n++) expect(asked(n).said).toEqual([]);
    ask();
    expect(asked(98).said).toEqual([]);
    expect(asked(99).said).toEqual([{ type: 'request-decline', id: idNumber(99) }]);
    expect(asked(100, cleo).said).toEqual([]);
  });

  it('that I declined is declined again whenever it comes, until they say that it is over', () => {
    asked(1);
    const { said, value } = ben.doing((turn) => declineRequest(turn, id(1)));
    expect(said).toEqual([{ type: 'request-decline', id: idNumber(1) }]);
    expect(value).toMatchObject({ state: 'declined' });
    expect(request(1)).toMatchObject({ state: 'declined' });
    expect(ada.call('requests.decline', { id: id(1) })).toMatchObject({ failure: { code: 'unknown_request' } });
    expect(asked(1)).toMatchObject({ said: [{ type: 'request-decline', id: idNumber(1) }], told: [] });
    ben.doing((turn) => onRequestCancel(turn, ben.instance, id(1)));
    expect(request(1)).toBeUndefined();
    // Late, on another connection: it has ended.
    expect(asked(1)).toMatchObject({ said: [], told: [] });
    expect(request(1)).toBeUndefined();
  });

  it('is nobody else’s to ask for again, to cancel, or to learn about', () => {
    asked(1);
    ada.call('requests.decline', { id: id(1) });
    expect(asked(1, cleo)).toMatchObject({ said: [], told: [] });
    cleo.doing((turn) => onRequestCancel(turn, cleo.instance, id(1)));
    expect(request(1)).toMatchObject({ state: 'declined', contact: ben.instance });
    const mine = ask().value;
    ada.within(({ state }) => state.put('request', mine.id, { ...mine, state: 'declined' }));
    expect(ben.doing((turn) => onRequest(turn, ben.instance, { type: 'request', id: mine.id, asset: credit(wireTea(), 7), memo: '' })).said).toEqual([]);
    expect(ada.call('requests.decline', { id: mine.id })).toMatchObject({ failure: { code: 'unknown_request' } });
  });

  it('is over when they list it no more, and only that one', () => {
    for (const n of [1, 2]) asked(n);
    asked(3, cleo);
    ben.doing((turn) => dropUnlistedRequests(turn, ben.instance, new Set([idNumber(2)])));
    expect([1, 2, 3].map((n) => request(n)?.state)).toEqual([undefined, 'open', 'open']);
  });

  it('that is being paid already is not shown again, or it would be paid twice', () => {
    const paying = (named: RequestId | null) => ben.doing((turn) => begin(turn, { contact: ben.instance, give: [{ kind: 'credit', currency: tea, amount: 7n }], take: [], memo: '', purpose: 'payment', request: named })).value;
    const transfer = paying(id(1));
    paying(null);
    expect(asked(1)).toMatchObject({ said: [], told: [] });
    expect(request(1)).toBeUndefined();
    expect(asked(2).told).toHaveLength(1);
    // A payment that they offer me is not mine.
    ada.within(({ state }) => state.put('transfer', transfer, { ...state.get('transfer', transfer)!, direction: 'in', state: 'offered', reason: null } as never));
    expect(asked(1).told).toHaveLength(1);
  });
});

describe('paying a request', () => {
  const pay = (number: number, peer = ben) => ada.call('transfers.send', { contact: peer.instance, currency: tea, amount: '7', request: id(number) });

  it('takes it off the list; only an open one of theirs can be paid', () => {
    asked(1);
    expect(pay(1, cleo)).toMatchObject({ failure: { code: 'unknown_request' } });
    expect(pay(2)).toMatchObject({ failure: { code: 'unknown_request' } });
    expect(pay(1)).toMatchObject({ ok: true });
    expect(request(1)).toBeUndefined();
    expect(pay(1)).toMatchObject({ failure: { code: 'unknown_request' } });
    asked(3);
    ada.call('requests.decline', { id: id(3) });
    expect(pay(3)).toMatchObject({ failure: { code: 'unknown_request' } });
    const mine = ask().value;
    expect(ada.call('transfers.send', { contact: ben.instance, currency: tea, amount: '7', request: mine.id })).toMatchObject({ failure: { code: 'unknown_request' } });
  });
});
