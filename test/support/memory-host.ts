/**
 * A real vault behind a host made of memory: its store, register, clock and crashes are the test's to decide. Everything
 * follows from the seed, so a failure can be run again.
 */
import { createHash } from 'node:crypto';
import type { z } from 'zod';
import { createVaultRuntime, type VaultRuntime } from '../../enclave/runtime/vault-runtime.ts';
import type { VaultContract, VaultMethod } from '../../protocol/contracts/vault.contract.ts';
import type { Tier } from '../../protocol/contracts/views.ts';
import { type Failure, Refusal, type Result } from '../../protocol/errors.ts';
import type { Ask, VaultMessage } from '../../protocol/module-port.ts';
import { createMemoryRegister } from './memory-register.ts';
import { createMemoryStore, type StoreContents } from './memory-store.ts';

export const MEASUREMENT = new Uint8Array(createHash('sha256').update('test vault').digest());
/** When every simulated wallet begins, in milliseconds. */
export const BEGINNING = 1_800_000_000_000;

/** Bytes that follow from a seed. */
export function seededRandom(seed: string): (length: number) => Uint8Array {
  let counter = 0;
  return (length) => {
    const blocks: Buffer[] = [];
    for (let have = 0; have < length; have += 32) blocks.push(createHash('sha256').update(`${seed}/${counter++}`).digest());
    return new Uint8Array(Buffer.concat(blocks).subarray(0, length));
  };
}

/** What outlives a process: a wallet's disk, register and root secret. */
export interface SavedWallet {
  readonly name: string;
  readonly rootSecret: Uint8Array;
  readonly contents: StoreContents;
  readonly registered: Uint8Array | null;
  readonly now: number;
}

/** Thrown by hooks that crash their host, so that the operation under way does not go on. */
export class PowerCut extends Error {}

export class MemoryHost {
  readonly name: string;
  readonly store = createMemoryStore();
  readonly register = createMemoryRegister();
  readonly rootSecret: Uint8Array;
  readonly #seed: string;
  /** Begins anew with each start: what is drawn after a crash does not depend on how much was drawn before it. */
  random: (length: number) => Uint8Array;
  now = BEGINNING;
  instance = '';
  fault: Failure | null = null;
  /** Everything emitted since the last start, oldest first. */
  emitted: VaultMessage[] = [];
  runtime: VaultRuntime;
  measurement = MEASUREMENT;
  tier: Tier = 'software';
  /** Called before an ask is answered; may throw to make it fail, or crash the host. */
  beforeAsk: (ask: Ask) => void = () => {};
  /** Called around everything the vault lets out; may crash the host. */
  onEmit: (message: VaultMessage, moment: 'before' | 'after') => void = () => {};
  onFrame: (connection: number, frame: Uint8Array) => void = () => {};
  onHangUp: (connection: number) => void = () => {};
  onCrash: () => void = () => {};
  #calls = new Map<number, (result: Result<unknown>) => void>();
  #lastCall = 0;
  #generation = 0;
  #crashed = Promise.withResolvers<void>();

