/** Books between real vaults (design §7): one place at a time, whoever gives, lends, sells, crashes or turns back clocks. */
import { beforeEach, describe, expect, it } from 'vitest';
import type { CurrencyId, LicenceId, TransferId } from '../../../protocol/identifiers.ts';
import { DAY_MS } from '../../../enclave/vault/library/terms.ts';
import { BEGINNING } from '../../support/memory-host.ts';
import { OPEN_TERMS, onShelf, publish, read } from '../../support/pure-library.ts';
import { PureNetwork, PureVault, pairUp } from '../../support/pure-vault.ts';

let network: PureNetwork;
let ada: PureVault;
let ben: PureVault;
let cleo: PureVault;

beforeEach(({ task }) => {
  network = new PureNetwork();
  [ada, ben, cleo] = [new PureVault('Ada', task.name, network), new PureVault('Ben', task.name, network), new PureVault('Cleo', task.name, network)];
  for (const [a, b] of [[ada, ben], [ada, cleo], [ben, cleo]] as const) pairUp(network, a, b);
});

const due = (days: number): number => BEGINNING + days * DAY_MS;

/** Whoever was offered something takes it, until nothing is left to take. */
function settle(): void {
  for (let taken = true; taken; ) {
    network.settle();
    taken = false;
    for (const vault of network.vaults) {
      for (const [id, transfer] of [...vault.state.all('transfer')]) {
        if (transfer.direction === 'in' && transfer.state === 'offered') taken = vault.call('transfers.accept', { id: id as TransferId }).ok || taken;
      }
    }
  }
}

function give(from: PureVault, to: PureVault, licence: LicenceId): void {
  expect(from.call('books.give', { licence, contact: to.instance })).toMatchObject({ ok: true });
  settle();
}

function lend(from: PureVault, to: PureVault, licence: LicenceId, until: number | null): void {
  expect(from.call('books.lend', { licence, contact: to.instance, due: until })).toMatchObject({ ok: true });
  settle();
}

const later = (days: number): void => {
  for (const vault of network.vaults) vault.elapsedMs += days * DAY_MS;
};
const tick = (): void => {
  for (const vault of network.vaults) vault.input({ type: 'tick', now: BEGINNING });
  settle();
};

/** Where a copy can be opened. */
const readableAt = (licence: LicenceId): string[] => network.vaults.filter((vault) => onShelf(vault, licence)?.readable).map(({ name }) => name);

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
    give(ada, ben, copy(1));
    expect(readableAt(copy(1))).toEqual(['Ben']);
    expect(onShelf(ada, copy(1))).toBeUndefined();
    expect(read(ada, copy(1))).toEqual({ ok: false, code: 'unknown_licence' });
    expect(read(ben, copy(1))).toMatchObject({ ok: true, grant: { key, text: true, lastsMs: null } });
  });

  it('takes its key with it: nothing of it is left where the last copy was', () => {
    const { copy, key } = publish(ada, 'Emma', { copies: 1 });
    give(ada, ben, copy(1));
    const left = JSON.stringify([...ada.state.records()].map(({ value }) => value), (_, part: unknown) => (typeof part === 'bigint' ? String(part) : part instanceof Uint8Array ? Buffer.from(part).toString('hex') : part));
    expect(left).not.toContain(Buffer.from(key).toString('hex'));
  });

  it('is readable nowhere while it is in transit, and not offered to a second person', () => {
    const { copy } = publish(ada, 'Emma');
    const offer = ada.call('books.give', { licence: copy(1), contact: ben.instance });
    network.settle();
    if (!offer.ok) throw new Error(offer.failure.detail);
    ben.call('transfers.accept', { id: offer.value.id });
    // Ada hears that it is accepted and commits; the commit is lost with the line.
    for (const line of network.lines.keys()) network.deliver(line, true);
    network.crash(ben);
    expect(onShelf(ada, copy(1))?.state).toBe('in-transit');
    expect(readableAt(copy(1))).toEqual([]);
    expect(read(ada, copy(1))).toEqual({ ok: false, code: 'not_here' });
    expect(ada.call('books.give', { licence: copy(1), contact: cleo.instance })).toMatchObject({ ok: false, failure: { code: 'not_here' } });
    network.connect(ada, ben);
    settle();
    expect(readableAt(copy(1))).toEqual(['Ben']);
  });

  it('goes only as far as its terms allow, but always from its publisher', () => {
    const { copy } = publish(ada, 'Emma', { terms: { ...OPEN_TERMS, give: false, lend: false } });
    give(ada, ben, copy(1));
    expect(ben.call('books.give', { licence: copy(1), contact: cleo.instance })).toMatchObject({ ok: false, failure: { code: 'terms_forbid' } });
    expect(ben.call('books.lend', { licence: copy(1), contact: cleo.instance, due: null })).toMatchObject({ ok: false, failure: { code: 'terms_forbid' } });
    expect(onShelf(ben, copy(1))?.may).toEqual({ give: false, lend: false });
  });

  it('comes back to a giver who has not heard that it arrived', () => {
    const { copy } = publish(ada, 'Emma', { copies: 1 });
    const offer = ada.call('books.give', { licence: copy(1), contact: ben.instance });
    network.settle();
    if (!offer.ok) throw new Error(offer.failure.detail);
    ben.call('transfers.accept', { id: offer.value.id });
    const line = [...network.lines].find(([, { a, b }]) => (a === ada && b === ben))?.[0] ?? 0;
    network.deliver(line, true);
    network.deliver(line, false);
    network.cut(line);
    expect(onShelf(ada, copy(1))?.state).toBe('in-transit');
    expect(onShelf(ben, copy(1))?.state).toBe('held');
    // It travels on by way of Cleo, and home, before Ada has heard of Ben again.
    give(ben, cleo, copy(1));
    give(cleo, ada, copy(1));
    expect(readableAt(copy(1))).toEqual(['Ada']);
    network.connect(ada, ben);
    settle();
    expect(readableAt(copy(1))).toEqual(['Ada']);
    for (const vault of network.vaults) network.crash(vault);
  });
});

