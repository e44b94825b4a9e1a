/** The books (design §7): each movement of credits is one double entry with its event, and what does not add up stops the vault. */
import { beforeEach, describe, expect, it } from 'vitest';
import { EMPTY_BOOK, assertAllBooks, assertBook, commit, deliver, hasRoom, isForged, issue, payTake, receive, receiveRedeemed, requireHeld, retire, takeBack, writeOff } from '../../../enclave/vault/credits/books.ts';
import type { Book, Transfer } from '../../../enclave/vault/records.ts';
import { Draft } from '../../../enclave/vault/state.ts';
import type { LedgerEvent, Turn } from '../../../enclave/vault/turn.ts';
import type { CurrencyId, InstanceId, TransferId } from '../../../protocol/identifiers.ts';
import { MAX_AMOUNT } from '../../../protocol/limits.ts';
import { PureNetwork, PureVault } from '../../support/pure-vault.ts';
import { refusalCode } from '../../support/refusals.ts';

const BECAUSE = { contact: 'ben' as InstanceId, transfer: '7f' as TransferId };

let ada: PureVault;
let tea: CurrencyId;

beforeEach(() => {
  ada = new PureVault('Ada', 'books', new PureNetwork());
  const made = ada.must('credits.createCurrency', { code: 'TEA', decimals: 0, name: 'Tea' });
  tea = made.id;
});

/** Does this to a book. @returns what the book says then, and what was noted */
function moved(before: Partial<Book>, movement: (turn: Turn) => void): { book: Partial<Book>; events: LedgerEvent[] } {
  return ada.within((turn) => {
    turn.state.put('book', tea, { ...EMPTY_BOOK, ...before });
    movement(turn);
    const after = Object.entries(turn.state.get('book', tea)!).filter(([, amount]) => amount !== 0n);
    return { book: Object.fromEntries(after), events: turn.events };
  });
}
const event = (name: LedgerEvent['event'], amount: bigint, because: Partial<LedgerEvent> = BECAUSE): LedgerEvent => ({ event: name, currency: tea, amount, contact: null, transfer: null, ...because });
const NOBODY = { contact: null, transfer: null };

describe('each movement', () => {
  it('issue: what is issued is held', () => {
    expect(moved({}, (turn) => issue(turn, tea, 9n))).toEqual({ book: { issued: 9n, held: 9n }, events: [event('issued', 9n, NOBODY)] });
  });
  it('retire: what was held is redeemed', () => {
    expect(moved({ issued: 9n, held: 9n }, (turn) => retire(turn, tea, 4n))).toEqual({ book: { issued: 9n, held: 5n, redeemed: 4n }, events: [event('retired', 4n, NOBODY)] });
  });
  it('commit: what was held is in transit', () => {
    expect(moved({ issued: 9n, held: 9n }, (turn) => commit(turn, tea, 4n, BECAUSE))).toEqual({ book: { issued: 9n, held: 5n, transit: 4n }, events: [event('committed', 4n)] });
  });
  it('deliver: what was in transit is sent, or what was written off', () => {
    expect(moved({ issued: 9n, held: 5n, transit: 4n }, (turn) => deliver(turn, tea, 4n, BECAUSE))).toEqual({ book: { issued: 9n, held: 5n, sent: 4n }, events: [event('delivered', 4n)] });
    expect(moved({ issued: 9n, held: 5n, writtenOff: 4n }, (turn) => deliver(turn, tea, 4n, BECAUSE, 'writtenOff')).book).toEqual({ issued: 9n, held: 5n, sent: 4n });
  });
  it('take back: what was in transit is held again, or what was written off', () => {
    expect(moved({ issued: 9n, held: 5n, transit: 4n }, (turn) => takeBack(turn, tea, 4n, BECAUSE))).toEqual({ book: { issued: 9n, held: 9n }, events: [event('returned', 4n)] });
    expect(moved({ issued: 9n, held: 5n, writtenOff: 4n }, (turn) => takeBack(turn, tea, 4n, BECAUSE, 'writtenOff')).book).toEqual({ issued: 9n, held: 9n });
  });
  it('write off: what was in transit is written off, and not held', () => {
    expect(moved({ issued: 9n, held: 5n, transit: 4n }, (turn) => writeOff(turn, tea, 4n, BECAUSE))).toEqual({ book: { issued: 9n, held: 5n, writtenOff: 4n }, events: [event('written-off', 4n)] });
  });
  it('receive: what comes in is held; redeemed, it is gone', () => {
    expect(moved({}, (turn) => receive(turn, tea, 4n, BECAUSE))).toEqual({ book: { received: 4n, held: 4n }, events: [event('received', 4n)] });
    expect(moved({}, (turn) => receiveRedeemed(turn, tea, 4n, BECAUSE))).toEqual({ book: { received: 4n, redeemed: 4n }, events: [event('received', 4n), event('redeemed', 4n)] });
  });
  it('pay: what was held is sent at once, noted as committed and delivered', () => {
    expect(moved({ issued: 9n, held: 9n }, (turn) => payTake(turn, tea, 4n, BECAUSE))).toEqual({ book: { issued: 9n, held: 5n, sent: 4n }, events: [event('committed', 4n), event('delivered', 4n)] });
  });
});

