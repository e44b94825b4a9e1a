/**
 * What a transfer costs does not grow with what a wallet has been through (design §5.6): counted in records looked at and
 * bytes kept, not in time.
 */
import { randomBytes } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import type { ByContact, TableName, Tables } from '../../../enclave/vault/records.ts';
import { Base, type Change, must } from '../../../enclave/vault/state.ts';
import { type InstanceId, type LaneId, instanceIdOf } from '../../../protocol/identifiers.ts';
import { MAX_CONTACTS } from '../../../protocol/limits.ts';
import { type PayingPair, acceptAlways, offerOne, payingPair } from '../../support/paying-pair.ts';
import { PureVault, pairUp } from '../../support/pure-vault.ts';
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
function cost(pair: PayingPair): { transfer: number; tick: number } {
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
  return { transfer: since(pair.pay), tick: since(() => void pair.ada.input({ type: 'tick', now: pair.ada.time.clock })) };
}

describe('what a transfer costs', () => {
  it('is the same with one contact and with as many as a wallet may have', () => {
    const few = payingPair('growth');
    const many = payingPair('growth');
    befriend(many.ada, many.ben.instance, MAX_CONTACTS - 1);
    befriend(many.ben, many.ada.instance, MAX_CONTACTS - 1);
    const costs = cost(few);
    expect(costs.transfer).toBeGreaterThan(20);
    expect(cost(many)).toEqual(costs);
  });

  it('is the same after one transfer and after hundreds, and they leave no record behind in memory', () => {
    const young = payingPair('growth');
    const old = payingPair('growth');
    const before = [old.ada.size(), old.ben.size()];
    for (let count = 0; count < 400; count++) old.pay();
    expect([old.ada.size(), old.ben.size()]).toEqual(before);
    expect(cost(old)).toEqual(cost(young));
  });

  it('is the same with nothing under way and with hundreds in transit to somebody else', () => {
    const calm = payingPair('growth');
    const busy = payingPair('growth');
    const cleo = new PureVault('Cleo', 'growth', busy.network);
    const line = pairUp(busy.network, busy.ada, cleo);
    const { currency, ada } = busy;
    offerOne(ada, cleo, currency);
    busy.network.settle();
    acceptAlways(cleo, ada, currency, busy.network);
    // They stop answering, with the line still up.
    busy.network.lines.get(line)!.toB.push = () => 0;
    for (let count = 0; count < 300; count++) offerOne(ada, cleo, currency);
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
