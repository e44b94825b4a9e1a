/** Two wallets that hold two connections at once, each with its own delays: what was said late on one undoes nothing on the other. */
import { describe, expect, it } from 'vitest';
import type { CurrencyId, RequestId, TransferId } from '../../../protocol/identifiers.ts';
import { pairUp, PureNetwork, PureVault } from '../../support/pure-vault.ts';
import { TeaVault } from '../../support/tea-vault.ts';

/** Ada, who has 100 TEA, and Ben; contacts with a lane, and not connected. */
function couple(seed: string) {
  const network = new PureNetwork();
  const [ada, ben] = [new TeaVault(seed, { network }), new PureVault('Ben', seed, network)];
  const { tea } = ada;
  network.cut(pairUp(network, ada, ben));
  /** Delivers all there is on one line; with `toA` only that way. */
  const settle = (line: number, toA = [true, false]) => { while (toA.some((way) => network.deliver(line, way))); };
  const send = (amount: string, more: object = {}): TransferId => {
    const sent = ada.must('transfers.send', { contact: ben.instance, currency: tea, amount, ...more });
    return sent.id;
  };
  return { network, ada, ben, tea, settle, send };
}
const asked = (vault: PureVault, of: PureVault, currency: CurrencyId): RequestId => {
  const request = vault.must('requests.create', { contact: of.instance, currency, amount: '5' });
  return request.id;
};
const shown = (vault: PureVault) => ({ transfers: [...vault.state.all('transfer')].map(([id]) => id), requests: [...vault.state.all('request')].map(([id]) => id) });

describe('an accepted offer', () => {
  it('is not dropped by a list of unfinished transfers that is older than it', () => {
    const { network, ada, ben, tea, settle, send } = couple('late');
    const first = network.connect(ada, ben);
    // Up to Ada's list on the first connection, which stays on its way.
    while (ada.state.get('presence', ben.instance) === undefined) for (const toA of [false, true]) network.deliver(first, toA);
    const second = network.connect(ada, ben);
    settle(second);
    const id = send('30');
    settle(second);
    // Accepted, and the commit is on its way when the old list arrives.
    expect(ben.call('transfers.accept', { id })).toMatchObject({ ok: true });
    network.deliver(second, true);
    settle(first, [false]);
    network.settle();
    expect(ben.book(tea).held).toBe(30n);
    expect(ada.book(tea)).toMatchObject({ held: 70n, transit: 0n });
  });

  it('is not dropped by an old list, even if that comes when the newer connection is gone', () => {
    const { network, ada, ben, tea, settle, send } = couple('alone');
    // Ben dials; what Ada says on this connection, her evidence first, stays on its way, so that he does not know it is her.
    const first = network.connect(ben, ada);
    while (ada.state.get('presence', ben.instance) === undefined) {
      settle(first, [false]);
      if (ada.state.get('presence', ben.instance) === undefined) network.deliver(first, true);
    }
    const second = network.connect(ada, ben);
    settle(second);
    const id = send('30');
    settle(second);
    expect(ben.call('transfers.accept', { id })).toMatchObject({ ok: true });
    // She commits, and that is lost with the connection; the old list is all that he hears before the commit comes again.
    network.deliver(second, true);
    network.cut(second);
    network.settle();
    expect(ben.book(tea).held).toBe(30n);
    expect(ada.book(tea)).toMatchObject({ held: 70n, transit: 0n });
  });

  it('that its source has taken back meanwhile ends with the first word about it', () => {
    const { network, ada, ben, send } = couple('taken back');
    const line = network.connect(ada, ben);
    network.settle();
    const id = send('30');
    network.settle();
    ben.call('transfers.accept', { id });
    network.cut(line);
    ada.call('transfers.cancel', { id });
    network.connect(ada, ben);
    network.settle();
    expect(shown(ben).transfers).toEqual([]);
  });
});