describe('a movement is refused', () => {
  it('of more than is held, and not of exactly that', () => {
    for (const work of [retire, (turn: Turn, currency: CurrencyId, amount: bigint) => commit(turn, currency, amount, BECAUSE)]) {
      expect(refusalCode(() => moved({ issued: 9n, held: 9n }, (turn) => work(turn, tea, 10n)))).toBe('insufficient_funds');
      expect(refusalCode(() => moved({ issued: 9n, held: 9n }, (turn) => work(turn, tea, 9n)))).toBe('done');
    }
  });

  it('saying how much there is, in the currency’s own decimals', () => {
    const made = ada.call('credits.createCurrency', { code: 'EUR', decimals: 2, name: 'Euro' });
    const eur = made.ok ? made.value.id : tea;
    ada.call('credits.issue', { currency: eur, amount: '1234' });
    expect(ada.call('credits.retire', { currency: eur, amount: '1235' })).toMatchObject({ failure: { code: 'insufficient_funds', params: { held: '12.34', code: 'EUR' } } });
    ada.within((turn) => {
      expect(refusalCode(() => requireHeld(turn.state, eur, 1235n))).toBe('insufficient_funds');
      expect(refusalCode(() => requireHeld(turn.state, eur, 1234n))).toBe('done');
    });
  });

  it('that would make more exist than can be counted: what was redeemed counts as gone, what is away does not', () => {
    const issueAt = (before: Partial<Book>, amount: bigint) => refusalCode(() => moved(before, (turn) => issue(turn, tea, amount)));
    expect(issueAt({}, MAX_AMOUNT)).toBe('done');
    expect(issueAt({}, MAX_AMOUNT + 1n)).toBe('amount_overflow');
    // Sent away: it exists, but not here.
    expect(issueAt({ issued: 10n, sent: 10n }, MAX_AMOUNT - 9n)).toBe('amount_overflow');
    expect(issueAt({ issued: 10n, sent: 10n }, MAX_AMOUNT - 10n)).toBe('done');
    expect(issueAt({ issued: 10n, redeemed: 10n }, MAX_AMOUNT)).toBe('done');
    // Come in from elsewhere: it is here, though not issued here.
    expect(issueAt({ received: 10n, held: 10n }, MAX_AMOUNT - 9n)).toBe('amount_overflow');
  });
});

describe('room for more', () => {
  it('is what is left of the largest amount when all that is here is counted, wherever it lies', () => {
    const roomAt = (before: Partial<Book>, amount: bigint): boolean => ada.within((turn) => {
      turn.state.put('book', tea, { ...EMPTY_BOOK, ...before });
      return hasRoom(turn.state, tea, amount);
    });
    for (const account of ['held', 'transit', 'writtenOff'] as const) {
      expect(roomAt({ [account]: 10n }, MAX_AMOUNT - 10n), account).toBe(true);
      expect(roomAt({ [account]: 10n }, MAX_AMOUNT - 9n), account).toBe(false);
    }
    for (const account of ['sent', 'redeemed', 'received', 'issued'] as const) expect(roomAt({ [account]: 10n }, MAX_AMOUNT), account).toBe(true);
  });
});

