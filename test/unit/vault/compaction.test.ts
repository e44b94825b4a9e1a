/**
 * Compaction of the journal (design §5.6): old packages go when a person asks for it, and nothing else does. The wallet
 * opens as before, its audit and its balances go on from where the trace begins, and who remembers an old position of a
 * copy still finds it out.
 */
import { describe, expect, it } from 'vitest';
import { decodePackage } from '../../../enclave/runtime/packages.codec.ts';
import { sealerFrom } from '../../../enclave/runtime/sealing.ts';
import { audited, compact, headOf, packagesOf, rename, reopened, withHistory } from '../../support/compacted.ts';
import { MemoryHost } from '../../support/memory-host.ts';
import { cloneContents } from '../../support/memory-store.ts';
import { threeWallets } from '../../support/three-wallets.ts';

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
