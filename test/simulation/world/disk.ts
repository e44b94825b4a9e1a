/**
 * A simulated disk behind the package store's port (protocol/module-port.ts). What is in it is durable; what a write that
 * never returned has left is decided by the simulator. Faster than test/support/memory-store.ts because nothing is copied:
 * stored bytes are never changed in place.
 */
import { KEPT_KINDS, type ArchivedRecord, type Kept, type KeptKind, type SealedPackage } from '../../../protocol/module-port.ts';

/** What becomes of a write that was under way when the power went or the disk failed. */
export type WriteOutcome = 'lost' | 'kept' | 'torn';

export class Disk {
  readonly packages = new Map<number, Uint8Array>();
  /** The newest snapshot only: the one before is of use to nobody but a person. */
  snapshot: SealedPackage | null = null;
  /** By order, ascending. */
  archive: ArchivedRecord[] = [];
  /** What compactions keep. */
  readonly kept: Readonly<Record<KeptKind, Map<number, Uint8Array>>> = { base: new Map(), digests: new Map(), tail: new Map() };
  /** Packages up to here were let go of. */
  #released = 0;
  #broughtBy = 0;
  #brought: readonly number[] = [];

  copy(): Disk {
    const copy = new Disk();
    for (const [n, sealed] of this.packages) copy.packages.set(n, sealed);
    copy.snapshot = this.snapshot;
    copy.archive = [...this.archive];
    for (const kind of KEPT_KINDS) for (const [n, bytes] of this.kept[kind]) copy.kept[kind].set(n, bytes);
    copy.#released = this.#released;
    copy.#broughtBy = this.#broughtBy;
    copy.#brought = this.#brought;
    return copy;
  }

  /** The last package that was let go of. */
  get released(): number {
    return this.#released;
  }

  /** Number of the newest package; 0 for none. */
  get newest(): number {
    let newest = this.#released + this.packages.size;
    while (this.packages.has(newest + 1)) newest++;
    while (newest > this.#released && !this.packages.has(newest)) newest--;
    return newest;
  }

  append(n: number, sealed: Uint8Array, archive: readonly ArchivedRecord[], outcome: WriteOutcome): void {
    if (outcome === 'lost') return;
    // A stray package that is overwritten takes its archive records with it.
    if (this.#broughtBy === n) this.archive = this.archive.filter(({ order }) => !this.#brought.includes(order));
    this.#broughtBy = n;
    this.#brought = archive.map(({ order }) => order);
    this.packages.set(n, outcome === 'torn' ? sealed.slice(0, sealed.length >> 1) : sealed);
    this.archive.push(...archive);
  }

  packagesFrom(from: number, limit: number): SealedPackage[] {
    const found: SealedPackage[] = [];
    for (let n = Math.max(from, this.#released + 1), { newest } = this; n <= newest && found.length < limit; n++) {
      const sealed = this.packages.get(n);
      if (sealed) found.push({ n, sealed });
    }
    return found;
  }

  keep(kind: KeptKind, n: number, bytes: Uint8Array, outcome: WriteOutcome): void {
    if (outcome !== 'lost') this.kept[kind].set(n, outcome === 'torn' ? bytes.slice(0, bytes.length >> 1) : bytes);
  }

  keptAt(kind: KeptKind, n: number | null): Kept | null {
    const at = n ?? Math.max(...this.kept[kind].keys());
    const bytes = this.kept[kind].get(at);
    return bytes ? { n: at, bytes } : null;
  }

  /** From the first on; torn after the half of them. */
  release(upTo: number, outcome: WriteOutcome): void {
    if (outcome === 'lost') return;
    const last = outcome === 'torn' ? this.#released + ((upTo - this.#released) >> 1) : upTo;
    for (; this.#released < last; this.#released++) this.packages.delete(this.#released + 1);
    if (outcome === 'kept') for (const kept of [this.kept.base, this.kept.tail]) for (const n of kept.keys()) if (n !== upTo) kept.delete(n);
  }

  archiveBefore(before: number | null, transfers: number): ArchivedRecord[] {
    const found: ArchivedRecord[] = [];
    for (let i = this.archive.length - 1, missing = transfers; i >= 0 && missing > 0; i--) {
      const record = this.archive[i];
      if (!record || (before !== null && record.order >= before)) continue;
      found.push(record);
      missing -= record.ids.length;
    }
    return found;
  }

  archived(id: string): ArchivedRecord | null {
    return this.archive.findLast(({ ids }) => ids.includes(id)) ?? null;
  }
}
