/** The PIN and the limits above which it is asked for; and letting go of what one would rather not keep. */
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

/** Lets go of old packages, up to any of them. */
export const compact: Deed = (host, state, dice) => {
  const gone = state.get('compacted', 'self')?.upTo ?? 0;
  const kept = (host.journal?.head.n ?? 0) - gone;
  if (kept < 20) return null;
  host.call('history.compact', { upTo: gone + 1 + dice.below(kept) });
  return 'lets go of old packages';
};
