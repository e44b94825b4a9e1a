/**
 * The wallet's disk is not what the vault left (assurance rows 2, 9, 10, 11): whatever is older, damaged, missing or from
 * elsewhere ends in a fail-stop that says which, and never in a wallet that goes on from the wrong place.
 */
import { creditsAmong } from '../support/credits-among.ts';
import { describe, expect, it } from 'vitest';
import { isFailStop } from '../../protocol/errors.ts';
import type { CurrencyId } from '../../protocol/identifiers.ts';
import { MemoryHost, type SavedWallet } from '../support/memory-host.ts';
import { cloneContents, emptyContents, flipBit, type StoreContents } from '../support/memory-store.ts';
import { fundedPair } from '../support/vault-pair.ts';

/** Ada's wallet after each of a few payments to herself: creating, issuing. */
async function history(seed: string, issues: number): Promise<{ ada: MemoryHost; tea: CurrencyId; saved: SavedWallet[] }> {
  const ada = new MemoryHost('Ada', seed);
  await ada.boot(true);
  const saved = [ada.save()];
  const { id } = await ada.must('credits.createCurrency', { code: 'TEA', decimals: 0, name: 'Tea' });
  saved.push(ada.save());
  for (let n = 0; n < issues; n++) {
    await ada.must('credits.issue', { currency: id, amount: '10' });
    saved.push(ada.save());
  }
  return { ada, tea: id, saved };
}

async function start(wallet: SavedWallet, change: Partial<SavedWallet> = {}): Promise<MemoryHost> {
  const host = new MemoryHost(wallet.name, 'restart', { ...wallet, ...change });
  await host.boot();
  return host;
}
const faultOf = async (wallet: SavedWallet, change: Partial<SavedWallet>): Promise<string> => {
  const host = await start(wallet, change);
  const call = await host.callAnything('credits.balances', {});
  // Stopped means stopped: it neither serves nor says anything.
  expect(call.ok).toBe(host.fault === null);
  if (host.fault) expect(host.emitted.filter(({ type }) => type !== 'fault' && type !== 'reply')).toEqual([]);
  return host.fault?.code ?? 'none';
};
const held = async (host: MemoryHost): Promise<string | undefined> => (await host.must('credits.balances', {}))[0]?.held;

/** A wallet with snapshots: big enough that one was taken. */
async function withSnapshots(seed: string): Promise<{ saved: SavedWallet[]; ada: MemoryHost }> {
  const { ada, saved } = await history(seed, 0);
  const memo = 'x'.repeat(39);
  // A snapshot is due when packages weigh as much as that takes; 200 renames at once are four packages.
  for (let n = 0; ada.store.snapshot().snapshots.size < 2 && n < 6000; n++) {
    const renames = Array.from({ length: 200 }, (_, at) => ada.call('wallet.rename', { name: `${memo}${(n + at) % 10}` }));
    await Promise.all(renames);
    saved.push(ada.save());
  }
  expect(ada.store.snapshot().snapshots.size).toBe(2);
  for (const name of ['Ada B', 'Ada C', 'Ada D']) {
    await ada.must('wallet.rename', { name });
    saved.push(ada.save());
  }
  return { saved, ada };
}

describe('an older disk', () => {
  it('under a newer register is refused as a rollback, however little older', async () => {
    const { saved } = await history('older', 4);
    const newest = saved.at(-1)!;
    for (const older of saved.slice(0, -1)) expect(await faultOf(newest, { contents: older.contents })).toBe('rollback_detected');
    expect(await faultOf(newest, {})).toBe('none');
  });

  it('that lost its last packages, or all, or one in the middle, is refused', async () => {
    const { saved } = await history('lost', 4);
    const newest = saved.at(-1)!;
    const numbers = [...newest.contents.packages.keys()];
    for (const n of numbers) {
      const contents = cloneContents(newest.contents);
      contents.packages.delete(n);
      expect(await faultOf(newest, { contents }), `without package ${n}`).toMatch(/^(rollback_detected|store_corrupt)$/);
    }
    expect(await faultOf(newest, { contents: emptyContents() })).toBe('rollback_detected');
  });

  it('is refused also when it comes with a snapshot, older or newer than its packages', async () => {
    const { saved } = await withSnapshots('snapshot');
    const newest = saved.at(-1)!;
    const early = saved[1]!;
    const mix = (packages: StoreContents, snapshots: StoreContents): StoreContents => ({ ...cloneContents(packages), snapshots: cloneContents(snapshots).snapshots });
    expect(await faultOf(newest, { contents: mix(early.contents, newest.contents) }), 'newer snapshot, older packages').toBe('rollback_detected');
    expect(await faultOf(early, { contents: mix(early.contents, newest.contents) }), 'snapshot from the future').toBe('rollback_detected');
    // An older snapshot costs time and nothing else: the packages since are all there.
    expect(await faultOf(newest, { contents: mix(newest.contents, early.contents) }), 'no snapshot').toBe('none');
    const older = cloneContents(newest.contents);
    older.snapshots.delete(Math.max(...older.snapshots.keys()));
    expect(await faultOf(newest, { contents: older }), 'older snapshot').toBe('none');
  });
});

