/**
 * The vault as the pure function that it is, without runtime, sealing or disk: two or more of them, stepped by hand, with
 * every frame in the test's hands. Fast enough for thousands of random histories; reaches what no command offers yet.
 */
import { createHash } from 'node:crypto';
import { assertAllBooks, bookOf } from '../../enclave/vault/credits/books.ts';
import { assertLibrary } from '../../enclave/vault/library/licences.ts';
import { entropyFrom } from '../../enclave/vault/entropy.ts';
import { type Finished, type TableName, VOLATILE } from '../../enclave/vault/records.ts';
import { sayAllUnsaid } from '../../enclave/vault/sessions/speaking.ts';
import { Base, Draft, must } from '../../enclave/vault/state.ts';
import { type Input, step } from '../../enclave/vault/step.ts';
import type { Output, Turn } from '../../enclave/vault/turn.ts';
import type { VaultContract, VaultMethod } from '../../protocol/contracts/vault.contract.ts';
import { type CurrencyId, type InstanceId, instanceIdOf } from '../../protocol/identifiers.ts';
import type { Failure } from '../../protocol/errors.ts';
import type { z } from 'zod';
import { BEGINNING, MEASUREMENT } from './memory-host.ts';

const attested = { measurement: MEASUREMENT, tier: 'software' as const, referenceValues: [MEASUREMENT] };
const hash = (...parts: (string | number)[]): Uint8Array => new Uint8Array(createHash('sha256').update(parts.join('/')).digest());

export class PureVault {
  readonly name: string;
  readonly instance: InstanceId;
  state = new Base();
  n = 0;
  steps = 0;
  /** Is shown every transfer that ends here. */
  watch: (ended: readonly Finished[]) => void = () => {};
  /** Milliseconds that have gone by for this vault, and what its computer's clock shows more or less than that. */
  elapsedMs = 0;
  clockErrorMs = 0;
  readonly #seed: string;
  readonly #network: PureNetwork;

