/**
 * The life of one simulated computer around a real vault: starting, its clock, power that goes, and that the vault stops
 * where it must and nowhere else (design §3: all of it the adversary's). The vault is the shipped one from its message port
 * inwards (enclave/runtime/vault-runtime.ts); its questions are answered by the computer's disk and register (storage.ts).
 *
 *   down ──boot──▶ starting ──ready──▶ up ──fault──▶ stopped        gone: a broken computer that nobody repairs
 *     ▲               └────────fault──────────────────▲ │
 *     └──────────────power cut, at any moment───────────┘
 */
import type { Journal } from '../../../enclave/runtime/journal.ts';
import { createVaultRuntime, type VaultRuntime } from '../../../enclave/runtime/vault-runtime.ts';
import type { Failure } from '../../../protocol/errors.ts';
import type { VaultMethod } from '../../../protocol/contracts/vault.contract.ts';
import type { VaultMessage } from '../../../protocol/module-port.ts';
import { NO_TIME, type Time } from '../../../enclave/vault/time.ts';
import { Calls } from './calls.ts';
import { lacksPin } from './consent.ts';
import type { Disk, WriteOutcome } from './disk.ts';
import { watchingLoad } from './journal-watch.ts';
import { Seeded } from './seeded.ts';
import { SimStorage, ZERO } from './storage.ts';
import type { Surroundings } from './surroundings.ts';
import { Violation, expectThat } from './violation.ts';

export const BEGINNING = 1_800_000_000_000;
export const MEASUREMENT = new Uint8Array(32).fill(7);

export type Power = 'down' | 'starting' | 'up' | 'stopped' | 'gone';
export interface Checkpoint { readonly disk: Disk; readonly register: Uint8Array | null; readonly n: number }

export class SimHost extends SimStorage {
  readonly rootSecret: Uint8Array;
  readonly #seed: string;
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
  /** What to put back after a fault that kept the wallet shut. */
  good: Checkpoint | null = null;
  /** Set while the whole computer, register included, runs from an older state. */
  ghost: Journal | null = null;
  isGhost = false;
  checkpoint: Checkpoint | null = null;
  highest = { n: 0, hash: ZERO as Uint8Array };
  #runtime: VaultRuntime;
  readonly #calls = new Calls();

  constructor(name: string, seed: string, world: Surroundings) {
    super(name, world);
    this.#seed = `${seed}/${name}`;
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
    if (wentBack) this.world.onViolation(new Violation('went-back', `${this.name}'s journal went from ${before.n} to ${n}${n === before.n ? ' with another head' : ''}`));
    this.highest = { n, hash };
  }

  /** Ends the process where it stands; nothing it says from now on arrives. */
  crash(outcome: WriteOutcome = 'lost'): void {
    this.generation++;
    this.endWith(outcome);
    [this.fuse, this.startFuses] = [0, []];
    this.failure = this.ghost = null;
    this.#runtime = this.#newRuntime();
    if (this.power !== 'gone') this.power = 'down';
    this.world.onCrash(this);
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

  #newRuntime(): VaultRuntime {
    const { generation } = this;
    const random = new Seeded(`${this.#seed}/${generation}`);
    return createVaultRuntime((message) => {
      if (generation !== this.generation) return;
      if (message.type === 'ask') this.beAsked(message.id, message.ask);
      else this.#take(message);
    }, (length) => random.bytes(length));
  }

  protected get standsAt(): number {
    return (this.isGhost ? this.ghost : this.journal)?.head.n ?? 0;
  }

  protected get farthest(): number {
    return this.highest.n;
  }

  protected tellVault(message: object): void {
    this.#runtime.handle(message);
  }

  /** What is read counts as a moment only in a start. */
  protected powerGoes(during: 'reading' | 'writing' | 'speaking', outcome?: (left: WriteOutcome) => void): boolean {
    if (during === 'reading' && this.power !== 'starting') return false;
    if (this.fuse === 0 || --this.fuse > 0) return false;
    outcome?.(this.fuseOutcome);
    this.world.note(`${this.name}: the power goes`);
    this.world.count('crash');
    const cutOff = this.power === 'starting' ? this.startFuses : null;
    this.crash();
    if (cutOff) this.#startCutOff(cutOff);
    return true;
  }

  #startCutOff([next, ...rest]: readonly number[]): void {
    this.world.count('crash-in-start');
    if (++this.#startsCutOff === 3) this.world.count('three-crashes-in-start');
    if (next === undefined) return;
    [this.fuse, this.startFuses] = [next, rest];
    this.boot();
  }

  #take(message: Exclude<VaultMessage, { type: 'ask' }>): void {
    if (this.power === 'stopped') return this.world.onViolation(new Violation('went-on', `${this.name} has stopped and says ${message.type}`));
    if (message.type === 'fault') return this.#stop(message.failure);
    if (message.type === 'ready') return this.#ready(message.instance);
    if (message.type === 'send') {
      if (this.powerGoes('speaking')) return;
      this.world.onSend(this, message.connection, message.frame);
    }
    if (message.type === 'hang-up') this.world.onHangUp(this, message.connection);
    if (message.type === 'close-book') this.world.onCloseBook(this, message.licence);
    if (message.type === 'reply') {
      const asked = this.#calls.answered(message);
      if (asked) this.world.onReply(this, asked, message);
    }
  }

  #ready(instance: string): void {
    if (this.mustStop) this.world.onViolation(new Violation('opened', `${this.name} opened a wallet that it must not open (${[...this.mayStop].join(', ')})`));
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
    this.world.note(`${this.name}: stopped: ${failure.code}`);
    if (this.isGhost) this.world.count('old-copy-stopped');
    if (!this.mayStop.has(failure.code)) this.world.onViolation(new Violation('stopped', `${this.name} stopped although nothing demands it: ${failure.code}: ${failure.detail}`));
    this.mustStop = false;
    this.world.onCrash(this);
  }

  /** After everything has come to rest. @throws Violation if it should have stopped and has not */
  expectStopped(): void {
    expectThat(!this.mustStop || this.power === 'stopped' || this.power === 'down', 'went-on', () => `${this.name} goes on after ${[...this.mayStop].join(', ')}`);
  }
}
