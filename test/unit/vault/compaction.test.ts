/**
 * Compaction of the journal (design §5.6): old packages go when a person asks for it, and nothing else does. The wallet
 * opens as before, its audit and its balances go on from where the trace begins, and who remembers an old position of a
 * copy still finds it out. A host can neither make it forget nor hide that packages are gone.
 */
import { beforeAll, describe, expect, it } from 'vitest';
import { decodePackage } from '../../../enclave/runtime/packages.codec.ts';
import { sealerFrom } from '../../../enclave/runtime/sealing.ts';
import { threeWallets, type Three } from '../../support/three-wallets.ts';
import { MemoryHost, type SavedWallet } from '../../support/memory-host.ts';
import { cloneContents, type StoreContents } from '../../support/memory-store.ts';

const rename = (host: MemoryHost, times: number) => Array.from({ length: times }).reduce<Promise<unknown>>((before, _, at) => before.then(() => host.must('wallet.rename', { name: `${host.name} ${at}` })), Promise.resolve());
const headOf = async (host: MemoryHost) => { const { n, head } = await host.must('wallet.identity', {}); return { n, head }; };
const compact = (host: MemoryHost, upTo: number) => host.must('history.compact', { upTo });
const packagesOf = (host: MemoryHost) => [...host.store.snapshot().packages.keys()].sort((a, b) => a - b);

/** The same wallet, opened from what is on its disk. */
async function reopened(saved: SavedWallet, change: Partial<SavedWallet> = {}): Promise<MemoryHost> {
  const host = new MemoryHost(saved.name, 'again', { ...saved, ...change });
  await host.boot();
  return host;
}
/** What an audit from the outside says. */
async function audited(saved: SavedWallet, contents: StoreContents = saved.contents, from?: number) {
  const host = new MemoryHost(saved.name, 'audit', { ...saved, contents });
  host.inspect();
  return await host.must('audit.journal', from === undefined ? {} : { from });
}

/** With credits in every state, and some history. */
async function withHistory(seed: string): Promise<Three & { before: SavedWallet }> {
  const three = await threeWallets(seed);
  const { ada, ben, meet } = three;
  const { id } = await ada.must('credits.createCurrency', { code: 'TEA', decimals: 0, name: 'Tea' });
  await ada.must('credits.issue', { currency: id, amount: '100' });
  await ben.must('people.setRule', { contact: ada.instance as never, rule: { mode: 'ask' } });
  const part = await meet(ada, ben);
  const sent = await ada.must('transfers.send', { contact: ben.instance as never, currency: id, amount: '30' });
  await three.settle();
  await ben.must('transfers.accept', { id: sent.id });
  await three.settle();
  await part();
  await ada.must('credits.retire', { currency: id, amount: '5' });
  await rename(ada, 3);
  return { ...three, before: ada.save() };
}

