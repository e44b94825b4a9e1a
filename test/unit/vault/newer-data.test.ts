/** Packages and snapshots of a newer version (assurance row 46): not opened, said so, and left as they are. */
import { describe, expect, it } from 'vitest';
import { headAfter } from '../../../enclave/runtime/journal.ts';
import { decodePackage, encodePackage, encodeSnapshot } from '../../../enclave/runtime/packages.codec.ts';
import { sealerFrom } from '../../../enclave/runtime/sealing.ts';
import { MemoryHost, type SavedWallet } from '../../support/memory-host.ts';

/** A wallet of one package, and that package as a version to come might have written it. */
async function fromTheFuture(): Promise<SavedWallet> {
  const ada = new MemoryHost('Ada', 'newer');
  await ada.boot(true);
  const saved = ada.save();
  const sealer = sealerFrom(saved.rootSecret);
  const [[n, sealed]] = [...saved.contents.packages] as [[number, Uint8Array]];
  const body = decodePackage(sealer.open('package', n, sealed)!);
  const newer = sealer.seal('package', n, new Uint8Array(24).fill(7), encodePackage({ ...body, version: 2 as 1 }));
  return { ...saved, contents: { ...saved.contents, packages: new Map([[n, newer]]) }, registered: headAfter(new Uint8Array(32), newer) };
}

describe('a wallet that a newer version wrote', () => {
  it('is not opened for its package, and nothing of it is changed', async () => {
    const saved = await fromTheFuture();
    const host = new MemoryHost('Ada', 'newer again', saved);
    for (const create of [false, true]) {
      await host.boot(create);
      expect(host.fault?.code).toBe('data_too_new');
      expect([host.store.snapshot(), host.register.snapshot()]).toEqual([saved.contents, saved.registered]);
      host.crash();
    }
  });

  it('is not opened for its snapshot either', async () => {
    const ada = new MemoryHost('Ada', 'newer snapshot');
    await ada.boot(true);
    const saved = ada.save();
    const sealed = sealerFrom(saved.rootSecret).seal('snapshot', 1, new Uint8Array(24), encodeSnapshot({ version: 2 as 1, n: 1, head: saved.registered!, at: 0, clock: 0, records: [] }));
    const host = new MemoryHost('Ada', 'newer again', { ...saved, contents: { ...saved.contents, snapshots: new Map([[1, sealed]]) } });
    await host.boot();
    expect(host.fault?.code).toBe('data_too_new');
    expect(host.emitted.map(({ type }) => type)).toEqual(['fault']);
  });
});
