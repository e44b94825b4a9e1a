/** The audit of a journal (design §5.3, §8): of a wallet that runs, of one that a witness has stopped, and of a damaged one. */
import { beforeAll, describe, expect, it } from 'vitest';
import { formatForkProof } from '../../../protocol/fork-proof.codec.ts';
import { isSignedPosition } from '../../../protocol/fork-proof.ts';
import { type InstanceId, instanceKeyOf } from '../../../protocol/identifiers.ts';
import { forkProofOf, signerOf } from '../../support/fork-proofs.ts';
import { MemoryHost, type SavedWallet } from '../../support/memory-host.ts';
import { cloneContents, flipBit } from '../../support/memory-store.ts';
import { threeWallets } from '../../support/three-wallets.ts';

const bytes = (hex: string): Uint8Array => new Uint8Array(Buffer.from(hex, 'hex'));

/** What an audit says of a wallet on this disk, whether or not it opens. */
async function audited(saved: SavedWallet, change: Partial<SavedWallet> = {}) {
  const host = new MemoryHost(saved.name, 'audit', { ...saved, ...change });
  host.inspect();
  return await host.must('audit.journal', {});
}

describe('a wallet that is well', () => {
  it('is verified from its first package to its head, by itself and from the outside', async () => {
    const { ada } = await threeWallets('well');
    const { instance, n, head } = await ada.must('wallet.identity', {});
    const well = { instance, name: 'Ada', n, head, carried: null, verified: true, trouble: null, contradiction: null };
    expect(await ada.must('audit.journal', {})).toEqual(well);
    expect(await audited(ada.save())).toEqual(well);
  });

  it('is verified while it is busy, up to some moment of its past', async () => {
    const ada = new MemoryHost('Ada', 'busy');
    await ada.boot(true);
    const audits = [];
    for (let at = 0; at < 40; at++) {
      void ada.call('wallet.rename', { name: `Ada ${at}` });
      audits.push(ada.must('audit.journal', {}));
      await new Promise((resolve) => setImmediate(resolve));
    }
    expect((await Promise.all(audits)).map(({ verified, trouble }) => [verified, trouble])).toEqual(audits.map(() => [true, null]));
  });

  it('is not given up for the one package that a power cut leaves beyond the register', async () => {
    const ada = new MemoryHost('Ada', 'stray');
    await ada.boot(true);
    const { registered } = ada.save();
    const before = await ada.must('audit.journal', {});
    await ada.must('wallet.rename', { name: 'B' });
    expect(await audited(ada.save(), { registered })).toEqual(before);
  });
});

describe('a wallet that a witness has stopped', () => {
  async function stopped() {
    const { ada, ben, meet, copyOfAda } = await threeWallets('stopped');
    await ada.must('audit.importProof', { proof: formatForkProof(forkProofOf(signerOf('Mallory'))) });
    const before = ada.save();
    for (const name of ['A', 'B']) await ada.must('wallet.rename', { name });
    await (await meet(ada, ben))();
    const older = await copyOfAda(before);
    const n = (await older.must('wallet.identity', {})).n;
    await meet(older, ben);
    expect(older.fault?.code).toBe('rollback_detected');
    return { ada, ben, older, n };
  }

  it('says what contradicts it, signed by itself, and who showed it; its journal is whole all the same', async () => {
    const { ada, ben, older, n } = await stopped();
    older.inspect();
    const journal = await older.must('audit.journal', {});
    expect(journal).toMatchObject({ instance: ada.instance, verified: true, trouble: null, contradiction: { shownBy: ben.instance, shownByName: 'Ben' } });
    const { contradiction } = journal;
    expect(contradiction!.n).toBeGreaterThan(n);
    expect(isSignedPosition({ instance: instanceKeyOf(ada.instance as InstanceId)!, n: contradiction!.n, head: bytes(contradiction!.head), signature: bytes(contradiction!.signature) })).toBe(true);
    // The proofs it held can still be taken out and handed on.
    expect((await older.must('audit.forks', {})).map(({ instance, verified }) => [instance, verified])).toEqual([[signerOf('Mallory').instance, true]]);
  });

  it('answers nothing else, writes nothing, and does not run', async () => {
    const { ben, older } = await stopped();
    const disk = older.save();
    older.inspect();
    for (const [method, input] of [
      ['wallet.identity', {}], ['credits.balances', {}], ['people.contacts', {}], ['wallet.rename', { name: 'X' }], ['audit.explain', {}],
      ['audit.importProof', { proof: formatForkProof(forkProofOf(signerOf('Nora'))) }], ['nonsense', {}],
    ] as const) expect([method, await older.callAnything(method, input)]).toMatchObject([method, { ok: false, failure: { code: 'forbidden' } }]);
    expect(await older.callAnything('audit.forks', { after: 'nobody' })).toMatchObject({ ok: false, failure: { code: 'bad_input' } });
    // A host that would have it run after all.
    await older.boot();
    older.runtime.handle({ type: 'connected', now: older.now, connection: 1, role: 'initiator', localPeer: 'a', remotePeer: 'b', expect: ben.instance, strangersWelcome: true });
    older.runtime.handle({ type: 'tick', now: older.now });
    await older.settled();
    expect(older.emitted.filter(({ type }) => type !== 'reply')).toEqual([]);
    expect([older.save().contents, older.save().registered]).toEqual([disk.contents, disk.registered]);
  });

  it('cannot be turned to by a wallet that runs: one that has booted is not inspected', async () => {
    const ada = new MemoryHost('Ada', 'boots');
    await ada.boot(true);
    ada.runtime.handle({ type: 'inspect', rootSecret: ada.rootSecret });
    expect(await ada.must('wallet.identity', {})).toMatchObject({ name: 'Ada' });
  });
});

