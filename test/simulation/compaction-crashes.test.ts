/**
 * A compaction of the journal is cut off at every moment, and every write of it fails in every way a disk can (design §5.2,
 * §5.6). Afterwards the wallet opens with the same value, its audit holds, and its balances are explained; either nothing
 * was let go of, or all that the journal says.
 */
import { beforeAll, describe, expect, it } from 'vitest';
import { watchMoments } from '../support/crash-point.ts';
import { MemoryHost, type SavedWallet } from '../support/memory-host.ts';
import type { StoreFault, StoreWrite } from '../support/memory-store.ts';

/** Twice, the second time where the trace begins with a base already: both ends of a compaction's life. */
const BEGINNINGS = ['that never let go of anything', 'that let go before'] as const;
const wallets = new Map<string, SavedWallet>();
const upTo = new Map<string, number>();

beforeAll(async () => {
  for (const beginning of BEGINNINGS) {
    const ada = new MemoryHost('Ada', beginning);
    await ada.boot(true);
    const { id } = await ada.must('credits.createCurrency', { code: 'TEA', decimals: 0, name: 'Tea' });
    for (let at = 1; at <= 4; at++) {
      await ada.must('credits.issue', { currency: id, amount: String(10 ** at) });
      if (at === 2 && beginning === BEGINNINGS[1]) await ada.must('history.compact', { upTo: 3 });
    }
    await ada.must('credits.retire', { currency: id, amount: '7' });
    wallets.set(beginning, ada.save());
    upTo.set(beginning, (await ada.must('wallet.identity', {})).n - 1);
  }
});

const opened = async (saved: SavedWallet, seed: string): Promise<MemoryHost> => {
  const host = new MemoryHost(saved.name, seed, saved);
  await host.boot();
  return host;
};

/** What is true of the wallet whatever became of the compaction. @returns whether it took place */
async function expectWell(host: MemoryHost, was: SavedWallet, to: number): Promise<boolean> {
  expect(host.fault).toBeNull();
  const before = await opened(was, 'before');
  expect(await host.must('credits.balances', {})).toEqual(await before.must('credits.balances', {}));
  await host.settled();
  const { from, n } = await host.must('history.extent', {});
  const past = (await before.must('history.extent', {})).from;
  expect([past, to + 1]).toContain(from);
  const begins = from === 1 ? null : { n: from - 1 };
  const trace = { verified: true, n, trouble: null, ...(begins ? { carried: begins } : { carried: null }) };
  expect(await host.must('audit.journal', {})).toMatchObject(trace);
  expect(await host.must('audit.explain', {})).toMatchObject({ verified: true, packages: n });
  const outside = new MemoryHost('Ada', 'outside', host.save());
  outside.inspect();
  expect(await outside.must('audit.journal', {})).toMatchObject(trace);
  // Once it has opened, the disk has let go of exactly what the journal says.
  expect(Math.min(...host.store.snapshot().packages.keys())).toBe(from);
  return from === to + 1;
}

/** Goes on where it was left: whoever asks again has it done. */
async function expectDone(host: MemoryHost, was: SavedWallet, to: number): Promise<void> {
  if (!(await expectWell(host, was, to))) expect(await host.must('history.compact', { upTo: to })).toEqual({ upTo: to, released: true });
  expect(await expectWell(host, was, to)).toBe(true);
  const { packages, kept } = host.store.snapshot();
  expect([Math.min(...packages.keys()), [...kept.base.keys()]]).toEqual([to + 1, [to]]);
}

describe.each(BEGINNINGS)('a wallet %s', (beginning) => {
  it('opens well after a power cut at any moment of a compaction, and at any of the start after it', async () => {
    const [saved, to] = [wallets.get(beginning)!, upTo.get(beginning)!];
    let outcomes = [0, 0];
    for (let at = 0, more = true; more; at++) {
      for (let again = 0, moreAgain = true; moreAgain; again++) {
        const host = await opened(saved, `cut ${at} ${again}`);
        const first = watchMoments([host], at, () => host.crash());
        const done = await host.call('history.compact', { upTo: to });
        first.stop();
        more = first.count > at;
        expect(done.ok).toBe(!more);
        if (more) {
          const second = watchMoments([host], again, () => host.crash());
          await host.boot();
          await host.settled();
          second.stop();
          moreAgain = second.count > again;
          if (moreAgain) await host.boot();
        } else moreAgain = false;
        const took = await expectWell(host, saved, to);
        outcomes = [outcomes[0]! + Number(took), outcomes[1]! + Number(!took)];
        await expectDone(host, saved, to);
      }
    }
    // Both happen: cut off before the journal said so, and after.
    expect(Math.min(...outcomes)).toBeGreaterThan(2);
  });

  it('opens well after any write of it failed, and goes on at once where only the room, or the parting with old packages, failed', async () => {
    const [saved, to] = [wallets.get(beginning)!, upTo.get(beginning)!];
    const writes: StoreWrite[] = [];
    const whole = await opened(saved, 'whole');
    whole.store.onWrite = (operation, when) => void (when === 'before' && writes.push(operation));
    await whole.must('history.compact', { upTo: to });
    expect(writes).toEqual(['keep', 'keep', 'putSnapshot', 'append', 'release', 'release']);
    const faults: StoreFault[] = ['torn', 'before', 'after', 'disk-full'];
    for (const fault of faults) {
      for (let at = 0; at < writes.length; at++) {
        const host = await opened(saved, `${fault} ${at}`);
        let count = 0;
        host.store.onWrite = (operation, when) => void (when === 'before' && count++ === at && host.store.failNext(fault, operation));
        const done = await host.call('history.compact', { upTo: to });
        const where = `${fault} at ${writes[at]} ${at}`;
        if (fault === 'disk-full' || at >= 4) {
          expect(host.fault, where).toBeNull();
          expect(done, where).toMatchObject(at < 4 ? { ok: false, failure: { code: expect.stringMatching(/^(disk_full|busy)$/) as string } } : { ok: true, value: { upTo: to, released: false } });
          host.store.onWrite = null;
          if (at >= 4) {
            host.crash();
            await host.boot();
          }
        } else if (fault === 'torn' && writes[at] === 'putSnapshot') {
          // The port has it whole or not at all. Half of one is damage, and damage is not opened (assurance row 9).
          host.crash();
          await host.boot();
          expect(host.fault?.code, where).toBe('store_corrupt');
          continue;
        } else {
          expect(done.ok, where).toBe(false);
          expect(host.fault?.code, where).toBe('store_failed');
          host.crash();
          await host.boot();
        }
        await expectDone(host, saved, to).catch((cause: unknown) => { throw new Error(`${where}: ${String(cause)}`, { cause }); });
      }
    }
  });

  it('lets go of nothing before the journal says so, durably and fresh, and can begin there', async () => {
    const [saved, to] = [wallets.get(beginning)!, upTo.get(beginning)!];
    const host = await opened(saved, 'order');
    const states: SavedWallet[] = [];
    host.store.onWrite = (operation, when) => void (operation === 'release' && when === 'before' && states.push(host.save()));
    await host.must('history.compact', { upTo: to });
    expect(states).toHaveLength(2);
    for (const [at, state] of states.entries()) {
      const then = await opened(state, `order ${at}`);
      expect(await then.must('history.extent', {})).toMatchObject({ from: to + 1 });
      expect(await then.must('audit.journal', {})).toMatchObject({ verified: true, carried: { n: to } });
    }
    expect(states[0]!.contents.packages.size).toBe(states[0]!.contents.kept.base.size === 1 ? to + 2 : to - 3 + 2);
  });
});
