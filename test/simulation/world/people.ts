/**
 * The people in front of the simulated wallets. Each event is one of them doing one thing that the wallet offers at that
 * moment, wisely or not: they also try what must be refused.
 */
import { type CurrencyId, type InstanceId, instanceIdOf } from '../../../protocol/identifiers.ts';
import type { Transfer } from '../../../enclave/vault/records.ts';
import type { State } from '../../../enclave/vault/state.ts';
import type { SimHost } from './host.ts';
import type { Seeded } from './seeded.ts';

type Deed = (host: SimHost, state: State, dice: Seeded) => string | null;

/** Few enough that the same currencies meet again and again. */
const MOST_CURRENCIES = 2;

const contactsOf = (state: State): InstanceId[] => [...state.all('contact')].filter(([, { mutual }]) => mutual).map(([id]) => id as InstanceId);
const transfersOf = (state: State, wanted: (transfer: Transfer) => boolean): Transfer[] => [...state.all('transfer')].map(([, transfer]) => transfer).filter(wanted);
const ownCurrencies = (state: State): CurrencyId[] => {
  const self = state.get('self', 'self');
  return [...state.all('currency')].filter(([, { issuer }]) => self && Buffer.compare(issuer, self.publicKey) === 0).map(([id]) => id as CurrencyId);
};
const heldCurrencies = (state: State): CurrencyId[] => [...state.all('book')].filter(([, { held }]) => held > 0n).map(([id]) => id as CurrencyId);
/** Mostly small, sometimes all there is, sometimes one more. */
function amountOf(dice: Seeded, held: bigint): string {
  if (dice.chance(0.03)) return String(held + 1n);
  if (dice.chance(0.1)) return String(held);
  return String(1 + dice.below(Number(held > 20n ? 20n : held)));
}

const createCurrency: Deed = (host, state, dice) => {
  const own = ownCurrencies(state);
  if (own.length >= MOST_CURRENCIES && !dice.chance(0.1)) return null;
  host.call('credits.createCurrency', { code: `C${own.length % MOST_CURRENCIES}`, decimals: dice.below(3), name: `${host.name}'s` });
  return 'makes a currency';
};

const issue: Deed = (host, state, dice) => {
  const currency = dice.pick(ownCurrencies(state));
  if (!currency) return null;
  host.call(dice.chance(0.2) ? 'credits.retire' : 'credits.issue', { currency, amount: String(1 + dice.below(200)) });
  return 'issues or retires';
};

const send: Deed = (host, state, dice) => {
  const contact = dice.pick(contactsOf(state));
  const currency = dice.pick(heldCurrencies(state));
  if (!contact || !currency) return null;
  const home = dice.chance(0.3);
  const redeemable = home ? heldCurrencies(state).filter((id) => state.get('currency', id)?.issuer && redeemableWith(state, id, contact)) : [];
  const redeemed = dice.pick(redeemable);
  const what = redeemed ?? currency;
  host.call('transfers.send', { contact, currency: what, amount: amountOf(dice, state.get('book', what)?.held ?? 1n), memo: dice.chance(0.2) ? 'thanks' : '', purpose: redeemed ? 'redemption' : 'payment' });
  return redeemed ? 'redeems' : 'sends';
};
const redeemableWith = (state: State, currency: CurrencyId, contact: InstanceId): boolean => {
  const issuer = state.get('currency', currency)?.issuer;
  return issuer !== undefined && contact === instanceIdOf(issuer);
};

const answer: Deed = (host, state, dice) => {
  const offers = transfersOf(state, ({ direction, state: at }) => direction === 'in' && (at === 'offered' || dice.chance(0.05)));
  const offer = dice.pick(offers);
  if (!offer) return null;
  const yes = dice.chance(0.75);
  host.call(yes ? 'transfers.accept' : 'transfers.decline', { id: offer.id });
  return yes ? 'accepts' : 'declines';
};

const cancel: Deed = (host, state, dice) => {
  const transfer = dice.pick(transfersOf(state, ({ direction }) => direction === 'out'));
  if (!transfer) return null;
  host.call('transfers.cancel', { id: transfer.id });
  return 'cancels';
};

const writeOff: Deed = (host, state, dice) => {
  const transfer = dice.pick(transfersOf(state, ({ state: at }) => at === 'in-transit'));
  if (!transfer) return null;
  host.call('transfers.writeOff', { id: transfer.id });
  return 'writes off';
};

const request: Deed = (host, state, dice) => {
  const contact = dice.pick(contactsOf(state));
  const currency = dice.pick([...state.all('currency')].map(([id]) => id));
  if (!contact || !currency) return null;
  host.call('requests.create', { contact, currency, amount: String(1 + dice.below(20)) });
  return 'requests';
};

