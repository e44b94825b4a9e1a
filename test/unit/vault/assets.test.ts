/** What transfers move (design §7): how lists of credits and copies are summed, compared, read off the wire, let out and let in. */
import { ed25519 } from '@noble/curves/ed25519.js';
import { beforeEach, describe, expect, it } from 'vitest';
import type { StoredAsset, StoredCredit, StoredLicence } from '../../../enclave/vault/records.ts';
import {
  arrived, cameBack, certified, comeIn, credits, fromAnswer, fromWire, giveUpOn, handOver, keysFit, keysFor, licences, requireMovable, sameAssets, sendOff, totals, toWire, whyNotMovable, whyNotReceivable,
} from '../../../enclave/vault/transfers/assets.ts';
import type { CurrencyId, TransferId } from '../../../protocol/identifiers.ts';
import { MAX_AMOUNT } from '../../../protocol/limits.ts';
import type { WireAsset } from '../../../protocol/messages.codec.ts';
import { MadeBook } from '../../support/made-books.ts';
import { idNumber, PureLane } from '../../support/pure-lane.ts';
import { OPEN_TERMS } from '../../support/pure-library.ts';
import { credit, descriptor, idOf } from '../../support/raw-contact.ts';
import { TeaVault } from '../../support/tea-vault.ts';

let ada: TeaVault;
let ben: PureLane;
let tea: CurrencyId;
/** By Ben: two books that Ada holds. */
let emma: MadeBook;
let dune: MadeBook;

const TRANSFER = idNumber(1) as TransferId;
const money = (amount: bigint, currency = tea): StoredCredit => ({ kind: 'credit', currency, amount });
const because = () => ({ contact: ben.instance, transfer: TRANSFER });
const bun = () => descriptor({ ...ben, instance: ben.instance }, 'BUN');

beforeEach(() => {
  ada = new TeaVault('assets');
  ({ tea } = ada);
  ben = new PureLane(ada, 'Ben');
  [emma, dune] = [new MadeBook(ben, 'Emma'), new MadeBook(ben, 'Dune')];
  for (const book of [emma, dune]) book.shelve(ada);
});

describe('a list of assets', () => {
  it('is summed currency by currency; books are no money', () => {
    const other = 'bun' as CurrencyId;
    expect([...totals([money(1n), money(2n, other), emma.stored(), money(3n)])]).toEqual([[tea, 4n], [other, 2n]]);
    expect([...totals([])]).toEqual([]);
    const mixed = [money(1n), emma.stored(), money(2n), dune.stored()];
    expect(credits(mixed)).toEqual([money(1n), money(2n)]);
    expect(licences(mixed)).toEqual([emma.stored(), dune.stored()]);
  });

  it('says the same as another if each asset does, in order; whether a returned book was opened does not matter', () => {
    const loan = (due: number | null, lastsMs: number | null) => emma.stored({ as: 'loan', due, lastsMs });
    const same: [StoredAsset[], StoredAsset[]][] = [
      [[], []], [[money(1n)], [money(1n)]], [[emma.stored()], [emma.stored()]], [[loan(5, 6)], [loan(5, 6)]], [[loan(null, null)], [loan(null, null)]],
      [[emma.stored({ as: 'return', unopened: null })], [emma.stored({ as: 'return', unopened: new Uint8Array(64) })]],
      [[money(1n), emma.stored()], [money(1n), emma.stored()]],
    ];
    for (const [a, b] of same) expect(sameAssets(a, b)).toBe(true);
    const different: [StoredAsset[], StoredAsset[]][] = [
      [[], [money(1n)]], [[money(1n)], []], [[money(1n)], [money(2n)]], [[money(1n)], [money(1n, 'bun' as CurrencyId)]], [[money(1n)], [emma.stored()]], [[emma.stored()], [money(1n)]],
      [[emma.stored()], [dune.stored()]], [[emma.stored()], [emma.stored({ as: 'own' }, 2)]], [[emma.stored()], [loan(5, 6)]], [[loan(5, 6)], [emma.stored()]], [[loan(5, 6)], [loan(5, 7)]],
      [[loan(5, 6)], [loan(4, 6)]], [[loan(5, 6)], [loan(null, null)]], [[loan(5, 6)], [emma.stored({ as: 'return', unopened: null })]],
      [[money(1n), money(2n)], [money(2n), money(1n)]], [[money(1n), money(2n)], [money(1n), money(3n)]],
    ];
    for (const [a, b] of different) expect(sameAssets(a, b)).toBe(false);
  });
});

