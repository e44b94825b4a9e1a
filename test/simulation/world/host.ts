/**
 * One simulated computer around a real vault: its disk, freshness register, clock and power (design §3: all of them the
 * adversary's). The vault is the shipped one from its message port inwards (enclave/runtime/vault-runtime.ts); the host
 * answers its questions at once, or later while the disk is slow, and fails as it was told to.
 *
 *   down ──boot──▶ starting ──ready──▶ up ──fault──▶ stopped        gone: a broken computer that nobody repairs
 *     ▲               └────────fault──────────────────▲ │
 *     └──────────────power cut, at any moment───────────┘
 */
import { headAfter, type Journal } from '../../../enclave/runtime/journal.ts';
import { createVaultRuntime, type VaultRuntime } from '../../../enclave/runtime/vault-runtime.ts';
import type { ErrorCode, Failure } from '../../../protocol/errors.ts';
import type { VaultMethod } from '../../../protocol/contracts/vault.contract.ts';
import type { Ask, VaultMessage } from '../../../protocol/module-port.ts';
import { NO_TIME, type Time } from '../../../enclave/vault/time.ts';
import { Calls } from './calls.ts';
import { lacksPin } from './consent.ts';
import { Disk, type WriteOutcome } from './disk.ts';
import { watchingLoad } from './journal-watch.ts';
import { Seeded } from './seeded.ts';
import type { Surroundings } from './surroundings.ts';
import { Violation, expectThat } from './violation.ts';

export const BEGINNING = 1_800_000_000_000;
export const MEASUREMENT = new Uint8Array(32).fill(7);
const ZERO = new Uint8Array(32);

/** What changes the disk or the register. */
const WRITES: ReadonlySet<Ask['op']> = new Set(['store.append', 'store.putSnapshot', 'store.keep', 'store.release', 'register.advance']);

/** Questions in one event after which a vault will not come to rest; loading a long journal takes a few. */
const MOST_QUESTIONS = 2000;

export type Power = 'down' | 'starting' | 'up' | 'stopped' | 'gone';
export interface Checkpoint { readonly disk: Disk; readonly register: Uint8Array | null; readonly n: number }

export class SimHost {
  readonly name: string;
  readonly rootSecret: Uint8Array;
  readonly #seed: string;
  readonly #world: Surroundings;
  disk = new Disk();
  register: Uint8Array | null = null;
  clock = BEGINNING;
  /** What the vault has been told of the time: how far the clock has gone forward in all, whatever it shows now. */
  time: Time = NO_TIME;
  power: Power = 'down';
  instance = '';
  failure: Failure | null = null;
  /** The newest journal that loaded of the true lineage; null until the wallet exists. */
  journal: Journal | null = null;
  generation = 0;
  /** Moments until the power goes (0: not armed) and what that leaves of a write under way. */
  fuse = 0;
  fuseOutcome: WriteOutcome = 'lost';
  /** Fuses of starts to come: each is cut off, and the next one begins at once. */
  startFuses: number[] = [];
  #startsCutOff = 0;
  full = false;
  slow = false;
  failNextWrite: WriteOutcome | null = null;
  failNextAdvance: 'before' | 'after' | null = null;
  /** Questions that a slow disk has not answered yet. */
  waiting: { readonly id: number; readonly ask: Ask }[] = [];
  /** Codes with which the vault may stop now, because of a fault it was dealt; and whether it has to. */
  mayStop: ReadonlySet<ErrorCode> = new Set();
  mustStop = false;
  /** What to put back after a fault that kept the wallet shut. */
  good: Checkpoint | null = null;
  /** Set while the whole computer, register included, runs from an older state. */
  ghost: Journal | null = null;
  isGhost = false;
  checkpoint: Checkpoint | null = null;
  highest = { n: 0, hash: ZERO as Uint8Array };
  /** Questions answered since the last event. */
  asked = 0;
  #runtime: VaultRuntime;
  readonly #calls = new Calls();

  constructor(name: string, seed: string, world: Surroundings) {
    this.name = name;
    this.#seed = `${seed}/${name}`;
    this.#world = world;
    this.rootSecret = new Seeded(`${this.#seed}/root`).bytes(32);
    this.#runtime = this.#newRuntime();
  }

  get isUp(): boolean {
    return this.power === 'up';
  }

  get exists(): boolean {
    return (this.journal?.head.n ?? 0) > 0;
  }

  boot(): void {
    this.power = 'starting';
    const { isGhost } = this;
    watchingLoad(
      (journal) => (isGhost ? void (this.ghost = journal) : this.#loaded(journal)),
      () => this.#runtime.handle({ type: 'boot', now: this.clock, rootSecret: this.rootSecret, measurement: MEASUREMENT, tier: 'software', create: this.register === null ? { name: this.name } : null }),
    );
  }

  #loaded(journal: Journal): void {
    if (this.mustStop) return; // 'ready' will be the violation
    this.journal = journal;
    this.checkHead();
  }

