/**
 * Real vaults in one process, each behind a host made of memory: for driving them against each other, losing, repeating
 * and reordering what they say, and crashing them at will. Everything follows from the seed.
 */
import { createHash } from 'node:crypto';
import { createVaultRuntime, type VaultRuntime } from '../../enclave/runtime/vault-runtime.ts';
import type { Ask, VaultMessage } from '../../protocol/module-port.ts';
import type { Failure, Result } from '../../protocol/errors.ts';
import { Refusal } from '../../protocol/errors.ts';
import type { VaultContract, VaultMethod } from '../../protocol/contracts/vault.contract.ts';
import type { z } from 'zod';
import { createMemoryRegister } from './memory-register.ts';
import { createMemoryStore } from './memory-store.ts';

export const MEASUREMENT = new Uint8Array(createHash('sha256').update('test vault').digest());

/** Bytes that follow from a seed. */
export function seededRandom(seed: string): (length: number) => Uint8Array {
  let counter = 0;
  return (length) => {
    const blocks: Buffer[] = [];
    for (let have = 0; have < length; have += 32) blocks.push(createHash('sha256').update(`${seed}/${counter++}`).digest());
    return new Uint8Array(Buffer.concat(blocks).subarray(0, length));
  };
}

/** A frame on its way. */
export interface InFlight { readonly from: MemoryHost; readonly to: MemoryHost; readonly connection: number; readonly frame: Uint8Array }

export class MemoryHost {
  readonly name: string;
  readonly store = createMemoryStore();
  readonly register = createMemoryRegister();
  readonly rootSecret: Uint8Array;
  readonly random: (length: number) => Uint8Array;
  now = 1_800_000_000_000;
  instance = '';
  fault: Failure | null = null;
  /** Everything emitted since the last start, oldest first. */
  emitted: VaultMessage[] = [];
  runtime: VaultRuntime;
  measurement = MEASUREMENT;
  /** Called before an ask is answered; may throw to make it fail, or crash the host. */
  beforeAsk: (ask: Ask) => void = () => {};
  onFrame: (frame: Omit<InFlight, 'to'>) => void = () => {};
  onHangUp: (connection: number) => void = () => {};
  #calls = new Map<number, (result: Result<unknown>) => void>();
  #lastCall = 0;
  #generation = 0;

  constructor(name: string, seed: string) {
    this.name = name;
    this.random = seededRandom(`${seed}/${name}`);
    this.rootSecret = this.random(32);
    this.runtime = this.#newRuntime();
  }

  /** Ends the vault where it stands, as a power cut would; nothing it says from now on arrives. */
  crash(): void {
    this.#generation++;
    for (const resolve of this.#calls.values()) resolve({ ok: false, failure: { code: 'module_crashed', detail: 'crashed' } });
    this.#calls.clear();
    this.runtime = this.#newRuntime();
    this.emitted = [];
    this.fault = null;
  }

  async boot(create = false): Promise<void> {
    this.runtime.handle({ type: 'boot', now: this.now, rootSecret: this.rootSecret, measurement: this.measurement, tier: 'software', create: create ? { name: this.name } : null });
    await this.runtime.settled();
  }

  async call<M extends VaultMethod>(method: M, input: z.input<VaultContract[M]['input']>): Promise<Result<z.output<VaultContract[M]['output']>>> {
    const id = ++this.#lastCall;
    const result = new Promise<Result<unknown>>((resolve) => this.#calls.set(id, resolve));
    this.runtime.handle({ type: 'call', now: this.now, id, method, input });
    return (await result) as never;
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
      if (generation === this.#generation) this.#take(message, generation);
    }, this.random);
  }

  #take(message: VaultMessage, generation: number): void {
    if (message.type !== 'ask') this.emitted.push(message);
    if (message.type === 'ready') this.instance = message.instance;
    if (message.type === 'fault') this.fault = message.failure;
    if (message.type === 'send') this.onFrame({ from: this, connection: message.connection, frame: message.frame });
    if (message.type === 'hang-up') this.onHangUp(message.connection);
    if (message.type === 'reply') {
      this.#calls.get(message.id)?.(message.ok ? { ok: true, value: message.value } : message);
      this.#calls.delete(message.id);
    }
    if (message.type === 'ask') void this.#answer(message.id, message.ask, generation);
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
      case 'store.archive': return await store.archive(ask.before, ask.limit);
      case 'store.archived': return await store.archived(ask.id);
      case 'register.read': return await register.read();
      case 'register.advance': return await register.advance(ask.from, ask.to);
    }
  }
}

/** A network between hosts whose every frame passes through `policy`. */
export class MemoryNetwork {
  readonly queue: InFlight[] = [];
  readonly #ends = new Map<string, { host: MemoryHost; connection: number }>();
  #lastConnection = 0;
  /** Says what becomes of a frame: how many copies arrive (0: dropped). */
  policy: (frame: InFlight) => number = () => 1;

