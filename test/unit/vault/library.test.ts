/** Books between real vaults (design §7): one place at a time, whoever gives, sells or crashes. */
import { beforeEach, describe, expect, it } from 'vitest';
import type { CurrencyId, LicenceId } from '../../../protocol/identifiers.ts';
import { OPEN_TERMS, onShelf, publish, read } from '../../support/pure-library.ts';
import type { PureNetwork, PureVault } from '../../support/pure-vault.ts';
import { ReadingCircle } from '../../support/reading-circle.ts';

let circle: ReadingCircle;
let network: PureNetwork;
let ada: PureVault;
let ben: PureVault;
let cleo: PureVault;

beforeEach(({ task }) => {
  circle = new ReadingCircle(task.name);
  ({ network, ada, ben, cleo } = circle);
});

describe('publishing', () => {
  it('makes the copies that were asked for, once', () => {
    const { publication } = publish(ada, 'Emma', { copies: 3 });
    expect(publication).toMatchObject({ title: 'Emma', copies: 3, mine: true });
    expect([1, 2, 3, 4].map((copy) => onShelf(ada, `${publication.id}/${copy}` as LicenceId)?.state)).toEqual(['held', 'held', 'held', undefined]);
    expect(() => publish(ada, 'Emma', { copies: 3 })).toThrow('published already');
  });

  it('refuses a key that was sealed for another wallet', () => {
    const made = ada.call('books.publish', { title: 'Emma', author: '', language: '', format: 'pdf', bytes: 1, content: 'ab'.repeat(32), sealedKey: 'cd'.repeat(120), copies: 1, terms: OPEN_TERMS, price: null });
    expect(made).toMatchObject({ ok: false, failure: { code: 'bad_input' } });
  });
});

describe('a book that is given', () => {
  it('leaves its old place and opens at the new one with the key it was published with', () => {
    const { copy, key } = publish(ada, 'Emma', { copies: 1 });
    circle.give(ada, ben, copy(1));
    expect(circle.readableAt(copy(1))).toEqual(['Ben']);
    expect(onShelf(ada, copy(1))).toBeUndefined();
    expect(read(ada, copy(1))).toEqual({ ok: false, code: 'unknown_licence' });
    expect(read(ben, copy(1))).toMatchObject({ ok: true, grant: { key, terms: { text: true, until: null } } });
  });

  it('takes its key with it: nothing of it is left where the last copy was', () => {
    const { copy, key } = publish(ada, 'Emma', { copies: 1 });
    circle.give(ada, ben, copy(1));
    const left = JSON.stringify([...ada.state.records()].map(({ value }) => value), (_, part: unknown) => (typeof part === 'bigint' ? String(part) : part instanceof Uint8Array ? Buffer.from(part).toString('hex') : part));
    expect(left).not.toContain(Buffer.from(key).toString('hex'));
  });

  it('is readable nowhere while it is in transit, and not offered to a second person', () => {
    const { copy } = publish(ada, 'Emma');
    const offer = ada.must('books.give', { licence: copy(1), contact: ben.instance });
    network.settle();
    ben.call('transfers.accept', { id: offer.id });
    // Ada hears that it is accepted and commits; the commit is lost with the line.
    for (const line of network.lines.keys()) network.deliver(line, true);
    network.crash(ben);
    expect(onShelf(ada, copy(1))?.state).toBe('in-transit');
    expect(circle.readableAt(copy(1))).toEqual([]);
    expect(read(ada, copy(1))).toEqual({ ok: false, code: 'not_here' });
    expect(ada.call('books.give', { licence: copy(1), contact: cleo.instance })).toMatchObject({ ok: false, failure: { code: 'not_here' } });
    circle.meet(ada, ben);
    expect(circle.readableAt(copy(1))).toEqual(['Ben']);
  });

  it('goes only as far as its terms allow, but always from its publisher', () => {
    const { copy } = publish(ada, 'Emma', { terms: { ...OPEN_TERMS, give: false, lend: false } });
    circle.give(ada, ben, copy(1));
    expect(ben.call('books.give', { licence: copy(1), contact: cleo.instance })).toMatchObject({ ok: false, failure: { code: 'terms_forbid' } });
    expect(ben.call('books.lend', { licence: copy(1), contact: cleo.instance, due: null })).toMatchObject({ ok: false, failure: { code: 'terms_forbid' } });
    expect(onShelf(ben, copy(1))?.may).toEqual({ give: false, lend: false });
  });

  it('comes back to a giver who has not heard that it arrived', () => {
    const { copy } = publish(ada, 'Emma', { copies: 1 });
    const offer = ada.must('books.give', { licence: copy(1), contact: ben.instance });
    network.settle();
    ben.call('transfers.accept', { id: offer.id });
    const line = circle.line();
    network.deliver(line, true);
    network.deliver(line, false);
    network.cut(line);
    expect(onShelf(ada, copy(1))?.state).toBe('in-transit');
    expect(onShelf(ben, copy(1))?.state).toBe('held');
    // It travels on by way of Cleo, and home, before Ada has heard of Ben again.
    circle.give(ben, cleo, copy(1));
    circle.give(cleo, ada, copy(1));
    expect(circle.readableAt(copy(1))).toEqual(['Ada']);
    circle.meet(ada, ben);
    expect(circle.readableAt(copy(1))).toEqual(['Ada']);
    for (const vault of network.vaults) network.crash(vault);
  });
});

