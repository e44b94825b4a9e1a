/**
 * What can happen to the small world, each thing in one piece: a vault is given inputs, is told by its disk how that went,
 * loses power, starts; two vaults meet, a frame arrives, a link is cut. Handshakes happen in one piece.
 */
import { BEGINNING } from '../world/host.ts';
import { Violation } from '../world/violation.ts';
import { nameOfPackage, type WriteOutcome, written } from './disk.ts';
import { type Frame, frameOf } from './frames.ts';
import { type Life, sessionOn } from './life.ts';
import { type Asked, type Given, runOf, type Run, type Told } from './run.ts';
import { say } from './saying.ts';
import { startOf } from './start.ts';
import { at, connectionOf, durableAt, endAt, isAtRest, otherEnd, storeOf, withEnd, withLink, withStore, type Work, type World } from './world.ts';

/** True if the exploration stands still at every moment at which a disk or register is waited for. */
export type Pausing = boolean;

const MONTH_MS = 30 * 86_400_000;

export const tick = async (world: World, end: number, pausing: Pausing): Promise<World> => await give(world, end, [{ input: { type: 'tick', now: BEGINNING }, name: 'tick', purpose: 'tick' }], 'time passes', pausing);

/** Its clock jumps ahead by a month, for good. */
export const later = async (world: World, end: number, pausing: Pausing): Promise<World> => await tick(withEnd(world, end, { isLater: true }), end, pausing);

/** Gives inputs to a vault at rest; they share one package. */
export async function give(world: World, end: number, inputs: readonly Given[], what: string, pausing: Pausing = false): Promise<World> {
  const { wallet, life, losses, isLater } = endAt(world, end);
  const given = isLater ? inputs.map(({ input, name, purpose }): Given => ({ input: input.now === null ? input : { ...input, now: input.now + MONTH_MS }, name: `${name}, later`, purpose })) : inputs;
  if (!life) throw new Error('a vault that is not running is given nothing');
  const run = await runOf({ wallet, life, disk: storeOf(world, end).disk, given, losses }, []);
  return await follow(hear(world, end, life, run, []), end, { given, told: [], run, what }, pausing);
}

/** Goes on with a package, to its end or to where the disk or the register is waited for. */
async function follow(world: World, end: number, work: Work, pausing: Pausing): Promise<World> {
  let [next, now] = [world, work];
  while (now.run.asked) {
    if (pausing) return withEnd(next, end, { work: now });
    [next, now] = await tell(next, end, now, perform(next, end, now.run.asked));
  }
  const { after, stopped } = now.run;
  next = withEnd(next, end, stopped ? { work: null, life: null, power: 'stopped' } : { work: null, life: after });
  return await hearOfCuts(stopped ? leaveLinks(next, end) : next);
}

async function tell(world: World, end: number, work: Work, [done, answer]: readonly [World, Told]): Promise<[World, Work]> {
  const { wallet, life, losses } = endAt(world, end);
  if (!life) throw new Error('a vault at work is running');
  const told = [...work.told, answer];
  const run = await runOf({ wallet, life, disk: storeOf(world, end).disk, given: work.given, losses }, told);
  return [hear(done, end, life, run, work.run.said), { ...work, told, run }];
}

/** The disk or the register does what it is asked. */
function perform(world: World, end: number, asked: Asked): readonly [World, Told] {
  const { store: index } = endAt(world, end);
  const store = at(world.stores, index);
  if (asked.op === 'read') return [world, `=${store.register}`];
  if (asked.op === 'append') return [overwritten(withStore(world, index, { disk: written(store.disk, asked.n, asked.sealed, 'kept') }), world, index, asked.n), 'ok'];
  // Compare and advance (design §5.4).
  return store.register === asked.from ? [withStore(world, index, { register: asked.to }), 'ok'] : [world, 'failed'];
}

