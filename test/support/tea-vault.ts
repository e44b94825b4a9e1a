/** Ada's pure vault with a currency of her own, of which she has some: what tests of paying begin with. */
import type { CurrencyId } from '../../protocol/identifiers.ts';
import { PureNetwork, PureVault } from './pure-vault.ts';
import { credit } from './raw-contact.ts';

export class TeaVault extends PureVault {
  readonly tea: CurrencyId;

  constructor(seed: string, { network = new PureNetwork(), issued = '100' }: { readonly network?: PureNetwork; readonly issued?: string } = {}) {
    super('Ada', seed, network);
    const made = this.must('credits.createCurrency', { code: 'TEA', decimals: 0, name: 'Tea' });
    this.tea = made.id;
    this.call('credits.issue', { currency: this.tea, amount: issued });
  }

  /** An amount of her currency as a message names it. */
  wireTea(amount: string | number): ReturnType<typeof credit> {
    return credit(this.state.get('currency', this.tea)!, amount);
  }
}
