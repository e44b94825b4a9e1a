/** Lending between real vaults (design §7): the borrower alone reads, the book comes home, and clocks gain nothing. */
import { beforeEach, describe, expect, it } from 'vitest';
import type { TransferId } from '../../../protocol/identifiers.ts';
import { DAY_MS } from '../../../enclave/vault/library/terms.ts';
import { BEGINNING } from '../../support/memory-host.ts';
import { OPEN_TERMS, onShelf, publish, read } from '../../support/pure-library.ts';
import { type PureNetwork, type PureVault, pairUp } from '../../support/pure-vault.ts';
import { ReadingCircle, inDays } from '../../support/reading-circle.ts';

let circle: ReadingCircle;
let network: PureNetwork;
let ada: PureVault;
let ben: PureVault;
let cleo: PureVault;

beforeEach(({ task }) => {
  circle = new ReadingCircle(task.name);
  ({ network, ada, ben, cleo } = circle);
});

describe('a book that is lent', () => {
  it('is readable at the borrower alone, cannot be passed on there, and comes home when it is returned', () => {
    const { copy } = publish(ada, 'Emma');
    circle.lend(ada, ben, copy(1), inDays(14));
    expect(onShelf(ada, copy(1))).toMatchObject({ state: 'lent', contactName: 'Ben', due: inDays(14), readable: false });
    expect(onShelf(ben, copy(1))).toMatchObject({ state: 'borrowed', contactName: 'Ada', due: inDays(14), readable: true });
    expect(read(ada, copy(1))).toEqual({ ok: false, code: 'not_here' });
    expect(read(ben, copy(1))).toMatchObject({ ok: true });
    for (const method of ['books.give', 'books.lend'] as const) {
      expect(ben.call(method, { licence: copy(1), contact: cleo.instance, due: null } as never)).toMatchObject({ ok: false });
    }
    expect(ada.call('books.give', { licence: copy(1), contact: cleo.instance })).toMatchObject({ ok: false, failure: { code: 'not_here' } });
    expect(ben.call('books.return', { licence: copy(1) })).toMatchObject({ ok: true });
    circle.settle();
    expect(circle.readableAt(copy(1))).toEqual(['Ada']);
    expect(onShelf(ben, copy(1))).toBeUndefined();
    for (const vault of network.vaults) network.crash(vault);
  });

  it('closes the reader it is open in as it leaves', () => {
    const { copy } = publish(ada, 'Emma');
    read(ada, copy(1));
    ada.call('books.lend', { licence: copy(1), contact: ben.instance, due: null });
    network.settle();
    const [id] = [...ben.state.all('transfer')][0] ?? [];
    ben.call('transfers.accept', { id: id as TransferId });
    const line = circle.line();
    const frame = network.lines.get(line)?.toA.shift();
    const outputs = ada.input({ type: 'received', now: BEGINNING, connection: line, frame: frame! });
    const types = outputs.map(({ type }) => type);
    expect(types).toContain('close-book');
    expect(types.indexOf('close-book')).toBeLessThan(types.indexOf('send'));
  });

  it('says so, signed, when it comes back without having been opened', () => {
    const { copy } = publish(ada, 'Emma');
    circle.lend(ada, ben, copy(1), null);
    circle.lend(ada, ben, copy(2), null);
    read(ben, copy(2));
    for (const number of [1, 2]) ben.call('books.return', { licence: copy(number) });
    const frames: boolean[] = [];
    ada.watch = (archive) => {
      for (const { give: [asset] } of archive) if (asset?.kind === 'licence' && asset.move.as === 'return') frames.push(asset.move.unopened !== null);
    };
    circle.settle();
    expect(frames).toEqual([true, false]);
  });

  it('does not open any more after its date, and goes home at the next meeting', () => {
    const { copy } = publish(ada, 'Emma');
    circle.lend(ada, ben, copy(1), inDays(14));
    circle.part();
    circle.later(13);
    expect(read(ben, copy(1))).toMatchObject({ ok: true });
    circle.later(2);
    expect(read(ben, copy(1))).toEqual({ ok: false, code: 'licence_expired' });
    expect(onShelf(ben, copy(1))).toMatchObject({ overdue: true, readable: false });
    expect(onShelf(ada, copy(1))).toMatchObject({ state: 'lent', overdue: true });
    circle.meet(ada, ben);
    expect(circle.readableAt(copy(1))).toEqual(['Ada']);
  });

  it('goes home by itself when its time runs out while lender and borrower sit together', () => {
    const { copy } = publish(ada, 'Emma');
    circle.lend(ada, ben, copy(1), inDays(1));
    circle.later(2);
    circle.tick();
    expect(circle.readableAt(copy(1))).toEqual(['Ada']);
  });

  it('gains nothing by a clock that is turned back, before or after it was lent', () => {
    const { copy } = publish(ada, 'Emma');
    ben.clockErrorMs = -365 * DAY_MS;
    circle.lend(ada, ben, copy(1), inDays(14));
    circle.later(13);
    expect(read(ben, copy(1))).toMatchObject({ ok: true });
    ben.clockErrorMs -= 10 * DAY_MS;
    circle.later(2);
    expect(read(ben, copy(1))).toEqual({ ok: false, code: 'licence_expired' });
  });

  it('goes home when the lender says its time is over, whatever the borrower’s clock says', () => {
    const { copy } = publish(ada, 'Emma');
    circle.lend(ada, ben, copy(1), inDays(14));
    circle.part();
    // Ben's program did not run for two weeks, and his clock was set back by as much.
    ada.elapsedMs += 15 * DAY_MS;
    circle.meet(ada, ben);
    expect(circle.readableAt(copy(1))).toEqual(['Ada']);
  });

  it('waits for another meeting when it is overdue while too many offers wait for their answer', () => {
    const { copy } = publish(ada, 'Emma');
    circle.lend(ada, ben, copy(1), inDays(1));
    const tea = ben.must('credits.createCurrency', { code: 'TEA', decimals: 0, name: 'Tea' });
    ben.call('credits.issue', { currency: tea.id, amount: '100' });
    circle.part();
    for (let n = 0; n < 64; n++) expect(ben.call('transfers.send', { contact: ada.instance, currency: tea.id, amount: '1' })).toMatchObject({ ok: true });
    circle.later(2);
    network.connect(ada, ben);
    network.settle();
    expect(onShelf(ben, copy(1))).toMatchObject({ state: 'borrowed', overdue: true });
    circle.settle(); // Ada takes the offers
    circle.part();
    circle.meet(ada, ben);
    expect(circle.readableAt(copy(1))).toEqual(['Ada']);
  });

  it('is not lent for longer than its terms allow', () => {
    const { copy } = publish(ada, 'Emma', { terms: { ...OPEN_TERMS, maxLoanDays: 14 } });
    for (const until of [inDays(15), null]) expect(ada.call('books.lend', { licence: copy(1), contact: ben.instance, due: until })).toMatchObject({ ok: false, failure: { code: 'terms_forbid' } });
    circle.lend(ada, ben, copy(1), inDays(14));
    expect(circle.readableAt(copy(1))).toEqual(['Ben']);
  });

  it('keeps its contact from being forgotten until it is returned', () => {
    const { copy } = publish(ada, 'Emma');
    circle.lend(ada, ben, copy(1), null);
    expect(ben.call('people.forget', { contact: ada.instance })).toMatchObject({ ok: false, failure: { code: 'contact_has_loan' } });
    ben.call('books.return', { licence: copy(1) });
    circle.settle();
    expect(ben.call('people.forget', { contact: ada.instance })).toMatchObject({ ok: true });
  });
});

