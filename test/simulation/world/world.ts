/**
 * The simulated world: two to five hosts with real vaults, the network between them, the people, and everything that goes
 * wrong. One event at a time happens, then all comes to rest and is checked. What an event does follows from its number
 * and the state of the world, so a run is a list of (kind, number), and any part of that list is a run too.
 */
import { createHash, type Hash } from 'node:crypto';
import type { VaultMessage } from '../../../protocol/module-port.ts';
import { FAULTS } from './faults.ts';
import { SimHost } from './host.ts';
import { LaneWatch } from './lane-watch.ts';
import { Ledger } from './ledger.ts';
import { Network } from './network.ts';
import { act } from './people.ts';
import { Seeded } from './seeded.ts';
import { Shelves } from './shelves.ts';
import type { Asked, Surroundings } from './surroundings.ts';
import { expectThat, Violation } from './violation.ts';

export interface Event { readonly kind: string; readonly r: number }
type Happening = (world: World, dice: Seeded) => string | null;

const NAMES = ['Ada', 'Ben', 'Cem', 'Dina', 'Eve'];
/** How much time passes with every event. */
const EVENT_MS = 20;
const LINES_KEPT = 60;

export class World implements Surroundings {
  readonly hosts: SimHost[];
  readonly network = new Network();
  readonly lanes = new LaneWatch();
  readonly ledger = new Ledger();
  readonly shelves = new Shelves();
  readonly byInstance = new Map<string, SimHost>();
  readonly counts = new Map<string, number>();
  /** What people asked for, and the codes with which it was refused. */
  readonly deeds = new Map<string, number>();
  readonly lines: string[] = [];
  steps = 0;
  violation: Violation | null = null;
  #later: (() => Promise<void>)[] = [];
  #hash: Hash | null;

  constructor(seed: string, hashed = false) {
    this.#hash = hashed ? createHash('sha256') : null;
    const size = 2 + new Seeded(`${seed}/size`).below(4);
    this.hosts = NAMES.slice(0, size).map((name) => new SimHost(name, seed, this));
  }

  /** SHA-256 over everything that happened and every frame, if asked for. */
  digest(): string {
    return this.#hash?.digest('hex') ?? '';
  }

  note(line: string): void {
    this.lines.push(`${this.steps}: ${line}`);
    if (this.lines.length > LINES_KEPT) this.lines.shift();
    this.#hash?.update(`${line}\n`);
  }

  count(fault: string): void {
    this.counts.set(fault, (this.counts.get(fault) ?? 0) + 1);
  }

  onReply(host: SimHost, { method, input, at, lacksPin }: Asked, message: Extract<VaultMessage, { type: 'reply' }>): void {
    const deed = message.ok ? method : `${method}: ${message.failure.code}`;
    this.deeds.set(deed, (this.deeds.get(deed) ?? 0) + 1);
    if (!message.ok) return;
    this.#guarded(() => {
      expectThat(!lacksPin, 'consent', () => `${host.name}'s ${method} was done without the PIN`);
      if (method === 'transfers.send' || method === 'transfers.accept') this.lanes.seeTransfer(host, (message.value as { id: string }).id, method === 'transfers.send' ? 'offered' : 'accepted', `${host.name}'s ${method} was answered`);
      if (method === 'books.open') this.shelves.opened(host, (input as { licence: string }).licence, at, this.byInstance);
      if (method === 'books.closed') this.shelves.closed(host, (input as { licence: string }).licence);
    });
  }

  onCloseBook(host: SimHost, licence: string): void {
    this.shelves.closed(host, licence);
  }

  /** Tells a vault the time. What is over must be closed then, unless the disk keeps it from doing anything at once. */
  tick(host: SimHost): void {
    host.handle({ type: 'tick' });
    this.later(async () => {
      if (host.isUp && !host.isGhost && !host.full && host.waiting.length === 0) this.shelves.expectClosed(host);
    });
  }

  /** Has something done once all has come to rest. */
  later(work: () => Promise<void>): void {
    this.#later.push(work);
  }

  onViolation(violation: Violation): void {
    this.violation ??= violation;
  }

  onSend(host: SimHost, connection: number, frame: Uint8Array): void {
    this.#hash?.update(`${host.name} ${connection} `).update(frame);
    this.#guarded(() => this.lanes.see(host, frame));
    this.network.send(host, connection, frame);
  }

  #guarded(look: () => void): void {
    try {
      look();
    } catch (error) {
      this.onViolation(error instanceof Violation ? error : new Violation('crash', String(error)));
    }
  }

  onHangUp(host: SimHost, connection: number): void {
    this.network.hangUp(host, connection);
  }

  onCrash(host: SimHost): void {
    this.shelves.ended(host);
    this.network.lose(host);
  }

  /** Hosts that hold a newer position of `host` than `n` and can be met. */
  rememberers(host: SimHost, n: number): SimHost[] {
    return this.hosts.filter((other) => {
      if (other === host || !other.isUp || other.isGhost || !this.network.canReach(host, other)) return false;
      const state = other.journal?.state;
      const known = state?.get('contact', host.instance)?.mutual && (!host.ghost || host.ghost.state.get('contact', other.instance)?.mutual);
      return Boolean(known) && (state?.get('position', host.instance)?.n ?? 0) > n;
    });
  }

  /** Lets one event happen, everything come to rest, and looks. @returns false if it was not possible now @throws Violation */
  async happen(kind: string, r: number): Promise<boolean> {
    const done = HAPPENINGS[kind]?.[1](this, new Seeded(String(r)));
    if (!done) return false;
    this.steps++;
    this.note(done);
    if (kind in FAULTS) this.count(kind);
    for (const host of this.hosts) host.clock += EVENT_MS;
    await atRest();
    for (const work of this.#later.splice(0)) await work();
    this.check();
    return true;
  }

  /** @throws Violation */
  check(): void {
    for (const host of this.hosts) {
      host.asked = 0;
      if (this.violation) throw this.violation;
      host.expectStopped();
      host.checkHead();
      if (host.instance !== '') this.byInstance.set(host.instance, host);
      if (host.isGhost && host.isUp) this.#checkGhost(host);
    }
    if (this.violation) throw this.violation;
    this.ledger.check(this.hosts, this.byInstance);
    this.shelves.check(this.hosts, this.byInstance);
  }

  /** An older copy that has heard from somebody who remembers must have stopped. */
  #checkGhost(host: SimHost): void {
    for (const [, session] of host.ghost?.state.all('session') ?? []) {
      if (session.phase === 'open' && session.resumed) this.onViolation(new Violation('went-on', `${host.name} runs from an older state and has met somebody who remembers a newer one`));
    }
  }
}