describe('an older register', () => {
  it('is refused when it is older by more than the one package that a crash can leave', async () => {
    const { saved } = await history('older register', 4);
    const newest = saved.at(-1)!;
    for (const older of saved.slice(0, -2)) expect(await faultOf(newest, { registered: older.registered })).toBe('rollback_detected');
  });

  it('that is missing is refused, and no new wallet is made over the old one', async () => {
    const { saved } = await history('missing register', 2);
    const newest = saved.at(-1)!;
    expect(await faultOf(newest, { registered: null })).toBe('register_missing');
    const host = new MemoryHost('Ada', 'missing', { ...newest, registered: null });
    await host.boot(true);
    expect(host.fault?.code).toBe('register_missing');
    expect(host.store.snapshot()).toEqual(newest.contents);
  });

  it('with a value that was never its own is refused', async () => {
    const { saved } = await history('foreign register', 2);
    const newest = saved.at(-1)!;
    expect(await faultOf(newest, { registered: new Uint8Array(32).fill(7) })).toBe('rollback_detected');
  });
});

describe('a stray package', () => {
  it('that was stored but never fresh is dropped, and another takes its place', async () => {
    const { saved, tea } = await history('stray', 2);
    const [before, after] = [saved.at(-2)!, saved.at(-1)!];
    const host = await start(before, { contents: after.contents });
    expect(host.fault).toBeNull();
    expect(await held(host)).toBe('10');
    await host.must('credits.issue', { currency: tea, amount: '3' });
    host.crash();
    await host.boot();
    expect(await held(host)).toBe('13');
  });

  it('ends nothing that it would have ended: what it brought to the archive is not shown', async () => {
    const { ada, ben, currency, settle } = await fundedPair('stray archive');
    const { id } = await ada.must('transfers.send', { contact: ben.instance as never, currency: currency as never, amount: '2' });
    await settle();
    const before = ada.save();
    await ada.must('transfers.cancel', { id });
    const host = await start(before, { contents: ada.save().contents });
    expect(await host.must('transfers.history', {})).toMatchObject({ items: [] });
    expect(await host.must('transfers.get', { id })).toMatchObject({ state: 'offered' });
  });

  it('has a sibling: of two packages for one number, only the one in the register ever counts', async () => {
    const { saved, tea } = await history('sibling', 1);
    const parent = saved.at(-1)!;
    const branch = async (amount: string, label: string) => {
      const host = new MemoryHost('Ada', label, parent);
      await host.boot();
      await host.must('credits.issue', { currency: tea, amount });
      return host.save();
    };
    const [first, second] = [await branch('1', 'first'), await branch('2', 'second')];
    expect(await faultOf(first, { contents: second.contents })).toBe('rollback_detected');
    expect(await faultOf(second, { contents: first.contents })).toBe('rollback_detected');
    expect(await held(await start(first))).toBe('11');
    expect(await held(await start(second))).toBe('12');
  });

  it('made while another copy has moved the register on is never released', async () => {
    const { ada, tea } = await history('two copies', 1);
    // Another process on the same register advances it.
    const theirs = new Uint8Array(32).fill(1);
    ada.register.restore(theirs);
    const issued = await ada.call('credits.issue', { currency: tea, amount: '1' });
    expect(issued).toMatchObject({ ok: false, failure: { code: 'register_failed' } });
    expect(ada.fault?.code).toBe('register_failed');
    expect(ada.register.snapshot(), 'theirs is not written over').toEqual(theirs);
  });
});