const answerRequest: Deed = (host, state, dice) => {
  const asked = dice.pick([...state.all('request')].map(([, one]) => one).filter(({ state: at }) => at === 'open'));
  if (!asked) return null;
  if (asked.direction === 'out') host.call('requests.cancel', { id: asked.id });
  else if (dice.chance(0.3)) host.call('requests.decline', { id: asked.id });
  else host.call('transfers.send', { contact: asked.contact, currency: asked.currency, amount: String(asked.amount), request: asked.id });
  return 'answers a request';
};

const setRule: Deed = (host, state, dice) => {
  const contact = dice.pick(contactsOf(state));
  const currency = dice.pick([...state.all('currency')].map(([id]) => id));
  if (!contact) return null;
  const rule = currency && dice.chance(0.7) ? { mode: 'auto', upTo: [{ currency, amount: String(1 + dice.below(20)) }] } : { mode: 'ask' };
  host.call('people.setRule', { contact, rule });
  return `sets the rule ${rule.mode}`;
};

const forget: Deed = (host, state, dice) => {
  const contact = dice.pick([...state.all('contact')].map(([id]) => id));
  if (!contact) return null;
  host.call('people.forget', { contact });
  return 'forgets a contact';
};

const rename: Deed = (host, state, dice) => {
  const contact = dice.pick(contactsOf(state));
  if (contact && dice.chance(0.5)) host.call('people.rename', { contact, name: dice.chance(0.5) ? `Pet ${dice.below(9)}` : null });
  else host.call('wallet.rename', { name: `${host.name} ${dice.below(9)}` });
  return 'renames';
};

/** Pairing, whatever its next move is. */
const pair: Deed = (host, state, dice) => {
  const pairing = dice.pick([...state.all('pairing')]);
  if (pairing && pairing[1].state === 'compare') {
    const matches = dice.chance(0.95);
    host.call('pairing.confirm', { instance: pairing[0], matches });
    return matches ? 'confirms the words' : 'denies the words';
  }
  if (pairing && dice.chance(0.1)) {
    host.call('pairing.cancel', { instance: pairing[0] });
    return 'gives up pairing';
  }
  const strangers = [...state.all('session')].flatMap(([, session]) => (session.phase === 'open' && (!state.get('contact', session.instance)?.mutual || !session.resumed) ? [session.instance] : []));
  const stranger = dice.pick(strangers.filter((instance) => !state.get('pairing', instance)));
  if (!stranger) return null;
  host.call('pairing.start', { instance: stranger });
  return 'asks to pair';
};

/** How often each is tried; what is not possible makes room for the next. */
const DEEDS: readonly (readonly [weight: number, deed: Deed])[] = [
  [12, pair], [2, createCurrency], [4, issue], [34, send], [28, answer], [3, cancel], [1, writeOff], [5, request], [5, answerRequest], [6, setRule], [0.3, forget], [1, rename],
];
const ALL = DEEDS.reduce((sum, [weight]) => sum + weight, 0);

/** One person does one thing. @returns what, or null if there was nothing to do */
export function act(host: SimHost, dice: Seeded): string | null {
  const state = host.journal?.state;
  if (!state) return null;
  for (let attempt = 0; attempt < 4; attempt++) {
    let at = (dice.next() / 2 ** 32) * ALL;
    const [, deed] = DEEDS.find(([weight]) => (at -= weight) < 0) ?? [0, pair];
    const done = deed(host, state, dice);
    if (done) return done;
  }
  return null;
}

/** What a person does who wants everything finished. @returns how many things there were to do */
export function finishUp(host: SimHost, round: number): number {
  const state = host.journal?.state;
  if (!state) return 0;
  let done = 0;
  const call = (method: Parameters<SimHost['call']>[0], input: object): void => {
    host.call(method, input);
    done++;
  };
  for (const { id } of transfersOf(state, ({ direction, state: at }) => direction === 'in' && at === 'offered')) call('transfers.accept', { id });
  // What waits for a person who never answers is taken back.
  if (round > 1) for (const { id } of transfersOf(state, ({ direction, state: at }) => direction === 'out' && at === 'offered')) call('transfers.cancel', { id });
  for (const [id, asked] of state.all('request')) if (asked.state === 'open') call(asked.direction === 'in' ? 'requests.decline' : 'requests.cancel', { id });
  for (const [instance, pairing] of state.all('pairing')) if (pairing.state === 'compare') call('pairing.confirm', { instance, matches: true });
  return done;
}