  /** @param saved a wallet that exists already; without it, `boot(true)` makes one */
  constructor(name: string, seed: string, saved?: SavedWallet) {
    this.name = name;
    this.#seed = `${seed}/${name}`;
    this.random = seededRandom(this.#seed);
    this.rootSecret = saved?.rootSecret ?? this.random(32);
    if (saved) {
      this.#holds(saved);
      this.now = saved.now;
    }
    this.runtime = this.#newRuntime();
  }

  /** Counts starts; everything said by an earlier one is lost. */
  get generation(): number {
    return this.#generation;
  }

  save(): SavedWallet {
    return { name: this.name, rootSecret: this.rootSecret, contents: this.store.snapshot(), registered: this.register.snapshot(), now: this.now };
  }

  /** Ends the vault where it stands, as a power cut would; nothing it says from now on arrives. */
  crash(): void {
    this.#generation++;
    this.random = seededRandom(`${this.#seed}/${this.#generation}`);
    for (const resolve of this.#calls.values()) resolve({ ok: false, failure: { code: 'module_crashed', detail: 'crashed' } });
    this.#calls.clear();
    this.runtime = this.#newRuntime();
    this.emitted = [];
    this.fault = null;
    const ended = this.#crashed;
    this.#crashed = Promise.withResolvers<void>();
    ended.resolve();
    this.onCrash();
  }

  /** A power cut, after which an older copy of everything starts, register and all. */
  async goBackTo(older: SavedWallet): Promise<void> {
    this.crash();
    this.#holds(older);
    await this.boot();
  }

  #holds({ contents, registered }: SavedWallet): void {
    this.store.restore(contents);
    this.register.restore(registered);
  }

  async boot(create = false): Promise<void> {
    this.runtime.handle({ type: 'boot', now: this.now, rootSecret: this.rootSecret, measurement: this.measurement, tier: this.tier, create: create ? { name: this.name } : null });
    await this.settled();
  }

  /** Starts the vault of a wallet that has stopped for an audit, and nothing else. */
  inspect(): void {
    this.crash();
    this.runtime.handle({ type: 'inspect', rootSecret: this.rootSecret });
  }

  /** Resolves when the vault has nothing to do, or has crashed. */
  async settled(): Promise<void> {
    await Promise.race([this.runtime.settled(), this.#crashed.promise]);
  }

  async call<M extends VaultMethod>(method: M, input: z.input<VaultContract[M]['input']>): Promise<Result<z.output<VaultContract[M]['output']>>> {
    return (await this.callAnything(method, input)) as never;
  }

  /** A call whose method and input nobody has checked. */
  async callAnything(method: string, input: unknown): Promise<Result<unknown>> {
    // A vault that has stopped answers nothing any more.
    if (this.fault) return { ok: false, failure: this.fault };
    const id = ++this.#lastCall;
    const result = new Promise<Result<unknown>>((resolve) => this.#calls.set(id, resolve));
    this.runtime.handle({ type: 'call', now: this.now, id, method, input });
    return result;
  }

  /** The value of a call that must succeed. */
  async must<M extends VaultMethod>(method: M, input: z.input<VaultContract[M]['input']>): Promise<z.output<VaultContract[M]['output']>> {
    const result = await this.call(method, input);
    if (!result.ok) throw new Error(`${this.name}: ${method}: ${result.failure.code}: ${result.failure.detail}`);
    return result.value;
  }

  deliver(connection: number, frame: Uint8Array): void {
    this.runtime.handle({ type: 'received', now: this.now, connection, frame });
  }

  #newRuntime(): VaultRuntime {
    const generation = this.#generation;
    return createVaultRuntime((message) => {
      if (generation !== this.#generation) return;
      if (message.type === 'ask') return void this.#answer(message.id, message.ask, generation);
      this.onEmit(message, 'before');
      if (generation !== this.#generation) return;
      this.#take(message);
      this.onEmit(message, 'after');
    }, this.random);
  }

  #take(message: Exclude<VaultMessage, { type: 'ask' }>): void {
    this.emitted.push(message);
    if (message.type === 'ready') this.instance = message.instance;
    if (message.type === 'fault') {
      this.fault = message.failure;
      for (const resolve of this.#calls.values()) resolve({ ok: false, failure: message.failure });
      this.#calls.clear();
    }
    if (message.type === 'send') this.onFrame(message.connection, message.frame);
    if (message.type === 'hang-up') this.onHangUp(message.connection);
    if (message.type === 'reply') {
      this.#calls.get(message.id)?.(message.ok ? { ok: true, value: message.value } : message);
      this.#calls.delete(message.id);
    }
  }

  async #answer(id: number, ask: Ask, generation: number): Promise<void> {
    const reply = (answer: object) => {
      if (generation === this.#generation) this.runtime.handle({ type: 'answer', id, ...answer });
    };
    try {
      this.beforeAsk(ask);
      if (generation !== this.#generation) return;
      const value = await this.#perform(ask);
      reply({ ok: true, value: value ?? null });
    } catch (error) {
      reply({ ok: false, failure: error instanceof Refusal ? error.failure : { code: 'store_failed', detail: String(error) } });
    }
  }

  async #perform(ask: Ask): Promise<unknown> {
    const { store, register } = this;
    switch (ask.op) {
      case 'store.latestSnapshot': return await store.latestSnapshot();
      case 'store.packages': return await store.packages(ask.from, ask.limit);
      case 'store.append': return await store.append(ask);
      case 'store.putSnapshot': return await store.putSnapshot(ask);
      case 'store.archive': return await store.archive(ask.before, ask.transfers);
      case 'store.archived': return await store.archived(ask.id);
      case 'store.keep': return await store.keep(ask.kind, ask);
      case 'store.kept': return await store.kept(ask.kind, ask.n);
      case 'store.release': return await store.release(ask.upTo);
      case 'register.read': return await register.read();
      case 'register.advance': return await register.advance(ask.from, ask.to);
    }
  }
}
