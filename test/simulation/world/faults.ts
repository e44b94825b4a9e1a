/** Everything that goes wrong (docs/ASSURANCE.md names the rows): each fault is dealt to the world by one event. */
import { encodeMessage } from '../../../protocol/messages.codec.ts';
import type { Checkpoint, SimHost } from './host.ts';
import type { WriteOutcome } from './disk.ts';
import type { Pipe } from './network.ts';
import type { Seeded } from './seeded.ts';
import { slipIn } from './session-tap.ts';
import type { World } from './world.ts';

/** @returns what was done, or null if it was not possible */
type Fault = (world: World, dice: Seeded) => string | null;

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
const backup: Fault = (world, dice) => {
  const host = pick(world, dice, (one) => one.power !== 'gone' && one.exists && one.waiting.length === 0 && !one.isGhost && one.good === null);
  if (!host) return null;
  host.checkpoint = checkpointOf(host);
  return `${host.name} makes a backup at ${host.checkpoint.n}`;
};
const checkpointOf = (host: SimHost): Checkpoint => ({ disk: host.disk.copy(), register: host.register, n: host.highest.n });

/** Damage done while the wallet is closed, after which it must not open. Returns null where it does not apply. */
const DAMAGES: Record<string, (host: SimHost, dice: Seeded) => boolean> = {
  'stale-folder': (host) => {
    if (!host.checkpoint || host.checkpoint.n >= host.highest.n) return false;
    host.disk = host.checkpoint.disk.copy();
    return true;
  },
  'bit-flip': (host, dice) => {
    const n = loadedPackage(host, dice);
    const flipSnapshot = host.disk.snapshot && (n === null || dice.chance(0.2));
    const sealed = flipSnapshot ? host.disk.snapshot?.sealed : n === null ? undefined : host.disk.packages.get(n);
    if (!sealed) return false;
    const flipped = sealed.slice();
    const bit = dice.below(flipped.length * 8);
    flipped[bit >> 3] = (flipped[bit >> 3] ?? 0) ^ (1 << (bit & 7));
    if (flipSnapshot && host.disk.snapshot) host.disk.snapshot = { n: host.disk.snapshot.n, sealed: flipped };
    else if (n !== null) host.disk.packages.set(n, flipped);
    return true;
  },
  'duplicated-package': (host, dice) => {
    const [from, to] = [loadedPackage(host, dice), loadedPackage(host, dice)];
    const sealed = from === null ? undefined : host.disk.packages.get(from);
    if (!sealed || to === null || from === to) return false;
    host.disk.packages.set(to, sealed);
    return true;
  },
  'missing-package': (host, dice) => {
    const n = loadedPackage(host, dice);
    return n !== null && host.disk.packages.delete(n);
  },
  // One step back cannot be told from a crash by anybody but a witness: the register is what is trusted (design §5.3).
  'older-register': (host) => {
    if (!host.checkpoint?.register || host.checkpoint.n > host.highest.n - 2) return false;
    host.register = host.checkpoint.register;
    return true;
  },
  'register-gone': (host) => {
    if (host.highest.n < 2) return false;
    host.register = null;
    return true;
  },
};
export const DAMAGE_NAMES = Object.keys(DAMAGES);
const newestSnapshot = (host: SimHost): number => host.disk.snapshot?.n ?? 0;
/** A package that opening the wallet reads. */
const loadedPackage = (host: SimHost, dice: Seeded): number | null => {
  const from = newestSnapshot(host);
  return host.highest.n > from ? from + 1 + dice.below(host.highest.n - from) : null;
};

const damage = (name: string): Fault => (world, dice) => {
  const host = pick(world, dice, (one) => (one.power === 'down' || one.power === 'stopped') && one.good === null && one.exists && !one.isGhost);
  if (!host) return null;
  if (host.power === 'stopped') host.crash();
  const good: Checkpoint = { disk: host.disk, register: host.register, n: host.highest.n };
  host.disk = host.disk.copy();
  if (!DAMAGES[name]?.(host, dice)) {
    host.disk = good.disk;
    host.register = good.register;
    return null;
  }
  host.good = good;
  host.mayStop = new Set(['rollback_detected', 'store_corrupt', 'register_missing']);
  host.mustStop = true;
  host.boot();
  return `${host.name} is started with ${name}`;
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
  host.handle({ type: 'tick' });
  return `${host.name}'s clock jumps by ${by} ms`;
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
  const flipped = frame.slice();
  const bit = dice.below(Math.max(flipped.length, 1) * 8);
  flipped[bit >> 3] = (flipped[bit >> 3] ?? 0) ^ (1 << (bit & 7));
  pipe.frames[at] = flipped;
  return true;
}, 'garbled');
const misdelivered = corrupt((_pipe, _at, frame, dice, world) => {
  const other = dice.pick(world.network.pipes.filter(({ open, frames }) => open && !frames.includes(frame)));
  other?.frames.push(frame);
  return other !== undefined;
}, 'also delivered elsewhere');

/**
 * A lane frame of any time is said again by any vault to any other it has a session with, right or wrong. Not to an older
 * copy: somebody dishonest who says that before `resume` has it fork, which the `software` tier proves but does not prevent.
 */
const replay: Fault = (world, dice) => {
  const said = world.lanes.said;
  const pipe = dice.pick(world.network.pipes.filter(({ open, last, from, to, frames }) => open && last && from.isUp && from.waiting.length === 0 && !frames.includes('end') && !from.isGhost && !to.isGhost));
  if (!pipe?.last || said.length === 0) return null;
  // Mostly recent ones: those are undecided.
  const frame = dice.chance(0.5) ? dice.pick(said.slice(-12)) : dice.pick(said);
  const ciphertext = frame && slipIn(pipe.last, encodeMessage({ type: 'lane-frame', frame }));
  if (!ciphertext) return null;
  pipe.frames.push(ciphertext);
  pipe.last = ciphertext;
  return `${pipe.from.name} says an old lane frame to ${pipe.to.name}`;
};

/** By name, with how often they are dealt. */
export const FAULTS: Record<string, readonly [weight: number, fault: Fault]> = {
  crash: [1.2, crash], fuse: [3, fuse], 'disk-full': [0.5, diskFull], room: [1.5, room], 'slow-disk': [1.5, slowDisk], 'failed-fsync': [0.5, fsync],
  'failed-register': [0.5, registerFails], backup: [0.6, backup], ...Object.fromEntries(DAMAGE_NAMES.map((name) => [name, [0.35, damage(name)] as const])),
  'machine-rolled-back': [0.6, machineRolledBack], gone: [0.01, gone], 'clock-jump': [0.8, clockJump], cut: [1.2, cut], partition: [0.5, partition], joined: [2, joined],
  'lost-frame': [0.5, dropped], 'repeated-frame': [0.4, repeated], 'overtaken-frame': [0.4, overtaken], 'garbled-frame': [0.4, garbled], 'misdelivered-frame': [0.4, misdelivered],
  replay: [8, replay],
};
