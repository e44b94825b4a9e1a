/** What lender and borrower settle about a loan, message by message (design §7; assurance rows 46, 47): whom each word is believed from, and what it changes. */
import { beforeEach, describe, expect, it } from 'vitest';
import { answerRenewal, askRenewal, assetOf, bringHomeOverdue, loanUntil, onLoan, onRenewAsk, recall, resumeLoans, returnHome, returnOverdue } from '../../../enclave/vault/library/loans.ts';
import { DAY_MS, deadlineOf, isOver, termsForbid } from '../../../enclave/vault/library/terms.ts';
import type { Licence } from '../../../enclave/vault/records.ts';
import { hexToBytes } from '../../../enclave/vault/bytes.ts';
import { must } from '../../../enclave/vault/state.ts';
import type { LicenceId } from '../../../protocol/identifiers.ts';
import { MAX_LOAN_DAYS } from '../../../protocol/limits.ts';
import type { MessageOf } from '../../../protocol/messages.codec.ts';
import { onAccept } from '../../../enclave/vault/transfers/sending.machine.ts';
import { BEGINNING } from '../../support/memory-host.ts';
import { MadeBook } from '../../support/made-books.ts';
import { PureLane } from '../../support/pure-lane.ts';
import { OPEN_TERMS } from '../../support/pure-library.ts';
import { PureNetwork, PureVault } from '../../support/pure-vault.ts';
import { refusalCode } from '../../support/refusals.ts';
import { inDays } from '../../support/reading-circle.ts';

let ada: PureVault;
let ben: PureLane;
let cleo: PureLane;
let emma: MadeBook;

beforeEach(() => {
  ada = new PureVault('Ada', 'loans', new PureNetwork());
  [ben, cleo] = [new PureLane(ada, 'Ben'), new PureLane(ada, 'Cleo')];
  ben.meet();
  emma = new MadeBook(ben, 'Emma');
});

type Borrowed = Extract<Licence, { state: 'borrowed' }>;
type Lent = Extract<Licence, { state: 'lent' }>;
const due14 = inDays(14);
/** A loan of 14 days: from Ben, or to him. */
const borrow = (more: Partial<Borrowed> = {}, copy = 1): LicenceId =>
  emma.shelve(ada, { state: 'borrowed', contact: ben.instance, due: due14, deadline: ada.time.now + 14 * DAY_MS, over: false, recalled: false, asked: null, ...more }, copy);
const lend = (more: Partial<Lent> = {}, copy = 1): LicenceId =>
  emma.shelve(ada, { state: 'lent', contact: ben.instance, due: due14, deadline: ada.time.now + 14 * DAY_MS, recalled: false, asked: null, answered: null, ...more }, copy);
const licence = <S extends Licence['state']>(copy = 1) => ada.state.get('licence', emma.id(copy)) as Extract<Licence, { state: S }>;
const named = () => ({ publication: hexToBytes(licence().publication), copy: 1 });
const word = (more: Partial<MessageOf<'loan'>> = {}): MessageOf<'loan'> => ({ type: 'loan', ...named(), due: due14, lastsMs: 14 * DAY_MS, recalled: false, over: false, answered: null, ...more });
const hear = (more: Partial<MessageOf<'loan'>> = {}, from = ben) => ben.doing((turn) => onLoan(turn, from.instance, word(more)));
const notes = (outputs: readonly { type: string }[]) => outputs.filter(({ type }) => type === 'notify');

