/** Witnesses (design §5.7; assurance rows 13, 31, 32): copies of a wallet are found out by those who remember it. */
import { describe, expect, it } from 'vitest';
import { MemoryHost } from '../../support/memory-host.ts';
import { MemoryNetwork } from '../../support/memory-network.ts';

/** Three wallets who know each other; `meet` connects two of them and lets everything be said. */
async function three(seed: string) {
  const network = new MemoryNetwork();
  const hosts = ['Ada', 'Ben', 'Cy'].map((name) => new MemoryHost(name, seed));
  const [ada, ben, cy] = hosts as [MemoryHost, MemoryHost, MemoryHost];
  const everyone = [...hosts];
  const settle = () => network.settle(everyone);
  const meet = async (a: MemoryHost, b: MemoryHost) => {
    const ids = network.connect(a, b);
    await settle();
    return async () => {
      network.cut(a, ids.a);
      await settle();
    };
  };
  for (const host of hosts) {
    network.join(host);
    await host.boot(true);
  }
  for (const [a, b] of [[ada, ben], [ada, cy], [ben, cy]] as const) {
    const part = await meet(a, b);
    await a.must('pairing.start', { instance: b.instance as never });
    await settle();
    await a.must('pairing.confirm', { instance: b.instance as never, matches: true });
    await b.must('pairing.confirm', { instance: a.instance as never, matches: true });
    await settle();
    await part();
  }
  /** Ada's machine as it was, register and all, started a second time elsewhere. */
  const copyOfAda = async (disk = ada.store.snapshot(), register = ada.register.snapshot()) => {
    const copy = new MemoryHost('Ada copied', `${seed} copy`);
    Object.assign(copy, { rootSecret: ada.rootSecret });
    copy.store.restore(disk);
    copy.register.restore(register);
    network.join(copy);
    everyone.push(copy);
    await copy.boot();
    return copy;
  };
  return { ada, ben, cy, meet, settle, copyOfAda };
}

const rename = (host: MemoryHost, name: string) => host.must('wallet.rename', { name });

describe('a wallet whose whole machine was put back', () => {
  it('stops at its next meeting with anyone who remembers it later', async () => {
    const { ada, ben, meet, copyOfAda } = await three('older');
    const [disk, register] = [ada.store.snapshot(), ada.register.snapshot()];
    for (const name of ['A', 'B', 'C', 'D']) await rename(ada, name);
    await (await meet(ada, ben))();
    const older = await copyOfAda(disk, register);
    expect(older.fault).toBeNull();
    await meet(older, ben);
    expect(older.fault?.code).toBe('rollback_detected');
  });

  it('stops even if it has gone on further than they remember', async () => {
    const { ada, ben, meet, copyOfAda } = await three('further');
    const [disk, register] = [ada.store.snapshot(), ada.register.snapshot()];
    await rename(ada, 'A');
    await (await meet(ada, ben))();
    const copy = await copyOfAda(disk, register);
    for (let i = 0; i < 12; i++) await rename(copy, `copy ${i}`);
    await meet(copy, ben);
    expect(copy.fault?.code).toBe('rollback_detected');
  });

  it('is not suspected when it simply went on', async () => {
    const { ada, ben, cy, meet } = await three('honest');
    for (let i = 0; i < 5; i++) {
      await rename(ada, `name ${i}`);
      await (await meet(ada, ben))();
      await (await meet(ada, cy))();
      await (await meet(ben, cy))();
    }
    for (const host of [ada, ben, cy]) expect(host.fault).toBeNull();
  });
});

describe('two positions with one number and different heads', () => {
  it('become a proof when two who met the two copies meet each other; the wallet is refused from then on, by both', async () => {
    const { ada, ben, cy, meet, copyOfAda } = await three('fork');
    const copy = await copyOfAda();
    // Each copy takes the same number of steps, and meets someone else.
    await rename(ada, 'one');
    await rename(copy, 'other');
    await (await meet(ada, ben))();
    await (await meet(copy, cy))();
    await (await meet(ben, cy))();
    await (await meet(ben, cy))();
    for (const witness of [ben, cy]) {
      const proofs = await witness.must('audit.forks', {});
      expect(proofs.map(({ instance }) => instance)).toEqual([ada.instance]);
      expect(proofs[0]?.verified).toBe(true);
      const before = witness.emitted.length;
      await meet(ada, witness);
      const refused = witness.emitted.slice(before).filter((message) => message.type === 'hang-up');
      expect(refused).toMatchObject([{ failure: { code: 'fork_proven' } }]);
    }
  });
});
