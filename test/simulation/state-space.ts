/**
 * `node --import ./test/simulation/world/hooks.ts test/simulation/state-space.ts [--states N] [--json]`: goes breadth-first through
 * everything that can happen between two small vaults: all interleavings of a few commands, deliveries, repeats of lane
 * frames, cuts and crashes (before and after a package became durable). In every state credits are conserved; from every
 * state, once the world heals, everything settles. Bounds: see BUDGETS; --states is for each of them. Rollbacks are the journal's business, which the
 * simulator covers.
 */
import { parseArgs } from 'node:util';
import { createHash } from 'node:crypto';
import { creditsAmong } from '../support/credits-among.ts';
import { consumption } from './world/ledger.ts';
import { canonical, type Side, type Small } from './world/small-state.ts';
import { apart, beginning, call, deliver, instance, meet, otherSide, powerCut, quiet, sayAgain } from './world/small-world.ts';
import { Violation } from './world/violation.ts';

/** How often each thing may happen on one path: amounts, seqs, message copies and faults are bounded by these. */
interface Budget { readonly send: number; readonly answer: number; readonly cancel: number; readonly rule: number; readonly again: number; readonly cut: number; readonly crash: number }
const BUDGETS: Record<string, Budget> = {
  'two transfers, repeated': { send: 2, answer: 0, cancel: 1, rule: 0, again: 1, cut: 1, crash: 0 },
  'two transfers, and the power gone': { send: 2, answer: 0, cancel: 0, rule: 0, again: 0, cut: 0, crash: 1 },
  'an offer, and the link cut': { send: 1, answer: 1, cancel: 1, rule: 1, again: 0, cut: 1, crash: 0 },
  'an offer, and the power gone': { send: 1, answer: 1, cancel: 1, rule: 1, again: 0, cut: 0, crash: 1 },
  'a commit that meets another rule': { send: 1, answer: 0, cancel: 0, rule: 2, again: 2, cut: 0, crash: 0 },
  'repeats, and the link cut': { send: 1, answer: 0, cancel: 0, rule: 1, again: 2, cut: 1, crash: 0 },
  'repeats, and the power gone twice': { send: 1, answer: 0, cancel: 1, rule: 0, again: 1, cut: 0, crash: 2 },
};
interface Node { readonly world: Small; readonly left: Budget; readonly path: string }

const { values } = parseArgs({ options: { states: { type: 'string', default: '20000' }, json: { type: 'boolean', default: false } } });
const most = Number(values.states);
const SIDES = ['a', 'b'] as const;

/** @throws Violation `conservation` */
function expectConserved(world: Small): void {
  let [exists, issued] = [0n, 0n];
  for (const side of SIDES) {
    for (const [, book] of world[side].state.all('book')) {
      exists += book.held + book.transit + book.writtenOff;
      issued += book.issued - book.redeemed;
    }
    for (const [, transfer] of world[side].state.all('transfer')) {
      if (transfer.direction !== 'out' || transfer.state === 'offered') continue;
      const destination = world[otherSide(side)].state;
      if (consumption(destination, transfer.lane, transfer.seq) === 'acked') for (const { amount } of creditsAmong(transfer.give)) exists -= amount;
    }
  }
  if (exists !== issued) throw new Violation('conservation', `${exists} exist, ${issued} were issued`);
}

/** @throws Violation `unsettled` */
function expectSettles(world: Small): void {
  let healed = quiet(meet(apart(world)));
  for (const [id, transfer] of [...healed.b.state.all('transfer')]) if (transfer.direction === 'in' && transfer.state === 'offered') healed = quiet(call(healed, 'b', 'transfers.accept', { id }));
  const left = SIDES.some((side) => [...healed[side].state.all('transfer')].length > 0);
  if (left) healed = quiet(meet(apart(healed)));
  expectConserved(healed);
  for (const side of SIDES) {
    for (const [, transfer] of healed[side].state.all('transfer')) {
      if (transfer.state !== 'written-off') throw new Violation('unsettled', `${side} still has a transfer that is ${transfer.state}`);
    }
  }
}

/** An accepted offer goes only with its commit, or at its source's word. @throws Violation `lapsed` */
function expectNoLapse(before: Small, after: Small): void {
  for (const [id, transfer] of before.b.state.all('transfer')) {
    if (transfer.direction !== 'in' || transfer.state !== 'accepted' || after.b.state.get('transfer', id)) continue;
    const source = after.a.state.get('transfer', id);
    if (source?.direction !== 'out') continue;
    const taken = source.state !== 'offered' && consumption(after.b.state, source.lane, source.seq) === 'acked';
    if (!taken) throw new Violation('lapsed', `an accepted offer that is ${source.state} at its source lapsed`);
  }
}