  constructor(name: string, seed: string, network: PureNetwork) {
    [this.name, this.#seed, this.#network] = [name, seed, network];
    this.input({ type: 'create', now: BEGINNING, name });
    this.instance = instanceIdOf(must(this.state, 'self', 'self').publicKey);
    network.vaults.push(this);
  }

  /** One step, durable at once: a package of its own. */
  input(input: Input): Output[] {
    const { state, outputs, archive, next } = step(this.state, input, this.#context());
    this.watch(archive);
    const taken = this.#take(state, outputs);
    return next ? this.input(next) : taken;
  }

  /** Work inside a step that no command leads to. */
  within<T>(work: (turn: Turn) => T): T {
    const { seed, time, head } = this.#context();
    const turn: Turn = { state: new Draft(this.state), time, entropy: entropyFrom(seed), attested, head, outputs: [], events: [], archive: [], said: [], checks: [], kept: [], tryCounted: false };
    const value = work(turn);
    this.#take(turn.state, turn.outputs);
    return value;
  }

  call<M extends VaultMethod>(method: M, input: z.input<VaultContract[M]['input']>): { ok: true; value: z.output<VaultContract[M]['output']> } | { ok: false; failure: Failure } {
    const reply = this.input({ type: 'call', now: BEGINNING, id: 1, method, input }).find(({ type }) => type === 'reply');
    if (reply?.type !== 'reply') throw new Error('no reply');
    return reply as never;
  }

  /** The value of a call that must succeed. */
  must<M extends VaultMethod>(method: M, input: z.input<VaultContract[M]['input']>): z.output<VaultContract[M]['output']> {
    const result = this.call(method, input);
    if (!result.ok) throw new Error(`${this.name}: ${method}: ${result.failure.code}: ${result.failure.detail}`);
    return result.value;
  }

  /** What a crash leaves: everything but sessions and pairings, rebuilt from its records. */
  crash(): void {
    const rebuilt = new Base();
    rebuilt.apply(this.state.records());
    assertAllBooks(rebuilt);
    assertLibrary(rebuilt);
    this.state = rebuilt;
  }

  book(currency: CurrencyId) {
    return bookOf(this.state, currency);
  }

  /** How many durable records there are. */
  size(table?: TableName): number {
    return [...this.state.records()].filter((record) => !VOLATILE.has(record.table) && (table === undefined || record.table === table)).length;
  }

  get time() {
    return { clock: BEGINNING + this.elapsedMs + this.clockErrorMs, now: this.steps + this.elapsedMs };
  }

  #context() {
    this.steps++;
    return { seed: hash(this.#seed, this.name, this.steps), time: this.time, head: { n: this.n, hash: hash(this.name, this.n) }, attested };
  }

  #take(draft: Draft, outputs: readonly Output[]): Output[] {
    const together = sayAllUnsaid(draft);
    const changes = [...draft.changes()];
    if (changes.some(({ table }) => !VOLATILE.has(table))) this.n++;
    this.state.apply(changes);
    const all = [...outputs, ...together];
    for (const output of all) {
      if (output.type === 'send') this.#network.sent(this, output.connection, output.frame);
      if (output.type === 'hang-up') this.#network.ended(this, output.connection);
    }
    return all;
  }
}

interface Line { readonly a: PureVault; readonly b: PureVault; readonly toA: Uint8Array[]; readonly toB: Uint8Array[] }

/** Lines between vaults; each keeps its frames in order and is cut as a whole. */
export class PureNetwork {
  readonly vaults: PureVault[] = [];
  readonly lines = new Map<number, Line>();
  #last = 0;

  /** @returns the line's number, the same at both ends */
  connect(a: PureVault, b: PureVault): number {
    const connection = ++this.#last;
    this.lines.set(connection, { a, b, toA: [], toB: [] });
    const common = { type: 'connected' as const, now: BEGINNING, connection, expect: null, strangersWelcome: true };
    b.input({ ...common, role: 'responder', localPeer: b.name, remotePeer: a.name });
    a.input({ ...common, role: 'initiator', localPeer: a.name, remotePeer: b.name });
    return connection;
  }

  sent(from: PureVault, connection: number, frame: Uint8Array): void {
    const line = this.lines.get(connection);
    if (line) (line.a === from ? line.toB : line.toA).push(frame);
  }

  ended(by: PureVault, connection: number): void {
    const line = this.lines.get(connection);
    this.lines.delete(connection);
    if (line) (line.a === by ? line.b : line.a).input({ type: 'disconnected', now: BEGINNING, connection });
  }

  cut(connection: number): void {
    const line = this.lines.get(connection);
    this.lines.delete(connection);
    for (const vault of line ? [line.a, line.b] : []) vault.input({ type: 'disconnected', now: BEGINNING, connection });
  }

  /** Loses all lines of a vault, and what only lived in its process. */
  crash(vault: PureVault): void {
    vault.crash();
    for (const [connection, { a, b }] of [...this.lines]) {
      if (a !== vault && b !== vault) continue;
      this.lines.delete(connection);
      (a === vault ? b : a).input({ type: 'disconnected', now: BEGINNING, connection });
    }
  }

  /** Delivers the next frame of a line in one direction. @returns false if there was none */
  deliver(connection: number, toA: boolean): boolean {
    const line = this.lines.get(connection);
    const frame = (toA ? line?.toA : line?.toB)?.shift();
    if (!line || !frame) return false;
    (toA ? line.a : line.b).input({ type: 'received', now: BEGINNING, connection, frame });
    return true;
  }

  settle(): void {
    let moved = true;
    while (moved) {
      moved = false;
      for (const connection of [...this.lines.keys()]) for (const toA of [true, false]) while (this.deliver(connection, toA)) moved = true;
    }
  }
}

/** Pairs two vaults over a new line, which stays. */
export function pairUp(network: PureNetwork, a: PureVault, b: PureVault): number {
  const connection = network.connect(a, b);
  network.settle();
  a.call('pairing.start', { instance: b.instance });
  network.settle();
  for (const [vault, peer] of [[a, b], [b, a]] as const) vault.call('pairing.confirm', { instance: peer.instance, matches: true });
  network.settle();
  return connection;
}
