/**
 * The liveness phase: the world heals, everybody meets and finishes what they have begun, and everything must settle
 * (design §6: in transit resolves by itself when the two meet again). What may remain in transit is what is addressed to
 * somebody who is gone for good, and what was written off to somebody forgotten. Then time passes, and every book whose
 * day has come goes home (§7).
 */
import type { TransferView } from '../../../protocol/contracts/views.ts';
import type { SimHost } from './host.ts';
import { finishUp } from './people.ts';
import { Seeded } from './seeded.ts';
import { expectThat } from './violation.ts';
import { atRest, restartHost, type World } from './world.ts';

/** Rounds of meeting and answering after which nothing may be left: an offer needs four (lane, offer, answer, commit), with room. */
const ROUNDS = 12;
/** Deliveries in one round; more is a conversation that does not end. */
const MOST_DELIVERIES = 5_000;

/** @throws Violation `unsettled`, and any that a step can have */
export async function heal(world: World, seed: string): Promise<void> {
  const dice = new Seeded(`${seed}/healing`);
  const alive = world.hosts.filter(({ power }) => power !== 'gone');
  world.note('the world heals');
  world.network.partitions.clear();
  for (const pipe of world.network.pipes) pipe.held = false;
  for (const host of alive) {
    host.full = host.slow = false;
    host.fuse = 0;
    host.failNextWrite = host.failNextAdvance = null;
    while (host.waiting.length > 0) {
      host.work();
      await atRest();
    }
    world.check();
    if (!host.isUp || host.isGhost) restartHost(host);
    await atRest();
    world.check();
    expectThat(host.isUp, 'unsettled', () => `${host.name} does not start in a healed world`);
  }
  await meetAnew(world, alive, dice);
  await settle(world, alive, dice);
  passLoans(world, alive);
  await quiet(world, dice);
  await meetAnew(world, alive, dice);
  await settle(world, alive, dice);
  const kept = overdue(world, alive);
  expectThat(kept.length === 0, 'unsettled', () => `overdue in a healed world: ${kept.join('; ')}`);
}

/** People see to everything there is, until there is nothing. @throws Violation `unsettled` */
async function settle(world: World, alive: readonly SimHost[], dice: Seeded): Promise<void> {
  let todo = 1;
  for (let round = 0; round < ROUNDS && (todo > 0 || unfinished(world, alive).length > 0); round++) {
    todo = 0;
    for (const host of alive) todo += finishUp(host, round);
    await quiet(world, dice);
    if (round % 4 === 3) await meetAnew(world, alive, dice);
  }
  expectThat(todo === 0, 'unsettled', () => `people have ${todo} things to see to, again and again`);
  const left = unfinished(world, alive);
  expectThat(left.length === 0, 'unsettled', () => `unfinished in a healed world: ${left.join('; ')}`);
}

/** Time passes until every loan that has a day is over. */
function passLoans(world: World, alive: readonly SimHost[]): void {
  for (const host of alive) {
    const left = world.shelves.borrowed(host).map(({ closing }) => closing - host.time.now);
    host.clock = Math.max(host.clock, host.time.clock) + Math.max(0, ...left) + 1;
    world.tick(host);
  }
}

/** What has not gone home though it could: its lender is there and knows the borrower. What was only lent or renewed when they met anew has its time still. */
function overdue(world: World, alive: readonly SimHost[]): string[] {
  return alive.flatMap((host) => world.shelves.borrowed(host).filter(({ closing }) => closing <= host.time.now).flatMap(({ id, lender }) => {
    const there = world.byInstance.get(lender);
    const known = there?.isUp && there.journal?.state.get('contact', host.instance)?.mutual && host.journal?.state.get('contact', lender)?.mutual;
    return known ? [`${host.name} has ${id.slice(0, 8)}${id.slice(64)} of ${there.name}`] : [];
  }));
}

async function meetAnew(world: World, alive: readonly SimHost[], dice: Seeded): Promise<void> {
  for (const pipe of [...world.network.pipes]) world.network.cut(pipe);
  await quiet(world, dice);
  for (const a of alive) for (const b of alive) if (a.name < b.name) world.network.connect(a, b, b.instance);
  await quiet(world, dice);
}

/** Delivers until nothing is on the way. */
async function quiet(world: World, dice: Seeded): Promise<void> {
  for (let count = 0; ; count++) {
    await atRest();
    world.check();
    const pipe = world.network.waiting(dice);
    if (!pipe) return;
    expectThat(count < MOST_DELIVERIES, 'unsettled', () => 'the vaults do not stop talking');
    world.steps++;
    world.network.deliver(pipe);
  }
}

