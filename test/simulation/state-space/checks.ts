/**
 * What must hold in every state of the small world, whatever was done to it (design §6, §7), and in those where everything
 * has come to rest.
 */
import { creditsAmong } from '../../support/credits-among.ts';
import { isOver } from '../../../enclave/vault/library/terms.ts';
import type { Transfer } from '../../../enclave/vault/records.ts';
import { Violation } from '../world/violation.ts';
import { consumption, type Durable } from './lineage.ts';
import { durableAt, endAt, isAtRest, otherEnd, type World } from './world.ts';

/** One durable state per store, with the end that stands for it. */
function holders(world: World): readonly (readonly [end: number, durable: Durable])[] {
  return world.stores.flatMap((_, store) => {
    const end = world.ends.findIndex((one) => one.store === store);
    const durable = durableAt(world, end);
    return durable ? [[end, durable] as const] : [];
  });
}

const endOf = (world: World, instance: string): number => world.ends.findIndex(({ wallet }) => wallet.instance === instance);

/** How much more exists of each currency than was issued and not redeemed, where one vault may be seen in another state. */
export function excess(world: World, seen: (end: number) => Durable | null): ReadonlyMap<string, bigint> {
  const sums = new Map<string, bigint>();
  const add = (currency: string, amount: bigint): void => void sums.set(currency, (sums.get(currency) ?? 0n) + amount);
  for (const [end] of holders(world)) {
    const durable = seen(end);
    if (!durable) continue;
    for (const { currency, exists, issued } of durable.sums) add(currency, exists - issued);
    for (const [, transfer] of durable.transfers) {
      if (transfer.direction !== 'out' || transfer.state === 'offered') continue;
      const destination = seen(endOf(world, transfer.contact));
      // Taken and answered, and the answer is on its way: counted at the destination.
      if (!destination || consumption(destination, transfer.lane, transfer.seq) !== 'acked') continue;
      for (const { currency, amount } of creditsAmong(transfer.give)) add(currency, -amount);
      // The price has left there and is in the answer.
      for (const { currency, amount } of creditsAmong(transfer.take)) add(currency, amount);
    }
  }
  return sums;
}

/** @throws Violation `conservation` */
function expectConserved(world: World): void {
  if (world.rolled) return; // see copies.ts
  for (const [, amount] of excess(world, (end) => durableAt(world, end))) if (amount !== 0n) throw new Violation('conservation', `${amount > 0n ? `${amount} more exist than were issued` : `${-amount} fewer exist than were issued`}`);
}

/** A copy can be opened in one place at most, and is somewhere: with its holder or its borrower, or on its way to where it was not taken yet. @throws Violation `doubled` */
function expectOnePlace(before: World, world: World): void {
  if (world.rolled) return;
  const places = new Map(holders(before).flatMap(([, { licences }]) => licences.map(([id]) => [id, [] as string[]])));
  for (const [end, { base, licences }] of holders(world)) {
    for (const [id, licence] of licences) {
      const list = places.get(id) ?? [];
      places.set(id, list);
      if (licence.state === 'held' || licence.state === 'borrowed') list.push(`${licence.state} at ${endAt(world, end).name}`);
      if (licence.state !== 'in-transit') continue;
      const transfer = base.get('transfer', licence.transfer);
      const destination = durableAt(world, endOf(world, licence.contact));
      const isThere = transfer?.direction === 'out' && transfer.state !== 'offered' && destination !== null && consumption(destination, transfer.lane, transfer.seq) === 'acked';
      if (!isThere) list.push(`on its way from ${endAt(world, end).name}`);
    }
  }
  for (const list of places.values()) if (list.length !== 1) throw new Violation('doubled', list.length > 1 ? `one copy is in two places: ${list.join(' and ')}` : 'a copy is nowhere');
}

/** What is lent is with its borrower as a loan, or on its way home from there. @throws Violation `doubled` */
function expectLentIsBorrowed(world: World): void {
  if (world.rolled) return;
  for (const [end, { licences }] of holders(world)) {
    for (const [id, licence] of licences) {
      if (licence.state !== 'lent') continue;
      const there = durableAt(world, endOf(world, licence.contact))?.base.get('licence', id);
      const isLoan = there?.state === 'borrowed' || (there?.state === 'in-transit' && there.was.state === 'borrowed');
      if (!isLoan || there.contact !== endAt(world, end).wallet.instance) throw new Violation('doubled', `a copy that ${endAt(world, end).name} has lent is ${there ? `${there.state} with its borrower, and not as a loan of theirs` : 'not with its borrower any more'}`);
    }
  }
}