describe('what leaves', () => {
  const why = (...assets: StoredAsset[]) => whyNotMovable(ada.state, assets, ben.instance);

  it('must be here: all of the money together, and each copy once', () => {
    expect(why(money(60n), money(40n), emma.stored(), dune.stored())).toBeNull();
    expect(why(money(60n), money(41n))).toMatchObject({ code: 'insufficient_funds', params: { held: '100', code: 'TEA' } });
    expect(why(emma.stored(), emma.stored())).toMatchObject({ code: 'bad_input' });
    expect(why(emma.stored(), emma.stored({ as: 'own' }, 2))).toMatchObject({ code: 'unknown_licence' });
    expect(() => requireMovable(ada.state, [money(101n)], ben.instance)).toThrow('insufficient_funds');
    requireMovable(ada.state, [money(100n)], ben.instance);
  });

  it('takes its keys along, in order, but a book that goes home takes none', () => {
    expect(keysFor(ada.state, [emma.stored(), money(1n), dune.stored()])).toEqual([emma.key, dune.key]);
    expect(keysFor(ada.state, [emma.stored({ as: 'return', unopened: null }), dune.stored()])).toEqual([dune.key]);
  });

  it('is in transit from then on: sums of money, and every book', () => {
    const { events } = ben.doing((turn) => sendOff(turn, [money(3n), emma.stored(), money(4n)], because()));
    expect(events).toMatchObject([{ event: 'committed', amount: 7n, ...because() }]);
    expect(ada.book(tea)).toMatchObject({ held: 93n, transit: 7n });
    expect(ada.state.get('licence', emma.id())).toMatchObject({ state: 'in-transit', ...because(), was: { state: 'held' } });
  });

  it('ends as sent, given up, or here again', () => {
    const assets = [money(3n), emma.stored(), money(4n), dune.stored()];
    const off = () => ben.doing((turn) => sendOff(turn, assets, because()));
    off();
    ben.doing((turn) => cameBack(turn, assets, because(), 'transit'));
    expect([ada.book(tea).held, ada.state.get('licence', emma.id())?.state, ada.state.get('licence', dune.id())?.state]).toEqual([100n, 'held', 'held']);
    off();
    ben.doing((turn) => giveUpOn(turn, assets, because()));
    expect([ada.book(tea).writtenOff, ada.state.get('licence', emma.id())?.state]).toEqual([7n, 'in-transit']);
    ben.doing((turn) => cameBack(turn, assets, because(), 'writtenOff'));
    expect([ada.book(tea).held, ada.book(tea).writtenOff, ada.state.get('licence', emma.id())?.state]).toEqual([100n, 0n, 'held']);
    off();
    ben.doing((turn) => giveUpOn(turn, assets, because()));
    ben.doing((turn) => arrived(turn, assets, because(), 'writtenOff'));
    expect(ada.book(tea)).toMatchObject({ held: 93n, transit: 0n, writtenOff: 0n, sent: 7n });
    expect([ada.size('licence'), ada.size('publication')]).toEqual([0, 0]);
  });

  it('leaves at once where it is the price', () => {
    ben.doing((turn) => handOver(turn, [money(3n), emma.stored(), money(4n)], because()));
    expect(ada.book(tea)).toMatchObject({ held: 93n, transit: 0n, sent: 7n });
    expect([...ada.state.all('licence')].map(([id]) => id)).toEqual([dune.id()]);
  });
});

describe('what comes in', () => {
  const why = (...assets: StoredAsset[]) => whyNotReceivable(ada.state, assets, ben.instance);
  const next = () => new MadeBook(ben, 'Next');

  it('must have room, and be nobody’s invention: money as a sum, a copy once and only from where it can be', () => {
    ada.within(({ state }) => state.put('currency', idOf(bun()), bun()));
    expect(why(money(MAX_AMOUNT, idOf(bun())), next().stored())).toBeNull();
    expect(why(money(MAX_AMOUNT, idOf(bun())), money(1n, idOf(bun())))).toBe('amount_overflow');
    // More of my own than ever left.
    expect(why(money(1n))).toBe('bad_input');
    expect(why(next().stored(), next().stored())).toBe('bad_input');
    expect(why(next().stored(), next().stored({ as: 'own' }, 2))).toBeNull();
    // Held here already.
    expect(why(next().stored(), emma.stored())).toBe('bad_input');
  });

  it('brings exactly the keys of its books, in order; one that goes home brings none', () => {
    const home: StoredLicence = emma.stored({ as: 'return', unopened: null });
    expect(keysFit([emma.stored(), dune.stored()], [emma.key, dune.key])).toBe(true);
    expect(keysFit([home, dune.stored()], [dune.key])).toBe(true);
    expect(keysFit([money(1n), home], [])).toBe(true);
    for (const keys of [[], [emma.key], [dune.key, emma.key], [emma.key, dune.key, dune.key], [emma.key, emma.key]]) expect(keysFit([emma.stored(), dune.stored()], keys)).toBe(false);
    expect(keysFit([money(1n)], [emma.key])).toBe(false);
  });

  it('is held here with its key; redeemed money is gone', () => {
    const other = new MadeBook(ben, 'Other');
    // Emma is lent to Ben and comes home, between two that are new.
    emma.shelve(ada, { state: 'lent', contact: ben.instance, due: null, deadline: null, recalled: false, asked: null, answered: null });
    ada.within(({ state }) => state.put('book', tea, { ...state.get('book', tea)!, held: 90n, sent: 10n }));
    ben.doing((turn) => comeIn(turn, [money(4n), next().stored(), emma.stored({ as: 'return', unopened: null }), other.stored()], [next().key, other.key], 'payment', because()));
    expect([next(), emma, other].map((book) => ada.state.get('licence', book.id())?.state)).toEqual(['held', 'held', 'held']);
    expect([next(), other].map((book) => ada.state.get('publication', ada.state.get('licence', book.id())!.publication)?.contentKey)).toEqual([next().key, other.key]);
    expect(ada.book(tea)).toMatchObject({ held: 94n, received: 4n, redeemed: 0n });
    ben.doing((turn) => comeIn(turn, [money(5n)], [], 'redemption', because()));
    expect(ada.book(tea)).toMatchObject({ held: 94n, received: 9n, redeemed: 5n });
  });
});

