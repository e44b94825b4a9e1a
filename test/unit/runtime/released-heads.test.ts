/** What is kept of packages that were let go of, block by block: every head of the past can be told, and no other. */
import { beforeAll, describe, expect, it } from 'vitest';
import { prepare } from '../../../enclave/runtime/compaction.ts';
import { headAfter } from '../../../enclave/runtime/journal.ts';
import { encodePackage } from '../../../enclave/runtime/packages.codec.ts';
import { DIGESTS_PER_BLOCK, knowsReleasedHeads, releasedHead, ZERO_HASH } from '../../../enclave/runtime/released-heads.ts';
import { sealerFrom } from '../../../enclave/runtime/sealing.ts';
import type { Compacted } from '../../../enclave/vault/records.ts';
import { seededRandom } from '../../support/memory-host.ts';
import { createMemoryStore, type MemoryStore } from '../../support/memory-store.ts';

const B = DIGESTS_PER_BLOCK;
const LAST = 2 * B + 5;
const sealer = sealerFrom(new Uint8Array(32).fill(1));
const random = seededRandom('heads');
/** The head after each package, from 0. */
const heads: Uint8Array[] = [ZERO_HASH];
const packages = new Map<number, Uint8Array>();

beforeAll(() => {
  for (let n = 1; n <= LAST; n++) {
    const previous = heads[n - 1]!;
    const sealed = sealer.seal('package', n, random(24), encodePackage({ version: 1, n, previous, at: n, clock: n, inputs: [], said: [], events: [], changes: [] }));
    packages.set(n, sealed);
    heads.push(headAfter(previous, sealed));
  }
});

/** Lets go up to each number in turn. @returns what the journal would say in the end */
async function letGo(...steps: number[]): Promise<{ store: MemoryStore; compacted: Compacted }> {
  const store = createMemoryStore();
  // Of thousands, without a look at all of them for each question.
  store.packages = async (from, limit) => Array.from({ length: Math.min(limit, LAST + 1 - from) }, (_, at) => ({ n: from + at, sealed: packages.get(from + at)! }));
  let compacted: Compacted | undefined;
  for (const upTo of steps) {
    compacted = { ...(await prepare({ store, sealer, random }, compacted, upTo, { n: upTo, hash: heads[upTo]! })), at: 0 };
  }
  return { store, compacted: compacted! };
}

describe('after packages were let go of', () => {
  it.each([['at once, to the end of a block', [B]], ['in steps around it', [1, B - 1, B, B + 1, 2 * B, LAST]]])('%s, the head after any of them is known', async (_how, steps) => {
    const { store, compacted } = await letGo(...steps);
    const upTo = steps.at(-1)!;
    expect(compacted.head).toEqual(heads[upTo]);
    expect(compacted.joints).toEqual([B, 2 * B].filter((end) => end <= upTo).map((end) => heads[end]));
    for (const n of [1, 2, 99, 100, 101, B - 1, B, B + 1, 2 * B - 1, 2 * B, LAST].filter((some) => some <= upTo)) expect([n, await releasedHead(store, compacted, n)]).toEqual([n, heads[n]]);
    expect(await knowsReleasedHeads(store, compacted)).toBe(true);
  });

  it('a block that is missing, cut short, changed or in another’s place tells nothing', async () => {
    const { store, compacted } = await letGo(2 * B);
    const { kept } = store.snapshot();
    const [first, second] = [kept.digests.get(0)!, kept.digests.get(1)!];
    for (const [block, bytes] of [[0, second], [1, first], [0, first.subarray(0, first.length - 32)], [1, new Uint8Array()], [0, first.map((byte, at) => (at === 700 ? byte ^ 1 : byte))]] as const) {
      await store.keep('digests', { n: block, bytes });
      expect(await releasedHead(store, compacted, block * B + 3)).toBeNull();
      expect(await releasedHead(store, compacted, (1 - block) * B + 3)).toEqual(heads[(1 - block) * B + 3]);
      expect(await knowsReleasedHeads(store, compacted)).toBe(false);
      await store.keep('digests', { n: block, bytes: block === 0 ? first : second });
    }
    expect(await knowsReleasedHeads(store, compacted)).toBe(true);
  });

  it('a tail that is missing, cut short or changed tells nothing of what is behind the last full block', async () => {
    const { store, compacted } = await letGo(B, LAST);
    const tail = store.snapshot().kept.tail.get(LAST)!;
    expect(tail.length).toBe(5 * 32);
    for (const bytes of [new Uint8Array(), tail.subarray(32), tail.subarray(0, 4 * 32), tail.map((byte, at) => (at === 70 ? byte ^ 1 : byte))]) {
      await store.keep('tail', { n: LAST, bytes });
      expect(await releasedHead(store, compacted, LAST - 1)).toBeNull();
      expect(await releasedHead(store, compacted, 2 * B)).toEqual(heads[2 * B]);
      expect(await knowsReleasedHeads(store, compacted)).toBe(false);
    }
    await store.keep('tail', { n: LAST, bytes: tail });
    expect(await knowsReleasedHeads(store, compacted)).toBe(true);
  });

  it.each([
    ['in the same block', 200, ['tail', 'base', 'snapshot']],
    ['to the end of it', B, ['digests', 'base', 'snapshot']],
    ['into the next', B + 1, ['digests', 'tail', 'base', 'snapshot']],
  ])('what counts is as it was when the next compaction, %s, is cut off in any of its writes', async (_where, upTo, writes) => {
    for (let cut = 0; cut < writes.length; cut++) {
      const { store, compacted } = await letGo(100);
      let before = 0;
      store.onWrite = (operation, moment) => {
        if (moment === 'before' && before++ === cut) store.failNext('torn', operation);
      };
      await expect(prepare({ store, sealer, random }, compacted, upTo, { n: upTo + 1, hash: heads[upTo + 1]! })).rejects.toMatchObject({ failure: { code: 'store_failed' } });
      expect(before).toBe(cut + 1);
      for (const n of [1, 50, 100]) expect([writes[cut], n, await releasedHead(store, compacted, n)]).toEqual([writes[cut], n, heads[n]]);
      expect(await knowsReleasedHeads(store, compacted)).toBe(true);
    }
  });
});