describe('a borrower who is forgotten', () => {
  it('cannot bring the book home, and can as soon as they are a contact again', () => {
    const { copy } = publish(ada, 'Emma');
    circle.lend(ada, ben, copy(1), null);
    expect(ada.call('people.forget', { contact: ben.instance })).toMatchObject({ ok: true });
    circle.settle();
    ben.call('books.return', { licence: copy(1) });
    circle.settle();
    expect([onShelf(ada, copy(1))?.state, circle.readableAt(copy(1))]).toEqual(['lent', ['Ben']]);
    pairUp(network, ada, ben);
    circle.settle();
    expect([onShelf(ada, copy(1))?.state, circle.readableAt(copy(1))]).toEqual(['held', ['Ada']]);
  });
});

describe('keeping a book longer', () => {
  it('needs the lender to agree, and then holds for both', () => {
    const { copy } = publish(ada, 'Emma');
    circle.lend(ada, ben, copy(1), inDays(14));
    expect(ben.call('books.askRenewal', { licence: copy(1), due: inDays(28) })).toMatchObject({ ok: true, value: { asked: inDays(28), due: inDays(14) } });
    circle.settle();
    expect(onShelf(ada, copy(1))).toMatchObject({ asked: inDays(28), due: inDays(14) });
    expect(ada.call('books.answerRenewal', { licence: copy(1), agree: true })).toMatchObject({ ok: true });
    circle.settle();
    for (const vault of [ada, ben]) expect(onShelf(vault, copy(1))).toMatchObject({ asked: null, due: inDays(28) });
    circle.later(20);
    expect(read(ben, copy(1))).toMatchObject({ ok: true });
    circle.later(9);
    expect(read(ben, copy(1))).toEqual({ ok: false, code: 'licence_expired' });
  });

  it('is settled at the next meeting when question or answer is lost', () => {
    const { copy } = publish(ada, 'Emma');
    circle.lend(ada, ben, copy(1), inDays(14));
    circle.part();
    ben.call('books.askRenewal', { licence: copy(1), due: inDays(28) });
    network.cut(network.connect(ada, ben));
    circle.meet(ada, ben);
    circle.part();
    ada.call('books.answerRenewal', { licence: copy(1), agree: false });
    circle.meet(ada, ben);
    for (const vault of [ada, ben]) expect(onShelf(vault, copy(1))).toMatchObject({ asked: null, due: inDays(14) });
    // What was answered is not asked again at every meeting.
    network.crash(ben);
    circle.meet(ada, ben);
    expect(onShelf(ada, copy(1))).toMatchObject({ asked: null });
  });

  it('a lender may ask for a book, and it stays with the borrower until they return it', () => {
    const { copy } = publish(ada, 'Emma');
    circle.lend(ada, ben, copy(1), null);
    ada.call('books.recall', { licence: copy(1), wanted: true });
    circle.settle();
    expect(onShelf(ben, copy(1))).toMatchObject({ recalled: true, readable: true });
  });
});
