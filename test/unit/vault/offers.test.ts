/** What a vault makes of an OFFER (design §6; assurance rows 26–28, 41): when it is taken unasked, when it is refused, and when it is only said again. */
import { beforeEach, describe, expect, it } from 'vitest';
import { learnCurrency } from '../../../enclave/vault/credits/currencies.ts';
import type { Licence } from '../../../enclave/vault/records.ts';
import { accept, decline, dropUnlisted, onOffer, resendAnswers } from '../../../enclave/vault/transfers/receiving.machine.ts';
import type { CurrencyId, TransferId } from '../../../protocol/identifiers.ts';
import { MAX_AMOUNT, MAX_OPEN_OFFERS } from '../../../protocol/limits.ts';
import type { MessageOf } from '../../../protocol/messages.codec.ts';
import { MadeBook } from '../../support/made-books.ts';
import { idNumber, PureLane } from '../../support/pure-lane.ts';
import { credit, descriptor, idOf } from '../../support/raw-contact.ts';
import { refusalCode } from '../../support/refusals.ts';
import { TeaVault } from '../../support/tea-vault.ts';

let ada: TeaVault;
let ben: PureLane;
let tea: CurrencyId;
let emma: MadeBook;

beforeEach(() => {
  ada = new TeaVault('offers');
  ({ tea } = ada);
  ben = new PureLane(ada, 'Ben');
  ben.meet();
  ben.doing((turn) => learnCurrency(turn, bun(), ben.instance));
  emma = new MadeBook(ben, 'Emma');
});

const bun = (code = 'BUN') => descriptor({ ...ben, instance: ben.instance }, code);
const wireTea = (amount: string) => credit(ada.state.get('currency', tea)!, amount);
const offer = (more: Partial<MessageOf<'offer'>> = {}, id = 1): MessageOf<'offer'> => ({ type: 'offer', id: idNumber(id), give: [credit(bun(), 5)], take: [], memo: '', purpose: 'payment', ...more });
const offered = (more: Partial<MessageOf<'offer'>> = {}, id = 1, from = ben) => from.doing((turn) => onOffer(turn, from.instance, offer(more, id)));
const transfer = (id = 1) => ada.state.get('transfer', idNumber(id) as TransferId);
const ownOffer = (id: number) => ada.within(({ state }) => state.put('transfer', idNumber(id), { ...transferOut, id: idNumber(id) as TransferId } as never));
const transferOut = { direction: 'out', state: 'offered', give: [], take: [], memo: '', purpose: 'payment', request: null, timeline: [], get contact() { return ben.instance; } };
const lent = (more: Partial<Licence> = {}, copy = 1) =>
  emma.shelve(ada, { state: 'lent', contact: ben.instance, due: null, deadline: null, recalled: false, asked: null, answered: null, ...more } as never, copy);

describe('an OFFER', () => {
  it('is put before the person, who is told', () => {
    const { said, outputs } = offered({ memo: 'for tea' });
    expect([said, outputs.filter(({ type }) => type === 'notify')]).toEqual([[], [{ type: 'notify', event: 'offer', contact: ben.instance, name: 'Ben', text: 'for tea' }]]);
    expect(transfer()).toMatchObject({ direction: 'in', state: 'offered', memo: 'for tea' });
  });

  it('under an id that is not theirs to use is declined, and what has it stays', () => {
    ownOffer(1);
    const cleo = new PureLane(ada, 'Cleo');
    cleo.meet();
    offered({}, 2, cleo);
    for (const id of [1, 2]) {
      const before = transfer(id);
      expect(offered({}, id).said).toEqual([{ type: 'decline', id: idNumber(id), reason: 'bad_input' }]);
      expect(transfer(id)).toEqual(before);
    }
  });

  it('is one of so many of theirs; mine to them do not count', () => {
    for (let id = 100; id < 100 + MAX_OPEN_OFFERS; id++) ownOffer(id);
    for (let id = 200; id < 200 + MAX_OPEN_OFFERS - 1; id++) ada.within(({ state }) => state.put('transfer', idNumber(id), { ...transferOut, id: idNumber(id), direction: 'in', reason: null } as never));
    expect(offered({}, 1).said).toEqual([]);
    expect(offered({}, 2).said).toEqual([{ type: 'decline', id: idNumber(2), reason: 'too_many' }]);
  });

  it('that is nothing, is forged, or asks for a loan or a return, is declined at once', () => {
    const bad: Partial<MessageOf<'offer'>>[] = [
      { give: [] }, { give: [credit({ ...bun('NEW'), name: 'Gold' }, 1)] }, { give: [], take: [emma.wire({ as: 'loan', due: null, lastsMs: null })] }, { take: [emma.wire({ as: 'return', unopened: null })] },
      { take: [emma.wire(), emma.wire({ as: 'return', unopened: null }, 2)] },
    ];
    for (const [at, more] of bad.entries()) expect(offered(more, at + 1).said, String(at)).toEqual([{ type: 'decline', id: idNumber(at + 1), reason: 'bad_input' }]);
    emma.shelve(ada);
    expect(offered({ take: [emma.wire()] }, 9).said).toEqual([]);
  });

  it('to redeem must be of nothing but our own', () => {
    const redeem = (id: number, ...give: MessageOf<'offer'>['give']) => offered({ give, purpose: 'redemption' }, id).said.length;
    expect([redeem(1, wireTea('1')), redeem(2, credit(bun(), 1)), redeem(3, wireTea('1'), credit(bun(), 1)), redeem(4, credit(bun(), 1), wireTea('1')), redeem(5, emma.wire())]).toEqual([0, 1, 1, 1, 1]);
  });
});

