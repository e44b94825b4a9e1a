/**
 * Currencies: (issuer key, code, decimals, name), named by the hash of these and signed by the issuer, so that nobody
 * can hand out a currency in another's name. Only the issuer's vault issues (design §7).
 */
import { ed25519 } from '@noble/curves/ed25519.js';
import { refuse } from '../../../protocol/errors.ts';
import type { CurrencyId, InstanceId } from '../../../protocol/identifiers.ts';
import { MAX_CURRENCIES } from '../../../protocol/limits.ts';
import type { CurrencyDescriptor } from '../../../protocol/currency.codec.ts';
import { currencyStatement, signingInput } from '../../../protocol/statements.codec.ts';
import { STRICT, bytesToHex, digest, equalBytes } from '../bytes.ts';
import type { Currency } from '../records.ts';
import { type State, must } from '../state.ts';
import type { Turn } from '../turn.ts';

export const currencyIdOf = (currency: Omit<Currency, 'signature'>): CurrencyId => bytesToHex(digest('tallystick currency id', currencyStatement(currency))) as CurrencyId;

/** A currency as it crosses to others. */
export function descriptorOf(state: State, id: CurrencyId): CurrencyDescriptor {
  const { issuer, code, decimals, name, signature } = must(state, 'currency', id);
  return { issuer, code, decimals, name, signature };
}

/** @throws Refusal `unknown_currency` */
export const requireCurrency = (state: State, id: CurrencyId): Currency =>
  state.get('currency', id) ?? refuse('unknown_currency', 'This wallet does not know that currency. It comes to know one with an offer of it, a request for it, or a book priced in it.');

export const isOwn = (state: State, currency: Currency): boolean => equalBytes(currency.issuer, must(state, 'self', 'self').publicKey);

/** @throws Refusal `not_issuer` */
export function requireOwn(state: State, id: CurrencyId): Currency {
  const currency = requireCurrency(state, id);
  if (!isOwn(state, currency)) refuse('not_issuer', `Only the issuer of ${currency.code} can do that.`, { code: currency.code });
  return currency;
}

/** @throws Refusal `currency_exists`, `too_many` */
export function createCurrency(turn: Turn, input: { code: string; decimals: number; name: string }): CurrencyId {
  const self = must(turn.state, 'self', 'self');
  for (const [, known] of turn.state.all('currency')) {
    if (known.code === input.code && isOwn(turn.state, known)) refuse('currency_exists', `You already have a currency ${input.code}.`, { code: input.code });
  }
  requireRoomForCurrency(turn.state);
  const unsigned = { issuer: self.publicKey, code: input.code, decimals: input.decimals, name: input.name.normalize('NFC') };
  const id = currencyIdOf(unsigned);
  const signature = ed25519.sign(signingInput('currency', currencyStatement(unsigned)), self.secretKey);
  turn.state.put('currency', id, { ...unsigned, signature });
  return id;
}

/** Currencies one contact may bring up. Offers that come to nothing leave theirs behind, so there must be an end to it. */
const MAX_CURRENCIES_FROM_ONE = 256;

/**
 * Remembers a currency that someone brought.
 * @returns its id, or null if the issuer's signature does not hold or there is no room
 */
export function learnCurrency(turn: Turn, descriptor: CurrencyDescriptor, from: InstanceId): CurrencyId | null {
  const id = currencyIdOf(descriptor);
  const known = turn.state.get('currency', id);
  if (known) return id;
  if (!ed25519.verify(descriptor.signature, signingInput('currency', currencyStatement(descriptor)), descriptor.issuer, STRICT)) return null;
  const brought = turn.state.get('currenciesFrom', from) ?? 0;
  if (brought >= MAX_CURRENCIES_FROM_ONE || countCurrencies(turn.state) >= MAX_CURRENCIES) return null;
  turn.state.put('currenciesFrom', from, brought + 1);
  const { issuer, code, decimals, name, signature } = descriptor;
  turn.state.put('currency', id, { issuer, code, decimals, name, signature });
  return id;
}

const countCurrencies = (state: State): number => [...state.all('currency')].length;

/** One's own are counted apart, so that nobody else can use up their places. */
function requireRoomForCurrency(state: State): void {
  if ([...state.all('currency')].filter(([, currency]) => isOwn(state, currency)).length >= MAX_CURRENCIES_FROM_ONE) refuse('too_many', 'This wallet has made as many currencies as it can.');
}