describe('what arrives late on another connection', () => {
  it('an offer that has been paid since, or taken back, is not shown again', () => {
    const { network, ada, ben, settle, send } = couple('late offer');
    const first = network.connect(ada, ben);
    network.settle();
    const [paid, cancelled] = [send('30'), send('20')];
    // Both offers stay on their way on the first connection, and are said again on the second.
    const second = network.connect(ada, ben);
    settle(second);
    ben.call('transfers.accept', { id: paid });
    settle(second);
    ada.call('transfers.cancel', { id: cancelled });
    settle(second);
    expect(shown(ben).transfers).toEqual([]);
    settle(first);
    expect(shown(ben).transfers).toEqual([]);
    // Nothing stands in the way of the next one.
    send('1');
    network.settle();
    expect(shown(ben).transfers).toHaveLength(1);
  });

  it('an offer whose end came before it is not shown', () => {
    const { network, ada, ben, settle, send } = couple('end first');
    const first = network.connect(ada, ben);
    network.settle();
    const id = send('30');
    const second = network.connect(ada, ben);
    // Ada is on the second connection too, but Ben's word there, on which she would say the offer again, is not here yet.
    while ((ada.state.get('presence', ben.instance) ?? []).length < 2) for (const toA of [false, true]) network.deliver(second, toA);
    ada.call('transfers.cancel', { id });
    settle(second, [false]);
    settle(first);
    expect(shown(ben).transfers).toEqual([]);
  });

  it('a request that has been paid since, or taken back, is not shown again', () => {
    const { network, ada, ben, tea, settle, send } = couple('late request');
    const once = network.connect(ada, ben);
    network.settle();
    const id = send('1');
    network.settle();
    ben.call('transfers.accept', { id });
    network.settle();
    network.cut(once);
    const first = network.connect(ada, ben);
    network.settle();
    const [paid, cancelled] = [asked(ben, ada, tea), asked(ben, ada, tea)];
    const second = network.connect(ada, ben);
    settle(second);
    expect(shown(ada).requests).toHaveLength(2);
    send('5', { request: paid });
    settle(second);
    ben.call('requests.cancel', { id: cancelled });
    settle(second);
    expect(ben.book(tea).held).toBe(6n);
    settle(first);
    expect(shown(ada)).toEqual({ transfers: [], requests: [] });
  });
});

describe('a connection that breaks off because of what came on it', () => {
  it('leaves the other to go on with: a commit that was said in vain is said there', () => {
    const { network, ada, ben, tea, settle, send } = couple('broken off');
    const first = network.connect(ada, ben);
    network.settle();
    const one = send('1');
    network.settle();
    ben.call('transfers.accept', { id: one });
    ben.call('people.setRule', { contact: ada.instance, rule: { mode: 'auto', upTo: [{ currency: tea, amount: '30' }] } });
    network.settle();
    const second = network.connect(ada, ben);
    network.settle();
    send('30');
    // It is lost with the second connection, on which something comes to Ada that is not authentic.
    network.lines.get(second)!.toB.length = 0;
    ada.input({ type: 'received', now: 0, connection: second, frame: new Uint8Array(40) });
    settle(first);
    expect(ben.book(tea).held).toBe(31n);
    expect(ada.book(tea)).toMatchObject({ held: 69n, transit: 0n });
  });
});

describe('a request', () => {
  it('that is paid with another amount is paid, on both sides', () => {
    const { network, ada, ben, tea, send } = couple('another amount');
    const line = network.connect(ada, ben);
    network.settle();
    const first = send('1');
    network.settle();
    ben.call('transfers.accept', { id: first });
    network.settle();
    const request = asked(ben, ada, tea);
    network.settle();
    const id = send('3', { request });
    network.settle();
    expect(ben.call('transfers.accept', { id })).toMatchObject({ ok: true });
    network.settle();
    network.cut(line);
    network.connect(ada, ben);
    network.settle();
    expect([shown(ada).requests, shown(ben).requests]).toEqual([[], []]);
  });
});
