/** A transfer that gives and takes (design §6): both sides change hands or neither does, whatever happens on the way. */
import { describe, expect, it } from 'vitest';
import { begin } from '../../../enclave/vault/transfers/sending.machine.ts';
import type { CurrencyId, TransferId } from '../../../protocol/identifiers.ts';
import { pairUp, PureNetwork, PureVault } from '../../support/pure-vault.ts';

interface Market { network: PureNetwork; ada: PureVault; ben: PureVault; line: number; tea: CurrencyId; bun: CurrencyId }

/** Ada has 100 TEA, Ben 100 BUN; each knows both currencies. */
function market(seed: string): Market {
  const network = new PureNetwork();
  const [ada, ben] = [new PureVault('Ada', seed, network), new PureVault('Ben', seed, network)];
  const line = pairUp(network, ada, ben);
  const make = (vault: PureVault, other: PureVault, code: string): CurrencyId => {
    const made = vault.call('credits.createCurrency', { code, decimals: 0, name: code });
    if (!made.ok) throw new Error(made.failure.detail);
    const { id } = made.value;
    vault.call('credits.issue', { currency: id, amount: '101' });
    vault.call('transfers.send', { contact: other.instance, currency: id, amount: '1' });
    network.settle();
    for (const [offer] of [...other.state.all('transfer')]) other.call('transfers.accept', { id: offer as TransferId });
    network.settle();
    return id;
  };
  return { network, ada, ben, line, tea: make(ada, ben, 'TEA'), bun: make(ben, ada, 'BUN') };
}

const offer = ({ ada, ben, tea, bun }: Market, price = 8n): TransferId =>
  ada.within((turn) => begin(turn, { contact: ben.instance, give: [{ kind: 'credit', currency: tea, amount: 30n }], take: [{ kind: 'credit', currency: bun, amount: price }], memo: '', purpose: 'payment', request: null }));

const holdings = ({ ada, ben, tea, bun }: Market) => ({ ada: [ada.book(tea).held, ada.book(bun).held], ben: [ben.book(tea).held, ben.book(bun).held] });
const BEFORE = { ada: [100n, 1n], ben: [1n, 100n] };
const AFTER = { ada: [70n, 9n], ben: [31n, 92n] };

describe('a sale', () => {
  it('changes both hands at once when it is accepted', () => {
    const place = market('sale');
    const id = offer(place);
    place.network.settle();
    expect(place.ben.call('transfers.accept', { id })).toMatchObject({ ok: true });
    place.network.settle();
    expect(holdings(place)).toEqual(AFTER);
  });

  it('is never taken by a rule, which speaks of what is given only', () => {
    const place = market('rule');
    place.ben.call('people.setRule', { contact: place.ada.instance, rule: { mode: 'auto', upTo: [{ currency: place.tea, amount: '99' }] } });
    place.network.settle();
    const id = offer(place);
    place.network.settle();
    expect(place.ben.state.get('transfer', id)?.state).toBe('offered');
    expect(holdings(place)).toEqual(BEFORE);
  });

  it('that the buyer cannot pay is refused at once, and one that they can no longer pay comes back', () => {
    const place = market('poor');
    const dear = offer(place, 1000n);
    place.network.settle();
    expect(place.ben.call('transfers.accept', { id: dear })).toMatchObject({ ok: false, failure: { code: 'insufficient_funds' } });
    const id = offer(place, 60n);
    place.network.settle();
    expect(place.ben.call('transfers.accept', { id })).toMatchObject({ ok: true });
    // Before the commit comes the money is spent.
    place.ben.call('credits.retire', { currency: place.bun, amount: '50' });
    place.network.settle();
    expect(holdings(place)).toEqual({ ada: [100n, 1n], ben: [1n, 50n] });
  });

  it.each(['lost', 'repeated'] as const)('ends with both or neither when any frame is %s', (trouble) => {
    let sold = 0;
    // The first time nothing happens, to see how many frames there are.
    let frames = 0;
    for (let k = -1; k < frames; k++) {
      const place = market(`${trouble} ${k}`);
      const { network, ada, ben, line } = place;
      const id = offer(place);
      let count = 0;
      const run = () => {
        for (let moved = true; moved; ) {
          moved = false;
          for (const toA of [true, false]) {
            const waiting = toA ? network.lines.get(line)?.toA : network.lines.get(line)?.toB;
            if (!waiting?.length) continue;
            moved = true;
            if (count++ === k) {
              if (trouble === 'lost') network.cut(line);
              else waiting.unshift(waiting[0]!);
            }
            network.deliver(line, toA);
          }
        }
      };
      run();
      ben.call('transfers.accept', { id });
      run();
      if (k === -1) frames = count;
      for (let again = 0; again < 2; again++) {
        for (const vault of [ada, ben]) network.crash(vault);
        network.connect(ada, ben);
        network.settle();
        if (ben.state.get('transfer', id)?.state === 'offered') ben.call('transfers.accept', { id });
        network.settle();
      }
      expect([...ada.state.all('transfer'), ...ben.state.all('transfer')]).toEqual([]);
      expect(holdings(place), `frame ${k}`).toEqual(AFTER);
      sold++;
    }
    expect(sold).toBe(frames + 1);
    expect(frames).toBeGreaterThan(3);
  });
});
