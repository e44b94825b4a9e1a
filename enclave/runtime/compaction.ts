/**
 * Lets go of old packages, because a person asked for it (design §5.6; docs/decisions/0023-compaction.md). What the trace
 * begins with from then on is made durable first, then the journal says so in a package of its own, and only then is the
 * host asked to let go:
 *
 *   replay to upTo, and on to the head ──▶ keep digests, tail, base ──▶ commit { upTo, head, joints } ──▶ release
 *        │                                      │                              │                            │
 *   crash: nothing happened        crash: what was kept is of no use, and     crash: the next start asks for it again
 *                                  nothing that counts was written over
 *
 * The base is made from the packages alone, so a trace that does not hold is never replaced by one that seems to.
 *
 * Not guaranteed: that the person was asked. A host that compacts of its own accord costs the detail of the trace, as one
 * that deletes it does; no value, no position of ours that others remember, and the audit says when it was.
 */
import { Refusal, type Result, fail, ok } from '../../protocol/errors.ts';
import type { PackageStore } from '../../protocol/module-port.ts';
import { concatBytes, equalBytes } from '../vault/bytes.ts';
import type { Compacted } from '../vault/records.ts';
import type { Head } from '../vault/turn.ts';
import { type Beginning, baseAt, beforeEverything } from './beginning.ts';
import { walkChain } from './chain.ts';
import type { Driver } from './driver.ts';
import type { Journal } from './journal.ts';
import { changesOf, encodeSnapshot, rowsOf } from './packages.codec.ts';
import { DIGESTS_PER_BLOCK, digestsIn, knowsReleasedHeads, placeOf } from './released-heads.ts';
import type { Sealer } from './sealing.ts';

interface Ports {
  readonly store: PackageStore;
  readonly sealer: Sealer;
  readonly random: (length: number) => Uint8Array;
}
export interface CompactionPorts extends Ports { readonly journal: Journal; readonly driver: Driver }

/** Lets go of the packages up to `upTo`. A disk or a register that fails stops the driver, and with it the vault. */
export async function compactJournal(ports: CompactionPorts, upTo: number): Promise<Result<{ upTo: number; released: boolean }>> {
  const { journal, driver } = ports;
  try {
    const prepared = await prepare(ports, journal.state.get('compacted', 'self'), upTo, journal.head);
    driver.push({ type: 'compacted', now: null, ...prepared });
    await driver.settled();
    // Without the package that says so, everything stays.
    if (journal.state.get('compacted', 'self')?.upTo !== upTo) return fail('busy', 'The disk is full, or the wallet has more to do than it can take. Nothing was let go of; try again.');
    return ok({ upTo, released: await finishCompaction(ports) });
  } catch (error) {
    if (error instanceof Refusal && error.failure.code !== 'store_failed') return { ok: false, failure: error.failure };
    driver.fail(error);
    return fail('store_failed', 'The wallet has stopped.');
  }
}

/**
 * Asks the host to let go of what the journal says is let go of, again if it was asked before. Nothing depends on it: those
 * packages are never read again, so a disk that cannot part with them is no reason to keep a wallet shut at every start.
 * @returns false if the host could not, or what was kept of them is not there as it should be
 */
export async function finishCompaction({ journal, driver, store, sealer }: Omit<CompactionPorts, 'random'>): Promise<boolean> {
  const compacted = journal.state.get('compacted', 'self');
  if (!compacted) return true;
  try {
    const beginning = await lostBeginning({ store, sealer }, compacted);
    if (beginning) await store.putSnapshot(beginning).catch((error: unknown) => stopUnlessFull(driver, error));
    await store.release(compacted.upTo);
    return true;
  } catch (error) {
    if (!(error instanceof Refusal)) driver.fail(error);
    return false;
  }
}

/** A snapshot that could not be written is, as everywhere, the end of writing on this disk, unless it is only full. */
function stopUnlessFull(driver: Driver, error: unknown): never {
  if (!(error instanceof Refusal && error.failure.code === 'disk_full')) driver.fail(error);
  throw error;
}

/**
 * The vault must not depend for its opening on packages that will be gone: should the snapshot that was made for this have
 * been lost meanwhile, what the trace begins with takes its place. All that stands for them is looked at once more while they
 * are there: a disk that said it had kept it may have lost it with the power.
 * @returns what takes the snapshot's place, or null if all is as it should be
 */