describe('a damaged disk', () => {
  it('is refused wherever one bit is the other way round', async () => {
    const { saved } = await history('bits', 2);
    const newest = saved.at(-1)!;
    for (const [n, sealed] of newest.contents.packages) {
      const bits = sealed.length * 8;
      for (let bit = 0; bit < bits; bit += 61) {
        const code = await faultOf(newest, { contents: flipBit(newest.contents, 'packages', n, bit) });
        expect(code, `package ${n} bit ${bit}`).toBe('store_corrupt');
      }
    }
  });

  it('is refused where it is the snapshot that is damaged; packages before it are not needed to start, but the audit says so', async () => {
    const { saved } = await withSnapshots('damaged snapshot');
    const newest = saved.at(-1)!;
    const at = Math.max(...newest.contents.snapshots.keys());
    const bits = newest.contents.snapshots.get(at)!.length * 8;
    for (let bit = 0; bit < bits; bit += Math.ceil(bits / 40)) {
      expect(await faultOf(newest, { contents: flipBit(newest.contents, 'snapshots', at, bit) }), `bit ${bit}`).toBe('store_corrupt');
    }
    const host = await start(newest, { contents: flipBit(newest.contents, 'packages', 2, 999) });
    expect(host.fault).toBeNull();
    expect(await host.must('audit.explain', {})).toMatchObject({ verified: false });
    expect(await (await start(newest)).must('audit.explain', {})).toMatchObject({ verified: true });
  });

  it('with another wallet’s packages, or its own in another order, is refused', async () => {
    const { saved } = await history('mine', 2);
    const theirs = (await history('theirs', 2)).saved.at(-1)!;
    const newest = saved.at(-1)!;
    expect(await faultOf(newest, { contents: theirs.contents })).toBe('store_corrupt');
    const swapped = cloneContents(newest.contents);
    const [two, three] = [swapped.packages.get(2)!, swapped.packages.get(3)!];
    swapped.packages.set(2, three);
    swapped.packages.set(3, two);
    expect(await faultOf(newest, { contents: swapped })).toBe('store_corrupt');
    expect(await faultOf(newest, { rootSecret: theirs.rootSecret })).toBe('store_corrupt');
  });

  it('shows no archive record that was put in, moved or damaged', async () => {
    const { ada, ben, currency, settle } = await fundedPair('archive');
    for (const amount of ['1', '2']) {
      const { id } = await ada.must('transfers.send', { contact: ben.instance as never, currency: currency as never, amount });
      await settle();
      await ben.must('transfers.accept', { id });
      await settle();
    }
    const saved = ada.save();
    const orders = [...saved.contents.archive.keys()];
    expect(orders).toHaveLength(2);
    const contents = flipBit(saved.contents, 'archive', orders[0]!, 500);
    contents.archive.set(orders[1]! + 1, { ...contents.archive.get(orders[1]!)!, order: orders[1]! + 1 });
    const host = await start(saved, { contents });
    const { items } = await host.must('transfers.history', {});
    expect(items.map(({ give }) => creditsAmong(give)[0]?.amount)).toEqual(['2']);
  });
});

describe('a start', () => {
  it('that is refused leaves the disk as it was, however often it is tried', async () => {
    const { saved } = await history('again', 3);
    const contents = flipBit(saved.at(-1)!.contents, 'packages', 3, 100);
    const host = new MemoryHost('Ada', 'again', { ...saved.at(-1)!, contents });
    for (let attempt = 0; attempt < 3; attempt++) {
      await host.boot(attempt === 1);
      expect(isFailStop(host.fault!.code)).toBe(true);
      host.crash();
    }
    expect(host.store.snapshot()).toEqual(contents);
  });

  it('of a wallet whose making was cut short makes one, and says so when the disk is full', async () => {
    const host = new MemoryHost('Ada', 'cut short');
    host.register.failNext('crash-before');
    void host.boot(true);
    await new Promise((resolve) => setImmediate(resolve));
    host.crash();
    expect(host.store.snapshot().packages.size).toBe(1);
    host.store.failNext('disk-full');
    await host.boot(true);
    expect(host.fault?.code).toBe('disk_full');
    host.crash();
    await host.boot(true);
    expect(host.fault).toBeNull();
    expect((await host.must('wallet.identity', {})).n).toBe(1);
  });
});