describe('the lender’s word about a loan', () => {
  it('counts from the lender alone, and only while the copy is borrowed', () => {
    borrow();
    hear({ recalled: true }, cleo);
    expect(licence<'borrowed'>().recalled).toBe(false);
    emma.shelve(ada, { state: 'held' });
    hear({ recalled: true });
    expect(licence()).toEqual(expect.not.objectContaining({ recalled: true }));
  });

  it('moves the date to a later one only, and says so once', () => {
    borrow();
    for (const due of [due14, inDays(13)]) expect(notes(hear({ due }).outputs)).toEqual([]);
    expect(licence<'borrowed'>()).toMatchObject({ due: due14 });
    expect(notes(hear({ due: inDays(20), lastsMs: 20 * DAY_MS }).outputs)).toEqual([{ type: 'notify', event: 'renewed', contact: ben.instance, name: 'Ben', text: 'Emma' }]);
    expect(licence<'borrowed'>()).toMatchObject({ due: inDays(20), deadline: ada.time.now + 20 * DAY_MS });
    expect(notes(hear({ due: null, lastsMs: null }).outputs)).toMatchObject([{ event: 'renewed' }]);
    expect(licence<'borrowed'>()).toMatchObject({ due: null, deadline: null });
    // A loan without a date does not get one afterwards.
    hear({ due: inDays(1), lastsMs: DAY_MS });
    expect(licence<'borrowed'>()).toMatchObject({ due: null, deadline: null });
  });

  it('is believed about a publication of the lender’s own, which others may not lend on', () => {
    emma = new MadeBook(ben, 'Emma', { terms: { ...OPEN_TERMS, lend: false } });
    borrow();
    hear({ due: inDays(20), lastsMs: 20 * DAY_MS });
    expect(licence<'borrowed'>().due).toBe(inDays(20));
  });

  it('that it is wanted back is told to the person once, and can be taken back', () => {
    borrow();
    expect(notes(hear({ recalled: true }).outputs)).toEqual([{ type: 'notify', event: 'recalled', contact: ben.instance, name: 'Ben', text: 'Emma' }]);
    expect(licence<'borrowed'>()).toMatchObject({ state: 'borrowed', recalled: true });
    expect(notes(hear({ recalled: true, due: inDays(15) }).outputs)).toMatchObject([{ event: 'renewed' }]);
    expect(notes(hear({ recalled: false, due: inDays(15) }).outputs)).toEqual([]);
    expect(licence<'borrowed'>().recalled).toBe(false);
  });

  it('gives no more time than the publisher’s terms allow from now on', () => {
    borrow();
    const before = licence();
    ben.doing((turn) => {
      const known = must(turn.state, 'publication', licence().publication);
      turn.state.put('publication', licence().publication, { ...known, descriptor: { ...known.descriptor, terms: { ...OPEN_TERMS, maxLoanDays: 20 } } });
    });
    for (const more of [{ due: null, lastsMs: null }, { due: null, lastsMs: DAY_MS }, { due: inDays(21), lastsMs: 21 * DAY_MS }, { due: inDays(21), lastsMs: null }]) hear(more);
    expect(licence()).toEqual(before);
    hear({ due: inDays(20), lastsMs: 20 * DAY_MS });
    expect(licence<'borrowed'>()).toMatchObject({ due: inDays(20), deadline: ada.time.now + 20 * DAY_MS });
  });

  it('ends what was asked if that is what was answered', () => {
    borrow({ asked: inDays(20) });
    hear({ answered: inDays(19) });
    expect(licence<'borrowed'>().asked).toBe(inDays(20));
    hear({ answered: inDays(20) });
    expect(licence<'borrowed'>().asked).toBeNull();
  });

  it('that its time is over sends it home, unless the same word gives a later date', () => {
    borrow({}, 1);
    expect(hear({ over: true, due: inDays(30), lastsMs: 30 * DAY_MS }).said).toEqual([]);
    expect(licence<'borrowed'>().over).toBe(false);
    expect(hear({ over: true, due: inDays(30) }).said).toMatchObject([{ type: 'offer', give: [{ kind: 'licence', move: { as: 'return' } }] }]);
    expect(licence<'borrowed'>().over).toBe(true);
  });

  it('changes nothing, and nothing is written, if it says what is known', () => {
    borrow();
    const before = ada.n;
    hear();
    expect(ada.n).toBe(before);
  });
});

describe('a borrower who asks for a later date', () => {
  const ask = (due: number) => refusalCode(() => ben.doing((turn) => askRenewal(turn, emma.id(), due)));

  it('asks the lender, about a copy that is borrowed until a date', () => {
    expect(ask(inDays(20))).toBe('unknown_licence');
    lend();
    expect(ask(inDays(20))).toBe('wrong_state');
    borrow({ due: null, deadline: null });
    expect(ask(inDays(20))).toBe('wrong_state');
    borrow();
    expect(ben.doing((turn) => askRenewal(turn, emma.id(), inDays(20))).said).toEqual([{ type: 'renew-ask', ...named(), due: inDays(20) }]);
    expect(licence<'borrowed'>().asked).toBe(inDays(20));
  });

  it('asks for a later date that is not too far away', () => {
    borrow();
    const farthest = inDays(MAX_LOAN_DAYS);
    expect([due14 - 1, due14, due14 + 1, farthest, farthest + 1].map(ask)).toEqual(['bad_input', 'bad_input', 'done', 'done', 'bad_input']);
  });
});

