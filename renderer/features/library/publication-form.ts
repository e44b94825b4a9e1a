/** What a person says of a book before it is published, and what of it cannot be said. The vault checks it all again. */
import type { CurrencyId } from '../../../protocol/identifiers.ts';
import type { CoverChoice } from '../../../protocol/contracts/library-host.contract.ts';
import { AuthorSchema, CopiesSchema, LanguageSchema, TitleSchema } from '../../../protocol/licence.codec.ts';
import { MAX_LOAN_DAYS } from '../../../protocol/limits.ts';

export interface PublicationForm {
  title: string; author: string; language: string;
  /** As typed. */
  copies: string;
  priced: boolean; currency: string; amount: string | null;
  give: boolean; lend: boolean; limited: boolean; days: string; text: boolean;
  cover: CoverChoice;
}

export const newForm = (found: { title: string; author: string; language: string }): PublicationForm =>
  ({ title: found.title, author: found.author, language: found.language, copies: '1', priced: false, currency: '', amount: null, give: true, lend: true, limited: false, days: '28', text: true, cover: { from: 'book' } });

export type FormFault = 'title' | 'author' | 'language' | 'copies' | 'amount' | 'days';

const wholeNumber = (text: string): number => (/^\s*\d{1,6}\s*$/.test(text) ? Number(text) : Number.NaN);

/** What is wrong, in the order of the form. */
export function faultsOf(form: PublicationForm): FormFault[] {
  const days = wholeNumber(form.days);
  const checks: [FormFault, boolean][] = [
    ['title', TitleSchema.safeParse(form.title.trim()).success], ['author', AuthorSchema.safeParse(form.author.trim()).success], ['language', LanguageSchema.safeParse(form.language.trim()).success],
    ['copies', CopiesSchema.safeParse(wholeNumber(form.copies)).success], ['amount', !form.priced || form.amount !== null], ['days', !form.lend || !form.limited || (days >= 1 && days <= MAX_LOAN_DAYS)],
  ];
  return checks.filter(([, fine]) => !fine).map(([fault]) => fault);
}

/** The form as the contract takes it; only for one without faults. All of it is new: what Vue watches cannot be cloned into another process. */
export const wantedOf = (form: PublicationForm) => ({
  title: form.title.trim(), author: form.author.trim(), language: form.language.trim(), copies: wholeNumber(form.copies),
  terms: { give: form.give, lend: form.lend, maxLoanDays: form.lend && form.limited ? wholeNumber(form.days) : null, text: form.text },
  price: form.priced && form.amount !== null ? { currency: form.currency as CurrencyId, amount: form.amount } : null,
  cover: { ...form.cover },
});