describe('what is taken unasked', () => {
  const taken = (more: Partial<MessageOf<'offer'>>, id = 1) => offered(more, id).said.some(({ type }) => type === 'accept');
  const auto = (...upTo: { currency: CurrencyId; amount: string }[]) => ada.within(({ state }) => state.put('contact', ben.instance, { ...state.get('contact', ben.instance)!, rule: { mode: 'auto', upTo } }));

  it('is what a rule names, each currency up to its amount', () => {
    auto({ currency: idOf(bun()), amount: '5' }, { currency: idOf(bun('ALE')), amount: '1' });
    expect([taken({}, 1), taken({ give: [credit(bun(), 6)] }, 2), taken({ give: [credit(bun('ALE'), 1)] }, 3), taken({ give: [credit(bun('ALE'), 2)] }, 4), taken({ give: [credit(bun(), 5), credit(bun('ZOO'), 1)] }, 5), taken({ take: [wireTea('1')] }, 6)])
      .toEqual([true, false, true, false, false, false]);
    expect(transfer(1)).toMatchObject({ state: 'accepted' });
  });

  it('is a book of mine that comes home from whom it was lent to, alone', () => {
    const home = (copy = 1) => emma.wire({ as: 'return', unopened: null }, copy);
    auto({ currency: idOf(bun()), amount: '5' });
    expect(taken({ give: [home()] }, 1)).toBe(false);
    lent();
    expect(taken({ give: [home()] }, 2)).toBe(true);
    lent({}, 2);
    expect(taken({ give: [home(), home(2)] }, 3)).toBe(true);
    expect([taken({ give: [home(), credit(bun(), 1)] }, 4), taken({ give: [home(), emma.wire({ as: 'own' }, 3)] }, 5), taken({ give: [emma.wire()] }, 6), taken({ give: [home(3), home()] }, 7)]).toEqual([false, false, false, false]);
    lent({ contact: new PureLane(ada, 'Cleo').instance } as never);
    expect(taken({ give: [home()] }, 8)).toBe(false);
  });

  it('is nothing else: a book is the person’s own choice, whatever the rule', () => {
    auto({ currency: idOf(bun()), amount: '5' });
    expect(taken({ give: [emma.wire()] }, 1)).toBe(false);
    expect(taken({ give: [emma.wire({ as: 'loan', due: null, lastsMs: null })] }, 2)).toBe(false);
  });
});

describe('the person’s answer', () => {
  const say = (work: typeof accept, id = 1) => ben.doing((turn) => work(turn, idNumber(id) as TransferId));

  it('is given once, to what is offered', () => {
    expect(refusalCode(() => say(accept))).toBe('unknown_transfer');
    ownOffer(3);
    expect(refusalCode(() => say(accept, 3))).toBe('unknown_transfer');
    offered();
    expect(say(decline).said).toEqual([{ type: 'decline', id: idNumber(1), reason: 'declined' }]);
    expect([refusalCode(() => say(decline)), refusalCode(() => say(accept))]).toEqual(['wrong_state', 'wrong_state']);
  });

  it('is no if there is no room, and says which of the two it is', () => {
    offered({ give: [credit(bun(), String(MAX_AMOUNT)), credit(bun(), '1')] });
    const answer = (id: number) => ada.call('transfers.accept', { id: idNumber(id) as TransferId });
    expect(answer(1)).toMatchObject({ ok: false, failure: { code: 'amount_overflow', detail: 'This wallet cannot count that much of this currency.' } });
    emma.shelve(ada);
    offered({ give: [emma.wire()] }, 2);
    expect(answer(2)).toMatchObject({ ok: false, failure: { code: 'bad_input', detail: expect.stringContaining('cannot come from there') } });
  });

  it('is said again when the offer comes again, and at every meeting', () => {
    offered({}, 1);
    offered({}, 2);
    offered({}, 3);
    say(accept, 1);
    say(decline, 2);
    const answers = [{ type: 'accept', id: idNumber(1) }, { type: 'decline', id: idNumber(2), reason: 'declined' }];
    expect([offered({}, 1).said, offered({}, 2).said, offered({}, 3).said]).toEqual([[answers[0]], [answers[1]], []]);
    ownOffer(9);
    expect(ben.doing((turn) => resendAnswers(turn, ben.instance)).said).toEqual(answers);
  });
});

describe('a list of what they hold for unfinished', () => {
  it('ends offers of theirs that it does not name; not what was answered, and nothing of mine or of others', () => {
    const cleo = new PureLane(ada, 'Cleo');
    for (const id of [1, 2, 3, 4]) offered({}, id);
    offered({}, 5, cleo);
    ownOffer(6);
    ben.doing((turn) => { accept(turn, idNumber(3) as TransferId); decline(turn, idNumber(4) as TransferId); });
    const { ended } = ben.doing((turn) => dropUnlisted(turn, ben.instance, new Set([idNumber(2)])));
    expect(ended.map(({ id, state }) => [id, state])).toEqual([[idNumber(1), 'withdrawn']]);
    expect([2, 3, 4, 5, 6].map((id) => transfer(id)?.state)).toEqual(['offered', 'accepted', 'declined', 'offered', 'offered']);
  });
});

describe('a book that is paid for', () => {
  it('goes with its key in the answer', () => {
    emma.shelve(ada);
    offered({ take: [emma.wire()] });
    ben.doing((turn) => accept(turn, idNumber(1) as TransferId));
    const came = ben.deliver(ben.commit(1, { give: [credit(bun(), 5)], take: [emma.wire()] }));
    expect(ben.read(came.answers[0])).toMatchObject({ kind: 'ack', content: { take: [emma.wire()], keys: [emma.key] } });
    expect(ada.state.get('licence', emma.id())).toBeUndefined();
  });
});
