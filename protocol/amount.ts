/**
 * Amounts: integers in minor units, as `bigint`; as text they are plain decimals. No floats anywhere (design §7).
 */
import { MAX_AMOUNT } from './limits.ts';
import { type Result, fail, ok } from './errors.ts';

const DECIMAL = /^(0|[1-9][0-9]{0,18})(?:\.([0-9]{1,9}))?$/;

/**
 * Reads what a person typed ("12.5") as minor units of a currency with `decimals` decimals.
 * Refuses signs, exponents, grouping, too many decimals, zero and overflow with `bad_amount`.
 */
export function parseAmount(text: string, decimals: number): Result<bigint> {
  const match = DECIMAL.exec(text.trim());
  if (!match) return fail('bad_amount', whyNoDecimal(text.trim(), decimals));
  const [, whole = '', fraction = ''] = match;
  if (fraction.length > decimals) {
    return fail('bad_amount', tooFine(decimals), { decimals });
  }
  const minor = BigInt(whole + fraction.padEnd(decimals, '0'));
  if (minor === 0n) return fail('bad_amount', 'The amount must be more than zero.');
  if (minor > MAX_AMOUNT) return fail('bad_amount', TOO_LARGE);
  return ok(minor);
}

/** What keeps a text from being an amount, in a sentence. */
function whyNoDecimal(text: string, decimals: number): string {
  if (/^[+-]/.test(text)) return 'An amount has no sign: write 12, not +12 or -12.';
  if (/^[0-9.]+e[+-]?[0-9]+$/i.test(text)) return 'An amount is written out, without an exponent: write 1000, not 1e3.';
  if (/^(\.[0-9]+|[0-9]+\.)$/.test(text)) return 'A decimal point has digits on both sides of it: write 0.5, not .5, and 5 without a point.';
  if (/^0[0-9]+(\.[0-9]+)?$/.test(text)) return 'An amount does not begin with zeros: write 5, not 05.';
  if (/^[0-9.,]*,[0-9.,]*$/.test(text)) return 'An amount has no comma: write 1000, not 1,000, and a decimal point: 12.50, not 12,50.';
  const [, whole, fraction = ''] = /^([0-9]+)(?:\.([0-9]+))?$/.exec(text) ?? [];
  if (whole === undefined) return 'An amount is digits with at most one decimal point, such as 12 or 12.50.';
  return fraction.length > decimals ? tooFine(decimals) : TOO_LARGE;
}

const TOO_LARGE = 'The amount is larger than any currency can hold.';
const tooFine = (decimals: number): string => `This currency has ${decimals} decimal${decimals === 1 ? '' : 's'}.`;

/** Minor units as a plain decimal with exactly `decimals` decimals: 1250n, 2 → "12.50". */
export function formatAmount(minor: bigint, decimals: number): string {
  if (decimals === 0) return minor.toString();
  const negative = minor < 0n;
  const digits = (negative ? -minor : minor).toString().padStart(decimals + 1, '0');
  const cut = digits.length - decimals;
  return `${negative ? '-' : ''}${digits.slice(0, cut)}.${digits.slice(cut)}`;
}
