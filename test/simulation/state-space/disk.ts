/**
 * A disk and a freshness register as plain values (the ports of protocol/module-port.ts). Equal disks are one object.
 *
 * A write whose fsync failed may be read back as long as the process lives and be gone after a power cut, and so may
 * everything that is written on top of it: `survives` is what a power cut would leave (design §5.3).
 */
import { createHash } from 'node:crypto';
import type { SealedPackage } from '../../../protocol/module-port.ts';

export interface Disk {
  readonly id: number;
  /** By number, from 1, without gaps. */
  readonly packages: readonly Uint8Array[];
}
export interface Store {
  readonly disk: Disk;
  /** In hexadecimal; empty if it was never set. */
  readonly register: string;
  readonly survives: Disk | null;
}

/** What becomes of a write during which the power goes or the disk fails. */
export type WriteOutcome = 'lost' | 'kept' | 'torn';

const names = new WeakMap<Uint8Array, string>();
const known = new Map<string, Disk>();

/** Two siblings of one number have two names. */
export function nameOfPackage(sealed: Uint8Array): string {
  const name = names.get(sealed) ?? createHash('sha256').update(sealed).digest('base64').slice(0, 16);
  names.set(sealed, name);
  return name;
}

function diskOf(packages: readonly Uint8Array[]): Disk {
  const key = packages.map(nameOfPackage).join();
  const disk = known.get(key) ?? { id: known.size, packages };
  known.set(key, disk);
  return disk;
}

export const EMPTY_STORE: Store = { disk: diskOf([]), register: '', survives: null };

/** With package `n` in its place; what was there, and only that, is overwritten. */
export function written(disk: Disk, n: number, sealed: Uint8Array, outcome: WriteOutcome): Disk {
  if (outcome === 'lost') return disk;
  const packages = [...disk.packages];
  packages[n - 1] = outcome === 'torn' ? sealed.slice(0, sealed.length >> 1) : sealed;
  return diskOf(packages);
}

/** As it was after package `n`. */
export const asOf = (disk: Disk, n: number): Disk => diskOf(disk.packages.slice(0, n));

export function packagesFrom(disk: Disk, from: number, limit: number): SealedPackage[] {
  return disk.packages.slice(from - 1, from - 1 + limit).map((sealed, index) => ({ n: from + index, sealed }));
}
