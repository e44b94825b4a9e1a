/** Everything that goes wrong (docs/ASSURANCE.md names the rows): each fault is dealt to the world by one event. What damages a closed wallet's disk is in damages.ts. */
import { encodeMessage } from '../../../protocol/messages.codec.ts';
import { DAY_MS } from '../../../enclave/vault/library/terms.ts';
import { readBook } from './deeds/books.ts';
import { damage, DAMAGE_NAMES, flipped } from './damages.ts';
import type { Checkpoint, SimHost } from './host.ts';
import type { WriteOutcome } from './disk.ts';
import type { Pipe } from './network.ts';
import type { Seeded } from './seeded.ts';
import { slipIn } from './session-tap.ts';
import { expectThat } from './violation.ts';
import type { World } from './world.ts';

/** @returns what was done, or null if it was not possible */
export type Fault = (world: World, dice: Seeded) => string | null;

const OUTCOMES: readonly WriteOutcome[] = ['lost', 'kept', 'torn'];
const outcome = (dice: Seeded): WriteOutcome => dice.pick(OUTCOMES) ?? 'lost';
const running = (world: World, dice: Seeded): SimHost | undefined => dice.pick(world.hosts.filter(({ power, isGhost }) => (power === 'up' || power === 'starting') && !isGhost));
const busyPipe = (world: World, dice: Seeded): Pipe | undefined => dice.pick(world.network.pipes.filter(({ frames }) => frames.some((frame) => frame !== 'end')));
const pick = (world: World, dice: Seeded, which: (host: SimHost) => boolean): SimHost | undefined => dice.pick(world.hosts.filter(which));

// Power.
const crash: Fault = (world, dice) => {
  const host = running(world, dice);
  if (!host) return null;
  host.crash(outcome(dice));
  return `${host.name} loses power`;
};
const fuse: Fault = (world, dice) => {
  const host = running(world, dice);
  if (!host || host.fuse > 0) return null;
  host.fuse = 1 + dice.below(8);
  host.fuseOutcome = outcome(dice);
  return `${host.name} will lose power at moment ${host.fuse}, write ${host.fuseOutcome}`;
};
/** The power fails while the wallet is opened, and again while it is opened once more. */
const crashesInStart: Fault = (world, dice) => {
  const host = pick(world, dice, ({ power, good, exists, isGhost }) => power === 'down' && good === null && exists && !isGhost);
  if (!host) return null;
  host.startFuses = Array.from({ length: 2 + dice.below(3) }, () => 1 + dice.below(4));
  host.fuse = host.startFuses.shift() ?? 1;
  host.boot();
  return `${host.name} starts, and its power fails each time`;
};

// Disk and register.
const diskFull: Fault = (world, dice) => {
  const host = running(world, dice);
  if (!host) return null;
  host.full = !host.full;
  return `${host.name}'s disk ${host.full ? 'is full' : 'has room'}`;
};
const room: Fault = (world, dice) => {
  const host = pick(world, dice, ({ full }) => full);
  if (!host) return null;
  host.full = false;
  return `${host.name}'s disk has room`;
};
const slowDisk: Fault = (world, dice) => {
  const host = running(world, dice);
  if (!host) return null;
  host.slow = !host.slow;
  return `${host.name}'s disk is ${host.slow ? 'slow' : 'fast'}`;
};
const fsync: Fault = (world, dice) => {
  const host = running(world, dice);
  if (!host) return null;
  host.failNextWrite = outcome(dice);
  return `${host.name}'s next write fails, ${host.failNextWrite}`;
};
const registerFails: Fault = (world, dice) => {
  const host = running(world, dice);
  if (!host) return null;
  host.failNextAdvance = dice.chance(0.5) ? 'before' : 'after';
  return `${host.name}'s next advance fails ${host.failNextAdvance}`;
};
/** A power cut between register and memory leaves a package that counts already, and that no vault has told of: a copy of it is not yet an older one. */
const isKnown = ({ register, highest }: SimHost): boolean => register !== null && Buffer.compare(register, highest.hash) === 0;
const backup: Fault = (world, dice) => {
  const host = pick(world, dice, (one) => one.power !== 'gone' && one.exists && one.waiting.length === 0 && !one.isGhost && one.good === null && isKnown(one));
  if (!host) return null;
  host.checkpoint = checkpointOf(host);
  return `${host.name} makes a backup at ${host.checkpoint.n}`;
};
const checkpointOf = (host: SimHost): Checkpoint => ({ disk: host.disk.copy(), register: host.register, n: host.highest.n });