  /** Number and head never go back in a lineage. */
  checkHead(): void {
    const { n, hash } = this.journal?.head ?? { n: 0, hash: ZERO };
    const before = this.highest;
    if (n === before.n && hash === before.hash) return;
    const wentBack = n < before.n || (n === before.n && n > 0 && Buffer.compare(hash, before.hash) !== 0);
    if (wentBack) this.#world.onViolation(new Violation('went-back', `${this.name}'s journal went from ${before.n} to ${n}${n === before.n ? ' with another head' : ''}`));
    this.highest = { n, hash };
  }

  /** Ends the process where it stands; nothing it says from now on arrives. */
  crash(outcome: WriteOutcome = 'lost'): void {
    this.generation++;
    for (const { ask } of this.waiting) {
      if (ask.op === 'store.append') this.#append(ask, outcome);
      if (ask.op === 'store.putSnapshot' && outcome === 'kept') this.disk.snapshot = { n: ask.n, sealed: ask.sealed };
      if (ask.op === 'register.advance' && outcome === 'kept') this.register = ask.to;
    }
    this.waiting = [];
    [this.fuse, this.startFuses] = [0, []];
    this.failNextWrite = this.failNextAdvance = null;
    this.mayStop = new Set();
    this.mustStop = false;
    this.failure = this.ghost = null;
    this.#runtime = this.#newRuntime();
    if (this.power !== 'gone') this.power = 'down';
    this.#world.onCrash(this);
  }

  handle(message: object): void {
    if (this.isUp) this.time = this.#told();
    this.#runtime.handle({ now: this.clock, ...message });
  }

