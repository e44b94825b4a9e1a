/** Whom a wallet knows, by which name, and what is taken from them unasked. */
import { contactsOf, type Deed, knownCurrencies, pinOf } from './deed.ts';

export const setRule: Deed = (host, state, dice) => {
  const contact = dice.pick(contactsOf(state));
  const currency = dice.pick(knownCurrencies(state));
  if (!contact) return null;
  const rule = currency && dice.chance(0.7) ? { mode: 'auto', upTo: [{ currency, amount: String(1 + dice.below(20)) }] } : { mode: 'ask' };
  host.call('people.setRule', { contact, rule, ...pinOf(state, dice) });
  return `sets the rule ${rule.mode}`;
};

export const forget: Deed = (host, state, dice) => {
  const contact = dice.pick([...state.all('contact')].map(([id]) => id));
  if (!contact) return null;
  host.call('people.forget', { contact });
  return 'forgets a contact';
};

export const rename: Deed = (host, state, dice) => {
  const contact = dice.pick(contactsOf(state));
  if (contact && dice.chance(0.5)) host.call('people.rename', { contact, name: dice.chance(0.5) ? `Pet ${dice.below(9)}` : null });
  else host.call('wallet.rename', { name: `${host.name} ${dice.below(9)}` });
  return 'renames';
};

/** Pairing, whatever its next move is. */
export const pair: Deed = (host, state, dice) => {
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
