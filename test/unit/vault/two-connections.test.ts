/** Two wallets that hold two connections at once, each with its own delays: what was said late on one undoes nothing on the other. */
import { describe, expect, it } from 'vitest';
import type { TransferId } from '../../../protocol/identifiers.ts';
import { pairUp, PureNetwork, PureVault } from '../../support/pure-vault.ts';

describe('an accepted offer', () => {
  it('is not dropped by a list of unfinished transfers that is older than it', () => {
    const network = new PureNetwork();
    const [ada, ben] = [new PureVault('Ada', 'late', network), new PureVault('Ben', 'late', network)];
    network.cut(pairUp(network, ada, ben));
    const made = ada.call('credits.createCurrency', { code: 'TEA', decimals: 0, name: 'Tea' });
    if (!made.ok) throw new Error(made.failure.detail);
    const tea = made.value.id;
    ada.call('credits.issue', { currency: tea, amount: '100' });
    const first = network.connect(ada, ben);
    // Up to Ada's list on the first connection, which stays on its way.
    while (ada.state.get('presence', ben.instance) === undefined) for (const toA of [false, true]) network.deliver(first, toA);
    const second = network.connect(ada, ben);
    const settleSecond = () => { while ([true, false].some((toA) => network.deliver(second, toA))); };
    settleSecond();
    const sent = ada.call('transfers.send', { contact: ben.instance, currency: tea, amount: '30' });
    settleSecond();
    const id = (sent.ok ? sent.value.id : '') as TransferId;
    // Accepted, and the commit is on its way when the old list arrives.
    expect(ben.call('transfers.accept', { id })).toMatchObject({ ok: true });
    network.deliver(second, true);
    while (network.deliver(first, false));
    network.settle();
    expect(ben.book(tea).held).toBe(30n);
    expect(ada.book(tea)).toMatchObject({ held: 70n, transit: 0n });
  });
});