  /** The rising clock, once the vault hears what the clock shows now. Not by the vault's own counting, which may be wrong. */
  #told(): Time {
    return { now: this.time.now + Math.max(0, this.clock - this.time.clock), clock: this.clock };
  }

  call(method: VaultMethod, input: object): void {
    const state = this.slow || this.waiting.length > 0 ? undefined : this.journal?.state; // which may change before it is done
    const id = this.#calls.noteCall({ method, input, at: this.#told().now, lacksPin: state !== undefined && lacksPin(state, method, input) });
    this.handle({ type: 'call', id, method, input });
  }

  /** Resolves with what a query finds; for the end of a run. */
  async ask<T>(method: VaultMethod, input: object): Promise<T> {
    return await this.#calls.question<T>(method, (id) => this.handle({ type: 'call', id, method, input }));
  }

  /** The slow disk gets one thing done. */
  work(): void {
    const next = this.waiting.shift();
    if (next) this.#perform(next.id, next.ask);
  }

  #newRuntime(): VaultRuntime {
    const { generation } = this;
    const random = new Seeded(`${this.#seed}/${generation}`);
    return createVaultRuntime((message) => {
      if (generation !== this.generation) return;
      if (message.type === 'ask') {
        const { id, ask } = message;
        if (this.slow && (ask.op === 'store.append' || ask.op === 'store.putSnapshot' || ask.op === 'register.advance')) this.waiting.push({ id, ask });
        else this.#perform(id, ask);
      } else this.#take(message);
    }, (length) => random.bytes(length));
  }

  /** Counts a moment at which the power may go. @returns true if it goes now */
  #powerGoes(outcome?: () => void): boolean {
    if (this.fuse === 0 || --this.fuse > 0) return false;
    outcome?.();
    this.#world.note(`${this.name}: the power goes`);
    this.#world.count('crash');
    const cutOff = this.power === 'starting' ? this.startFuses : null;
    this.crash();
    if (cutOff) this.#startCutOff(cutOff);
    return true;
  }

  #startCutOff([next, ...rest]: readonly number[]): void {
    this.#world.count('crash-in-start');
    if (++this.#startsCutOff === 3) this.#world.count('three-crashes-in-start');
    if (next === undefined) return;
    [this.fuse, this.startFuses] = [next, rest];
    this.boot();
  }

  #append({ n, sealed, archive }: Extract<Ask, { op: 'store.append' }>, outcome: WriteOutcome): void {
    if (outcome !== 'kept') this.#world.count(`${outcome}-write`);
    this.disk.append(n, sealed, archive, outcome);
  }

  #answer(id: number, value: unknown): void {
    this.#runtime.handle({ type: 'answer', id, ok: true, value: value ?? null });
  }

  #fail(id: number, code: ErrorCode, failure: 'fatal' | 'harmless' = 'fatal'): void {
    if (failure === 'fatal' && code !== 'disk_full') {
      this.mayStop = new Set([code]);
      this.mustStop = true;
    } else if (this.highest.n === 0) this.mayStop = new Set([code]); // a wallet that cannot be made
    this.#runtime.handle({ type: 'answer', id, ok: false, failure: { code, detail: 'simulated' } });
  }

  #perform(id: number, ask: Ask): void {
    if (++this.asked > MOST_QUESTIONS) return this.#world.onViolation(new Violation('endless', `${this.name} asks ${ask.op} again and again and does not come to rest`));
    const reads = !WRITES.has(ask.op);
    if (reads && this.power === 'starting' && this.#powerGoes()) return;
    switch (ask.op) {
      case 'store.latestSnapshot': return this.#answer(id, this.disk.snapshot);
      case 'store.packages': return this.#answer(id, this.disk.packagesFrom(ask.from, ask.limit));
      case 'store.archive': return this.#answer(id, this.disk.archiveBefore(ask.before, ask.limit));
      case 'store.archived': return this.#answer(id, this.disk.archived(ask.id));
      case 'store.kept': return this.#answer(id, this.disk.keptAt(ask.kind, ask.n));
      case 'store.keep': return this.#write(id, (outcome) => this.disk.keep(ask.kind, ask.n, ask.bytes, outcome));
      case 'store.release': return this.#write(id, (outcome) => this.disk.release(ask.upTo, outcome), 'harmless');
      case 'register.read': return this.#answer(id, this.register);
      case 'store.append': return this.#write(id, (outcome) => this.#append(ask, outcome));
      case 'store.putSnapshot': return this.#write(id, (outcome) => {
        if (outcome === 'kept') this.disk.snapshot = { n: ask.n, sealed: ask.sealed };
      });
      case 'register.advance': return this.#advance(id, ask.from, ask.to);
    }
  }

  /** @param failure a write that fails stops the vault, unless nothing depends on it */
  #write(id: number, put: (outcome: WriteOutcome) => void, failure: 'fatal' | 'harmless' = 'fatal'): void {
    if (this.#powerGoes(() => put(this.fuseOutcome))) return;
    if (this.failNextWrite) {
      put(this.failNextWrite);
      this.failNextWrite = null;
      return this.#fail(id, 'store_failed', failure);
    }
    if (this.full) return this.#fail(id, 'disk_full');
    put('kept');
    if (this.#powerGoes()) return;
    this.#answer(id, null);
  }

  #advance(id: number, from: Uint8Array | null, to: Uint8Array): void {
    const failing = this.failNextAdvance;
    this.failNextAdvance = null;
    const same = from === null || this.register === null ? from === this.register : Buffer.compare(from, this.register) === 0;
    if (failing === 'before' || !same) return this.#fail(id, 'register_failed');
    const newest = this.disk.packages.get(((this.isGhost ? this.ghost : this.journal)?.head.n ?? 0) + 1);
    // What the register names must be on the disk already: it is what a crash would leave the wallet with (design §5.2).
    const stored = newest !== undefined && Buffer.compare(headAfter(from ?? ZERO, newest), to) === 0;
    if (!stored) this.#world.onViolation(new Violation('order', `${this.name}'s freshness register was advanced to a package that is not on the disk`));
    this.register = to;
    if (failing === 'after') return this.#fail(id, 'register_failed');
    if (this.#powerGoes()) return;
    this.#answer(id, null);
  }

  #take(message: Exclude<VaultMessage, { type: 'ask' }>): void {
    if (this.power === 'stopped') return this.#world.onViolation(new Violation('went-on', `${this.name} has stopped and says ${message.type}`));
    if (message.type === 'fault') return this.#stop(message.failure);
    if (message.type === 'ready') return this.#ready(message.instance);
    if (message.type === 'send') {
      if (this.#powerGoes()) return;
      this.#world.onSend(this, message.connection, message.frame);
    }
    if (message.type === 'hang-up') this.#world.onHangUp(this, message.connection);
    if (message.type === 'close-book') this.#world.onCloseBook(this, message.licence);
    if (message.type === 'reply') {
      const asked = this.#calls.answered(message);
      if (asked) this.#world.onReply(this, asked, message);
    }
  }

  #ready(instance: string): void {
    if (this.mustStop) this.#world.onViolation(new Violation('opened', `${this.name} opened a wallet that it must not open (${[...this.mayStop].join(', ')})`));
    this.instance = instance;
    this.power = 'up';
    this.time = (this.isGhost ? this.ghost : this.journal)?.time ?? NO_TIME;
    this.#startsCutOff = 0;
    this.startFuses = [];
  }

  #stop(failure: Failure): void {
    this.power = 'stopped';
    this.failure = failure;
    this.waiting = [];
    this.#world.note(`${this.name}: stopped: ${failure.code}`);
    if (this.isGhost) this.#world.count('old-copy-stopped');
    if (!this.mayStop.has(failure.code)) this.#world.onViolation(new Violation('stopped', `${this.name} stopped although nothing demands it: ${failure.code}: ${failure.detail}`));
    this.mustStop = false;
    this.#world.onCrash(this);
  }

  /** After everything has come to rest. @throws Violation if it should have stopped and has not */
  expectStopped(): void {
    expectThat(!this.mustStop || this.power === 'stopped' || this.power === 'down', 'went-on', () => `${this.name} goes on after ${[...this.mayStop].join(', ')}`);
  }
}
