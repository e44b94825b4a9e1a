/** Somebody whom a vault pays in its own currency: what tests of the source's side begin with, from the offer to the frame of its COMMIT. */
import type { Outgoing, Transfer } from '../../enclave/vault/records.ts';
import { type NewTransfer, onAccept } from '../../enclave/vault/transfers/sending.machine.ts';
import type { TransferId } from '../../protocol/identifiers.ts';
import { type Done, PureLane } from './pure-lane.ts';
import type { TeaVault } from './tea-vault.ts';

export class PaidLane extends PureLane {
  readonly #payer: TeaVault;

  constructor(payer: TeaVault, name: string) {
    super(payer, name);
    this.#payer = payer;
  }

  /** What the person is told who sends them something. */
  send(amount = '7', extra: object = {}) {
    return this.#payer.call('transfers.send', { contact: this.instance, currency: this.#payer.tea, amount, memo: 'for tea', ...extra });
  }

  offered(amount = '7', extra: object = {}): TransferId {
    const sent = this.send(amount, extra);
    if (!sent.ok) throw new Error(sent.failure.detail);
    return sent.value.id;
  }

  /** They accept. */
  accepted(id: TransferId): Done<void> {
    return this.doing((turn) => onAccept(turn, this.instance, id));
  }

  committed(amount = '7', extra: object = {}): TransferId {
    const id = this.offered(amount, extra);
    this.accepted(id);
    return id;
  }

  transfer(id: TransferId): Transfer | undefined {
    return this.vault.state.get('transfer', id);
  }

  frameOf(id: TransferId): Uint8Array {
    return (this.transfer(id) as Exclude<Outgoing, { state: 'offered' }>).frame;
  }

  /** Terms that no command offers: with a price, for instance. */
  selling(more: Partial<NewTransfer>): NewTransfer {
    return { contact: this.instance, give: [{ kind: 'credit', currency: this.#payer.tea, amount: 7n }], take: [], memo: '', purpose: 'payment', request: null, ...more };
  }
}