  join(host: MemoryHost): void {
    host.onFrame = ({ connection, frame }) => {
      const end = this.#ends.get(`${host.name}/${connection}`);
      if (!end) return;
      const inFlight = { from: host, to: end.host, connection: end.connection, frame };
      for (let copies = this.policy(inFlight); copies > 0; copies--) this.queue.push(inFlight);
    };
    host.onHangUp = (connection) => this.cut(host, connection, false);
  }

  /** A carrier connection from `a` to `b`. */
  connect(a: MemoryHost, b: MemoryHost, options: { expect?: string; strangersWelcome?: boolean } = {}): { a: number; b: number } {
    const ids = { a: ++this.#lastConnection, b: ++this.#lastConnection };
    this.#ends.set(`${a.name}/${ids.a}`, { host: b, connection: ids.b });
    this.#ends.set(`${b.name}/${ids.b}`, { host: a, connection: ids.a });
    const strangersWelcome = options.strangersWelcome ?? true;
    b.runtime.handle({ type: 'connected', now: b.now, connection: ids.b, role: 'responder', localPeer: `peer-${b.name}`, remotePeer: `peer-${a.name}`, expect: null, strangersWelcome });
    a.runtime.handle({ type: 'connected', now: a.now, connection: ids.a, role: 'initiator', localPeer: `peer-${a.name}`, remotePeer: `peer-${b.name}`, expect: options.expect ?? null, strangersWelcome });
    return ids;
  }

  /** Ends a connection; both hosts are told (`tellSelf` false: the one that hung up knows). */
  cut(host: MemoryHost, connection: number, tellSelf = true): void {
    const end = this.#ends.get(`${host.name}/${connection}`);
    if (!end) return;
    this.#ends.delete(`${host.name}/${connection}`);
    this.#ends.delete(`${end.host.name}/${end.connection}`);
    if (tellSelf) host.runtime.handle({ type: 'disconnected', now: host.now, connection });
    end.host.runtime.handle({ type: 'disconnected', now: end.host.now, connection: end.connection });
  }

  cutAll(): void {
    for (const key of [...this.#ends.keys()]) {
      const [name = '', connection = ''] = key.split('/');
      const host = [...this.#ends.values()].find((end) => end.host.name === name)?.host;
      if (host) this.cut(host, Number(connection));
    }
    this.queue.length = 0;
  }

  /** Delivers everything, in order, until nothing moves. */
  async settle(hosts: readonly MemoryHost[]): Promise<void> {
    for (;;) {
      for (const host of hosts) await host.runtime.settled();
      const next = this.queue.shift();
      if (!next) {
        // Store answers arrive a turn later; only when a whole turn brought nothing is it quiet.
        await new Promise((resolve) => setImmediate(resolve));
        for (const host of hosts) await host.runtime.settled();
        if (this.queue.length === 0) return;
        continue;
      }
      next.to.deliver(next.connection, next.frame);
    }
  }
}

export interface Pair { readonly ada: MemoryHost; readonly ben: MemoryHost; readonly network: MemoryNetwork; settle(): Promise<void>; reconnect(): Promise<void> }

/** Two wallets that have met. */
export async function metPair(seed: string): Promise<Pair> {
  const [ada, ben] = [new MemoryHost('Ada', seed), new MemoryHost('Ben', seed)];
  const network = new MemoryNetwork();
  for (const host of [ada, ben]) {
    network.join(host);
    await host.boot(true);
  }
  const settle = () => network.settle([ada, ben]);
  const reconnect = async () => {
    network.cutAll();
    await settle();
    network.connect(ada, ben);
    await settle();
  };
  network.connect(ada, ben);
  await settle();
  return { ada, ben, network, settle, reconnect };
}

/** Two wallets whose people have compared the words. */
export async function pairedPair(seed: string): Promise<Pair> {
  const pair = await metPair(seed);
  const { ada, ben, settle } = pair;
  await ada.must('pairing.start', { instance: ben.instance as never });
  await settle();
  await ada.must('pairing.confirm', { instance: ben.instance as never, matches: true });
  await ben.must('pairing.confirm', { instance: ada.instance as never, matches: true });
  await settle();
  return pair;
}

/** Paired, and Ada has issued `amount` TEA (no decimals). */
export async function fundedPair(seed: string, amount = '100'): Promise<Pair & { currency: string }> {
  const pair = await pairedPair(seed);
  const currency = await pair.ada.must('credits.createCurrency', { code: 'TEA', decimals: 0, name: 'Tea' });
  await pair.ada.must('credits.issue', { currency: currency.id, amount });
  await pair.settle();
  return { ...pair, currency: currency.id };
}

/** What a host holds and has in transit of one currency, in minor units. */
export async function held(host: MemoryHost, currency: string): Promise<{ held: bigint; inTransit: bigint }> {
  const balance = (await host.must('credits.balances', {})).find((b) => b.currency.id === currency);
  return { held: BigInt(balance?.held ?? '0'), inTransit: BigInt(balance?.inTransit ?? '0') };
}