describe('a wallet that is not what it was', () => {
  let saved: SavedWallet;
  let older: SavedWallet;
  beforeAll(async () => {
    const ada = new MemoryHost('Ada', 'damage');
    await ada.boot(true);
    // Long names and many of them, until there is a snapshot.
    for (let n = 0; ada.store.snapshot().snapshots.size < 1 && n < 200; n++) {
      await Promise.all(Array.from({ length: 200 }, (_, at) => ada.call('wallet.rename', { name: `${'x'.repeat(39)}${(n + at) % 10}` })));
    }
    older = ada.save();
    for (const name of ['B', 'C', 'Ada D']) await ada.must('wallet.rename', { name });
    saved = ada.save();
    expect(saved.contents.snapshots.size).toBeGreaterThan(0);
  });
  const code = ({ verified, trouble }: { verified: boolean; trouble: { code: string } | null }) => [verified, trouble?.code];

  it('is verified while it is what it was', async () => expect(await audited(saved)).toMatchObject({ verified: true, name: 'Ada D', n: saved.contents.packages.size }));

  it('says up to which package it is whole, wherever one is damaged, missing or in another’s place', async () => {
    const { packages } = saved.contents;
    for (const n of packages.keys()) {
      const without = cloneContents(saved.contents);
      without.packages.delete(n);
      const swapped = cloneContents(saved.contents);
      swapped.packages.set(n, packages.get(n === 1 ? 2 : 1)!);
      for (const contents of [flipBit(saved.contents, 'packages', n, 7 * n), swapped]) {
        expect([n, await audited(saved, { contents })]).toMatchObject([n, { verified: false, n: n - 1, trouble: { code: 'store_corrupt' } }]);
      }
      expect([n, await audited(saved, { contents: without })]).toMatchObject([n, { verified: false, n: n - 1, trouble: { code: n === packages.size ? 'rollback_detected' : 'store_corrupt' } }]);
    }
  });

  it('says that it is older than its register, or its register older than it, or gone', async () => {
    expect(code(await audited(saved, { contents: older.contents }))).toEqual([false, 'rollback_detected']);
    expect(code(await audited(saved, { registered: older.registered }))).toEqual([false, 'rollback_detected']);
    expect(code(await audited(saved, { registered: null }))).toEqual([false, 'register_missing']);
    expect(code(await audited(saved, { registered: new Uint8Array(32).fill(7) }))).toEqual([false, 'rollback_detected']);
  });

  it('says that its snapshot is damaged, although all packages are whole', async () => {
    const [n] = [...saved.contents.snapshots.keys()];
    expect(code(await audited(saved, { contents: flipBit(saved.contents, 'snapshots', n!, 12_345) }))).toEqual([false, 'store_corrupt']);
  });

  it('under another’s key says nothing of itself', async () => {
    expect(await audited(saved, { rootSecret: new Uint8Array(32) })).toMatchObject({ instance: null, name: null, n: 0, verified: false, trouble: { code: 'store_corrupt' } });
  });
});