/** A record of the archive is damaged, which is for display only: it is left out, and everything else shows what it was. */
const archiveFlip: Fault = (world, dice) => {
  const host = pick(world, dice, ({ isUp, isGhost, disk }) => isUp && !isGhost && disk.archive.length > 0);
  const at = host ? dice.below(host.disk.archive.length) : 0;
  const record = host?.disk.archive[at];
  if (!host || !record) return null;
  const bit = dice.next();
  world.later(async () => {
    const shown = async (): Promise<readonly string[]> => {
      const { items } = await host.ask<{ items: { id: string; direction: string; state: string }[] }>('transfers.history', { cursor: null, limit: 200 });
      return items.map((item) => JSON.stringify(item));
    };
    const before = await shown();
    host.disk.archive[at] = { ...record, sealed: flipped(record.sealed, bit) };
    const after = await shown();
    host.disk.archive[at] = record;
    const missing = before.filter((item) => !after.includes(item));
    const invented = after.filter((item) => !before.includes(item));
    // Older ones may come in at the end of the page, where some were left out.
    const right = missing.length <= record.ids.length && (invented.length === 0 || (before.length === 200 && invented.length <= record.ids.length));
    expectThat(right, 'opened', () => `${host.name} shows other transfers than before when a record of its archive is damaged`);
  });
  return `${host.name}'s archive has a bit the other way round`;
};

/** The whole computer runs from an older state, register included: only somebody who remembers can stop it (§5.7). */
const machineRolledBack: Fault = (world, dice) => {
  const host = pick(world, dice, (one) => one.power === 'down' && one.good === null && one.checkpoint !== null && !one.isGhost && world.rememberers(one, one.checkpoint.n).length > 0);
  if (!host?.checkpoint) return null;
  host.good = { disk: host.disk, register: host.register, n: host.highest.n };
  host.disk = host.checkpoint.disk.copy();
  host.register = host.checkpoint.register;
  host.isGhost = true;
  host.mayStop = new Set(['rollback_detected']);
  host.boot();
  return `${host.name} runs from a backup of ${host.checkpoint.n}, register included`;
};

const gone: Fault = (world, dice) => {
  if (world.hosts.length < 3 || world.hosts.some(({ power }) => power === 'gone')) return null;
  const host = pick(world, dice, (one) => one.power === 'down' && one.good === null && one.exists && !one.isGhost);
  if (!host) return null;
  host.power = 'gone';
  return `${host.name} is gone for good`;
};

const clockJump: Fault = (world, dice) => {
  const host = pick(world, dice, ({ power }) => power !== 'gone');
  if (!host) return null;
  const by = (dice.chance(0.5) ? -1 : 1) * dice.below(dice.chance(0.1) ? 30 * 86_400_000 : 60_000);
  host.clock = Math.max(0, host.clock + by);
  world.tick(host);
  return `${host.name}'s clock jumps by ${by} ms`;
};