describe('a book that is sold', () => {
  const madeBy = (issuer: PureVault, code: string): CurrencyId => {
    const made = issuer.must('credits.createCurrency', { code, decimals: 0, name: code });
    return made.id;
  };
  const fund = (): CurrencyId => {
    const tea = madeBy(ben, 'TEA');
    ben.call('credits.issue', { currency: tea, amount: '101' });
    ben.call('transfers.send', { contact: ada.instance, currency: tea, amount: '1' });
    circle.settle();
    return tea;
  };

  it('changes hands with its price, or neither does', () => {
    const { copy } = publish(ada, 'Emma', { copies: 1 });
    const tea = fund();
    expect(ada.call('books.sell', { licence: copy(1), contact: ben.instance, price: { currency: tea, amount: '30' } })).toMatchObject({ ok: true });
    circle.settle();
    expect(circle.readableAt(copy(1))).toEqual(['Ben']);
    expect([ada.book(tea).held, ben.book(tea).held]).toEqual([31n, 70n]);
    expect(ben.call('books.sell', { licence: copy(1), contact: cleo.instance, price: { currency: tea, amount: '200' } })).toMatchObject({ ok: true });
    circle.settle(); // Cleo cannot pay: her acceptance is refused
    expect(circle.readableAt(copy(1))).toEqual(['Ben']);
  });

  it('may be sold on for its price by somebody who never saw that currency but on the book', () => {
    const gold = madeBy(ada, 'GLD');
    ada.call('credits.issue', { currency: gold, amount: '10' });
    ada.call('transfers.send', { contact: cleo.instance, currency: gold, amount: '10' });
    circle.settle();
    const price = { currency: gold, amount: '5' };
    const { copy } = publish(ada, 'Emma', { copies: 1, price });
    expect(ben.call('requests.create', { contact: cleo.instance, ...price, memo: '' })).toMatchObject({ ok: false, failure: { code: 'unknown_currency' } });
    circle.give(ada, ben, copy(1));
    expect(ben.call('books.sell', { licence: copy(1), contact: cleo.instance, price })).toMatchObject({ ok: true });
    circle.settle();
    expect(circle.readableAt(copy(1))).toEqual(['Cleo']);
    expect([ben.book(gold).held, cleo.book(gold).held]).toEqual([5n, 5n]);
  });

  it('comes all the same where no issuer signed the currency of its price, which is not believed', () => {
    const gold = madeBy(ada, 'GLD');
    const known = ada.state.get('currency', gold);
    if (!known) throw new Error('Ada keeps no currency');
    ada.state.apply([{ table: 'currency', key: gold, value: { ...known, signature: new Uint8Array(64) } }]);
    const price = { currency: gold, amount: '5' };
    const { copy } = publish(ada, 'Emma', { copies: 1, price });
    circle.give(ada, ben, copy(1));
    expect(circle.readableAt(copy(1))).toEqual(['Ben']);
    expect(ben.call('books.sell', { licence: copy(1), contact: cleo.instance, price })).toMatchObject({ ok: false, failure: { code: 'unknown_currency' } });
  });
});
