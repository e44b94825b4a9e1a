/** Where the simulator itself was wrong about a vault that had done nothing wrong, each as small as it can be shown. */
import { describe, expect, it } from 'vitest';
import { licenceIdOf } from '../../enclave/vault/library/publications.ts';
import type { PublicationId } from '../../protocol/identifiers.ts';
import type { SimHost } from './world/host.ts';
import { Network } from './world/network.ts';
import { Shelves } from './world/shelves.ts';

const PUBLICATION = 'ab'.repeat(32) as PublicationId;
const COPY = licenceIdOf(PUBLICATION, 1);

/** A host as the network sees it: what its vault is told. */
function listener(name: string): { host: SimHost; told: string[] } {
  const told: string[] = [];
  return { told, host: { name, isUp: true, handle: ({ type }: { type: string }) => void told.push(type) } as unknown as SimHost };
}

describe('a stream that is cut', () => {
  const met = () => {
    const network = new Network();
    const [ada, ben] = [listener('Ada'), listener('Ben')];
    network.connect(ada.host, ben.host, null);
    const arrive = () => {
      for (const pipe of [...network.pipes]) while (pipe.frames.length > 0) network.deliver(pipe);
    };
    return { network, ada, ben, arrive };
  };

  it('tells both vaults that it has ended, also if each of its directions is cut, as all are when the world heals (seed 20036)', () => {
    const { network, ada, ben, arrive } = met();
    for (const pipe of [...network.pipes]) network.cut(pipe);
    arrive();
    expect([ada.told, ben.told]).toEqual([['connected', 'disconnected'], ['connected', 'disconnected']]);
  });

  it('tells whoever has not heard yet that the other one has hung up', () => {
    const { network, ada, ben, arrive } = met();
    network.hangUp(ada.host, 1);
    for (const pipe of [...network.pipes]) network.cut(pipe);
    arrive();
    expect([ada.told, ben.told]).toEqual([['connected'], ['connected', 'disconnected']]);
  });
});

/** A host as the shelves see it: its clock, and one copy that Ada has lent it. */
function borrower(): { host: SimHost; passes: (ms: number) => void; keeps: (due: number) => void } {
  const host = { name: 'Ben', instance: 'ben', time: { now: 1_000, clock: 1_000 }, journal: { head: { n: 0 }, state: null as unknown } };
  const keeps = (due: number): void => {
    const licence = { publication: PUBLICATION, copy: 1, since: 1_000, opened: false, state: 'borrowed', contact: 'ada', due, deadline: due, over: false, recalled: false, asked: null };
    host.journal.head = { n: host.journal.head.n + 1 };
    host.journal.state = { all: () => new Map([[COPY, licence]]), get: () => licence };
  };
  const passes = (ms: number): void => void (host.time = { now: host.time.now + ms, clock: host.time.clock + ms });
  return { host: host as unknown as SimHost, passes, keeps };
}

/** Ada, who has lent it until `due`. */
function lender(due: number): SimHost {
  const licence = { publication: PUBLICATION, copy: 1, since: 1_000, opened: false, state: 'lent', contact: 'ben', due, deadline: due, recalled: false, asked: null, answered: null };
  return { name: 'Ada', instance: 'ada', time: { now: 1_000, clock: 1_000 }, journal: { head: { n: 1 }, state: { all: () => new Map([[COPY, licence]]), get: () => licence } } } as unknown as SimHost;
}

describe('a book that is opened', () => {
  const lentUntil2000 = () => {
    const { host, passes, keeps } = borrower();
    const ada = lender(9_000);
    const byInstance = new Map([['ada', ada], ['ben', host]]);
    const shelves = new Shelves();
    keeps(2_000);
    shelves.check([ada, host], byInstance);
    passes(1_500);
    return { shelves, keeps, open: () => shelves.opened(host, COPY, host.time.now, byInstance), rest: () => shelves.check([ada, host], byInstance) };
  };

  it('after its time is found', () => {
    const { open } = lentUntil2000();
    expect(open).toThrow('was opened at Ben 500 ms after its time');
  });

  it('in the package in which its lender agreed to a later day was opened in time (seed 20011)', () => {
    const { keeps, open, rest } = lentUntil2000();
    keeps(3_000);
    expect(open).not.toThrow();
    expect(rest).not.toThrow();
    expect(open).not.toThrow();
  });
});
