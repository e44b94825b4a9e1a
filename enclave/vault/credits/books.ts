/**
 * The books: every movement of credits, and the assertion that none is ever made or lost (design §7). Each function
 * below is one double entry. The assertion stays on in production; a vault that finds it broken stops.
 *
 *   issued ─▶ held ─▶ transit ─▶ sent          received ─▶ held ─▶ redeemed
 *                      │  ▲  ╲
 *                      ▼  │   ▶ held (returned)
 *                   written off ─▶ sent | held
 */
import { type Failure, refuse } from '../../../protocol/errors.ts';
import type { CurrencyId, InstanceId, TransferId } from '../../../protocol/identifiers.ts';
import { MAX_AMOUNT } from '../../../protocol/limits.ts';
import { formatAmount } from '../../../protocol/amount.ts';
import { isOwn } from './currencies.ts';
import type { Book } from '../records.ts';
import { type State, must } from '../state.ts';
import type { LedgerEvent, Turn } from '../turn.ts';

export const EMPTY_BOOK: Book = { held: 0n, transit: 0n, writtenOff: 0n, sent: 0n, received: 0n, issued: 0n, redeemed: 0n };

export const bookOf = (state: State, currency: CurrencyId): Book => state.get('book', currency) ?? EMPTY_BOOK;

/** @throws Error if a book does not balance or holds a negative amount: the module must stop. */
export function assertBook(book: Book, currency: string): void {
  const uses = book.held + book.transit + book.writtenOff + book.sent + book.redeemed;
  if (uses !== book.issued + book.received) throw new Error(`invariant: the books of ${currency} do not balance`);
  for (const amount of Object.values(book) as bigint[]) if (amount < 0n) throw new Error(`invariant: a negative amount in the books of ${currency}`);
}

type Account = keyof Book;
/** What money came in as; the other accounts say where it is. */
const SOURCES: readonly Account[] = ['issued', 'received'];

/** Moves `amount` from one account to another (a source grows when money comes from it). */
function post(turn: Turn, currency: CurrencyId, from: Account, to: Account, amount: bigint): void {
  const book = { ...bookOf(turn.state, currency) };
  book[from] += SOURCES.includes(from) ? amount : -amount;
  book[to] += amount;
  assertBook(book, currency);
  turn.state.put('book', currency, book);
}

interface Because { readonly contact: InstanceId | null; readonly transfer: TransferId | null }
const NOBODY: Because = { contact: null, transfer: null };

const note = (turn: Turn, event: LedgerEvent['event'], currency: CurrencyId, amount: bigint, because: Because): void => {
  turn.events.push({ event, currency, amount, contact: because.contact, transfer: because.transfer });
};

/** True if `amount` more may come in: what is here at one time is bounded, the running totals are not. */
export function hasRoom(state: State, currency: CurrencyId, amount: bigint): boolean {
  const { held, transit, writtenOff } = bookOf(state, currency);
  return held + transit + writtenOff + amount <= MAX_AMOUNT;
}

/** That there is less here than was asked for. */
export function shortOf(state: State, currency: CurrencyId): Failure {
  const { code, decimals } = must(state, 'currency', currency);
  const held = formatAmount(bookOf(state, currency).held, decimals);
  return { code: 'insufficient_funds', detail: `There are ${held} ${code} here, fewer than that.`, params: { held, code } };
}

/** @throws Refusal `insufficient_funds` unless `amount` is held */
export function requireHeld(state: State, currency: CurrencyId, amount: bigint): void {
  if (bookOf(state, currency).held >= amount) return;
  const { code, detail, params } = shortOf(state, currency);
  refuse(code, detail, params);
}

/** True if more of my own currency would come home than ever left: somebody has made credits that I did not issue. */
export function isForged(state: State, currency: CurrencyId, amount: bigint): boolean {
  if (!isOwn(state, must(state, 'currency', currency))) return false;
  const { received, sent, transit, writtenOff } = bookOf(state, currency);
  return received + amount > sent + transit + writtenOff;
}

