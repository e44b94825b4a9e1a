/**
 * Which rule an amount breaks that `readTypedAmount` refused: a sentence of its own for each, because "not an amount"
 * leaves a person guessing. Says why; whether an amount is accepted is decided by the reader alone.
 */
import { marksOf } from './number-format.ts';

/** Message keys below `amountFault`. */
export type AmountFault = 'empty' | 'sign' | 'digits' | 'grouping' | 'whole' | 'decimals' | 'zero' | 'large';

/** Digits with marks anywhere: what remains are questions of where the marks stand and how much it is. */
const DIGITS_AND_MARKS = /^[0-9.,]*[0-9][0-9.,]*$/;

/** @param text as typed, already refused for a currency with `decimals` decimals */
export function amountFault(text: string, decimals: number, locale: string): AmountFault {
  const { decimal, group } = marksOf(locale);
  const typed = text.replace(/[\s\u00a0\u202f]/g, '');
  if (typed === '') return 'empty';
  if (/^[-+−–]/.test(typed)) return 'sign';
  if (!DIGITS_AND_MARKS.test(typed)) return 'digits';
  const marks = typed.replace(/[0-9]/g, '');
  // One mark of any kind, or several of which only the last can be the decimal mark.
  const [whole = '', fraction = ''] = marks.length === 1 ? typed.split(/[.,]/) : typed.replaceAll(group, '').split(decimal);
  if (marks.length > 1 && (typed.split(decimal).length > 2 || !/^[0-9]{1,3}([.,][0-9]{3})+([.,][0-9]+)?$/.test(typed))) return 'grouping';
  if (marks === group && fraction.length === 3) return 'grouping';
  if (whole === '' || /^0[0-9]/.test(whole)) return 'digits';
  if (fraction.length > decimals) return decimals === 0 ? 'whole' : 'decimals';
  return /^0*$/.test(whole + fraction) ? 'zero' : 'large';
}
