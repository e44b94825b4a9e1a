/**
 * Reads an amount as people type it in their own language ("1.250,5" in German, "1,250.5" in English) and hands it to
 * the protocol's strict reader. Grouping marks count only where they group three digits; anything doubtful is refused
 * rather than guessed, because a wrong guess costs a thousandfold.
 */
import { parseAmount } from '../../protocol/amount.ts';
import { type Result, fail } from '../../protocol/errors.ts';
import { marksOf } from './number-format.ts';

const escape = (mark: string): string => mark.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');

/** @returns minor units, or `bad_amount`. */
export function readTypedAmount(text: string, decimals: number, locale: string): Result<bigint> {
  const { decimal, group } = marksOf(locale);
  const typed = text.replace(/[\s\u00a0\u202f]/g, '');
  if (typed === '') return fail('bad_amount', 'Enter an amount.');
  const grouped = new RegExp(`^[1-9][0-9]{0,2}(?:${escape(group)}[0-9]{3})+(?:${escape(decimal)}[0-9]+)?$`);
  if (grouped.test(typed)) return parseAmount(typed.replaceAll(group, '').replace(decimal, '.'), decimals);
  // One mark and nothing that groups: the other language's decimal mark is understood too, but never before three digits.
  const plain = /^([0-9]+)(?:([.,])([0-9]*))?$/.exec(typed);
  if (!plain) return parseAmount(typed, decimals);
  const [, whole = '', mark, fraction = ''] = plain;
  if (mark === group && fraction.length === 3) return fail('bad_amount', `Use ${decimal} for decimals.`);
  return parseAmount(fraction === '' ? whole : `${whole}.${fraction}`, decimals);
}