/** Resolves when no vault has anything to do that does not wait for the host: all of it happens in microtasks. */
export const atRest = (): Promise<void> => new Promise((resolve) => void setImmediate(resolve));

const deliver: Happening = ({ network }, dice) => {
  const pipe = network.waiting(dice);
  if (!pipe) return null;
  network.deliver(pipe);
  return `${pipe.from.name} to ${pipe.to.name}: a frame arrives`;
};

/** Several frames for one host in one turn, so that they share a package. */
const burst: Happening = (world, dice) => {
  const first = world.network.waiting(dice);
  if (!first) return null;
  let count = 0;
  for (const pipe of world.network.pipes.filter(({ to, held }) => to === first.to && !held)) {
    for (let left = 1 + dice.below(4); left > 0 && pipe.frames.length > 0; left--, count++) world.network.deliver(pipe);
  }
  world.steps += count - 1;
  return `${count} frames arrive at ${first.to.name}`;
};

const person: Happening = (world, dice) => {
  const host = dice.pick(world.hosts.filter(({ isUp, isGhost }) => isUp && !isGhost));
  const done = host && act(host, dice);
  return done ? `${host.name} ${done}` : null;
};

const connect: Happening = (world, dice) => {
  const [a, b] = [dice.pick(world.hosts), dice.pick(world.hosts)];
  if (!a || !b || a === b || !a.isUp || !b.isUp || !world.network.canReach(a, b)) return null;
  const second = world.network.between(a, b).length > 0;
  if (second && !dice.chance(0.06)) return null;
  for (const [ghost, other] of [[a, b], [b, a]] as const) {
    if (!ghost.isGhost) continue;
    if (other.isGhost || !world.rememberers(ghost, ghost.ghost?.head.n ?? 0).includes(other)) return null;
    world.ledger.misled.add(`${other.name} < ${ghost.instance}`);
  }
  if (second) world.count('second-session');
  world.network.connect(a, b, dice.chance(0.5) ? b.instance : null);
  return `${a.name} reaches ${b.name}`;
};

const restart: Happening = (world, dice) => {
  const host = dice.pick(world.hosts.filter(({ power, isGhost }) => power === 'down' || power === 'stopped' || (isGhost && dice.chance(0.05))));
  if (!host) return null;
  restartHost(host);
  return `${host.name} starts`;
};

/** Starts a host that is not running, with the newest good copy of its disk. */
export function restartHost(host: SimHost): void {
  if (host.power !== 'down') host.crash();
  if (host.good) {
    host.disk = host.good.disk;
    host.register = host.good.register;
    host.good = null;
  }
  host.isGhost = false;
  host.boot();
}

const work: Happening = (world, dice) => {
  const host = dice.pick(world.hosts.filter(({ waiting }) => waiting.length > 0));
  host?.work();
  return host ? `${host.name}'s disk gets something done` : null;
};

const tick: Happening = (world, dice) => {
  const host = dice.pick(world.hosts.filter(({ isUp }) => isUp));
  if (host) world.tick(host);
  return host ? `${host.name}: time passes` : null;
};

/** What can happen, with how often it is tried. */
const HAPPENINGS: Record<string, readonly [weight: number, happening: Happening]> = {
  deliver: [220, deliver], burst: [30, burst], person: [100, person], connect: [40, connect], restart: [8, restart], work: [60, work], tick: [8, tick], ...FAULTS,
};
const ALL = Object.entries(HAPPENINGS).map(([kind, [weight]]) => ({ kind, weight }));
const ALL_WEIGHT = ALL.reduce((sum, { weight }) => sum + weight, 0);

/** The next thing to try. */
export function drawEvent(dice: Seeded): Event {
  let at = (dice.next() / 2 ** 32) * ALL_WEIGHT;
  const { kind } = ALL.find(({ weight }) => (at -= weight) < 0) ?? { kind: 'tick' };
  return { kind, r: dice.next() };
}