/** The day comes on which a book must go home, while somebody reads it perhaps. */
const dueDay: Fault = (world, dice) => {
  const host = pick(world, dice, (one) => one.isUp && !one.isGhost && world.shelves.borrowed(one).length > 0);
  const loan = host && dice.pick(world.shelves.borrowed(host));
  if (!host || !loan) return null;
  if (dice.chance(0.5)) readBook(host, loan.id, dice);
  host.clock = Math.max(host.clock, host.time.clock) + Math.max(0, loan.closing - host.time.now) + dice.below(2);
  world.tick(host);
  return `${host.name}'s clock says that a loan is over`;
};
/** Whose loan is over turns the clock back, and tries to go on reading. */
const turnedBack: Fault = (world, dice) => {
  const over = (host: SimHost) => world.shelves.borrowed(host).filter(({ closing }) => closing <= host.time.now);
  const host = pick(world, dice, (one) => one.isUp && !one.isGhost && over(one).length > 0);
  const loan = host && dice.pick(over(host));
  if (!host || !loan) return null;
  host.clock = Math.max(0, host.clock - dice.below(9 * DAY_MS));
  world.tick(host);
  readBook(host, loan.id, dice);
  return `${host.name} turns the clock back for a book`;
};

// Network.
const cut: Fault = (world, dice) => {
  const pipe = dice.pick(world.network.pipes.filter(({ open }) => open));
  if (!pipe) return null;
  world.network.cut(pipe);
  return `the link ${pipe.from.name}-${pipe.to.name} is cut`;
};
const partition: Fault = (world, dice) => {
  const [a, b] = [dice.pick(world.hosts), dice.pick(world.hosts)];
  if (!a || !b || a === b) return null;
  world.network.partitions.add([a.name, b.name].sort().join(' '));
  for (const pipe of [...world.network.between(a, b), ...world.network.between(b, a)]) world.network.cut(pipe);
  return `${a.name} and ${b.name} cannot reach each other`;
};
/** Nothing comes through for a while, and no end either: what is on the way will be late. */
const delayed: Fault = (world, dice) => {
  const pipe = dice.pick(world.network.pipes.filter(({ held, open }) => open && !held));
  if (!pipe) return null;
  pipe.held = true;
  return `what ${pipe.from.name} says to ${pipe.to.name} is held up`;
};
const released: Fault = (world, dice) => {
  const pipe = dice.pick(world.network.pipes.filter(({ held }) => held));
  if (!pipe) return null;
  pipe.held = false;
  return `what ${pipe.from.name} says to ${pipe.to.name} comes through again`;
};
const joined: Fault = (world, dice) => {
  const pair = dice.pick([...world.network.partitions]);
  return pair && world.network.partitions.delete(pair) ? `${pair} can reach each other again` : null;
};
const corrupt = (change: (pipe: Pipe, at: number, frame: Uint8Array, dice: Seeded, world: World) => boolean, what: string): Fault => (world, dice) => {
  const pipe = busyPipe(world, dice);
  if (!pipe) return null;
  const at = dice.below(pipe.frames.length);
  const frame = pipe.frames[at];
  if (!frame || frame === 'end' || !change(pipe, at, frame, dice, world)) return null;
  return `a frame from ${pipe.from.name} to ${pipe.to.name} is ${what}`;
};
const dropped = corrupt((pipe, at) => pipe.frames.splice(at, 1).length > 0, 'lost');
const repeated = corrupt((pipe, at, frame) => (pipe.frames.splice(at, 0, frame), true), 'repeated');
const overtaken = corrupt((pipe, at, frame) => {
  const next = pipe.frames[at + 1];
  if (!next || next === 'end') return false;
  pipe.frames.splice(at, 2, next, frame);
  return true;
}, 'overtaken');
const garbled = corrupt((pipe, at, frame, dice) => {
  pipe.frames[at] = flipped(frame, dice.next());
  return true;
}, 'garbled');
const misdelivered = corrupt((_pipe, _at, frame, dice, world) => {
  const other = dice.pick(world.network.pipes.filter(({ open, frames }) => open && !frames.includes(frame)));
  other?.frames.push(frame);
  return other !== undefined;
}, 'also delivered elsewhere');

/** Some frame of any time, from whatever session, arrives where nobody has said it. */
const replayedFrame: Fault = (world, dice) => {
  const pipe = dice.pick(world.network.pipes.filter(({ open }) => open));
  const frame = dice.pick(world.network.sent);
  if (!pipe || !frame) return null;
  pipe.frames.push(frame);
  return `a frame of before reaches ${pipe.to.name} as if from ${pipe.from.name}`;
};

