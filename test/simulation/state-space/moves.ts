/**
 * Everything that can happen next in a world: what happens by itself (a frame arrives, two meet, a vault is started, a disk is
 * done), what people do, and what the adversary does (design §3). A vault in the middle of a package goes first: until it
 * has said something, or unless another stands on its store, nothing else can make a difference to it.
 */
import type { Budget, Exploration } from './bounds.ts';
import { copyMoves } from './copies.ts';
import { fail, later, powerCut, proceed, start, tick } from './happen.ts';
import { costing, free, isPausing, type Move, sharesStore } from './move.ts';
import { networkMoves } from './network-moves.ts';
import { peopleMoves } from './people-moves.ts';
import { durableAt, endAt, isAtRest, type World } from './world.ts';

export function movesOf(world: World, left: Budget, total: Budget, { whose }: Exploration): Move[] {
  const working = [...world.ends.keys()].filter((end) => endAt(world, end).work);
  const first = working.find((end) => !hasSpoken(world, end) && !sharesStore(world, end));
  if (first !== undefined) return diskMoves(world, first, left);
  return [
    ...working.flatMap((end) => diskMoves(world, end, left)), ...networkMoves(world, left), ...peopleMoves(world, left, total), ...powerMoves(world, left), ...copyMoves(world, left, whose),
  ];
}

const hasSpoken = (world: World, end: number): boolean => (endAt(world, end).work?.run.said.length ?? 0) > 0;

function diskMoves(world: World, end: number, left: Budget): Move[] {
  const { name, work } = endAt(world, end);
  const { op } = work?.run.asked ?? {};
  if (op === 'read') return [free(`${name}: the register is read`, () => proceed(world, end, true))];
  const isStore = op === 'append';
  const moment = isStore ? 'store' : 'register';
  const moves = [free(`${name}: ${isStore ? 'stored' : 'the register has advanced'}`, () => proceed(world, end, isPausing(world, end, left)))];
  const outcomes = isStore ? (['lost', 'kept', 'torn'] as const) : (['lost', 'kept'] as const);
  const SAID = { store: { lost: 'before it is stored', kept: 'when it is stored', torn: 'and tears the write' }, register: { lost: 'before the register advances', kept: 'after the register, before anything is said', torn: '' } } as const;
  for (const outcome of outcomes) {
    moves.push(costing(`${name}: the power goes, ${SAID[moment][outcome]}`, { crash: 1 }, () => powerCut(world, end, outcome)));
    moves.push(costing(`${name}: the ${isStore ? 'disk' : 'register'} fails, what it had to keep is ${outcome}`, { fault: 1 }, () => fail(world, end, outcome)));
  }
  if (isStore) moves.push(costing(`${name}: the disk is full`, { fault: 1 }, () => fail(world, end, 'full')));
  return moves;
}

function powerMoves(world: World, left: Budget): Move[] {
  const moves: Move[] = [];
  for (const [end, { name, power, work }] of world.ends.entries()) {
    if (power === 'down' || (power === 'stopped' && mayStartAgain(world, end))) moves.push(free(`${name} starts`, () => start(world, end)));
    if (power === 'up' && !work && left.crash > 0) moves.push(costing(`${name} loses power`, { crash: 1 }, () => powerCut(world, end)));
    if (isAtRest(endAt(world, end)) && endAt(world, end).isLater) moves.push(free(`${name}: time passes`, () => tick(world, end, isPausing(world, end, left))));
    if (isAtRest(endAt(world, end)) && left.clock > 0) moves.push(costing(`${name}'s clock says a month later`, { clock: 1 }, () => later(world, end, isPausing(world, end, left))));
  }
  return moves;
}

/** One that has stopped because of its disk can be started again; one that found itself to be a copy, or not to be alone, stays closed. */
const mayStartAgain = (world: World, end: number): boolean => !sharesStore(world, end) && durableAt(world, end)?.base.get('contradiction', 'self') === undefined;