function unfinished(world: World, alive: readonly SimHost[]): string[] {
  const left: string[] = [];
  for (const host of alive) {
    for (const [id, transfer] of host.journal?.state.all('transfer') ?? []) {
      const peer = world.byInstance.get(transfer.contact);
      if (peer?.power === 'gone') continue;
      const known = host.journal?.state.get('contact', transfer.contact) !== undefined;
      const waits = transfer.state === 'in-transit' || transfer.state === 'accepted' || (transfer.state === 'written-off' && known);
      // A source that has forgotten us withdrew the offer when it did; we hear of it only if we are paired again.
      if (transfer.state === 'accepted' && !peer?.journal?.state.get('contact', host.instance)) continue;
      if (waits) left.push(`${host.name} has ${id.slice(0, 8)} ${transfer.state}, with ${peer?.name ?? '?'}`);
    }
  }
  return left;
}

/** How a transfer may have ended on its two sides; `-` for a side that never heard of it or was gone. */
const ENDINGS = new Set(['done/done', 'declined/declined', 'cancelled/withdrawn', 'cancelled/declined', 'cancelled/-', 'declined/-', 'returned/refused', 'returned/-', 'returned/declined', 'declined/withdrawn']);

/** What kind of transfer it was, for the count; nothing for a payment. */
function kindOf({ give, take, purpose }: TransferView): string {
  const book = give.find((asset) => asset.kind === 'licence');
  if (book) return take.length > 0 ? 'sale ' : { own: 'gift ', loan: 'loan ', return: 'return ' }[book.move.as];
  return take.length > 0 ? 'exchange ' : purpose === 'redemption' ? 'redemption ' : '';
}

/** Endings of a COMMIT at its destination. */
const isWeighty = (state: string): boolean => state === 'done' || state === 'refused';

async function historyOf(host: SimHost): Promise<TransferView[]> {
  const all: TransferView[] = [];
  let cursor: number | null = null;
  do {
    const page: { items: TransferView[]; cursor: number | null } = await host.ask('transfers.history', { cursor, limit: 200 });
    all.push(...page.items);
    ({ cursor } = page);
  } while (cursor !== null);
  return all;
}

/** Every transfer ended once on either side, and the two endings go together. @returns how many ended how */
export async function endings(world: World): Promise<Map<string, number>> {
  const bySource = new Map<string, string>();
  const byDestination = new Map<string, string>();
  const kinds = new Map<string, string>();
  const open = world.hosts.some(({ power }) => power === 'gone');
  for (const host of world.hosts.filter(({ power }) => power !== 'gone')) {
    for (const transfer of await historyOf(host)) {
      const { id, direction, state } = transfer;
      kinds.set(id, kindOf(transfer));
      const side = direction === 'out' ? bySource : byDestination;
      // An offer can come to nothing more than once: from somebody forgotten who is a contact again. What has moved value ends
      // once. That nothing late is shown again is looked at while it happens (ledger.ts).
      const earlier = side.get(id);
      const again = earlier !== undefined && (direction === 'out' || (isWeighty(earlier) && isWeighty(state)));
      expectThat(!again, 'endings', () => `${host.name} has two endings of ${id.slice(0, 8)}: ${state}, then ${earlier}`);
      if (earlier === undefined || isWeighty(state)) side.set(id, state);
    }
    for (const [, proof] of host.journal?.state.all('forkProof') ?? []) expectThat(false, 'fork-proof', () => `${host.name} holds a fork proof (n ${proof.first.n}) against an honest wallet`);
  }
  const counts = new Map<string, number>();
  for (const id of new Set([...bySource.keys(), ...byDestination.keys()])) {
    const ending = `${bySource.get(id) ?? '-'}/${byDestination.get(id) ?? '-'}`;
    const half = ending.endsWith('/-') || ending.startsWith('-/');
    expectThat(ENDINGS.has(ending) || half, 'endings', () => `${id.slice(0, 8)} ended ${ending}`);
    if (half && !open && ending === 'done/-') expectThat(false, 'endings', () => `${id.slice(0, 8)} is done at its source only`);
    const counted = `${kinds.get(id) ?? ''}${ending}`;
    counts.set(counted, (counts.get(counted) ?? 0) + 1);
  }
  return counts;
}

/** Replays every journal from its first package. @throws Violation `audit` */
export async function audit(world: World): Promise<void> {
  for (const host of world.hosts.filter(({ isUp }) => isUp)) {
    const { verified, packages } = await host.ask<{ verified: boolean; packages: number }>('audit.explain', {});
    expectThat(verified && packages === host.journal?.head.n, 'audit', () => `${host.name}'s journal is whole up to ${packages} of ${host.journal?.head.n} only`);
  }
}