/** Says `frame` in the session that `pipe` carries, as a vault whose owner has changed it could. */
function sayLaneFrame(pipe: Pipe, frame: Uint8Array): boolean {
  const ciphertext = pipe.last && slipIn(pipe.last, encodeMessage({ type: 'lane-frames', frames: [frame] }));
  if (!ciphertext) return false;
  pipe.frames.push(ciphertext);
  pipe.last = ciphertext;
  return true;
}
const canSay = ({ open, last, from, frames }: Pipe): boolean => open && last !== null && from.isUp && from.waiting.length === 0 && !frames.includes('end') && !from.isGhost;

/** A lane frame of any time is said again by any vault to any other it has a session with, right or wrong. */
const replay: Fault = (world, dice) => {
  const said = world.lanes.said;
  const pipe = dice.pick(world.network.pipes.filter((one) => canSay(one) && !one.to.isGhost));
  if (!pipe || said.length === 0) return null;
  // Mostly recent ones: those are undecided.
  const old = dice.chance(0.5) ? dice.pick(said.slice(-12)) : dice.pick(said);
  return old && sayLaneFrame(pipe, old.frame) ? `${pipe.from.name} says an old lane frame to ${pipe.to.name}` : null;
};

/**
 * A commit that was meant for a wallet is said to its older copy, before that has heard what others remember of it
 * (row 29): it must not take it. Somebody dishonest who kept silent about what they remember could make it; the
 * `software` tier proves such a fork and does not prevent it.
 */
const replayToOldCopy: Fault = (world, dice) => {
  const unaware = ({ to }: Pipe): boolean => to.isGhost && ![...(to.ghost?.state.all('session') ?? [])].some(([, session]) => session.phase === 'open' && session.resumed);
  const pipe = dice.pick(world.network.pipes.filter((one) => canSay(one) && unaware(one)));
  const commits = pipe ? world.lanes.said.filter(({ kind, lane }) => kind === 'commit' && pipe.to.ghost?.state.get('lane', lane)?.contact === pipe.from.instance) : [];
  const old = dice.chance(0.7) ? commits.at(-1) : dice.pick(commits);
  return pipe && old && sayLaneFrame(pipe, old.frame) ? `${pipe.from.name} says a commit to an old copy of ${pipe.to.name}` : null;
};

/** By name, with how often they are dealt. */
export const FAULTS: Record<string, readonly [weight: number, fault: Fault]> = {
  crash: [1.2, crash], fuse: [3, fuse], 'crashes-in-start': [0.6, crashesInStart], 'disk-full': [0.5, diskFull], room: [1.5, room], 'slow-disk': [1.5, slowDisk], 'failed-fsync': [0.5, fsync],
  'failed-register': [0.5, registerFails], backup: [0.6, backup], ...Object.fromEntries(DAMAGE_NAMES.map((name) => [name, [0.35, damage(name)] as const])), 'bit-flip-archive': [0.3, archiveFlip],
  'machine-rolled-back': [1.6, machineRolledBack], gone: [0.08, gone], 'clock-jump': [0.8, clockJump], 'due-day': [1, dueDay], 'turned-back': [2, turnedBack], cut: [1.2, cut], partition: [0.5, partition], joined: [2, joined],
  delayed: [1.2, delayed], released: [0.8, released], 'lost-frame': [0.5, dropped], 'repeated-frame': [0.4, repeated], 'overtaken-frame': [0.6, overtaken], 'garbled-frame': [0.4, garbled],
  'misdelivered-frame': [0.4, misdelivered], 'replayed-frame': [0.4, replayedFrame], replay: [8, replay], 'replay-to-old-copy': [150, replayToOldCopy],
};
/** What comes of these, and is counted where it happens. */
export const OUTCOMES_COUNTED = ['lost-write', 'torn-write', 'crash-in-start', 'three-crashes-in-start', 'old-copy-stopped', 'second-session'] as const;