/** @throws Violation `credited-twice` */
function expectCreditedOnce(world: World): void {
  for (const [end, { creditedTwice }] of holders(world)) if (creditedTwice.length > 0) throw new Violation('credited-twice', `${endAt(world, end).name} has credited the same seq of a lane twice`);
}

const NOT_MOVED = new Set(['returned', 'cancelled', 'declined']);

/** Every transfer between two whose machines have not gone back ends once on either side, and the two endings go together. @throws Violation `endings` */
function expectOneEnding(world: World): void {
  const all = holders(world).filter(([end]) => end !== world.rolled?.end);
  for (const [end, { endings }] of all) {
    for (const [key, { contact, states }] of endings) {
      if (endOf(world, contact) === world.rolled?.end) continue;
      if (states.length > 1) throw new Violation('endings', `${endAt(world, end).name} has two endings of one transfer: ${states.join(', then ')}`);
      if (!key.startsWith('out:')) continue;
      const there = all.flatMap(([, other]) => other.endings.get(`in:${key.slice(4)}`)?.states ?? []).filter((state) => state === 'done').length;
      const [state] = states;
      if (state && NOT_MOVED.has(state) && there > 0) throw new Violation('endings', `a transfer is ${state} at its source and done at its destination`);
      if (state === 'done' && there !== 1) throw new Violation('endings', `a transfer is done at its source and at ${there} destinations`);
    }
  }
}

/** An accepted offer goes only with its commit, or at its source's word (design §6). @throws Violation `lapsed` */
function expectNoLapse(before: World, after: World): void {
  for (const [end, durable] of holders(before)) {
    const now = durableAt(after, end);
    if (!now || now === durable || after.rolled) continue;
    for (const [id, transfer] of durable.transfers) {
      const kept = now.base.get('transfer', id);
      if (transfer.direction !== 'in' || transfer.state !== 'accepted' || (kept && kept.state !== 'declined')) continue;
      const source = durableAt(after, endOf(after, transfer.contact))?.base.get('transfer', id);
      if (source?.direction !== 'out') continue;
      const isTaken = source.state !== 'offered' && consumption(now, source.lane, source.seq) === 'acked';
      // Whoever has spent the price since cannot pay it: that is said, and they have both what they had.
      const isUnpaid = transfer.take.length > 0 && source.state !== 'offered' && consumption(now, source.lane, source.seq) === 'nacked';
      if (!isTaken && !isUnpaid) throw new Violation('lapsed', `an accepted offer that is ${source.state} at its source lapsed`);
    }
  }
}

/** @throws Violation if `after`, which came of `before`, is a state that must not be */
export function expectWell(before: World, after: World): void {
  if (after.wrong) throw after.wrong;
  if (before.stores.every(({ register }, index) => register === after.stores[index]?.register)) return;
  expectConserved(after);
  expectOnePlace(before, after);
  expectLentIsBorrowed(after);
  expectCreditedOnce(after);
  expectOneEnding(after);
  expectNoLapse(before, after);
}

/** True if both ends run and have met since anything was lost. */
const areTogether = (world: World, end: number, contact: string): boolean =>
  world.links.some((link) => link.up && !link.lossy && link.ends.includes(end) && endAt(world, otherEnd(link, end)).wallet.instance === contact);

const waitsForNobody = (transfer: Transfer, there: Transfer | undefined): boolean => transfer.state === 'offered' && there?.state === 'offered';

/** Nothing is on the way and nothing can happen by itself any more: then nothing is in transit, and nothing overdue where its lender is. @throws Violation `unsettled` */
export function expectSettled(world: World): void {
  for (const [end, durable] of holders(world)) {
    if (end === world.rolled?.end) continue;
    if (!isAtRest(endAt(world, end))) continue;
    for (const [, licence] of durable.licences) {
      if (licence.state !== 'borrowed' || !isOver(licence, durable.time) || !areTogether(world, end, licence.contact)) continue;
      throw new Violation('unsettled', `${endAt(world, end).name} still has a book whose time is over, although its lender is there`);
    }
    for (const [id, transfer] of durable.transfers) {
      if (!areTogether(world, end, transfer.contact) || endOf(world, transfer.contact) === world.rolled?.end) continue;
      const there = durableAt(world, endOf(world, transfer.contact))?.base.get('transfer', id);
      if (waitsForNobody(transfer, there)) continue;
      throw new Violation('unsettled', `${endAt(world, end).name} still has a transfer that is ${transfer.state}, and nothing more will happen by itself`);
    }
  }
}
