/** The PIN and the limits above which it is asked for. */
import { type Deed, heldCurrencies, PIN, pinOf } from './deed.ts';

export const setPin: Deed = (host, state, dice) => {
  const current = pinOf(state, dice).pin;
  // Mostly there is one; now and then it goes.
  host.call('safety.setPin', { ...(current === undefined ? {} : { current }), next: dice.chance(0.85) ? PIN : null });
  return 'sets the PIN';
};

export const setLimit: Deed = (host, state, dice) => {
  const currency = dice.pick(heldCurrencies(state));
  if (!currency) return null;
  host.call('safety.setLimit', { currency, amount: dice.chance(0.8) ? String(dice.below(12)) : null, ...pinOf(state, dice) });
  return 'sets a limit';
};

/** Somebody guesses, until it takes too long. */
export const guess: Deed = (host, state) => {
  if (!state.get('self', 'self')?.pin) return null;
  for (let times = 0; times < 4; times++) host.call('safety.setPin', { current: '0852', next: null });
  return 'guesses the PIN';
};