describe('a lender who is asked for a later date', () => {
  const asked = (due: number, from = ben) => ben.doing((turn) => onRenewAsk(turn, from.instance, { type: 'renew-ask', ...named(), due }));
  const answer = (agree: boolean) => refusalCode(() => ben.doing((turn) => answerRenewal(turn, emma.id(), agree)));

  it('hears the borrower alone, about a copy that is lent until a date, and only a later one', () => {
    lend();
    asked(inDays(20), cleo);
    asked(due14);
    asked(due14 - 1);
    expect(licence<'lent'>().asked).toBeNull();
    expect(notes(asked(due14 + 1).outputs)).toEqual([{ type: 'notify', event: 'renew-asked', contact: ben.instance, name: 'Ben', text: 'Emma' }]);
    expect(licence<'lent'>().asked).toBe(due14 + 1);
    const before = ada.n;
    expect(notes(asked(due14 + 1).outputs)).toEqual([]);
    expect(ada.n).toBe(before);
    lend({ due: null, deadline: null });
    asked(inDays(20));
    borrow();
    asked(inDays(20));
    expect(licence<'borrowed'>().asked).toBeNull();
  });

  it('says again what was decided about that date already', () => {
    lend({ answered: inDays(20), recalled: true });
    const { said, outputs } = asked(inDays(20));
    expect(said).toMatchObject([{ type: 'loan', due: due14, recalled: true, over: false, answered: inDays(20) }]);
    expect(notes(outputs)).toEqual([]);
    expect(licence<'lent'>().asked).toBeNull();
  });

  it('decides only what was asked, and says it', () => {
    expect(answer(true)).toBe('unknown_licence');
    borrow();
    expect(answer(true)).toBe('wrong_state');
    lend();
    expect(answer(true)).toBe('wrong_state');
    lend({ asked: inDays(20), recalled: true });
    const { said } = ben.doing((turn) => answerRenewal(turn, emma.id(), false));
    expect(said).toMatchObject([{ type: 'loan', due: due14, recalled: true, answered: inDays(20) }]);
    expect(licence<'lent'>()).toMatchObject({ asked: null, answered: inDays(20), due: due14 });
  });

  it('who agrees does not want it back before, and the loan lasts as long here as there', () => {
    lend({ asked: inDays(20), recalled: true });
    const { said } = ben.doing((turn) => answerRenewal(turn, emma.id(), true));
    const now = ada.time.now;
    expect(licence<'lent'>()).toMatchObject({ asked: null, answered: inDays(20), due: inDays(20), deadline: now + 20 * DAY_MS, recalled: false });
    expect(said).toEqual([{ type: 'loan', ...named(), due: inDays(20), lastsMs: 20 * DAY_MS, recalled: false, over: false, answered: inDays(20) }]);
  });

  it('cannot agree to more than the terms allow, and need not be allowed to lend again', () => {
    emma = new MadeBook(ben, 'Emma', { terms: { ...OPEN_TERMS, lend: false, maxLoanDays: 20 } });
    lend({ asked: inDays(20) });
    expect(answer(true)).toBe('done');
    emma = new MadeBook(ben, 'Emma', { terms: { ...OPEN_TERMS, maxLoanDays: 14 } });
    lend({ asked: inDays(15) });
    expect(answer(true)).toBe('terms_forbid');
    expect(licence<'lent'>()).toMatchObject({ asked: inDays(15), due: due14 });
  });

  it('wants a book back only from where it is lent', () => {
    expect(refusalCode(() => ben.doing((turn) => recall(turn, emma.id(), true)))).toBe('unknown_licence');
    borrow();
    expect(ada.call('books.recall', { licence: emma.id(), wanted: true })).toMatchObject({ ok: false, failure: { code: 'wrong_state', detail: 'This copy is not lent out.' } });
    lend();
    expect(ben.doing((turn) => recall(turn, emma.id(), true)).said).toMatchObject([{ type: 'loan', recalled: true }]);
    expect(ben.doing((turn) => recall(turn, emma.id(), false)).said).toMatchObject([{ type: 'loan', recalled: false }]);
  });

  it('tells how much time is left, never less than none', () => {
    lend({ deadline: ada.time.now - 1 });
    expect(ben.doing((turn) => recall(turn, emma.id(), true)).said).toMatchObject([{ lastsMs: 0, over: true }]);
    lend({ due: null, deadline: null });
    expect(ben.doing((turn) => recall(turn, emma.id(), true)).said).toMatchObject([{ due: null, lastsMs: null, over: false }]);
  });
});