describe('a book that is lent', () => {
  it('is readable at the borrower alone, cannot be passed on there, and comes home when it is returned', () => {
    const { copy } = publish(ada, 'Emma');
    lend(ada, ben, copy(1), due(14));
    expect(onShelf(ada, copy(1))).toMatchObject({ state: 'lent', contactName: 'Ben', due: due(14), readable: false });
    expect(onShelf(ben, copy(1))).toMatchObject({ state: 'borrowed', contactName: 'Ada', due: due(14), readable: true });
    expect(read(ada, copy(1))).toEqual({ ok: false, code: 'not_here' });
    expect(read(ben, copy(1))).toMatchObject({ ok: true });
    for (const method of ['books.give', 'books.lend'] as const) {
      expect(ben.call(method, { licence: copy(1), contact: cleo.instance, due: null } as never)).toMatchObject({ ok: false });
    }
    expect(ada.call('books.give', { licence: copy(1), contact: cleo.instance })).toMatchObject({ ok: false, failure: { code: 'not_here' } });
    expect(ben.call('books.return', { licence: copy(1) })).toMatchObject({ ok: true });
    settle();
    expect(readableAt(copy(1))).toEqual(['Ada']);
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
    const line = [...network.lines].find(([, { a, b }]) => (a === ada && b === ben))?.[0] ?? 0;
    const frame = network.lines.get(line)?.toA.shift();
    const outputs = ada.input({ type: 'received', now: BEGINNING, connection: line, frame: frame! });
    const types = outputs.map(({ type }) => type);
    expect(types).toContain('close-book');
    expect(types.indexOf('close-book')).toBeLessThan(types.indexOf('send'));
  });

  it('says so, signed, when it comes back without having been opened', () => {
    const { copy } = publish(ada, 'Emma');
    lend(ada, ben, copy(1), null);
    lend(ada, ben, copy(2), null);
    read(ben, copy(2));
    for (const number of [1, 2]) ben.call('books.return', { licence: copy(number) });
    const frames: boolean[] = [];
    ada.watch = (archive) => {
      for (const { give: [asset] } of archive) if (asset?.kind === 'licence' && asset.move.as === 'return') frames.push(asset.move.unopened !== null);
    };
    settle();
    expect(frames).toEqual([true, false]);
  });

  it('does not open any more after its date, and goes home at the next meeting', () => {
    const { copy } = publish(ada, 'Emma');
    lend(ada, ben, copy(1), due(14));
    for (const line of [...network.lines.keys()]) network.cut(line);
    later(13);
    expect(read(ben, copy(1))).toMatchObject({ ok: true });
    later(2);
    expect(read(ben, copy(1))).toEqual({ ok: false, code: 'loan_over' });
    expect(onShelf(ben, copy(1))).toMatchObject({ overdue: true, readable: false });
    expect(onShelf(ada, copy(1))).toMatchObject({ state: 'lent', overdue: true });
    network.connect(ada, ben);
    settle();
    expect(readableAt(copy(1))).toEqual(['Ada']);
  });

  it('goes home by itself when its time runs out while lender and borrower sit together', () => {
    const { copy } = publish(ada, 'Emma');
    lend(ada, ben, copy(1), due(1));
    later(2);
    tick();
    expect(readableAt(copy(1))).toEqual(['Ada']);
  });

  it('gains nothing by a clock that is turned back, before or after it was lent', () => {
    const { copy } = publish(ada, 'Emma');
    ben.clockErrorMs = -365 * DAY_MS;
    lend(ada, ben, copy(1), due(14));
    later(13);
    expect(read(ben, copy(1))).toMatchObject({ ok: true });
    ben.clockErrorMs -= 10 * DAY_MS;
    later(2);
    expect(read(ben, copy(1))).toEqual({ ok: false, code: 'loan_over' });
  });

  it('goes home when the lender says its time is over, whatever the borrower’s clock says', () => {
    const { copy } = publish(ada, 'Emma');
    lend(ada, ben, copy(1), due(14));
    for (const line of [...network.lines.keys()]) network.cut(line);
    // Ben's program did not run for two weeks, and his clock was set back by as much.
    ada.elapsedMs += 15 * DAY_MS;
    network.connect(ada, ben);
    settle();
    expect(readableAt(copy(1))).toEqual(['Ada']);
  });

  it('is not lent for longer than its terms allow', () => {
    const { copy } = publish(ada, 'Emma', { terms: { ...OPEN_TERMS, maxLoanDays: 14 } });
    for (const until of [due(15), null]) expect(ada.call('books.lend', { licence: copy(1), contact: ben.instance, due: until })).toMatchObject({ ok: false, failure: { code: 'terms_forbid' } });
    lend(ada, ben, copy(1), due(14));
    expect(readableAt(copy(1))).toEqual(['Ben']);
  });

  it('keeps its contact from being forgotten until it is returned', () => {
    const { copy } = publish(ada, 'Emma');
    lend(ada, ben, copy(1), null);
    expect(ben.call('people.forget', { contact: ada.instance })).toMatchObject({ ok: false, failure: { code: 'contact_has_loan' } });
    ben.call('books.return', { licence: copy(1) });
    settle();
    expect(ben.call('people.forget', { contact: ada.instance })).toMatchObject({ ok: true });
  });
});