describe('a wallet that lets go of its old packages', () => {
  it('keeps the newer ones, what it holds, its history and its head’s past, and opens again', async () => {
    const { ada, before } = await withHistory('lets go');
    const { n } = await headOf(ada);
    const shown = async (host: MemoryHost) => [await host.must('credits.balances', {}), await host.must('transfers.history', {}), await host.must('people.contacts', {})];
    const [was, explained] = [await shown(ada), await ada.must('audit.explain', {})];
    expect(await ada.must('history.extent', {})).toEqual({ n, from: 1, since: null });
    expect(await compact(ada, n - 2)).toEqual({ upTo: n - 2, released: true });

    expect(packagesOf(ada)).toEqual([n - 1, n, n + 1]);
    expect([...ada.store.snapshot().kept.base.keys()]).toEqual([n - 2]);
    expect(await ada.must('history.extent', {})).toEqual({ n: n + 1, from: n - 1, since: ada.now });
    expect(await shown(ada)).toEqual(was);
    const again = await reopened(ada.save());
    expect(again.fault).toBeNull();
    expect((await shown(again)).slice(0, 2)).toEqual(was.slice(0, 2));
    expect(await headOf(again)).toEqual(await headOf(ada));

    // What the trace begins with and what it still has come to the same balances as the whole did.
    const later = await again.must('audit.explain', {});
    const last = explained.entries.at(-1)!;
    expect(later).toMatchObject({ verified: true, packages: n + 1, carried: { n: n - 2, at: ada.now, balances: [{ currency: last.currency, held: last.held, inTransit: last.inTransit }] } });
    expect(explained).toMatchObject({ verified: true, carried: null });
    expect(before.contents.packages.size).toBe(n);
  });

  it('explains its balances from any package at which the trace may begin as it did from the first', async () => {
    const { before } = await withHistory('explains');
    const whole = await (await reopened(before)).must('audit.explain', {});
    const ends = new Map(whole.entries.map(({ currency, held, inTransit }) => [currency, { currency, held, inTransit }]));
    expect(whole.entries.length).toBeGreaterThan(3);
    for (let upTo = 1; upTo <= before.contents.packages.size; upTo++) {
      const host = await reopened(before);
      await compact(host, upTo);
      const { entries, carried, verified } = await host.must('audit.explain', {});
      expect([upTo, verified]).toEqual([upTo, true]);
      expect(entries).toEqual(whole.entries.filter(({ n }) => n > upTo));
      const now = new Map(carried!.balances.map((balance) => [balance.currency, balance]));
      for (const { currency, held, inTransit } of entries) now.set(currency, { currency, held, inTransit });
      expect([upTo, [...now.values()]]).toEqual([upTo, [...ends.values()]]);
    }
  });

  it('is verified by an audit from where its trace begins, from inside and outside, and from the first package with the old ones beside it', async () => {
    const { ada, before } = await withHistory('audit');
    const { n } = await headOf(ada);
    await compact(ada, n - 2);
    const at = await headOf(ada);
    const well = { ...at, verified: true, trouble: null, carried: { n: n - 2, at: ada.now }, name: 'Ada 2' };
    expect(await ada.must('audit.journal', {})).toMatchObject(well);
    const saved = ada.save();
    expect(await audited(saved)).toMatchObject(well);
    const together = cloneContents(saved.contents);
    for (const [number, sealed] of before.contents.packages) together.packages.set(number, sealed);
    for (const from of [undefined, 0]) expect(await audited(saved, together, from)).toMatchObject({ ...at, verified: true, carried: null });
    // Nothing of it stands in for what was not asked.
    expect(await audited(saved, saved.contents, 0)).toMatchObject({ n: 0, verified: false });
    expect(await audited(saved, saved.contents, n - 3)).toMatchObject({ verified: false, trouble: { code: 'store_corrupt' } });
  });

  it('counts what passes meanwhile once', async () => {
    const { ada } = await withHistory('time');
    const { n } = await headOf(ada);
    const timeOf = async (at: number) => {
      const [found] = await ada.store.packages(at, 1);
      return decodePackage(sealerFrom(ada.save().rootSecret!).open('package', at, found!.sealed)!).at;
    };
    const before = await timeOf(n);
    const clock = ada.now;
    let renamed: Promise<unknown> | null = null;
    ada.store.onWrite = () => {
      if (renamed) return;
      ada.now += 60_000;
      renamed = ada.must('wallet.rename', { name: 'Meanwhile' });
    };
    await compact(ada, n - 2);
    await renamed;
    ada.now += 1000;
    await ada.must('wallet.rename', { name: 'After' });
    expect((await timeOf((await headOf(ada)).n)) - before).toBe(ada.now - clock);
  });

  it('lets go only of what it can be opened without: a snapshot lost before is put back first', async () => {
    const { ada } = await withHistory('lost snapshot');
    const { n } = await headOf(ada);
    ada.store.failNext('before', 'release');
    expect(await compact(ada, n - 2)).toEqual({ upTo: n - 2, released: false });
    expect(ada.fault).toBeNull();
    const saved = ada.save();
    const contents = cloneContents(saved.contents);
    contents.snapshots.clear();
    const host = await reopened(saved, { contents });
    await host.settled();
    expect([packagesOf(host)[0], [...host.store.snapshot().snapshots.keys()]]).toEqual([n - 1, [n - 2]]);
    expect((await reopened(host.save())).fault).toBeNull();
    // A disk that does not take it is written to no more; a full one is asked again at the next start.
    for (const [trouble, fault] of [['before', 'store_failed'], ['disk-full', null]] as const) {
      const failing = new MemoryHost(saved.name, 'failing', { ...saved, contents });
      failing.store.failNext(trouble, 'putSnapshot');
      await failing.boot();
      await failing.settled();
      expect([trouble, packagesOf(failing)[0], failing.fault?.code ?? null]).toEqual([trouble, 1, fault]);
    }
    // Without the beginning nothing could be put back, so everything stays.
    contents.kept.base.clear();
    const bare = await reopened(saved, { contents });
    await bare.settled();
    expect([packagesOf(bare)[0], bare.fault]).toEqual([1, null]);
  });

  it('lets go again later, and has then only the newest beginning', async () => {
    const { ada } = await withHistory('again');
    const first = (await headOf(ada)).n - 4;
    await compact(ada, first);
    await rename(ada, 4);
    const second = (await headOf(ada)).n;
    await compact(ada, second);
    expect(packagesOf(ada)).toEqual([second + 1]);
    expect([...ada.store.snapshot().kept.base.keys()]).toEqual([second]);
    expect([...ada.store.snapshot().kept.tail].map(([n, bytes]) => [n, bytes.length])).toEqual([[second, 32 * second]]);
    expect(await ada.must('audit.journal', {})).toMatchObject({ verified: true, carried: { n: second } });
    expect((await reopened(ada.save())).fault).toBeNull();
  });

  it('refuses what is gone already and what is not there yet, and changes nothing then', async () => {
    const { ada } = await withHistory('refuses');
    const { n } = await headOf(ada);
    await compact(ada, n);
    const disk = ada.store.snapshot();
    for (const upTo of [1, n, n + 2]) expect(await ada.call('history.compact', { upTo })).toMatchObject({ ok: false, failure: { code: 'bad_input' } });
    expect(ada.store.snapshot()).toEqual(disk);
  });

  it('lets go of nothing if the trace does not hold, wherever it breaks', async () => {
    const { ada, before } = await withHistory('broken');
    const { n } = await headOf(ada);
    for (const [at, upTo] of [[1, n], [n - 3, n - 1], [n, n - 2]] as const) {
      // The wallet has opened; then its disk goes bad.
      const host = await reopened(before);
      const worse = cloneContents(before.contents);
      worse.packages.get(at)![40]! ^= 1;
      host.store.restore(worse);
      expect([at, await host.call('history.compact', { upTo })]).toMatchObject([at, { ok: false, failure: { code: 'store_corrupt' } }]);
      expect(host.store.snapshot().packages.size).toBe(n);
      expect(host.fault).toBeNull();
      expect(await host.must('history.extent', {})).toMatchObject({ from: 1 });
    }
  });
});

