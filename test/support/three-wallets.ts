/** Three real vaults in memory who are contacts of each other, and copies of one of them: for what witnesses find out. */
import { MemoryHost } from './memory-host.ts';
import { MemoryNetwork } from './memory-network.ts';

export interface Three {
  readonly ada: MemoryHost;
  readonly ben: MemoryHost;
  readonly cy: MemoryHost;
  readonly network: MemoryNetwork;
  settle(): Promise<void>;
  /** Connects two of them and lets everything be said. @returns what parts them again */
  meet(a: MemoryHost, b: MemoryHost): Promise<() => Promise<void>>;
  /** Two people compare the words. */
  pair(a: MemoryHost, b: MemoryHost): Promise<void>;
  /** Ada's machine as it was, register and all, started a second time elsewhere; as it is now, if nothing else is said. */
  copyOfAda(saved?: Pick<ReturnType<MemoryHost['save']>, 'contents' | 'registered'>): Promise<MemoryHost>;
}

/** @param strangers pairs that are no contacts of each other, as 'Ada-Cy' */
export async function threeWallets(seed: string, strangers: readonly string[] = []): Promise<Three> {
  const network = new MemoryNetwork();
  const hosts = ['Ada', 'Ben', 'Cy'].map((name) => new MemoryHost(name, seed));
  const [ada, ben, cy] = hosts as [MemoryHost, MemoryHost, MemoryHost];
  const everyone = [...hosts];
  const settle = () => network.settle(everyone);
  const meet: Three['meet'] = async (a, b) => {
    const ids = network.connect(a, b);
    await settle();
    return async () => {
      network.cut(a, ids.a);
      await settle();
    };
  };
  const pair: Three['pair'] = async (a, b) => {
    await a.must('pairing.start', { instance: b.instance as never });
    await settle();
    await a.must('pairing.confirm', { instance: b.instance as never, matches: true });
    await b.must('pairing.confirm', { instance: a.instance as never, matches: true });
    await settle();
  };
  for (const host of hosts) {
    network.join(host);
    await host.boot(true);
  }
  for (const [a, b] of [[ada, ben], [ada, cy], [ben, cy]] as const) {
    if (strangers.includes(`${a.name}-${b.name}`)) continue;
    const part = await meet(a, b);
    await pair(a, b);
    await part();
  }
  const copyOfAda: Three['copyOfAda'] = async ({ contents, registered } = ada.save()) => {
    const copy = new MemoryHost('Ada copied', `${seed} copy ${everyone.length}`);
    Object.assign(copy, { rootSecret: ada.rootSecret });
    copy.store.restore(contents);
    copy.register.restore(registered);
    network.join(copy);
    everyone.push(copy);
    await copy.boot();
    return copy;
  };
  return { ada, ben, cy, network, meet, settle, pair, copyOfAda };
}