describe('what crosses', () => {
  const route = () => ({ teller: ben.instance, from: ben.instance, to: ada.instance, transfer: TRANSFER as string });
  const read = (assets: readonly WireAsset[], way = route()) => ben.doing((turn) => fromWire(turn, assets, way)).value;

  it('is read as it was written, and teaches the currencies that it brings', () => {
    const wire = [credit(bun(), 5), emma.wire({ as: 'loan', due: 7, lastsMs: 6 }, 2)];
    const stored: StoredAsset[] = [money(5n, idOf(bun())), emma.stored({ as: 'loan', due: 7, lastsMs: 6 }, 2)];
    expect(read(wire)).toEqual(stored);
    expect(toWire(ada.state, stored)).toEqual(wire);
    expect(fromAnswer(wire)).toEqual(stored);
  });

  it('is nothing if one currency is forged, one publication is, or a copy is not one of those there are', () => {
    expect(read([credit(bun(), 5), credit({ ...bun(), name: 'Gold' }, 5)])).toBeNull();
    const altered = { ...emma.wire(), publication: { ...emma.descriptor, copies: 100 } };
    expect(read([altered])).toBeNull();
    expect(read([emma.wire({ as: 'own' }, 3)])).toHaveLength(1);
    expect(read([emma.wire({ as: 'own' }, 4)])).toBeNull();
  });

  it('is nothing if its terms forbid it to whoever would give it; the publisher may', () => {
    const bound = new MadeBook(ben, 'Bound', { terms: { ...OPEN_TERMS, give: false, lend: false } });
    const cleo = new PureLane(ada, 'Cleo');
    const loan = { as: 'loan' as const, due: null, lastsMs: null };
    expect([read([bound.wire()]), read([bound.wire(loan)])].map((assets) => assets?.length)).toEqual([1, 1]);
    expect([read([bound.wire()], { ...route(), from: cleo.instance }), read([bound.wire(loan)], { ...route(), from: cleo.instance })]).toEqual([null, null]);
  });

  it('that says a book comes home unopened must have it signed by the borrower, for this lender, copy and transfer', () => {
    const home = (unopened: Uint8Array | null, copy = 1) => emma.wire({ as: 'return', unopened }, copy);
    // Ada returns Emma to Ben, unopened: her vault signs it.
    emma.shelve(ada, { state: 'borrowed', contact: ben.instance, due: null, deadline: null, over: false, recalled: false, asked: null });
    const back = { from: ada.instance, to: ben.instance, transfer: TRANSFER as string };
    const [asset] = ben.doing((turn) => certified(turn, [emma.stored({ as: 'return', unopened: null })], back)).value as [StoredLicence];
    const signature = asset.move.as === 'return' ? asset.move.unopened : null;
    expect(signature).toHaveLength(64);
    const way = { ...back, teller: ada.instance };
    expect(read([home(signature)], way)).toHaveLength(1);
    expect(read([home(null)], way)).toHaveLength(1);
    for (const other of [{ ...way, transfer: idNumber(2) }, { ...way, to: ada.instance }, { ...way, from: ben.instance }]) expect(read([home(signature)], other)).toBeNull();
    expect(read([home(signature, 2)], way)).toBeNull();
    expect(read([home(ed25519.sign(new Uint8Array(9), ben.secretKey))], way)).toBeNull();
  });

  it('is certified as unopened only if it goes home, and was not opened since it came', () => {
    const back = { from: ada.instance, to: ben.instance, transfer: TRANSFER as string };
    const unopened = (...assets: StoredAsset[]) => ben.doing((turn) => certified(turn, assets, back)).value;
    const home = emma.stored({ as: 'return', unopened: null });
    expect(unopened(money(1n), emma.stored(), emma.stored({ as: 'loan', due: null, lastsMs: null }))).toEqual([money(1n), emma.stored(), emma.stored({ as: 'loan', due: null, lastsMs: null })]);
    expect(unopened(home)).not.toEqual([home]);
    emma.shelve(ada, { state: 'borrowed', contact: ben.instance, due: null, deadline: null, over: false, recalled: false, asked: null, opened: true });
    expect(unopened(home)).toEqual([home]);
  });
});
