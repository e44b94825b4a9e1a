/** Amounts as a person reads them. Digits are grouped as text; no amount is ever a float (design §7). */
import { formatAmount } from '../../protocol/amount.ts';

/** Minor units ("125000") as grouped text with exactly `decimals` decimals ("1,250.00"). */
export function displayAmount(minor: string | bigint, decimals: number, locale: string): string {
  const plain = formatAmount(BigInt(minor), decimals);
  // A decimal string is formatted exactly, digit by digit.
  return new Intl.NumberFormat(locale, { minimumFractionDigits: decimals, maximumFractionDigits: decimals }).format(plain as `${number}`);
}

/** The marks between digits in a locale: { decimal: '.', group: ',' }. */
export function marksOf(locale: string): { decimal: string; group: string } {
  const parts = new Intl.NumberFormat(locale, { useGrouping: true }).formatToParts(1234567.5);
  const find = (type: string, otherwise: string): string => parts.find((part) => part.type === type)?.value ?? otherwise;
  return { decimal: find('decimal', '.'), group: find('group', ',') };
}