describe('two who meet again', () => {
  const resumed = () => ben.doing((turn) => resumeLoans(turn, ben.instance)).said;

  it('say again what may not have been heard, and nothing else', () => {
    borrow();
    expect(resumed()).toEqual([]);
    borrow({ asked: inDays(20) });
    expect(resumed()).toMatchObject([{ type: 'renew-ask', due: inDays(20) }]);
    lend();
    expect(resumed()).toEqual([]);
    for (const more of [{ recalled: true }, { answered: inDays(20) }, { deadline: ada.time.now }] satisfies Partial<Lent>[]) {
      lend(more);
      expect(resumed(), JSON.stringify(more)).toMatchObject([{ type: 'loan' }]);
    }
  });
});

describe('a borrowed copy', () => {
  const offers = () => [...ada.state.all('transfer')].map(([, { give: [asset] }]) => asset?.kind === 'licence' && asset.id);

  it('goes home to its lender once, however often that is asked for', () => {
    expect(refusalCode(() => ben.doing((turn) => returnHome(turn, emma.id())))).toBe('unknown_licence');
    lend();
    expect(ada.call('books.return', { licence: emma.id() })).toMatchObject({ ok: false, failure: { code: 'wrong_state', detail: 'This copy is not borrowed.' } });
    borrow();
    borrow({}, 2);
    const first = ben.doing((turn) => returnHome(turn, emma.id()));
    expect(first.said).toMatchObject([{ type: 'offer', memo: '', give: [{ copy: 1, move: { as: 'return' } }] }]);
    expect(ben.doing((turn) => returnHome(turn, emma.id())).value).toBe(first.value);
    expect(ben.doing((turn) => returnHome(turn, emma.id(2))).value).not.toBe(first.value);
    expect(offers()).toEqual([emma.id(), emma.id(2)]);
  });

  it('is on its way home if it is among what is offered', () => {
    borrow();
    ben.doing((turn) => turn.state.put('transfer', 'ab'.repeat(16), { ...offered(), direction: 'out', give: [{ kind: 'credit', currency: 'bun', amount: 1n }, ...offered().give] } as never));
    expect(ben.doing((turn) => returnHome(turn, emma.id())).value).toBe('ab'.repeat(16));
  });

  it('begins its return although the same copy is offered to us, or another is offered to them', () => {
    borrow();
    const dune = new MadeBook(ben, 'Dune');
    dune.shelve(ada);
    ben.doing((turn) => turn.state.put('transfer', 'ab'.repeat(16), { ...offered(), direction: 'in', reason: null } as never));
    expect(ada.call('books.give', { licence: dune.id(), contact: ben.instance })).toMatchObject({ ok: true });
    expect(ben.doing((turn) => returnHome(turn, emma.id())).said).toMatchObject([{ type: 'offer', give: [{ copy: 1, move: { as: 'return' } }] }]);
  });
  const offered = () => ({ id: 'ab'.repeat(16), contact: ben.instance, state: 'offered', give: [emma.stored()], take: [], memo: '', purpose: 'payment', request: null, timeline: [] });

  it('goes home by itself to the lender who is here when its time is over', () => {
    borrow({ deadline: ada.time.now + DAY_MS });
    lend({ deadline: ada.time.now }, 2);
    ben.doing((turn) => returnOverdue(turn, ben.instance));
    expect(offers()).toEqual([]);
    ada.elapsedMs += DAY_MS;
    ben.doing((turn) => returnOverdue(turn, cleo.instance));
    expect(offers()).toEqual([]);
    ben.doing((turn) => bringHomeOverdue(turn));
    expect(offers()).toEqual([emma.id()]);
  });

  it('waits while its lender is away, or has not said who they are to us', () => {
    const away = new PureLane(ada, 'Dora');
    borrow({ contact: away.instance, deadline: ada.time.now });
    ben.doing((turn) => bringHomeOverdue(turn));
    away.meet([], false);
    ben.doing((turn) => bringHomeOverdue(turn));
    expect(offers()).toEqual([]);
    away.meet();
    ben.doing((turn) => bringHomeOverdue(turn));
    expect(offers()).toEqual([emma.id()]);
  });

  it('that comes back from a lender who was forgotten stays until they are a contact again, and stops nothing', () => {
    borrow({ deadline: ada.time.now });
    const { value: id } = ben.doing((turn) => returnHome(turn, emma.id()));
    ben.doing((turn) => onAccept(turn, ben.instance, id));
    for (const [method, input] of [['transfers.writeOff', { id }], ['people.forget', { contact: ben.instance }]] as const) expect(ada.call(method, input as never)).toMatchObject({ ok: true });
    ben.hear(ben.answer('nack', 1, { reason: 'declined' }));
    expect(licence()).toMatchObject({ state: 'borrowed', contact: ben.instance });
    ben.meet();
    expect(ben.doing((turn) => bringHomeOverdue(turn)).said).toEqual([]);
    expect(ada.call('books.return', { licence: emma.id() })).toMatchObject({ ok: false, failure: { code: 'unknown_contact' } });
  });

  it('that cannot go home for a fault of this program stops the vault', () => {
    borrow({ deadline: ada.time.now });
    ben.doing((turn) => turn.state.remove('publication', licence().publication));
    expect(() => ben.doing((turn) => returnOverdue(turn, ben.instance))).toThrow('invariant');
  });
});

