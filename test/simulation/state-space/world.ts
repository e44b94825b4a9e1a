/**
 * The small world as a plain value: two or three vaults, their disks and registers, and the links between them. Nothing here
 * changes in place; what happens makes a new world (happen.ts).
 */
import type { Violation } from '../world/violation.ts';
import type { Frame } from './frames.ts';
import type { Store } from './disk.ts';
import type { Life, Wallet } from './life.ts';
import { type Durable, durableOf } from './lineage.ts';
import type { Given, Run, Told } from './run.ts';

/** A package under way: what went in, what it has been told so far, and where it stands. */
export interface Work { readonly given: readonly Given[]; readonly told: readonly Told[]; readonly run: Run; readonly what: string }

/** One process that may be running. Two of them may stand on one store: that is what the lock of the folder prevents. */
export interface End {
  readonly name: string;
  readonly wallet: Wallet;
  /** Index into `stores`. */
  readonly store: number;
  readonly power: 'up' | 'down' | 'stopped';
  readonly life: Life | null;
  readonly work: Work | null;
  /** Restarts after which something it had done was lost: it must not draw the same random bytes again. */
  readonly losses: number;
  /** Its clock says a month more than it did. */
  readonly isLater: boolean;
  /** Links that ended while it was at work, which it has yet to hear. */
  readonly unheard: readonly number[];
}

/** Frames are delivered in the order in which they were said; `queues[0]` is what the first end has said. */
export interface Link {
  readonly ends: readonly [number, number];
  readonly up: boolean;
  readonly queues: readonly [readonly Frame[], readonly Frame[]];
  /** A frame has been lost without the link being cut: what waits for it is only said again after the next meeting. */
  readonly lossy: boolean;
}

/** A COMMIT or an answer that was said once, and so may be said again at any time by anybody who knows it. */
export interface SaidFrame { readonly name: string; readonly id: number; readonly bytes: Uint8Array; readonly by: number; readonly to: number }

/** A machine that runs from an older state, register included: what it would have been. */
export interface Rolled { readonly end: number; readonly at: Durable; readonly original: Durable }

export interface World {
  readonly ends: readonly End[];
  readonly stores: readonly Store[];
  readonly links: readonly Link[];
  /** Sorted by name. */
  readonly said: readonly SaidFrame[];
  /** By store: the newest head with which anything was said. */
  readonly spoken: readonly (Durable | null)[];
  readonly rolled: Rolled | null;
  /** Packages that were once on a disk and were overwritten before they became true, by store. */
  readonly siblings: readonly { readonly store: number; readonly n: number; readonly sealed: Uint8Array }[];
  /** What was done that must not be possible. */
  readonly wrong: Violation | null;
}

const replaced = <T>(items: readonly T[], at: number, part: Partial<T>): readonly T[] => items.map((item, index) => (index === at ? { ...item, ...part } : item));
export const withEnd = (world: World, end: number, part: Partial<End>): World => ({ ...world, ends: replaced(world.ends, end, part) });
export const withStore = (world: World, store: number, part: Partial<Store>): World => ({ ...world, stores: replaced(world.stores, store, part) });
export const withLink = (world: World, link: number, part: Partial<Link>): World => ({ ...world, links: replaced(world.links, link, part) });

/** The item that must be there. */
export function at<T>(items: readonly T[], index: number): T {
  const item = items[index];
  if (item === undefined) throw new Error(`there is no item ${index}`);
  return item;
}
export const endAt = (world: World, end: number): End => at(world.ends, end);
export const storeOf = (world: World, end: number): Store => at(world.stores, endAt(world, end).store);

/** What is durable and fresh at this end, running or not. */
export function durableAt(world: World, end: number): Durable | null {
  return durableOf(storeOf(world, end).register) ?? null;
}
export const isAtRest = ({ power, work }: End): boolean => power === 'up' && work === null;
/** 0 if `end` is the first of the link. */
export const sideOf = (link: Link, end: number): 0 | 1 => (link.ends[0] === end ? 0 : 1);
export const otherEnd = (link: Link, end: number): number => link.ends[1 - sideOf(link, end)] ?? end;
/** The number of a link's connection, the same at both ends. */
export const connectionOf = (link: number): number => link + 1;
