/** What a person may say of a book before it is published. */
import { expect, it } from 'vitest';
import { PublicationTermsSchema } from '../../../protocol/licence.codec.ts';
import { type PublicationForm, faultsOf, newForm, wantedOf } from '../../../renderer/features/library/publication-form.ts';

const form = (part: Partial<PublicationForm> = {}): PublicationForm => ({ ...newForm({ title: 'Emma', author: 'Jane Austen', language: 'en' }), ...part });

it('is fine as the file says it, and becomes what the contract takes', () => {
  expect(faultsOf(form())).toEqual([]);
  expect(wantedOf(form({ title: ' Emma ', copies: ' 3 ' }))).toEqual({ title: 'Emma', author: 'Jane Austen', language: 'en', copies: 3, terms: { give: true, lend: true, maxLoanDays: null, text: true }, price: null, cover: { from: 'book' } });
});

it.each<[Partial<PublicationForm>, string]>([
  [{ title: '  ' }, 'title'], [{ title: 'x'.repeat(201) }, 'title'], [{ title: 'a\u202eb' }, 'title'], [{ title: 'a\u061cb' }, 'title'], [{ author: 'x'.repeat(201) }, 'author'], [{ language: 'English!' }, 'language'],
  [{ copies: '0' }, 'copies'], [{ copies: '1001' }, 'copies'], [{ copies: '1.5' }, 'copies'], [{ copies: '' }, 'copies'], [{ priced: true }, 'amount'],
  [{ limited: true, days: '0' }, 'days'], [{ limited: true, days: 'ten' }, 'days'], [{ limited: true, days: '3651' }, 'days'],
])('finds fault with %j', (part, fault) => expect(faultsOf(form(part))).toEqual([fault]));

it('looks at days only where lending is limited, and at the amount only where there is a price', () => {
  expect(faultsOf(form({ lend: false, limited: true, days: 'x' }))).toEqual([]);
  expect(wantedOf(form({ lend: false, limited: true, days: '9' })).terms.maxLoanDays).toBeNull();
  expect(wantedOf(form({ limited: true, days: '9' })).terms).toEqual(PublicationTermsSchema.parse({ give: true, lend: true, maxLoanDays: 9, text: true }));
  expect(wantedOf(form({ priced: false, amount: '5', currency: 'c' })).price).toBeNull();
  expect(wantedOf(form({ priced: true, amount: '5', currency: 'c' })).price).toEqual({ currency: 'c', amount: '5' });
});