/** New credits of one's own currency. @throws Refusal `amount_overflow` */
export function issue(turn: Turn, currency: CurrencyId, amount: bigint): void {
  const { issued, redeemed } = bookOf(turn.state, currency);
  if (issued - redeemed + amount > MAX_AMOUNT || !hasRoom(turn.state, currency, amount)) refuse('amount_overflow', 'More of this currency would exist than can be counted.');
  post(turn, currency, 'issued', 'held', amount);
  note(turn, 'issued', currency, amount, NOBODY);
}

/** Own credits of one's own currency cease to exist. @throws Refusal `insufficient_funds` */
export function retire(turn: Turn, currency: CurrencyId, amount: bigint): void {
  requireHeld(turn.state, currency, amount);
  post(turn, currency, 'held', 'redeemed', amount);
  note(turn, 'retired', currency, amount, NOBODY);
}

/** The source commits. @throws Refusal `insufficient_funds` */
export function commit(turn: Turn, currency: CurrencyId, amount: bigint, because: Because): void {
  requireHeld(turn.state, currency, amount);
  post(turn, currency, 'held', 'transit', amount);
  note(turn, 'committed', currency, amount, because);
}

/** The source learns that its commit arrived; `from` tells whether it had been written off meanwhile. */
export function deliver(turn: Turn, currency: CurrencyId, amount: bigint, because: Because, from: 'transit' | 'writtenOff' = 'transit'): void {
  post(turn, currency, from, 'sent', amount);
  note(turn, 'delivered', currency, amount, because);
}

/** The source learns that its commit was refused. */
export function takeBack(turn: Turn, currency: CurrencyId, amount: bigint, because: Because, from: 'transit' | 'writtenOff' = 'transit'): void {
  post(turn, currency, from, 'held', amount);
  note(turn, 'returned', currency, amount, because);
}

/** The person gives up on what is in transit. It is not theirs to take back. */
export function writeOff(turn: Turn, currency: CurrencyId, amount: bigint, because: Because): void {
  post(turn, currency, 'transit', 'writtenOff', amount);
  note(turn, 'written-off', currency, amount, because);
}

/** Credits come in. The caller has checked `hasRoom`. */
export function receive(turn: Turn, currency: CurrencyId, amount: bigint, because: Because): void {
  post(turn, currency, 'received', 'held', amount);
  note(turn, 'received', currency, amount, because);
}

/** Credits of one's own currency come home and cease to exist. The caller has checked `hasRoom`. */
export function receiveRedeemed(turn: Turn, currency: CurrencyId, amount: bigint, because: Because): void {
  receive(turn, currency, amount, because);
  post(turn, currency, 'held', 'redeemed', amount);
  note(turn, 'redeemed', currency, amount, because);
}

/** The destination pays its side (`take`) in the same package that credits it. The caller has checked that it is held. */
export function payTake(turn: Turn, currency: CurrencyId, amount: bigint, because: Because): void {
  post(turn, currency, 'held', 'transit', amount);
  post(turn, currency, 'transit', 'sent', amount);
  note(turn, 'committed', currency, amount, because);
  note(turn, 'delivered', currency, amount, because);
}

/** Checks all books against each other and against what is in flight; run when a state is loaded. @throws Error */
export function assertAllBooks(state: State): void {
  const transit = new Map<CurrencyId, { transit: bigint; writtenOff: bigint }>();
  for (const [, transfer] of state.all('transfer')) {
    if (transfer.direction !== 'out' || transfer.state === 'offered') continue;
    for (const asset of transfer.give) {
      if (asset.kind !== 'credit') continue;
      const { currency, amount } = asset;
      const sum = transit.get(currency) ?? { transit: 0n, writtenOff: 0n };
      sum[transfer.state === 'written-off' ? 'writtenOff' : 'transit'] += amount;
      transit.set(currency, sum);
    }
  }
  for (const [currency, book] of state.all('book')) {
    assertBook(book, currency);
    const sum = transit.get(currency as CurrencyId) ?? { transit: 0n, writtenOff: 0n };
    if (sum.transit !== book.transit || sum.writtenOff !== book.writtenOff) throw new Error(`invariant: what is in transit of ${currency} is not what the books say`);
  }
}
