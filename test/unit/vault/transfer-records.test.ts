/** What is kept of a transfer when it has ended (design §6): how it went on and when, with whom, and why. */
import { describe, expect, it } from 'vitest';
import type { Finished } from '../../../enclave/vault/records.ts';
import { isFinal, nameOf, noted } from '../../../enclave/vault/transfers/finish.ts';
import type { CurrencyId, InstanceId, TransferId } from '../../../protocol/identifiers.ts';
import { BEGINNING } from '../../support/memory-host.ts';
import { PureNetwork, PureVault, pairUp } from '../../support/pure-vault.ts';
import { TeaVault } from '../../support/tea-vault.ts';

interface Place { network: PureNetwork; ada: PureVault; ben: PureVault; tea: CurrencyId; ended: { ada: Finished[]; ben: Finished[] } }

function place(seed: string): Place {
  const network = new PureNetwork();
  const [ada, ben] = [new TeaVault(seed, { network }), new PureVault('Ben', seed, network)];
  const ended = { ada: [] as Finished[], ben: [] as Finished[] };
  ada.watch = (more) => void ended.ada.push(...more);
  ben.watch = (more) => void ended.ben.push(...more);
  pairUp(network, ada, ben);
  return { network, ada, ben, tea: ada.tea, ended };
}

function offer({ ada, ben, tea, network }: Place, amount = '7'): TransferId {
  const sent = ada.must('transfers.send', { contact: ben.instance, currency: tea, amount, memo: 'for tea' });
  network.settle();
  return sent.id;
}

const later = (...vaults: PureVault[]): void => vaults.forEach((vault) => (vault.elapsedMs += 1000));

describe('the timeline of a transfer', () => {
  it('has each state once, with the time at which it came, on both sides', () => {
    const here = place('timeline');
    const { ada, ben, network, ended } = here;
    const id = offer(here);
    later(ada, ben);
    ben.call('transfers.accept', { id });
    network.settle();
    expect(ended.ada).toMatchObject([{ id, state: 'done', reason: null, memo: 'for tea', contactName: 'Ben', direction: 'out', purpose: 'payment', request: null, take: [] }]);
    expect(ended.ada[0]?.timeline).toEqual([{ state: 'offered', at: BEGINNING }, { state: 'in-transit', at: BEGINNING + 1000 }, { state: 'done', at: BEGINNING + 1000 }]);
    expect(ended.ben).toMatchObject([{ id, state: 'done', reason: null, memo: 'for tea', contactName: 'Ada', direction: 'in', give: [{ amount: 7n }] }]);
    expect(ended.ben[0]?.timeline).toEqual([{ state: 'offered', at: BEGINNING }, { state: 'accepted', at: BEGINNING + 1000 }, { state: 'done', at: BEGINNING + 1000 }]);
    expect(ended.ada[0]?.receipt).toMatchObject({ seq: 1 });
    expect(ended.ben[0]?.receipt).toMatchObject({ seq: 1, lane: ended.ada[0]?.receipt?.lane });
  });

  it('is not longer for being told the same twice', () => {
    const here = place('twice');
    here.ada.within((turn) => {
      const timeline = [{ state: 'offered' as const, at: 1 }];
      expect(noted(turn, { timeline }, 'offered')).toBe(timeline);
      expect(noted(turn, { timeline }, 'accepted')).toEqual([{ state: 'offered', at: 1 }, { state: 'accepted', at: BEGINNING }]);
      expect(noted(turn, { timeline: [] }, 'done')).toEqual([{ state: 'done', at: BEGINNING }]);
    });
  });
});

describe('what is kept of a transfer', () => {
  it('that was declined says so on both sides, and it is gone from both memories', () => {
    const here = place('declined');
    const { ada, ben, network, ended } = here;
    const id = offer(here);
    ben.call('transfers.decline', { id });
    expect([...ben.state.all('transfer')].map(([, transfer]) => isFinal(transfer))).toEqual([true]);
    network.settle();
    expect(ended.ben).toMatchObject([{ id, state: 'declined', reason: 'declined', receipt: null }]);
    expect(ended.ada).toMatchObject([{ id, state: 'declined', reason: 'declined', receipt: null }]);
    expect([...ada.state.all('transfer'), ...ben.state.all('transfer')]).toEqual([]);
  });

  it('that was cancelled says cancelled at its source and withdrawn where it was offered', () => {
    const here = place('cancelled');
    const id = offer(here);
    expect([...here.ben.state.all('transfer')].map(([, transfer]) => isFinal(transfer))).toEqual([false]);
    expect(here.ada.call('transfers.cancel', { id })).toMatchObject({ ok: true, value: { state: 'cancelled' } });
    here.network.settle();
    expect(here.ended.ada).toMatchObject([{ id, state: 'cancelled', reason: null, receipt: null }]);
    expect(here.ended.ben).toMatchObject([{ id, state: 'withdrawn', reason: null, receipt: null }]);
  });
});

describe('the name of a contact', () => {
  it('is the one I gave, else theirs, else nothing', () => {
    const { ada, ben } = place('names');
    expect(nameOf(ada, ben.instance)).toBe('Ben');
    ada.call('people.rename', { contact: ben.instance, name: 'Benedict' });
    expect(nameOf(ada, ben.instance)).toBe('Benedict');
    ada.call('people.forget', { contact: ben.instance });
    expect(nameOf(ada, ben.instance)).toBe('');
    expect(nameOf(ada, 'nobody' as InstanceId)).toBe('');
  });
});
