/** What the person decides about a contact: name, rule, and whether it stays one. */
import { refuse } from '../../../protocol/errors.ts';
import type { InstanceId } from '../../../protocol/identifiers.ts';
import type { Rule } from '../../../protocol/contracts/views.ts';
import { requireCurrency } from '../credits/currencies.ts';
import type { Contact } from '../records.ts';
import { must, type State } from '../state.ts';
import { announced } from '../sessions/resume.ts';
import { hangUp } from '../sessions/session.ts';
import { tell } from '../sessions/speaking.ts';
import { finish } from '../transfers/finish.ts';
import type { Turn } from '../turn.ts';

/** @throws Refusal `unknown_contact` */
export const requireContact = (state: State, instance: InstanceId): Contact => state.get('contact', instance) ?? refuse('unknown_contact', 'This is not one of your contacts.');

export function renameContact(turn: Turn, instance: InstanceId, petname: string | null): void {
  turn.state.put('contact', instance, { ...requireContact(turn.state, instance), petname });
}

/** Sets what is accepted without asking, and announces it. @throws Refusal `unknown_contact`, `unknown_currency` */
export function setRule(turn: Turn, instance: InstanceId, rule: Rule): void {
  const contact = { ...requireContact(turn.state, instance), rule };
  if (rule.mode === 'auto') for (const { currency } of rule.upTo) requireCurrency(turn.state, currency);
  turn.state.put('contact', instance, contact);
  if (contact.mutual) tell(turn, instance, { type: 'rule', rule: announced(contact) });
}

/** True if adding to what is accepted automatically: that is a matter for the PIN; taking away is not. */
export function widens(before: Rule, after: Rule): boolean {
  if (after.mode === 'ask') return false;
  const limitOf = (currency: string) => (before.mode === 'auto' ? BigInt(before.upTo.find((r) => r.currency === currency)?.amount ?? '0') : 0n);
  return after.upTo.some(({ currency, amount }) => BigInt(amount) > limitOf(currency));
}

/**
 * The contact is a stranger again. Lanes stay: a receiver never forgets what a lane has consumed (design §6).
 * @throws Refusal `unknown_contact`, `contact_in_transit` while something of mine is on its way to them, `contact_has_loan` while a book of theirs is here
 */
export function forget(turn: Turn, instance: InstanceId): void {
  requireContact(turn.state, instance);
  const transfers = [...turn.state.keysOf('transfer', instance)].map((id) => must(turn.state, 'transfer', id));
  if (transfers.some(({ state }) => state === 'in-transit')) refuse('contact_in_transit', 'Something is still in transit to them. Wait until it has arrived, or write it off.');
  const borrowed = [...turn.state.keysOf('licence', instance)].some((id) => must(turn.state, 'licence', id).state === 'borrowed');
  if (borrowed) refuse('contact_has_loan', 'A book of theirs is still here. Return it first.');
  for (const transfer of transfers) {
    if (transfer.direction === 'in') {
      // They are told. If a commit of an accepted one is on its way all the same, it meets a tombstone and they get it
      // back: lanes answer whether or not their source is a contact.
      if (transfer.state === 'declined') turn.state.remove('transfer', transfer.id);
      else {
        tell(turn, instance, { type: 'decline', id: transfer.id, reason: 'declined' });
        finish(turn, transfer, 'declined', 'forgotten', null);
      }
    } else if (transfer.state === 'offered') {
      tell(turn, instance, { type: 'withdraw', id: transfer.id });
      finish(turn, transfer, 'cancelled', 'forgotten', null);
    }
  }
  for (const id of [...turn.state.keysOf('request', instance)]) turn.state.remove('request', id);
  turn.state.remove('contact', instance);
  turn.state.remove('trouble', instance);
  // A fork proof is kept: forgetting is no pardon.
  turn.state.remove('position', instance);
  for (const connection of [...(turn.state.get('presence', instance) ?? [])]) hangUp(turn, connection, null);
}

export function dismissKeyChange(turn: Turn, instance: InstanceId): void {
  turn.state.put('contact', instance, { ...requireContact(turn.state, instance), keyChanged: null });
}
