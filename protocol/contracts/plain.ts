/** The plainest values that everything else is made of: amounts as digits, and text that a person typed. */
import { z } from 'zod';
import { MAX_DECIMALS, MAX_MEMO_CHARS, MAX_NAME_CHARS } from '../limits.ts';

/** Minor units, not negative, at most 2^63 − 1. Stops at the first fault: `BigInt` throws on what is not digits. */
export const MinorSchema = z.string().regex(/^(0|[1-9][0-9]{0,18})$/, { error: 'minor units as digits', abort: true }).refine((v) => BigInt(v) < 2n ** 63n, 'too large');
/** A running total in minor units: what has gone through a wallet over the years may exceed what can exist at once. */
export const TotalSchema = z.string().regex(/^(0|[1-9][0-9]{0,39})$/);
/** Minor units, more than zero. */
export const PositiveMinorSchema = MinorSchema.refine((v) => v !== '0', 'must be more than zero');

// Composed (NFC) before it is measured, because composing can make a text longer.
// Control and bidirectional formatting characters could make one name look like another.
export const plainText = (max: number) => z.string().trim().normalize('NFC').max(max).regex(/^[^\p{Cc}\p{Cs}\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]*$/u, 'no control characters');
export const NameSchema = plainText(MAX_NAME_CHARS).refine((v) => v.length > 0, 'a name is needed');
export const MemoSchema = plainText(MAX_MEMO_CHARS);
export const CurrencyCodeSchema = z.string().regex(/^[A-Z][A-Z0-9]{1,7}$/, 'two to eight capital letters or digits, a letter first');
export const DecimalsSchema = z.int().min(0).max(MAX_DECIMALS);
export const PinSchema = z.string().regex(/^[0-9]{4,12}$/, 'four to twelve digits');
