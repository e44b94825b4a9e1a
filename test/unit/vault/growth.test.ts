/**
 * What a transfer costs does not grow with what a wallet has been through (design §5.6): counted in records looked at and
 * bytes kept, not in time.
 */
import { randomBytes } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import type { ByContact, TableName, Tables } from '../../../enclave/vault/records.ts';
import { Base, type Change, must } from '../../../enclave/vault/state.ts';
import { type CurrencyId, type InstanceId, type LaneId, instanceIdOf } from '../../../protocol/identifiers.ts';
import { MAX_CONTACTS } from '../../../protocol/limits.ts';
import { PureNetwork, PureVault, pairUp } from '../../support/pure-vault.ts';
import { fundedPair } from '../../support/vault-pair.ts';

/** Counts every record that is asked for or passed by in a list. */
class CountingBase extends Base {
  looked = 0;

  constructor(other: Base) {
    super();
    this.apply(other.records(true));
  }
  override get<T extends TableName>(table: T, key: string): Tables[T] | undefined {
    this.looked++;
    return super.get(table, key);
  }
  override *all<T extends TableName>(table: T): Iterable<readonly [string, Tables[T]]> {
    for (const row of super.all(table)) {
      this.looked++;
      yield row;
    }
  }
  override *keysOf(table: ByContact, contact: InstanceId): Iterable<string> {
    for (const key of super.keysOf(table, contact)) {
      this.looked++;
      yield key;
    }
  }
}

interface Pair { readonly ada: PureVault; readonly ben: PureVault; readonly network: PureNetwork; readonly currency: CurrencyId }

/** Two wallets that have paid each other once and go on by a rule. */
function payingPair(): Pair {
  const network = new PureNetwork();
  const [ada, ben] = [new PureVault('Ada', 'growth', network), new PureVault('Ben', 'growth', network)];
  pairUp(network, ada, ben);
  const made = ada.call('credits.createCurrency', { code: 'TEA', decimals: 0, name: 'Tea' });
  if (!made.ok) throw new Error(made.failure.detail);
  const currency = made.value.id;
  ada.call('credits.issue', { currency, amount: '100000' });
  const pair = { ada, ben, network, currency };
  pay(pair);
  for (const [id] of [...ben.state.all('transfer')]) ben.call('transfers.accept', { id: id as never });
  network.settle();
  ben.call('people.setRule', { contact: ada.instance, rule: { mode: 'auto', upTo: [{ currency, amount: '5' }] } });
  network.settle();
  return pair;
}

function pay({ ada, ben, network, currency }: Pair): void {
  const sent = ada.call('transfers.send', { contact: ben.instance, currency, amount: '1' });
  if (!sent.ok) throw new Error(sent.failure.detail);
  network.settle();
}

/** As many other contacts as asked for, each with a lane both ways and a position that was seen. */
function befriend(vault: PureVault, peer: InstanceId, count: number): void {
  const known = must(vault.state, 'contact', peer);
  const position = must(vault.state, 'position', peer);
  const lanes = [...vault.state.all('lane')].map(([, lane]) => lane).filter(({ contact }) => contact === peer);
  const changes: Change[] = [];
  for (let index = 0; index < count; index++) {
    const key = new Uint8Array(randomBytes(32));
    const instance = instanceIdOf(key);
    changes.push({ table: 'contact', key: instance, value: { ...known, instance } }, { table: 'position', key: instance, value: { ...position, instance: key } });
    for (const lane of lanes) {
      const id = randomBytes(32).toString('hex') as LaneId;
      changes.push({ table: 'lane', key: id, value: { ...lane, contact: instance } });
      if (lane.direction === 'out') changes.push({ table: 'laneTo', key: instance, value: id });
    }
  }
  vault.state.apply(changes);
}

/** Records both wallets look at in one transfer, from the person's wish to the ACK, and for one tick of the clock. */
function cost(pair: Pair): { transfer: number; tick: number } {
  const states = [pair.ada, pair.ben].map((vault) => {
    const counting = new CountingBase(vault.state);
    vault.state = counting;
    return counting;
  });
  const since = (work: () => void): number => {
    for (const state of states) state.looked = 0;
    work();
    return states.reduce((sum, { looked }) => sum + looked, 0);
  };
  return { transfer: since(() => pay(pair)), tick: since(() => void pair.ada.input({ type: 'tick', now: pair.ada.time.clock })) };
}

describe('what a transfer costs', () => {
  it('is the same with one contact and with as many as a wallet may have', () => {
    const few = payingPair();
    const many = payingPair();
    befriend(many.ada, many.ben.instance, MAX_CONTACTS - 1);
    befriend(many.ben, many.ada.instance, MAX_CONTACTS - 1);
    const costs = cost(few);
    expect(costs.transfer).toBeGreaterThan(20);
    expect(cost(many)).toEqual(costs);
  });

  it('is the same after one transfer and after hundreds, and they leave no record behind in memory', () => {
    const young = payingPair();
    const old = payingPair();
    const before = [old.ada.size(), old.ben.size()];
    for (let count = 0; count < 400; count++) pay(old);
    expect([old.ada.size(), old.ben.size()]).toEqual(before);
    expect(cost(old)).toEqual(cost(young));
  });

  it('is the same with nothing under way and with hundreds in transit to somebody else', () => {
    const calm = payingPair();
    const busy = payingPair();
    const cleo = new PureVault('Cleo', 'growth', busy.network);
    const line = pairUp(busy.network, busy.ada, cleo);
    const { currency, ada } = busy;
    const offered = ada.call('transfers.send', { contact: cleo.instance, currency, amount: '1' });
    if (!offered.ok) throw new Error(offered.failure.detail);
    busy.network.settle();
    cleo.call('transfers.accept', { id: offered.value.id as never });
    busy.network.settle();
    cleo.call('people.setRule', { contact: ada.instance, rule: { mode: 'auto', upTo: [{ currency, amount: '5' }] } });
    busy.network.settle();
    // They stop answering, with the line still up.
    busy.network.lines.get(line)!.toB.push = () => 0;
    for (let count = 0; count < 300; count++) ada.call('transfers.send', { contact: cleo.instance, currency, amount: '1' });
    expect([...ada.state.all('transfer')]).toHaveLength(300);
    expect(cost(busy).transfer).toBe(cost(calm).transfer);
  });

  it('takes as much of the disk after hundreds of transfers as after a few', async () => {
    const { ada, ben, settle, currency } = await fundedPair('growth on disk', '100000');
    const pays = async (): Promise<void> => {
      await ada.must('transfers.send', { contact: ben.instance as never, currency: currency as never, amount: '1' });
      await settle();
    };
    await pays();
    const [offer] = await ben.must('transfers.pending', {});
    await ben.must('transfers.accept', { id: offer?.id as never });
    await ben.must('people.setRule', { contact: ada.instance as never, rule: { mode: 'auto', upTo: [{ currency: currency as never, amount: '5' }] } });
    await settle();
    const bytes = (): number => [ada, ben].flatMap(({ store }) => [...store.snapshot().packages.values(), ...[...store.snapshot().archive.values()].map(({ sealed }) => sealed)]).reduce((sum, sealed) => sum + sealed.length, 0);
    const takes = async (): Promise<number> => {
      const before = bytes();
      await pays();
      return bytes() - before;
    };
    await pays();
    const early = await takes();
    for (let count = 0; count < 200; count++) await pays();
    const late = await takes();
    // Numbers grow by a few digits; nothing else does.
    expect(late - early).toBeLessThan(64);
    expect(early).toBeGreaterThan(1000);
  });
});
