/** Ada's pure vault with a currency of her own, of which she has 100: what tests of paying begin with. */
import type { CurrencyId } from '../../protocol/identifiers.ts';
import { PureNetwork, PureVault } from './pure-vault.ts';
import { credit } from './raw-contact.ts';

export class TeaVault extends PureVault {
  readonly tea: CurrencyId;

  constructor(seed: string) {
    super('Ada', seed, new PureNetwork());
    const made = this.call('credits.createCurrency', { code: 'TEA', decimals: 0, name: 'Tea' });
    if (!made.ok) throw new Error(made.failure.detail);
    this.tea = made.value.id;
    this.call('credits.issue', { currency: this.tea, amount: '100' });
  }

  /** An amount of her currency as a message names it. */
  wireTea(amount: string | number): ReturnType<typeof credit> {
    return credit(this.state.get('currency', this.tea)!, amount);
  }
}
