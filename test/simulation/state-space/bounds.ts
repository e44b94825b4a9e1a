/**
 * How much may happen on one path: what is sent, said again and done by people, and what goes wrong. Each exploration is all
 * interleavings of what its bounds allow; deliveries, meetings, starts and the steps of a disk cost nothing.
 */
export interface Budget {
  /** Payments from the first to the second vault and to the third, from the second to the third, and back from the second to the first. */
  readonly pay: number;
  readonly payOther: number;
  readonly payOn: number;
  readonly payBack: number;
  /** The first lends its book to the second, with a day of return; the second returns it. */
  readonly lend: number;
  readonly bringBack: number;
  /** Whoever has the book gives it to another, or sells it to the next. */
  readonly giveBook: number;
  readonly sellBook: number;
  /** The destination's person accepts or declines. */
  readonly answer: number;
  /** The source's person cancels or writes off. */
  readonly cancel: number;
  /** The second changes what it takes from the first without asking. */
  readonly rule: number;
  /** A COMMIT or an answer is said again to the one it is for. */
  readonly again: number;
  /** It is said to somebody else, or back. */
  readonly astray: number;
  /** Two frames change places, or one is lost, without the link being cut. */
  readonly swap: number;
  readonly drop: number;
  readonly cut: number;
  /** The power of one vault goes, at any moment of a package. */
  readonly crash: number;
  /** A write or an advance fails, or the disk is full. */
  readonly fault: number;
  /** Two waiting inputs share one package. */
  readonly group: number;
  /** A clock jumps ahead by a month. */
  readonly clock: number;
  /** A vault is started from an older store, the register as it is. */
  readonly older: number;
  /** A machine goes back to an older state, register included. */
  readonly rollback: number;
}
export const NOTHING: Budget = { pay: 0, payOther: 0, payOn: 0, payBack: 0, lend: 0, bringBack: 0, giveBook: 0, sellBook: 0, answer: 0, cancel: 0, rule: 0, again: 0, astray: 0, swap: 0, drop: 0, cut: 0, crash: 0, fault: 0, group: 0, clock: 0, older: 0, rollback: 0 };

export interface Exploration {
  readonly name: string;
  readonly vaults: 2 | 3;
  readonly budget: Partial<Budget>;
  /** The first has published a book, of which there is one copy. */
  readonly book?: boolean;
  /** A second process on the first vault's folder, as if its lock were not there. */
  readonly twin?: boolean;
  /** Whose machine may go back; anybody's if it is not said. */
  readonly whose?: readonly number[];
  /** Only by command: it takes longer. */
  readonly large?: boolean;
}