async function lostBeginning(ports: Pick<Ports, 'store' | 'sealer'>, compacted: Compacted): Promise<{ n: number; sealed: Uint8Array } | null> {
  const { store } = ports;
  const { upTo, head } = compacted;
  const [first] = await store.packages(1, 1);
  if (!first || first.n > upTo) return null;
  const [base, found] = [await store.kept('base', upTo), await baseAt(ports, upTo)];
  if (!base || !found || !equalBytes(found.hash, head) || !(await knowsReleasedHeads(store, compacted))) throw new Refusal('store_corrupt', 'What the trace begins with is gone or damaged, so the packages before it stay.');
  return ((await store.latestSnapshot())?.n ?? 0) >= upTo ? null : { n: upTo, sealed: base.bytes };
}

/**
 * Makes durable what is kept of the packages up to `upTo`; nothing counts yet.
 * @param before what was let go of until now
 * @param head the newest package, to which the trace must lead
 * @returns what the journal has to say before the host may let go
 * @throws Refusal `bad_input`, `store_corrupt` for a trace that does not hold, and what the store throws
 */
export async function prepare(ports: Ports, before: Compacted | undefined, upTo: number, head: Head): Promise<Omit<Compacted, 'at'>> {
  if (upTo <= (before?.upTo ?? 0) || upTo > head.n) throw new Refusal('bad_input', `Packages ${(before?.upTo ?? 0) + 1} to ${head.n} can be let go of, up to any of them.`);
  const from = before ? await baseAt(ports, before.upTo) : beforeEverything();
  const blocks = from && (await Blocks.after(ports.store, before));
  if (!from || !blocks || (before && !equalBytes(from.hash, before.head))) throw new Refusal('store_corrupt', BROKEN);
  let base: Beginning = from;
  let end: Head = from;
  for await (const { n, hash, digest, entry } of walkChain(ports, from)) {
    if (n > head.n) break;
    end = { n, hash };
    if (n > upTo) continue;
    from.state.apply(changesOf(entry.changes));
    base = { n, hash, time: { now: entry.at, clock: entry.clock }, state: from.state };
    await blocks.add(digest, hash);
  }
  if (base.n !== upTo || end.n !== head.n || !equalBytes(end.hash, head.hash)) throw new Refusal('store_corrupt', BROKEN);
  await blocks.keepTail(upTo);
  const sealed = ports.sealer.seal('snapshot', upTo, ports.random(24), encodeSnapshot({
    version: 1, n: upTo, head: base.hash, at: base.time.now, clock: base.time.clock, records: rowsOf(base.state.records()),
  }));
  await ports.store.keep('base', { n: upTo, bytes: sealed });
  // So that the vault can be opened without the packages that will be gone.
  await ports.store.putSnapshot({ n: upTo, sealed });
  return { upTo, head: base.hash, joints: blocks.joints };
}

/** Collects digests into blocks, and keeps each when it is full. */
class Blocks {
  readonly joints: Uint8Array[];
  readonly #store: PackageStore;
  #block: number;
  /** How many digests of this block there are so far. */
  #count: number;
  #digests: Uint8Array[];

  private constructor(store: PackageStore, joints: readonly Uint8Array[], next: { readonly block: number; readonly index: number }, begun: Uint8Array) {
    this.#store = store;
    this.joints = [...joints];
    this.#block = next.block;
    this.#count = next.index;
    this.#digests = [begun];
  }

  /** Goes on after what was let go of until now; null if the host does not have the block that goes on. */
  static async after(store: PackageStore, before: Compacted | undefined): Promise<Blocks | null> {
    const next = placeOf((before?.upTo ?? 0) + 1);
    const begun = !before || next.index === 0 ? new Uint8Array() : await digestsIn(store, before, next.block);
    return begun && new Blocks(store, before?.joints ?? [], next, begun);
  }

  async add(digest: Uint8Array, head: Uint8Array): Promise<void> {
    this.#digests.push(digest);
    if (++this.#count < DIGESTS_PER_BLOCK) return;
    await this.#store.keep('digests', { n: this.#block, bytes: concatBytes(...this.#digests) });
    this.joints.push(head);
    this.#block++;
    [this.#count, this.#digests] = [0, []];
  }

  /** Keeps what is in no full block. Never in the place of the one that counts now, which a write cut off would spoil. */
  async keepTail(upTo: number): Promise<void> {
    if (this.#count > 0) await this.#store.keep('tail', { n: upTo, bytes: concatBytes(...this.#digests) });
  }
}

const BROKEN = 'The history of this wallet does not hold from where it begins to its end, so nothing of it was let go of. An audit says where it breaks.';
