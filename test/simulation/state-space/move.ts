/** One thing that can happen next, and what it costs of the bounds. */
import type { Budget } from './bounds.ts';
import { endAt, type World } from './world.ts';

export interface Move {
  readonly what: string;
  readonly spent: Partial<Budget>;
  /** It happens by itself, sooner or later. */
  readonly isFree: boolean;
  readonly make: () => World | Promise<World>;
}

export const free = (what: string, make: Move['make']): Move => ({ what, spent: {}, isFree: true, make });
export const costing = (what: string, spent: Partial<Budget>, make: Move['make']): Move => ({ what, spent, isFree: false, make });

export const sharesStore = (world: World, end: number): boolean => world.ends.filter(({ store }) => store === endAt(world, end).store).length > 1;
/** Where nothing can come in between, a package is one step. */
export const isPausing = (world: World, end: number, { crash, fault }: Budget): boolean => crash > 0 || fault > 0 || sharesStore(world, end);
