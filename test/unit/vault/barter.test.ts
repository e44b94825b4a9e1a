/** A transfer that gives and takes (design §6): both sides change hands or neither does, whatever happens on the way. */
import { describe, expect, it } from 'vitest';
import type { CurrencyId, TransferId } from '../../../protocol/identifiers.ts';
import { pairUp, PureNetwork, PureVault } from '../../support/pure-vault.ts';

interface Market { network: PureNetwork; ada: PureVault; ben: PureVault; line: number; tea: CurrencyId; bun: CurrencyId }

/** Ada has 100 TEA, Ben 100 BUN; each knows both currencies. */
function market(seed: string): Market {
  const network = new PureNetwork();
  const [ada, ben] = [new PureVault('Ada', seed, network), new PureVault('Ben', seed, network)];
  const line = pairUp(network, ada, ben);
  const make = (vault: PureVault, other: PureVault, code: string): CurrencyId => {
    const made = vault.must('credits.createCurrency', { code, decimals: 0, name: code });
    const { id } = made;
    vault.call('credits.issue', { currency: id, amount: '101' });
    vault.call('transfers.send', { contact: other.instance, currency: id, amount: '1' });
    network.settle();
    for (const [offer] of [...other.state.all('transfer')]) other.call('transfers.accept', { id: offer as TransferId });
    network.settle();
    return id;
  };
  return { network, ada, ben, line, tea: make(ada, ben, 'TEA'), bun: make(ben, ada, 'BUN') };
}

const propose = ({ ada, ben, tea, bun }: Market, price = '8', more: object = {}) =>
  ada.call('transfers.send', { contact: ben.instance, currency: tea, amount: '30', take: [{ currency: bun, amount: price }], ...more });
const offer = (place: Market, price?: string): TransferId => {
  const made = propose(place, price);
  if (!made.ok) throw new Error(made.failure.detail);
  return made.value.id;
};

const holdings = ({ ada, ben, tea, bun }: Market) => ({ ada: [ada.book(tea).held, ada.book(bun).held], ben: [ben.book(tea).held, ben.book(bun).held] });
const BEFORE = { ada: [100n, 1n], ben: [1n, 100n] };
const AFTER = { ada: [70n, 9n], ben: [31n, 92n] };

describe('a sale', () => {
  it('is shown to both with what each gives', () => {
    const place = market('shown');
    const id = offer(place);
    place.network.settle();
    for (const vault of [place.ada, place.ben]) {
      const transfer = vault.state.get('transfer', id);
      expect([transfer?.give, transfer?.take]).toEqual([[{ kind: 'credit', currency: place.tea, amount: 30n }], [{ kind: 'credit', currency: place.bun, amount: 8n }]]);
    }
    expect(propose(place)).toMatchObject({ ok: true, value: { give: [{ amount: '30', currency: { code: 'TEA' } }], take: [{ amount: '8', currency: { code: 'BUN' } }] } });
  });

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
    const dear = offer(place, '1000');
    place.network.settle();
    expect(place.ben.call('transfers.accept', { id: dear })).toMatchObject({ ok: false, failure: { code: 'insufficient_funds' } });
    const id = offer(place, '60');
    place.network.settle();
    expect(place.ben.call('transfers.accept', { id })).toMatchObject({ ok: true });
    // Before the commit comes the money is spent.
    place.ben.call('credits.retire', { currency: place.bun, amount: '50' });
    place.network.settle();
    expect(holdings(place)).toEqual({ ada: [100n, 1n], ben: [1n, 50n] });
  });

  it('asks the buyer for the PIN above their limit, and the seller above theirs', () => {
    const place = market('pin');
    const { ada, ben, tea, bun, network } = place;
    for (const [vault, currency, amount] of [[ada, tea, '29'], [ben, bun, '7']] as const) {
      vault.call('safety.setPin', { next: '1234' });
      vault.call('safety.setLimit', { currency, amount });
    }
    expect(propose(place)).toMatchObject({ ok: false, failure: { code: 'pin_required' } });
    expect(propose(place, '8', { pin: '4321' })).toMatchObject({ ok: false, failure: { code: 'pin_wrong' } });
    const made = propose(place, '8', { pin: '1234' });
    network.settle();
    const id = (made.ok ? made.value.id : '') as TransferId;
    expect(ben.call('transfers.accept', { id })).toMatchObject({ ok: false, failure: { code: 'pin_required' } });
    expect(ben.call('transfers.accept', { id, pin: '4321' })).toMatchObject({ ok: false, failure: { code: 'pin_wrong' } });
    expect(holdings(place)).toEqual(BEFORE);
    expect(ben.call('transfers.accept', { id, pin: '1234' })).toMatchObject({ ok: true });
    network.settle();
    expect(holdings(place)).toEqual(AFTER);
  });

  it('is of one known currency for another', () => {
    const place = market('sense');
    const refused = (currency: string, amount: string, code: string) => expect(propose(place, '1', { take: [{ currency, amount }] })).toMatchObject({ ok: false, failure: { code } });
    refused(place.tea, '1', 'bad_input');
    refused('00'.repeat(32), '1', 'unknown_currency');
    expect(holdings(place)).toEqual(BEFORE);
  });

  it('that can no longer be received when it is accepted is withdrawn', () => {
    const place = market('withdrawn');
    const { ada, ben, tea, bun, network } = place;
    const back = () => {
      const made = ada.must('transfers.send', { contact: ben.instance, currency: bun, amount: '1', take: [{ currency: tea, amount: '1' }] });
      return made.id;
    };
    const id = back();
    network.settle();
    // The one TEA that was out comes home another way, and Ben has got as much from nowhere.
    ben.call('transfers.send', { contact: ada.instance, currency: tea, amount: '1' });
    network.settle();
    for (const [offered, { direction }] of [...ada.state.all('transfer')]) if (direction === 'in') ada.call('transfers.accept', { id: offered as TransferId });
    network.settle();
    ben.state.apply([{ table: 'book', key: tea, value: { ...ben.book(tea), held: 5n, received: ben.book(tea).received + 5n } }]);
    expect(ben.call('transfers.accept', { id })).toMatchObject({ ok: true });
    network.settle();
    expect([ada.book(tea).held, ada.book(bun)]).toMatchObject([101n, { held: 1n, transit: 0n }]);
    expect([...ada.state.all('transfer'), ...ben.state.all('transfer')]).toEqual([]);
  });

  it('that was written off still pays when its answer comes', () => {
    const place = market('written off');
    const { ada, ben, tea, network, line } = place;
    const id = offer(place);
    network.settle();
    ben.call('transfers.accept', { id });
    network.deliver(line, true);
    expect(ada.call('transfers.writeOff', { id })).toMatchObject({ ok: true, value: { state: 'written-off' } });
    expect(ada.book(tea)).toMatchObject({ held: 70n, transit: 0n, writtenOff: 30n });
    network.settle();
    expect(holdings(place)).toEqual(AFTER);
    expect(ada.book(tea)).toMatchObject({ writtenOff: 0n });
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
