/**
 * Goes breadth-first through everything that can happen within the bounds of one exploration, so that what it finds first is
 * among the shortest. Equal worlds are visited once (canonical.ts).
 */
import { Violation, type ViolationKind } from '../world/violation.ts';
import { beginning } from './beginning.ts';
import { type Budget, type Exploration, NOTHING } from './bounds.ts';
import { keyOf } from './canonical.ts';
import { expectSettled, expectWell } from './checks.ts';
import { expectForkEnds, type Outcome } from './copies.ts';
import { movesOf } from './moves.ts';
import type { World } from './world.ts';
import { withTwin } from './beginning.ts';

export interface Found { readonly kind: ViolationKind; readonly message: string; readonly path: readonly string[] }
export interface Explored {
  readonly name: string;
  readonly states: number;
  readonly transitions: number;
  readonly depth: number;
  /** States in which nothing more can happen by itself. */
  readonly rests: number;
  /** Of these, how those ended in which a whole machine had gone back. */
  readonly forks: Readonly<Record<Outcome, number>>;
  /** All of it was visited. */
  readonly whole: boolean;
  readonly found: Found | null;
}

interface Node { readonly id: number; readonly world: World; readonly left: Budget }

const spend = (left: Budget, spent: Partial<Budget>): Budget | null => {
  const rest: { -readonly [K in keyof Budget]: number } = { ...left };
  for (const [key, count] of Object.entries(spent) as [keyof Budget, number][]) if ((rest[key] -= count) < 0) return null;
  return rest;
};

/** @param most states at which it gives up. @param onDepth hears of progress */
export async function explore(exploration: Exploration, most: number, onDepth: (states: number, depth: number) => void): Promise<Explored> {
  const { name, vaults } = exploration;
  const total: Budget = { ...NOTHING, ...exploration.budget };
  const comparing = { past: total.rollback > 0, disks: exploration.twin === true };
  let first = await beginning(vaults, exploration.book);
  if (exploration.twin) first = withTwin(first);
  const seen = new Map([[keyOf(first, total, comparing), 0]]);
  /** Where each state was first come to from, and how. */
  const came: { readonly from: number; readonly what: string }[] = [{ from: -1, what: '' }];
  const pathTo = (id: number): string[] => {
    const path: string[] = [];
    for (let at = id; at > 0; at = came[at]?.from ?? 0) path.unshift(came[at]?.what ?? '');
    return path;
  };
  let frontier: Node[] = [{ id: 0, world: first, left: total }];
  let [transitions, depth, rests] = [0, 0, 0];
  const forks: Record<Outcome, number> = { stopped: 0, proven: 0, harmless: 0, unnoticed: 0 };
  const done = (whole: boolean, found: Found | null): Explored => ({ name, states: seen.size, transitions, depth, rests, forks, whole, found });
  const problem = (error: unknown, path: string[]): Explored => {
    const known = error instanceof Violation;
    return done(false, { kind: known ? error.kind : 'crash', message: known ? error.message : String(error instanceof Error ? error.stack : error), path });
  };
  for (; frontier.length > 0; depth++) {
    const next: Node[] = [];
    for (const { id, world, left } of frontier) {
      let isResting = true;
      for (const move of movesOf(world, left, total, exploration)) {
        const rest = spend(left, move.spent);
        if (!rest) continue;
        transitions++;
        try {
          const after = await move.make();
          const key = keyOf(after, rest, comparing);
          const known = seen.get(key);
          if (move.isFree && known !== id) isResting = false;
          if (known !== undefined) continue;
          expectWell(world, after);
          came.push({ from: id, what: move.what });
          next.push({ id: seen.size, world: after, left: rest });
          seen.set(key, seen.size);
        } catch (error) {
          return problem(error, [...pathTo(id), move.what]);
        }
        if (seen.size >= most) return done(false, null);
      }
      if (!isResting) continue;
      rests++;
      try {
        if (!exploration.twin) expectSettled(world);
        const outcome = expectForkEnds(world);
        if (outcome) forks[outcome]++;
      } catch (error) {
        return problem(error, pathTo(id));
      }
    }
    onDepth(seen.size, depth);
    frontier = next;
  }
  return done(true, null);
}
