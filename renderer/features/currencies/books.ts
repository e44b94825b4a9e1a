/** A currency's books as two columns that must come to the same sum (views.ts: held + inTransit + … = issued + received). */
import type { BalanceView } from '../../../protocol/contracts/views.ts';

export const SOURCES = ['issued', 'received'] as const;
export const PLACES = ['held', 'inTransit', 'sent', 'redeemed', 'writtenOff'] as const;

const sum = (balance: BalanceView, names: readonly (typeof SOURCES | typeof PLACES)[number][]): bigint => names.reduce((total, name) => total + BigInt(balance[name]), 0n);

/** Sums in minor units, and whether they agree. */
export function booksOf(balance: BalanceView): { came: bigint; is: bigint; balanced: boolean } {
  const came = sum(balance, SOURCES);
  const is = sum(balance, PLACES);
  return { came, is, balanced: came === is };
}