/** Remembers a package whose place another has taken: the disk's keeper may have kept it. */
function overwritten(after: World, before: World, store: number, n: number): World {
  const old = at(before.stores, store).disk.packages[n - 1];
  const present = at(after.stores, store).disk.packages[n - 1];
  if (!old || !present || nameOfPackage(old) === nameOfPackage(present)) return after;
  return { ...after, siblings: [...after.siblings, { store, n, sealed: old }] };
}

/** The disk or the register is done, and the package goes on. */
export async function proceed(world: World, end: number, pausing: Pausing): Promise<World> {
  const { work } = endAt(world, end);
  if (!work?.run.asked) throw new Error('nothing is waited for');
  const [next, now] = await tell(world, end, work, perform(world, end, work.run.asked));
  return await follow(next, end, now, pausing);
}

/** The write, or the advance, fails. What is there afterwards is not known to the vault (design §5.3). */
export async function fail(world: World, end: number, outcome: WriteOutcome | 'full'): Promise<World> {
  const { work, store: index } = endAt(world, end);
  const asked = work?.run.asked;
  if (!work || !asked) throw new Error('nothing is waited for');
  const store = at(world.stores, index);
  let next = world;
  if (asked.op === 'advance' && outcome === 'kept') next = withStore(world, index, { register: asked.to });
  // It can be read back until the power goes.
  if (asked.op === 'append' && outcome !== 'full') next = withStore(world, index, { disk: written(store.disk, asked.n, asked.sealed, 'kept'), survives: store.survives ?? written(store.disk, asked.n, asked.sealed, outcome) });
  const [told, now] = await tell(world, end, work, [next, outcome === 'full' ? 'full' : 'failed']);
  const after = await follow(told, end, now, false);
  if (outcome !== 'full' && (endAt(after, end).power !== 'stopped' || now.run.said.length > work.run.said.length)) {
    return { ...after, wrong: new Violation('went-on', `${endAt(world, end).name} goes on after its ${asked.op === 'append' ? 'disk' : 'register'} has failed`) };
  }
  return withEnd(after, end, { losses: endAt(after, end).losses + 1 });
}

/** The power goes; a write under way is lost, kept or torn. */
export async function powerCut(world: World, end: number, outcome: WriteOutcome = 'lost'): Promise<World> {
  const { work, store: index, losses } = endAt(world, end);
  const asked = work?.run.asked;
  const store = at(world.stores, index);
  let next = world;
  if (asked?.op === 'append') next = overwritten(withStore(world, index, { disk: written(store.disk, asked.n, asked.sealed, outcome) }), world, index, asked.n);
  if (asked?.op === 'advance' && outcome === 'kept' && store.register === asked.from) next = withStore(world, index, { register: asked.to });
  const isLost = asked !== undefined && asked !== null && !(asked.op === 'advance' && outcome === 'kept');
  const { survives } = at(next.stores, index);
  if (survives) next = withStore(next, index, { disk: survives, survives: null });
  return await hearOfCuts(leaveLinks(withEnd(next, end, { power: 'down', life: null, work: null, losses: losses + Number(isLost) }), end));
}

/** A vault that is not running is started from what its disk and register hold. */
export async function start(world: World, end: number): Promise<World> {
  const { wallet, store: index } = endAt(world, end);
  const store = at(world.stores, index);
  const { life, stopped } = await startOf(wallet, store.disk, store.register);
  // Opening it has written down anew whatever could still be read.
  const next = withEnd(withStore(world, index, { survives: null }), end, life ? { power: 'up', life } : { power: 'stopped' });
  const isShared = world.ends.filter((one) => one.store === index).length > 1;
  const isCopy = durableAt(world, end)?.base.get('contradiction', 'self') !== undefined;
  if (life && isCopy) return { ...next, wrong: new Violation('opened', `${wallet.name} opens although it knows that it is a copy`) };
  if (!life && !isCopy && !isShared) return { ...next, wrong: new Violation('stopped', `${wallet.name} does not open any more, although nobody has touched its disk: ${stopped}`) };
  return next;
}

