/**
 * Amounts: integers in minor units, as `bigint`; as text they are plain decimals. No floats anywhere (design §7).
 */
import { MAX_AMOUNT, MAX_DECIMALS } from './limits.ts';
import { type Result, fail, ok } from './errors.ts';

const DECIMAL = /^(0|[1-9][0-9]{0,18})(?:\.([0-9]{1,9}))?$/;

/**
 * Reads what a person typed ("12.5") as minor units of a currency with `decimals` decimals.
 * Refuses signs, exponents, grouping, too many decimals, zero and overflow with `bad_amount`.
 */
export function parseAmount(text: string, decimals: number): Result<bigint> {
  const match = DECIMAL.exec(text.trim());
  if (!match) return fail('bad_amount', 'An amount is digits with at most one decimal point, such as 12 or 12.50.');
  const [, whole = '', fraction = ''] = match;
  if (fraction.length > decimals) {
    return fail('bad_amount', `This currency has ${decimals} decimal${decimals === 1 ? '' : 's'}.`, { decimals });
  }
  const minor = BigInt(whole + fraction.padEnd(decimals, '0'));
  if (minor === 0n) return fail('bad_amount', 'The amount must be more than zero.');
  if (minor > MAX_AMOUNT) return fail('bad_amount', 'The amount is larger than any currency can hold.');
  return ok(minor);
}

/** Minor units as a plain decimal with exactly `decimals` decimals: 1250n, 2 → "12.50". */
export function formatAmount(minor: bigint, decimals: number): string {
  if (decimals === 0) return minor.toString();
  const negative = minor < 0n;
  const digits = (negative ? -minor : minor).toString().padStart(decimals + 1, '0');
  const cut = digits.length - decimals;
  return `${negative ? '-' : ''}${digits.slice(0, cut)}.${digits.slice(cut)}`;
}

/** True for a number of decimals that a currency may have. */
export const isDecimals = (value: number): boolean => Number.isInteger(value) && value >= 0 && value <= MAX_DECIMALS;