function* successors({ world }: Node): Iterable<readonly [what: string, spent: Partial<Budget>, next: () => Small]> {
  const currency = [...world.a.state.all('currency')][0]?.[0];
  const crashes = (what: string, spent: Partial<Budget>, next: (crash: boolean) => Small): (readonly [string, Partial<Budget>, () => Small])[] => [
    [what, spent, () => next(false)],
    [`${what}, then the power goes`, { ...spent, crash: (spent.crash ?? 0) + 1 }, () => next(true)],
  ];
  for (const side of SIDES) if (world[side].queue.length > 0) yield* crashes(`${side} to ${otherSide(side)}`, {}, (crash) => deliver(world, side, crash));
  const to = instance(world, 'b');
  yield* crashes('a sends', { send: 1 }, (crash) => call(world, 'a', 'transfers.send', { contact: to, currency, amount: '2' }, crash));
  for (const [id, transfer] of world.b.state.all('transfer')) {
    if (transfer.direction !== 'in' || transfer.state !== 'offered') continue;
    yield* crashes('b accepts', { answer: 1 }, (crash) => call(world, 'b', 'transfers.accept', { id }, crash));
    yield ['b declines', { answer: 1 }, () => call(world, 'b', 'transfers.decline', { id })];
  }
  for (const [id, transfer] of world.a.state.all('transfer')) {
    if (transfer.direction !== 'out') continue;
    yield* crashes('a cancels', { cancel: 1 }, (crash) => call(world, 'a', 'transfers.cancel', { id }, crash));
    if (transfer.state === 'in-transit') yield ['a writes off', { cancel: 1 }, () => call(world, 'a', 'transfers.writeOff', { id })];
  }
  if ([...world.b.state.all('currency')].length > 0) {
    const asks = [...world.b.state.all('contact')].every(([, { rule }]) => rule.mode === 'ask');
    yield ['b changes the rule', { rule: 1 }, () => call(world, 'b', 'people.setRule', { contact: instance(world, 'a'), rule: asks ? { mode: 'auto', upTo: [{ currency, amount: '2' }] } : { mode: 'ask' } })];
  }
  for (const [name, bytes] of world.said) {
    const side: Side = name.startsWith('commit') ? 'a' : 'b';
    if (world.connected) yield [`${side} says ${name.replace(/ .* /, ' ')} again`, { again: 1 }, () => sayAgain(world, side, bytes)];
  }
  if (world.connected) yield ['the link is cut', { cut: 1 }, () => apart(world)];
  else yield ['they meet', {}, () => meet(world)];
  for (const side of SIDES) yield [`${side} loses power`, { crash: 1 }, () => powerCut(world, side)];
}

const spend = (left: Budget, spent: Partial<Budget>): Budget | null => {
  const rest = { ...left };
  for (const [key, count] of Object.entries(spent) as [keyof Budget, number][]) if ((rest[key] -= count) < 0) return null;
  return rest;
};
const fingerprint = (world: Small, left: Budget | null): string => createHash('sha256').update(canonical(world)).update(JSON.stringify(left)).digest('base64');

interface Explored { states: number; worlds: number; transitions: number; depth: number; whole: boolean; violation: { kind: string; message: string; path: string } | null }

function explore(budget: Budget): Explored {
  const first: Node = { world: beginning(), left: budget, path: '' };
  const seen = new Set([fingerprint(first.world, first.left)]);
  const settled = new Set<string>();
  let frontier: Node[] = [first];
  let [transitions, depth] = [0, 0];
  const found = (whole: boolean, violation: Explored['violation'] = null): Explored => ({ states: seen.size, worlds: settled.size, transitions, depth, whole, violation });
  for (; frontier.length > 0; depth++) {
    const nextFrontier: Node[] = [];
    for (const node of frontier) {
      for (const [what, spent, make] of successors(node)) {
        const left = spend(node.left, spent);
        if (!left) continue;
        transitions++;
        const path = `${node.path}\n  ${what}`;
        try {
          const world = make();
          const print = fingerprint(world, left);
          if (seen.has(print)) continue;
          seen.add(print);
          expectNoLapse(node.world, world);
          expectConserved(world);
          // What is left of the budget makes no difference to healing.
          const healed = fingerprint(world, null);
          if (!settled.has(healed)) expectSettles(world);
          settled.add(healed);
          nextFrontier.push({ world, left, path });
        } catch (error) {
          const known = error instanceof Violation;
          return found(false, { kind: known ? error.kind : 'crash', message: known ? error.message : String(error instanceof Error ? error.stack : error), path });
        }
        if (seen.size >= most) return found(false);
      }
    }
    frontier = nextFrontier;
  }
  return found(true);
}

const started = performance.now();
const explored: Record<string, Explored> = {};
for (const [name, budget] of Object.entries(BUDGETS)) {
  explored[name] = explore(budget);
  const { states, worlds, transitions, depth, whole, violation } = explored[name];
  if (!values.json) process.stdout.write(`${name}: ${states} states (${worlds} worlds), ${transitions} transitions, depth ${depth}${whole ? ', all there is within the bounds' : ''}\n`);
  if (violation && !values.json) process.stdout.write(`VIOLATION (${violation.kind}): ${violation.message}\nPath:${violation.path}\n`);
  if (violation) break;
}
const all = Object.values(explored);
const total = (of: (one: Explored) => number): number => all.reduce((sum, one) => sum + of(one), 0);
const ok = all.every(({ violation }) => violation === null);
const summary = { ok, states: total(({ states }) => states), transitions: total(({ transitions }) => transitions), whole: all.every(({ whole }) => whole), seconds: Math.round((performance.now() - started) / 100) / 10, explored };
process.stdout.write(values.json ? `${JSON.stringify(summary)}\n` : `${summary.states} states, ${summary.transitions} transitions in ${summary.seconds} s\n`);
process.exitCode = ok ? 0 : 1;
