/** What a person can do in front of a simulated wallet, and what they look at to choose. */
import type { Transfer } from '../../../../enclave/vault/records.ts';
import type { State } from '../../../../enclave/vault/state.ts';
import type { CurrencyId, InstanceId } from '../../../../protocol/identifiers.ts';
import type { SimHost } from '../host.ts';
import type { Seeded } from '../seeded.ts';

/** @returns what was done, or null if there was nothing of the kind to do */
export type Deed = (host: SimHost, state: State, dice: Seeded) => string | null;

export const contactsOf = (state: State): InstanceId[] => [...state.all('contact')].filter(([, { mutual }]) => mutual).map(([id]) => id as InstanceId);
export const transfersOf = (state: State, wanted: (transfer: Transfer) => boolean): Transfer[] => [...state.all('transfer')].map(([, transfer]) => transfer).filter(wanted);
export const ownCurrencies = (state: State): CurrencyId[] => {
  const self = state.get('self', 'self');
  return [...state.all('currency')].filter(([, { issuer }]) => self && Buffer.compare(issuer, self.publicKey) === 0).map(([id]) => id as CurrencyId);
};
export const knownCurrencies = (state: State): CurrencyId[] => [...state.all('currency')].map(([id]) => id as CurrencyId);
export const heldCurrencies = (state: State): CurrencyId[] => [...state.all('book')].filter(([, { held }]) => held > 0n).map(([id]) => id as CurrencyId);

/** Mostly small, sometimes all there is, sometimes one more. */
export function amountOf(dice: Seeded, held: bigint): string {
  if (dice.chance(0.03)) return String(held + 1n);
  if (dice.chance(0.1)) return String(held);
  return String(1 + dice.below(Number(held > 20n ? 20n : held)));
}

/** Everybody has the same one, so that a run does not spend its time on hashing. */
export const PIN = '2580';

/** What the person types, where there is a PIN: mostly the right one, sometimes nothing, sometimes another. */
export function pinOf(state: State, dice: Seeded): { pin?: string } {
  if (!state.get('self', 'self')?.pin) return {};
  if (dice.chance(0.85)) return { pin: PIN };
  return dice.chance(0.5) ? {} : { pin: '0852' };
}