export const EXPLORATIONS: readonly Exploration[] = [
  // Repeats, losses and another order (assurance rows 19–23), answers that race (26–28).
  { name: 'two payments, said again, overtaken and lost', vaults: 2, budget: { pay: 2, again: 1, swap: 1, drop: 1 } },
  { name: 'two payments, said again, and the link cut', vaults: 2, budget: { pay: 2, again: 1, cut: 1 } },
  { name: 'an offer answered, cancelled and refused, and the link cut', vaults: 2, budget: { pay: 1, answer: 1, cancel: 1, rule: 1, cut: 1 } },
  { name: 'a commit that meets another rule, twice', vaults: 2, budget: { pay: 1, rule: 2, again: 2 } },
  { name: 'repeats and reflections, and the link cut', vaults: 2, budget: { pay: 1, rule: 1, again: 1, astray: 1, cut: 1 } },
  { name: 'there and back, and the link cut', vaults: 2, budget: { pay: 1, payBack: 1, answer: 1, cut: 1 } },
  { name: 'payments that share packages', vaults: 2, budget: { pay: 2, rule: 1, answer: 1, group: 2 } },
  { name: 'a payment, a month and a change of mind', vaults: 2, budget: { pay: 1, cancel: 1, clock: 1, cut: 1 } },
  // The order of design §5 (rows 1–3, 7, 8).
  { name: 'a payment, and the power gone twice', vaults: 2, budget: { pay: 1, crash: 2 } },
  { name: 'an offer, and the power gone', vaults: 2, budget: { pay: 1, answer: 1, rule: 1, crash: 1 } },
  { name: 'an offer answered twice, cancelled and refused, the link cut and the power gone', vaults: 2, budget: { pay: 1, answer: 2, cancel: 1, rule: 2, cut: 1, crash: 1 } },
  { name: 'a payment, disks and registers that fail, and the power gone', vaults: 2, budget: { pay: 1, fault: 1, crash: 1 } },
  // Older states (rows 10, 11, 13, 14, 29).
  { name: 'a payment, the power gone, and older stores', vaults: 2, budget: { pay: 1, crash: 1, older: 1 } },
  { name: 'two processes on one folder', vaults: 2, twin: true, budget: { pay: 1 } },
  { name: 'a payment, and a whole machine gone back', vaults: 2, budget: { pay: 1, cut: 1, rollback: 1 } },
  // Three of them (rows 13, 23, 32).
  { name: 'given up, with another contact there', vaults: 3, budget: { pay: 1, cancel: 1, cut: 1 } },
  { name: 'paid on, frames astray, and links cut', vaults: 3, budget: { pay: 1, payOn: 1, astray: 1, cut: 1 } },
  { name: 'paid on, and the power gone', vaults: 3, budget: { pay: 1, payOn: 1, crash: 1 } },
  { name: 'two others paid, and the payer gone back', vaults: 3, whose: [0], budget: { pay: 1, payOther: 1, rollback: 1 } },
  // A book (rows 45–47).
  { name: 'a book lent and brought back, and the link cut', vaults: 2, book: true, budget: { lend: 1, bringBack: 1, answer: 1, cut: 1 } },
  { name: 'a book lent and brought back, and the power gone', vaults: 2, book: true, budget: { lend: 1, bringBack: 1, answer: 1, crash: 1 } },
  { name: 'a book lent, and given on all the same', vaults: 3, book: true, budget: { lend: 1, giveBook: 1, answer: 2 } },
  { name: 'a book sold to somebody who spends the price', vaults: 2, book: true, budget: { sellBook: 1, payBack: 1, answer: 2, cut: 1 } },
  { name: 'a book lent, a month later, and the link cut', vaults: 2, book: true, budget: { lend: 1, bringBack: 1, answer: 1, clock: 1, cut: 1 } },
  { name: 'a book sold, said again, and the link cut', vaults: 2, book: true, budget: { sellBook: 1, answer: 1, again: 1, cut: 1 } },
  { name: 'a book sold, and the power gone', vaults: 2, book: true, budget: { sellBook: 1, answer: 1, crash: 1 } },
  { name: 'a book given and lent, or given on', vaults: 3, book: true, budget: { giveBook: 2, lend: 1, answer: 2 } },

  { name: 'a book given there and back, the link cut and the power gone', vaults: 2, large: true, book: true, budget: { giveBook: 2, answer: 2, cut: 1, crash: 1 } },
  { name: 'two payments, said again twice, overtaken, lost, and the link cut', vaults: 2, large: true, budget: { pay: 2, again: 2, swap: 1, drop: 1, cut: 1 } },
  { name: 'two payments, and the power gone twice', vaults: 2, large: true, budget: { pay: 2, crash: 2 } },
  { name: 'two payments, disks and registers that fail, the link cut and the power gone', vaults: 2, large: true, budget: { pay: 2, fault: 1, cut: 1, crash: 1 } },
  { name: 'there and back, the link cut and the power gone', vaults: 2, large: true, budget: { pay: 1, payBack: 1, answer: 1, cut: 1, crash: 1 } },
  { name: 'two payments, the power gone twice, and older stores', vaults: 2, large: true, budget: { pay: 2, crash: 2, older: 1 } },
  { name: 'two processes on one folder, two payments', vaults: 2, large: true, twin: true, budget: { pay: 2 } },
  { name: 'two payments, said again, and a whole machine gone back', vaults: 2, large: true, budget: { pay: 2, again: 1, cut: 1, rollback: 1 } },
  { name: 'paid on twice, and links cut twice', vaults: 3, large: true, budget: { pay: 2, payOn: 1, cut: 2 } },
  { name: 'paid on, frames astray, links cut and the power gone', vaults: 3, large: true, budget: { pay: 1, payOn: 1, astray: 1, cut: 1, crash: 1 } },
  { name: 'two others paid, links cut, and the payer gone back', vaults: 3, large: true, whose: [0], budget: { pay: 1, payOther: 1, cut: 1, rollback: 1 } },
];
