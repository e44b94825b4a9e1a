/** Credits: made, sent, exchanged, redeemed, asked for, taken back and given up. */
import type { State } from '../../../../enclave/vault/state.ts';
import { type CurrencyId, type InstanceId, instanceIdOf } from '../../../../protocol/identifiers.ts';
import { amountOf, contactsOf, type Deed, heldCurrencies, knownCurrencies, ownCurrencies, pinOf, transfersOf } from './deed.ts';

/** Few enough that the same currencies meet again and again. */
const MOST_CURRENCIES = 2;

export const createCurrency: Deed = (host, state, dice) => {
  const own = ownCurrencies(state);
  if (own.length >= MOST_CURRENCIES && !dice.chance(0.1)) return null;
  host.call('credits.createCurrency', { code: `C${own.length % MOST_CURRENCIES}`, decimals: dice.below(3), name: `${host.name}'s` });
  return 'makes a currency';
};

export const issue: Deed = (host, state, dice) => {
  const currency = dice.pick(ownCurrencies(state));
  if (!currency) return null;
  host.call(dice.chance(0.2) ? 'credits.retire' : 'credits.issue', { currency, amount: String(1 + dice.below(200)), ...pinOf(state, dice) });
  return 'issues or retires';
};

export const send: Deed = (host, state, dice) => {
  const contact = dice.pick(contactsOf(state));
  const currency = dice.pick(heldCurrencies(state));
  if (!contact || !currency) return null;
  const redeemed = dice.chance(0.3) ? dice.pick(heldCurrencies(state).filter((id) => isIssuer(state, contact, id))) : undefined;
  const what = redeemed ?? currency;
  host.call('transfers.send', {
    contact, currency: what, amount: amountOf(dice, state.get('book', what)?.held ?? 1n), memo: dice.chance(0.2) ? 'thanks' : '', purpose: redeemed ? 'redemption' : 'payment', ...pinOf(state, dice),
  });
  return redeemed ? 'redeems' : 'sends';
};
const isIssuer = (state: State, contact: InstanceId, currency: CurrencyId): boolean => {
  const issuer = state.get('currency', currency)?.issuer;
  return issuer !== undefined && contact === instanceIdOf(issuer);
};

/** Something for something else; what the other holds of it is not known, so it is mostly asked for in small amounts. */
export const exchange: Deed = (host, state, dice) => {
  const contact = dice.pick(contactsOf(state));
  const currency = dice.pick(heldCurrencies(state));
  const others = knownCurrencies(state).filter((id) => id !== currency);
  const wanted = (contact && dice.pick(others.filter((id) => isIssuer(state, contact, id)))) ?? dice.pick(others);
  if (!contact || !currency || !wanted) return null;
  host.call('transfers.send', {
    contact, currency, amount: amountOf(dice, state.get('book', currency)?.held ?? 1n), take: [{ currency: wanted, amount: String(1 + dice.below(dice.chance(0.1) ? 500 : 10)) }], ...pinOf(state, dice),
  });
  return 'offers an exchange';
};

export const answer: Deed = (host, state, dice) => {
  const offers = transfersOf(state, ({ direction, state: at }) => direction === 'in' && (at === 'offered' || dice.chance(0.05)));
  const offer = dice.pick(offers);
  if (!offer) return null;
  const yes = dice.chance(0.75);
  // Most offers take nothing and need no PIN; so that those that do are met without one, too.
  if (yes) host.call('transfers.accept', { id: offer.id, ...(dice.chance(0.3) ? {} : pinOf(state, dice)) });
  else host.call('transfers.decline', { id: offer.id });
  return yes ? 'accepts' : 'declines';
};

export const cancel: Deed = (host, state, dice) => {
  const transfer = dice.pick(transfersOf(state, ({ direction }) => direction === 'out'));
  if (!transfer) return null;
  host.call('transfers.cancel', { id: transfer.id });
  return 'cancels';
};

export const writeOff: Deed = (host, state, dice) => {
  const transfer = dice.pick(transfersOf(state, ({ state: at }) => at === 'in-transit'));
  if (!transfer) return null;
  host.call('transfers.writeOff', { id: transfer.id });
  return 'writes off';
};

export const request: Deed = (host, state, dice) => {
  const contact = dice.pick(contactsOf(state));
  const currency = dice.pick(knownCurrencies(state));
  if (!contact || !currency) return null;
  host.call('requests.create', { contact, currency, amount: String(1 + dice.below(20)) });
  return 'requests';
};

export const answerRequest: Deed = (host, state, dice) => {
  const asked = dice.pick([...state.all('request')].map(([, one]) => one).filter(({ state: at }) => at === 'open'));
  if (!asked) return null;
  if (asked.direction === 'out') host.call('requests.cancel', { id: asked.id });
  else if (dice.chance(0.3)) host.call('requests.decline', { id: asked.id });
  else {
    const amount = dice.chance(0.1) ? '1' : String(asked.amount);
    host.call('transfers.send', { contact: asked.contact, currency: asked.currency, amount, request: asked.id, ...pinOf(state, dice) });
  }
  return 'answers a request';
};
