/**
 * Older states come back (design §5; assurance rows 10, 11, 13, 29): a store alone, which the register betrays at the start; a
 * package that was overwritten by its sibling; and a whole machine, register included, which on the `software` tier only
 * somebody who remembers can stop.
 */
import { Violation } from '../world/violation.ts';
import type { Budget } from './bounds.ts';
import { excess } from './checks.ts';
import { asOf, type Disk, nameOfPackage, type Store, written } from './disk.ts';
import { powerCut } from './happen.ts';
import { type Durable, isPast } from './lineage.ts';
import type { Move } from './move.ts';
import { startOf } from './start.ts';
import { at, durableAt, endAt, isAtRest, otherEnd, withEnd, withStore, type World } from './world.ts';

/** @param whose machines may go back; anybody's if it is not said */
export function copyMoves(world: World, left: Budget, whose?: readonly number[]): Move[] {
  const ends = [...world.ends.keys()].filter((end) => endAt(world, end).work === null);
  return [...(left.older > 0 ? ends.flatMap((end) => olderStores(world, end)) : []), ...(left.rollback > 0 && !world.rolled ? ends.filter((end) => whose?.includes(end) ?? true).flatMap((end) => olderMachines(world, end)) : [])];
}

/** The states since the exploration began, newest first, without the one of now. */
function pastOf(world: World, end: number): Durable[] {
  const since = endAt(world, end).wallet.snapshot?.n ?? 0;
  const past: Durable[] = [];
  for (let before = durableAt(world, end)?.before; before && before.n >= since; before = before.before) past.push(before);
  return past;
}

function olderStores(world: World, end: number): Move[] {
  const { name, store: index } = endAt(world, end);
  const { disk } = at(world.stores, index);
  const now = durableAt(world, end);
  const older = pastOf(world, end).map(({ n }) => ({ what: `${name} starts from its store of package ${n - (now?.n ?? 0)}`, disk: asOf(disk, n), mayOpen: false }));
  const siblings = world.siblings.filter(({ store, n, sealed }) => store === index && disk.packages[n - 1] !== undefined && nameOfPackage(disk.packages[n - 1] ?? sealed) !== nameOfPackage(sealed));
  const others = siblings.map(({ n, sealed }) => ({ what: `${name} starts with the other package ${n - (now?.n ?? 0)}`, disk: written(disk, n, sealed, 'kept'), mayOpen: n > (now?.n ?? 0) }));
  return [...older, ...others].map(({ what, disk: put, mayOpen }) => ({ what, spent: { older: 1 }, isFree: false, make: () => startedFrom(world, end, put, mayOpen) }));
}

/** The vault is started from another disk; once it has refused, the true one is put back. */
async function startedFrom(world: World, end: number, disk: Disk, mayOpen: boolean): Promise<World> {
  const off = await powerCut(world, end);
  const { wallet, store, name } = endAt(off, end);
  const { register, disk: good } = at(off.stores, store);
  const { life, stopped } = await startOf(wallet, disk, register);
  if (mayOpen) return withStore(off, store, { disk });
  if (life) return { ...off, wrong: new Violation('opened', `${name} opens a store that does not go with its register`) };
  if (stopped !== 'rollback_detected') return { ...off, wrong: new Violation('stopped', `${name} stops for another reason: ${stopped}`) };
  return withStore(off, store, { disk: good });
}

function olderMachines(world: World, end: number): Move[] {
  const { name, store: index } = endAt(world, end);
  const now = durableAt(world, end);
  if (!now) return [];
  return pastOf(world, end).map((past) => ({
    what: `${name}'s whole machine goes ${now.n - past.n} packages back`, spent: { rollback: 1 }, isFree: false,
    make: async () => {
      const off = await powerCut(world, end);
      const older: Store = { disk: asOf(at(off.stores, index).disk, past.n), register: past.head, survives: null };
      const spoken = off.spoken.map((head, store) => (store === index ? null : head));
      return { ...withStore(withEnd(off, end, { losses: endAt(off, end).losses + 1 }), index, older), spoken, rolled: { end, at: past, original: now } };
    },
  }));
}

/** Value that honest vaults hold and that neither the copy's lineage nor the original's explains. */
function isDoubled(world: World): boolean {
  const { rolled } = world;
  if (!rolled) return false;
  const sums = [excess(world, (end) => durableAt(world, end)), excess(world, (end) => (end === rolled.end ? rolled.original : durableAt(world, end)))];
  return sums.every((sum) => [...sum.values()].some((amount) => amount > 0n));
}

/** Somebody honest remembers what the copy does not. */
function remembering(world: World): number[] {
  const { rolled } = world;
  const copy = rolled && durableAt(world, rolled.end);
  if (!rolled || !copy) return [];
  const { instance } = endAt(world, rolled.end).wallet;
  return [...world.ends.keys()].filter((end) => {
    const position = end === rolled.end ? undefined : durableAt(world, end)?.positions.get(instance);
    return position !== undefined && !isPast(copy, position);
  });
}

export type Outcome = 'stopped' | 'proven' | 'harmless' | 'unnoticed';

/**
 * How a fork stands when everything has come to rest.
 * @throws Violation `went-on` if the copy runs in a session with one who remembers; `doubled` if value was doubled although somebody remembers
 */
export function expectForkEnds(world: World): Outcome | null {
  const { rolled } = world;
  if (!rolled) return null;
  const { name, power, wallet } = endAt(world, rolled.end);
  const remember = remembering(world);
  const isProven = world.ends.some((_, end) => end !== rolled.end && durableAt(world, end)?.base.get('forkProof', wallet.instance) !== undefined);
  for (const { ends, up } of world.links) {
    const [a, b] = ends;
    const other = a === rolled.end ? b : b === rolled.end ? a : -1;
    if (up && remember.includes(other) && isAtRest(endAt(world, rolled.end))) throw new Violation('went-on', `${name}, an older copy, has met ${endAt(world, other).name}, who remembers more, and runs`);
  }
  if (power === 'stopped') return 'stopped';
  if (isProven) return 'proven';
  if (!isDoubled(world)) return 'harmless';
  if (remember.length > 0 && world.links.every((link) => link.up || !link.ends.includes(rolled.end) || !remember.includes(otherEnd(link, rolled.end)))) throw new Violation('doubled', `what ${name}'s copy gave away exists twice, and nobody says so`);
  return 'unnoticed';
}