describe('credits that come home', () => {
  const forgedAt = (before: Partial<Book>, amount: bigint): boolean => ada.within((turn) => {
    turn.state.put('book', tea, { ...EMPTY_BOOK, ...before });
    return isForged(turn.state, tea, amount);
  });

  it('are forged if more would have come than ever left, wherever what left stands', () => {
    for (const account of ['sent', 'transit', 'writtenOff'] as const) {
      expect(forgedAt({ [account]: 10n, received: 4n }, 6n), account).toBe(false);
      expect(forgedAt({ [account]: 10n, received: 4n }, 7n), account).toBe(true);
    }
    expect(forgedAt({ held: 10n, issued: 10n }, 1n)).toBe(true);
  });

  it('are another’s business when they are not mine', () => {
    ada.within((turn) => {
      const own = turn.state.get('currency', tea)!;
      turn.state.put('currency', tea, { ...own, issuer: new Uint8Array(32).fill(7) });
      expect(isForged(turn.state, tea, 1n)).toBe(false);
    });
  });
});

describe('books that do not add up', () => {
  it('stop the vault: unbalanced, or negative anywhere though balanced', () => {
    assertBook({ ...EMPTY_BOOK, issued: 3n, received: 4n, held: 1n, transit: 1n, writtenOff: 1n, sent: 1n, redeemed: 3n }, 'TEA');
    for (const account of Object.keys(EMPTY_BOOK)) expect(() => assertBook({ ...EMPTY_BOOK, [account]: 1n }, 'TEA'), account).toThrow('invariant: the books of TEA do not balance');
    for (const account of ['held', 'transit', 'writtenOff', 'sent', 'redeemed'] as const) {
      expect(() => assertBook({ ...EMPTY_BOOK, issued: 1n, held: 2n, [account]: account === 'held' ? 1n : -1n, ...(account === 'held' ? { held: -1n, sent: 2n } : {}) }, 'TEA'), account).toThrow('invariant: a negative amount');
    }
  });

  it('stop the vault in the moment in which they would come about', () => {
    expect(() => moved({ issued: 9n, held: 9n }, (turn) => writeOff(turn, tea, 1n, BECAUSE))).toThrow('invariant: a negative amount');
    expect(() => moved({ issued: 9n, held: 8n }, (turn) => receive(turn, tea, 1n, BECAUSE))).toThrow('do not balance');
  });

  it('stop the vault when it starts: what is in transit must be what the transfers say, currency by currency', () => {
    const inFlight = (state: 'in-transit' | 'written-off', amount: bigint): Transfer => ({
      id: BECAUSE.transfer, contact: BECAUSE.contact, direction: 'out', state, give: [{ kind: 'credit', currency: tea, amount }], take: [], memo: '', purpose: 'payment', request: null,
      timeline: [], lane: 'lane' as never, seq: 1, package: 1, frame: new Uint8Array(),
    });
    const check = (book: Partial<Book>, ...transfers: Transfer[]) => () => {
      const state = new Draft(ada.state);
      state.put('book', tea, { ...EMPTY_BOOK, ...book });
      transfers.forEach((transfer, at) => state.put('transfer', String(at), transfer));
      assertAllBooks(state);
    };
    const WRONG = 'is not what the books say';
    check({ issued: 9n, held: 9n })();
    check({ issued: 9n, held: 2n, transit: 7n }, inFlight('in-transit', 7n))();
    check({ issued: 9n, held: 2n, transit: 7n }, inFlight('in-transit', 3n), inFlight('in-transit', 4n))();
    check({ issued: 9n, held: 2n, writtenOff: 7n }, inFlight('written-off', 7n))();
    check({ issued: 9n, held: 2n, writtenOff: 3n, transit: 4n }, inFlight('written-off', 3n), inFlight('in-transit', 4n))();
    expect(check({ issued: 9n, held: 2n, transit: 7n })).toThrow(WRONG);
    expect(check({ issued: 9n, held: 9n }, inFlight('in-transit', 7n))).toThrow(WRONG);
    expect(check({ issued: 9n, held: 2n, transit: 7n }, inFlight('written-off', 7n))).toThrow(WRONG);
    expect(check({ issued: 9n, held: 2n, writtenOff: 7n }, inFlight('in-transit', 7n))).toThrow(WRONG);
    expect(check({ issued: 9n, held: 2n, writtenOff: 7n })).toThrow(WRONG);
    expect(check({ issued: 9n })).toThrow('do not balance');
    // An offer has moved nothing yet, nor has what others would give; books are no credits.
    const offered = { ...inFlight('in-transit', 7n), state: 'offered' } as Transfer;
    const incoming = { ...inFlight('in-transit', 7n), direction: 'in' } as unknown as Transfer;
    const book = { ...inFlight('in-transit', 7n), give: [{ kind: 'licence' }] } as unknown as Transfer;
    check({ issued: 9n, held: 9n }, offered, incoming, book)();
  });
});