describe('who remembers an old position of a wallet', () => {
  /** Ada met Ben, was copied, and let go of all that both copies have in common; Ben has seen the other copy since. */
  async function copied(seed: string, letsGo: boolean) {
    const three = await threeWallets(seed);
    const { ada, ben, meet, copyOfAda } = three;
    await rename(ada, 2);
    const copy = await copyOfAda();
    await rename(ada, 2);
    await (await meet(ada, ben))();
    await rename(copy, 9);
    if (letsGo) await compact(copy, (await headOf(copy)).n);
    return { ...three, copy };
  }

  it.each([['still notices a fork among the packages that are gone', true], ['notices it without a compaction, too', false]])('%s', async (_what, letsGo) => {
    const { ben, copy, meet } = await copied('fork', letsGo);
    await meet(copy, ben);
    expect(copy.fault?.code).toBe('rollback_detected');
  });

  it('meets it as ever if it is the same one', async () => {
    const { ada, ben, meet } = await threeWallets('same');
    await (await meet(ada, ben))();
    await rename(ada, 5);
    await compact(ada, (await headOf(ada)).n);
    await (await meet(ada, ben))();
    expect([ada.fault, ben.fault]).toEqual([null, null]);
  });

  it.each([['of what is gone', true], ['of what should be there', false]])('is met by no wallet whose host withholds the trace %s', async (_what, letsGo) => {
    const { ben, copy, meet } = await copied('withheld', letsGo);
    const contents = cloneContents(copy.store.snapshot());
    contents.kept.tail.clear();
    const { n } = await headOf(copy);
    for (let gone = 1; gone < n; gone++) contents.packages.delete(gone);
    copy.store.restore(contents);
    await meet(copy, ben);
    expect(copy.fault?.code).toBe('store_corrupt');
  });
});