describe('keeping a book longer', () => {
  it('needs the lender to agree, and then holds for both', () => {
    const { copy } = publish(ada, 'Emma');
    lend(ada, ben, copy(1), due(14));
    expect(ben.call('books.askRenewal', { licence: copy(1), due: due(28) })).toMatchObject({ ok: true, value: { asked: due(28), due: due(14) } });
    settle();
    expect(onShelf(ada, copy(1))).toMatchObject({ asked: due(28), due: due(14) });
    expect(ada.call('books.answerRenewal', { licence: copy(1), agree: true })).toMatchObject({ ok: true });
    settle();
    for (const vault of [ada, ben]) expect(onShelf(vault, copy(1))).toMatchObject({ asked: null, due: due(28) });
    later(20);
    expect(read(ben, copy(1))).toMatchObject({ ok: true });
    later(9);
    expect(read(ben, copy(1))).toEqual({ ok: false, code: 'loan_over' });
  });

  it('is settled at the next meeting when question or answer is lost', () => {
    const { copy } = publish(ada, 'Emma');
    lend(ada, ben, copy(1), due(14));
    for (const line of [...network.lines.keys()]) network.cut(line);
    ben.call('books.askRenewal', { licence: copy(1), due: due(28) });
    network.cut(network.connect(ada, ben));
    network.connect(ada, ben);
    settle();
    for (const line of [...network.lines.keys()]) network.cut(line);
    ada.call('books.answerRenewal', { licence: copy(1), agree: false });
    network.connect(ada, ben);
    settle();
    for (const vault of [ada, ben]) expect(onShelf(vault, copy(1))).toMatchObject({ asked: null, due: due(14) });
    // What was answered is not asked again at every meeting.
    network.crash(ben);
    network.connect(ada, ben);
    settle();
    expect(onShelf(ada, copy(1))).toMatchObject({ asked: null });
  });

  it('a lender may ask for a book, and it stays with the borrower until they return it', () => {
    const { copy } = publish(ada, 'Emma');
    lend(ada, ben, copy(1), null);
    ada.call('books.recall', { licence: copy(1), wanted: true });
    settle();
    expect(onShelf(ben, copy(1))).toMatchObject({ recalled: true, readable: true });
  });
});

describe('a book that is sold', () => {
  const fund = (): CurrencyId => {
    const made = ben.call('credits.createCurrency', { code: 'TEA', decimals: 0, name: 'Tea' });
    if (!made.ok) throw new Error(made.failure.detail);
    ben.call('credits.issue', { currency: made.value.id, amount: '101' });
    ben.call('transfers.send', { contact: ada.instance, currency: made.value.id, amount: '1' });
    settle();
    return made.value.id;
  };

  it('changes hands with its price, or neither does', () => {
    const { copy } = publish(ada, 'Emma', { copies: 1 });
    const tea = fund();
    expect(ada.call('books.sell', { licence: copy(1), contact: ben.instance, price: { currency: tea, amount: '30' } })).toMatchObject({ ok: true });
    settle();
    expect(readableAt(copy(1))).toEqual(['Ben']);
    expect([ada.book(tea).held, ben.book(tea).held]).toEqual([31n, 70n]);
    expect(ben.call('books.sell', { licence: copy(1), contact: cleo.instance, price: { currency: tea, amount: '200' } })).toMatchObject({ ok: true });
    settle(); // Cleo cannot pay: her acceptance is refused
    expect(readableAt(copy(1))).toEqual(['Ben']);
  });
});
