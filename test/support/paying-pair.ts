/** Two pure vaults that have paid each other once and go on by a rule: each further payment is one COMMIT and its ACK. */
import type { CurrencyId, TransferId } from '../../protocol/identifiers.ts';
import { PureNetwork, PureVault, pairUp } from './pure-vault.ts';
import { TeaVault } from './tea-vault.ts';

export interface PayingPair {
  readonly ada: PureVault;
  readonly ben: PureVault;
  readonly network: PureNetwork;
  /** Ada's own, of which she has a million. */
  readonly currency: CurrencyId;
  /** Ada pays Ben one, and all of it comes to rest. */
  pay(): void;
}

export function payingPair(seed: string): PayingPair {
  const network = new PureNetwork();
  const [ada, ben] = [new TeaVault(seed, { network, issued: '1000000' }), new PureVault('Ben', seed, network)];
  const currency = ada.tea;
  pairUp(network, ada, ben);
  const pay = (): void => {
    offerOne(ada, ben, currency);
    network.settle();
  };
  pay();
  acceptAlways(ben, ada, currency, network);
  return { ada, ben, network, currency, pay };
}

/** @returns the transfer, which is committed at once where a rule covers it */
export function offerOne(from: PureVault, to: PureVault, currency: CurrencyId): TransferId {
  const sent = from.must('transfers.send', { contact: to.instance, currency, amount: '1' });
  return sent.id;
}

/** `to` accepts what is offered, and by a rule what comes from now on. */
export function acceptAlways(to: PureVault, from: PureVault, currency: CurrencyId, network: PureNetwork): void {
  for (const [id] of [...to.state.all('transfer')]) to.call('transfers.accept', { id: id as TransferId });
  network.settle();
  to.call('people.setRule', { contact: from.instance, rule: { mode: 'auto', upTo: [{ currency, amount: '5' }] } });
  network.settle();
}