describe('a host that lets go of its own accord', () => {
  let saved: SavedWallet;
  let compacted: SavedWallet;
  let n = 0;
  beforeAll(async () => {
    const { ada, before } = await withHistory('host');
    ({ n } = await headOf(ada));
    await compact(ada, n - 2);
    [saved, compacted] = [before, ada.save()];
  });
  const without = (contents: StoreContents, upTo: number, kept: StoreContents['kept'] = contents.kept): StoreContents => {
    const less = cloneContents({ ...contents, kept });
    for (let gone = 1; gone <= upTo; gone++) less.packages.delete(gone);
    return less;
  };

  it('leaves a trace that is broken, whatever it shows in its place', async () => {
    for (const upTo of [1, n - 2, n - 1]) {
      expect([upTo, await audited(saved, without(saved.contents, upTo))]).toMatchObject([upTo, { verified: false, n: 0, trouble: { code: 'store_corrupt' } }]);
      // With a base that this very vault made, but never came to rely on.
      expect([upTo, await audited(saved, without(saved.contents, upTo, compacted.contents.kept))]).toMatchObject([upTo, { verified: false, trouble: { code: 'store_corrupt' } }]);
    }
  });

  it('cannot take more than was let go of, nor what is kept of it', async () => {
    const { contents } = compacted;
    expect(await audited(compacted)).toMatchObject({ verified: true });
    expect(await audited(compacted, without(contents, n - 1))).toMatchObject({ verified: false });
    for (const kind of ['base', 'tail'] as const) {
      const less = cloneContents(contents);
      less.kept[kind].clear();
      expect([kind, await audited(compacted, less)]).toMatchObject([kind, { verified: false, trouble: { code: 'store_corrupt' } }]);
      const bent = cloneContents(contents);
      for (const [at, bytes] of bent.kept[kind]) bent.kept[kind].set(at, bytes.map((byte, index) => (index === 33 ? byte ^ 4 : byte)));
      expect([kind, await audited(compacted, bent)]).toMatchObject([kind, { verified: false, trouble: { code: 'store_corrupt' } }]);
    }
  });

  it('opens nothing from a snapshot whose packages are gone', async () => {
    const old = cloneContents(compacted.contents);
    old.snapshots.clear();
    expect((await reopened(compacted, { contents: old })).fault?.code).toBe('store_corrupt');
    expect((await reopened(compacted, { contents: without(compacted.contents, n - 1) })).fault?.code).toBe('store_corrupt');
  });

  it('cannot bring back an older beginning as if it were the one that counts', async () => {
    const host = await reopened(compacted);
    await compact(host, (await headOf(host)).n);
    const now = host.save();
    const mixed = cloneContents(now.contents);
    mixed.kept.base.clear();
    for (const [at, bytes] of compacted.contents.kept.base) mixed.kept.base.set(at, bytes);
    for (const [at, sealed] of compacted.contents.packages) mixed.packages.set(at, sealed);
    // All the packages are there, from the older beginning on; the journal says another, and that one is gone.
    expect(await audited(now, mixed)).toMatchObject({ verified: false });
    // Somebody who has a copy of those packages, and says so, is shown that they lead on.
    expect(await audited(now, mixed, n - 2)).toMatchObject({ verified: true, carried: { n: n - 2 } });
  });

  it('is told from a vault that wrote it: a base under another’s key is none', async () => {
    const forged = cloneContents(compacted.contents);
    const [[at, bytes]] = [...forged.kept.base] as [[number, Uint8Array]];
    const plaintext = sealerFrom(compacted.rootSecret).open('snapshot', at, bytes)!;
    forged.kept.base.set(at, sealerFrom(new Uint8Array(32).fill(5)).seal('snapshot', at, new Uint8Array(24), plaintext));
    expect(await audited(compacted, forged)).toMatchObject({ verified: false, n: 0 });
  });
});