/** Takes note of what has been said since. */
function hear(world: World, end: number, before: Life, run: Run, heard: Run['said']): World {
  let next = world;
  for (const message of run.said.slice(heard.length)) {
    const index = message.connection - 1;
    const link = at(next.links, index);
    if (message.type === 'hang-up') next = ended(next, index);
    else if (link.up) next = say(next, end, index, frameOf(message.frame), run.after ?? before);
  }
  return next;
}

/** All links of a vault that has gone end. */
function leaveLinks(world: World, end: number): World {
  let next = world;
  for (const [index, link] of world.links.entries()) if (link.ends.includes(end) && link.up) next = ended(next, index);
  return withEnd(next, end, { unheard: [] });
}

/** What was on the way is lost; both ends have yet to hear of it. */
function ended(world: World, index: number): World {
  let next = withLink(world, index, { up: false, queues: [[], []], lossy: false });
  for (const end of at(world.links, index).ends) if (endAt(next, end).power === 'up') next = withEnd(next, end, { unheard: [...endAt(next, end).unheard, index] });
  return next;
}

/** Vaults at rest hear which of their links have ended. */
async function hearOfCuts(world: World): Promise<World> {
  for (const [end, { unheard }] of world.ends.entries()) {
    const [index, ...rest] = unheard;
    if (index === undefined || !isAtRest(endAt(world, end))) continue;
    const given = { input: { type: 'disconnected', now: BEGINNING, connection: connectionOf(index) } as const, name: `disconnected ${index}`, purpose: 'disconnected' };
    return await give(withEnd(world, end, { unheard: rest }), end, [given], 'the link ends');
  }
  return world;
}

/** A link is cut. */
export const cut = async (world: World, index: number): Promise<World> => await hearOfCuts(ended(world, index));

/** Two vaults at rest meet: handshake and evidence in one piece; from `resume` on, every message travels on its own. */
export async function meet(world: World, index: number): Promise<World> {
  const link = at(world.links, index);
  const [first, second] = link.ends;
  let next = withLink(world, index, { up: true, queues: [[], []], lossy: false });
  for (const [end, role] of [[second, 'responder'], [first, 'initiator']] as const) {
    const input = { type: 'connected', now: BEGINNING, connection: connectionOf(index), role, expect: null, strangersWelcome: true, localPeer: String(end), remotePeer: String(otherEnd(link, end)) } as const;
    next = await give(next, end, [{ input, name: `connected ${index}`, purpose: `connected ${index}` }], 'they meet');
  }
  const isOpen = (end: number): boolean => sessionOn(endAt(next, end).life ?? NO_LIFE, connectionOf(index)) !== null;
  while (at(next.links, index).up && !(isOpen(first) && isOpen(second))) {
    const [said] = at(next.links, index).queues;
    next = await deliver(next, index, said.length > 0 && !isOpen(second) ? 0 : 1);
  }
  return next;
}
const NO_LIFE: Life = { id: -1, durable: null, registered: '', volatile: [], canon: -1 };

/** Takes the oldest frame that one side said out of its queue. */
export function taken(world: World, index: number, side: 0 | 1): readonly [World, Frame] {
  const { queues } = at(world.links, index);
  const [frame, ...rest] = queues[side];
  if (!frame) throw new Error('nothing is on the way');
  return [withLink(world, index, { queues: side === 0 ? [rest, queues[1]] : [queues[0], rest] }), frame];
}

export const arriving = (index: number, frame: Frame): Given => ({
  input: { type: 'received', now: BEGINNING, connection: connectionOf(index), frame: frame.bytes }, name: `${index}<${frame.id}`, purpose: `${index} ${frame.purpose}`,
});

/** The oldest frame that one side of a link said arrives at the other. */
export async function deliver(world: World, index: number, side: 0 | 1, pausing: Pausing = false): Promise<World> {
  const [next, frame] = taken(world, index, side);
  return await give(next, at(at(world.links, index).ends, 1 - side), [arriving(index, frame)], frame.label, pausing);
}

export const calling = (method: string, input: object, purpose: string): Given => ({ input: { type: 'call', now: BEGINNING, id: 1, method, input }, name: `${method} ${purpose}`, purpose: `${method} ${purpose}` });
