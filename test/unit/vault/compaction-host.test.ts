/** A host can neither make a wallet forget, nor hide that packages are gone, whatever it keeps or shows of what a compaction made. */
import { beforeAll, describe, expect, it } from 'vitest';
import { sealerFrom } from '../../../enclave/runtime/sealing.ts';
import { audited, compact, headOf, reopened, withHistory } from '../../support/compacted.ts';
import type { SavedWallet } from '../../support/memory-host.ts';
import { type StoreContents, cloneContents } from '../../support/memory-store.ts';

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