describe('a loan', () => {
  const until = (due: number | null) => ben.doing((turn) => loanUntil(turn, due)).value;

  it('begins with a date that lies ahead and is not too far away, or without one', () => {
    expect(until(null)).toEqual({ as: 'loan', due: null, lastsMs: null });
    expect(until(BEGINNING + 1)).toEqual({ as: 'loan', due: BEGINNING + 1, lastsMs: 1 });
    expect(until(inDays(MAX_LOAN_DAYS))).toMatchObject({ lastsMs: MAX_LOAN_DAYS * DAY_MS });
    for (const due of [BEGINNING, BEGINNING - 1, inDays(MAX_LOAN_DAYS) + 1]) expect(refusalCode(() => until(due))).toBe('bad_input');
    expect(refusalCode(() => assetOf(ada.state, emma.id(), { as: 'own' }))).toBe('unknown_licence');
  });

  it('is over at its deadline for both, and for the borrower when the lender says so', () => {
    expect(DAY_MS).toBe(86_400_000);
    const over = (copy: Partial<Licence>, now: number) => isOver(copy as Licence, { now, clock: 0 });
    for (const state of ['borrowed', 'lent'] as const) {
      expect([99, 100, 101].map((now) => over({ state, deadline: 100, over: false }, now))).toEqual([false, true, true]);
      expect(over({ state, deadline: null, over: false }, 1)).toBe(false);
    }
    expect(over({ state: 'borrowed', deadline: null, over: true }, 1)).toBe(true);
    expect(over({ state: 'held' }, 1)).toBe(false);
  });

  it('lasts until its date or as long as was said, whichever is sooner, and never a negative time', () => {
    const time = { clock: 1000, now: 50 };
    const deadline = (due: number | null, lastsMs: number | null) => deadlineOf({ time }, { due, lastsMs });
    expect([deadline(null, null), deadline(1010, 7), deadline(1010, 20), deadline(1010, null), deadline(900, 7)]).toEqual([null, 57, 60, 60, 50]);
  });

  it('is forbidden by terms in words that name the book', () => {
    const forbid = (terms: object, move: object, publisher = false) => termsForbid({ ...emma.descriptor, terms: { ...OPEN_TERMS, ...terms } }, move as never, publisher);
    const [own, month] = [{ as: 'own' }, { as: 'loan', due: 1, lastsMs: 30 * DAY_MS }];
    expect([forbid({}, own), forbid({}, month), forbid({ give: false }, own, true), forbid({ lend: false }, month, true), forbid({ give: false }, month), forbid({ lend: false }, own)]).toEqual([null, null, null, null, null, null]);
    expect(forbid({ give: false }, own)).toMatchObject({ code: 'terms_forbid', params: { title: 'Emma' } });
    expect(forbid({ lend: false }, month)).toMatchObject({ code: 'terms_forbid', params: { title: 'Emma' } });
    // No date is longer than any number of days, whatever else is said.
    expect(forbid({ maxLoanDays: 30 }, { as: 'loan', due: null, lastsMs: 1 })).toMatchObject({ code: 'terms_forbid' });
    expect(forbid({ maxLoanDays: 29 }, month, true)).toMatchObject({ code: 'terms_forbid', params: { title: 'Emma', days: 29 } });
    expect(forbid({ maxLoanDays: 30 }, month)).toBeNull();
    expect(forbid({ give: false, lend: false, maxLoanDays: 1 }, { as: 'return', unopened: null })).toBeNull();
  });
});
