/**
 * A host that has more than one past of a wallet to choose from, and shows whichever agrees with who is asking (design §5.7;
 * assurance rows 12, 31, 32), and a disk that lost what a compaction had made durable while the packages were still there.
 */
import { describe, expect, it } from 'vitest';
import { MemoryHost } from '../support/memory-host.ts';
import { type StoreContents, cloneContents } from '../support/memory-store.ts';
import { threeWallets } from '../support/three-wallets.ts';

const rename = async (host: MemoryHost, times: number): Promise<void> => {
  for (let at = 0; at < times; at++) await host.must('wallet.rename', { name: `${host.name} ${at}` });
};
const newest = async (host: MemoryHost): Promise<number> => (await host.must('wallet.identity', {})).n;

describe('a copy of a wallet whose host has the packages of both', () => {
  /** Ben has seen the one; the copy has gone on further by itself. Both pasts lie on the copy's disk, to be mixed. */
  async function copied(seed: string) {
    const three = await threeWallets(seed);
    const { ada, ben, meet, copyOfAda } = three;
    await rename(ada, 2);
    const copy = await copyOfAda();
    const common = await newest(copy);
    await rename(ada, 2);
    await (await meet(ada, ben))();
    const seen = (await newest(ada));
    await rename(ada, 3);
    await rename(copy, 12);
    return { ...three, copy, common, seen };
  }

  it.each([
    ['is found out by who has seen the other one, whichever packages it shows of it', (_seen: number) => () => true],
    ['is found out where it shows the one package that is looked up, and its own on', (seen: number) => (n: number) => n <= seen + 1],
  ])('%s', async (_what, ofTheOther) => {
    const { ada, ben, copy, meet, common, seen } = await copied('mixed host');
    const disk = cloneContents(copy.store.snapshot());
    const shows = ofTheOther(seen);
    for (const [n, sealed] of ada.store.snapshot().packages) if (n > common && shows(n)) disk.packages.set(n, sealed);
    copy.store.restore(disk);
    await meet(copy, ben);
    expect(copy.fault?.code).toMatch(/^(rollback_detected|store_corrupt)$/);
  });

  it('is told apart from the wallet itself, which meets whoever remembers it, however long ago, and reads what lies between once', async () => {
    const { ada, ben, cy, meet } = await threeWallets('long ago');
    await (await meet(ada, cy))();
    await rename(ada, 1100);
    const reads: number[] = [];
    ada.beforeAsk = (ask) => { if (ask.op === 'store.packages') reads.push(ask.limit); };
    const read = (): number => reads.splice(0).reduce((sum, limit) => sum + limit, 0);
    await (await meet(ada, cy))();
    const first = read();
    expect(first).toBeGreaterThan(1100);
    await (await meet(ada, ben))();
    expect([ada.fault, ben.fault, cy.fault]).toEqual([null, null, null]);
    // Ben's is as old as Cy's was: of what lies between a mark and the head was seen to hold already.
    expect(read()).toBeLessThan(first);
  });
});

describe('packages that were let go of, and are still there', () => {
  /** A wallet whose host could not part with its packages yet. */
  async function unparted(seed: string) {
    const ada = new MemoryHost('Ada', seed);
    await ada.boot(true);
    await rename(ada, 6);
    ada.store.failNext('before', 'release');
    const upTo = (await newest(ada)) - 2;
    expect(await ada.must('history.compact', { upTo })).toEqual({ upTo, released: false });
    return { ada, upTo };
  }
  const started = async (host: MemoryHost, contents: StoreContents): Promise<MemoryHost> => {
    const again = new MemoryHost(host.name, 'again', { ...host.save(), contents });
    await again.boot();
    await again.settled();
    return again;
  };
  const bent = (bytes: Uint8Array): Uint8Array => bytes.map((byte, at) => (at === 40 ? byte ^ 1 : byte));

  it.each(['base', 'tail'] as const)('stay if the %s that stands for them was lost or damaged with the power', async (kind) => {
    const { ada, upTo } = await unparted(`kept ${kind}`);
    for (const damage of [(_: Uint8Array) => new Uint8Array(), bent]) {
      const contents = cloneContents(ada.store.snapshot());
      contents.kept[kind].set(upTo, damage(contents.kept[kind].get(upTo)!));
      contents.snapshots.clear();
      const again = await started(ada, contents);
      expect([again.fault, again.store.snapshot().packages.has(1)]).toEqual([null, true]);
      // It opens the next time, too: nothing that is damaged has taken the place of anything.
      expect((await started(again, again.store.snapshot())).fault).toBeNull();
    }
  });

  it('go if all of it is there', async () => {
    const { ada, upTo } = await unparted('kept well');
    const again = await started(ada, ada.store.snapshot());
    expect([again.fault, again.store.snapshot().packages.has(upTo), again.store.snapshot().packages.has(upTo + 1)]).toEqual([null, false, true]);
  });
});
