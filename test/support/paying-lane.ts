/**
 * Somebody who pays a pure vault in a currency of their own, of which they can give any amount and which the vault knows:
 * what tests of the destination's side begin with. What the vault has agreed to is written into its records by hand.
 */
import type { Incoming, Terms } from '../../enclave/vault/records.ts';
import type { TransferId } from '../../protocol/identifiers.ts';
import type { Commit } from '../../protocol/messages.codec.ts';
import { idNumber, PureLane } from './pure-lane.ts';
import type { PureVault } from './pure-vault.ts';
import { credit, descriptor, idOf } from './raw-contact.ts';

export const transferId = (number: number): TransferId => idNumber(number) as TransferId;

export class PayingLane extends PureLane {
  readonly bun: ReturnType<typeof descriptor>;

  constructor(vault: PureVault, name: string) {
    super(vault, name);
    this.bun = this.currency('BUN');
    vault.within(({ state }) => state.put('currency', idOf(this.bun), this.bun));
  }

  /** A currency of theirs, of which the vault has not heard. */
  currency(code: string): ReturnType<typeof descriptor> {
    return descriptor({ ...this, instance: this.instance }, code);
  }

  /** What a COMMIT gives. */
  give(amount: number): Partial<Commit> {
    return { give: [credit(this.bun, amount)] };
  }

  /** The same as the vault's records have it. */
  bunFor(amount: bigint): Partial<Terms> {
    return { give: [{ kind: 'credit', currency: idOf(this.bun), amount }] };
  }

  /** The vault takes this much of theirs without being asked. */
  allow(amount: string): void {
    this.vault.call('people.setRule', { contact: this.instance, rule: { mode: 'auto', upTo: [{ currency: idOf(this.bun), amount }] } });
  }

  /** Puts an offer of theirs on record. */
  onRecord(number: number, terms: Partial<Terms>, state: Incoming['state'] = 'accepted'): void {
    this.vault.within((turn) => turn.state.put('transfer', transferId(number), {
      id: transferId(number), contact: this.instance, direction: 'in', state, reason: null, timeline: [{ state: 'offered', at: 5 }], give: [], take: [], memo: '', purpose: 'payment', request: null, ...terms,
    }));
  }

  /** How much of theirs the vault holds. */
  held(): bigint {
    return this.vault.book(idOf(this.bun)).held;
  }
}
