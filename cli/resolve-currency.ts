/**
 * Which currency a person means by CODE: anybody may issue under any code, so a code alone can be ambiguous; then
 * CODE@ISSUER (a name, a key, or a beginning of one) or the currency's own id says it. Pure.
 */
import { Refusal, type Result } from '../protocol/errors.ts';
import { parseAmount } from '../protocol/amount.ts';
import type { CurrencyView } from '../protocol/contracts/views.ts';

/** Beginnings of an id, 64 characters, that are taken for one: too long to be a code. */
const ID_PREFIX = /^[0-9a-f]{9,64}$/;

/** @throws Refusal `unknown_currency`, `ambiguous_name` naming the choices */
export function resolveCurrency(text: string, currencies: readonly CurrencyView[]): CurrencyView {
  const wanted = text.trim();
  const at = wanted.indexOf('@');
  const code = (at < 0 ? wanted : wanted.slice(0, at)).toUpperCase();
  const issuer = at < 0 ? null : wanted.slice(at + 1);
  const found = ID_PREFIX.test(wanted)
    ? currencies.filter(({ id }) => id.startsWith(wanted))
    : currencies.filter((currency) => currency.code === code && (issuer === null || isIssuedBy(currency, issuer)));
  const [first] = found;
  if (first && found.length === 1) return first;
  if (!first) throw new Refusal('unknown_currency', `This wallet knows no currency "${wanted.slice(0, 80)}". It comes to know one with an offer of it, a request for it, or a book priced in it; its id alone does not say who issues it and how it is counted.`);
  const choices = found.map((currency) => `${currency.code}@${currency.mine ? 'me' : currency.issuer}${currency.issuerName && !currency.mine ? ` (${currency.issuerName})` : ''}`).join(', ');
  throw new Refusal('ambiguous_name', `More than one issuer has a currency ${code}: ${choices}. Write it like that.`, { count: found.length });
}

function isIssuedBy({ issuer, issuerName, mine }: CurrencyView, text: string): boolean {
  return (mine && text === 'me') || issuer === text || (text.length > 9 && issuer.startsWith(text)) || (issuerName !== null && issuerName.toLocaleLowerCase() === text.toLocaleLowerCase());
}

/** What a person typed as minor units of a currency, as text for the contract. @throws Refusal `bad_amount` */
export function minorOf(text: string, { decimals }: Pick<CurrencyView, 'decimals'>): string {
  const amount: Result<bigint> = parseAmount(text, decimals);
  if (!amount.ok) throw new Refusal(amount.failure.code, amount.failure.detail, amount.failure.params);
  return amount.value.toString();
}
