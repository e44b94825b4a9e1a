/**
 * A network between hosts in one process. Each connection keeps its frames in order; what becomes of a frame is decided
 * by `policy`. A host that crashes leaves what it had sent on the way, then its connections end, as with TCP.
 */
import { MemoryHost } from './memory-host.ts';

/** A frame on its way. */
export interface InFlight { readonly from: MemoryHost; readonly to: MemoryHost; readonly connection: number; readonly frame: Uint8Array }
type Event = InFlight | { readonly to: MemoryHost; readonly connection: number; readonly frame: null };
interface End { readonly host: MemoryHost; readonly connection: number }

export interface ConnectOptions { readonly expect?: string; readonly strangersWelcome?: boolean }

export class MemoryNetwork {
  readonly queue: Event[] = [];
  readonly #ends = new Map<string, { own: End; other: End }>();
  #lastConnection = 0;
  /** Says what becomes of a frame as it is sent: how many copies arrive (0: lost). */
  policy: (frame: InFlight) => number = () => 1;

  join(host: MemoryHost): void {
    host.onFrame = (connection, frame) => {
      const end = this.#ends.get(keyOf({ host, connection }));
      if (!end) return;
      const inFlight = { from: host, to: end.other.host, connection: end.other.connection, frame };
      for (let copies = this.policy(inFlight); copies > 0; copies--) this.queue.push(inFlight);
    };
    host.onHangUp = (connection) => this.#end({ host, connection }, false);
    host.onCrash = () => {
      for (const { own } of [...this.#ends.values()]) if (own.host === host) this.#end(own, false);
    };
  }

  /** A carrier connection from `a` to `b`. */
  connect(a: MemoryHost, b: MemoryHost, options: ConnectOptions = {}): { a: number; b: number } {
    const ends = { a: { host: a, connection: ++this.#lastConnection }, b: { host: b, connection: ++this.#lastConnection } };
    this.#ends.set(keyOf(ends.a), { own: ends.a, other: ends.b });
    this.#ends.set(keyOf(ends.b), { own: ends.b, other: ends.a });
    const strangersWelcome = options.strangersWelcome ?? true;
    b.runtime.handle({ type: 'connected', now: b.now, connection: ends.b.connection, role: 'responder', localPeer: `peer-${b.name}`, remotePeer: `peer-${a.name}`, expect: null, strangersWelcome });
    a.runtime.handle({ type: 'connected', now: a.now, connection: ends.a.connection, role: 'initiator', localPeer: `peer-${a.name}`, remotePeer: `peer-${b.name}`, expect: options.expect ?? null, strangersWelcome });
    return { a: ends.a.connection, b: ends.b.connection };
  }

  /** Ends a connection at once; what was on the way on it is lost, and both hosts are told. */
  cut(host: MemoryHost, connection: number): void {
    const end = this.#ends.get(keyOf({ host, connection }));
    if (!end) return;
    for (const { host: at, connection: number } of [end.own, end.other]) {
      for (let i = this.queue.length - 1; i >= 0; i--) if (this.queue[i]?.to === at && this.queue[i]?.connection === number) this.queue.splice(i, 1);
    }
    this.#end(end.own, true);
  }

  cutAll(): void {
    for (const { own } of [...this.#ends.values()]) this.cut(own.host, own.connection);
    // Whoever has not heard of an end yet still will.
    this.queue.splice(0, this.queue.length, ...this.queue.filter(({ frame }) => frame === null));
  }

  /** Delivers everything, in order, until nothing moves. */
  async settle(hosts: readonly MemoryHost[]): Promise<void> {
    for (;;) {
      for (const host of hosts) await host.settled();
      const next = this.queue.shift();
      if (!next) {
        // Store answers arrive a turn later; only when a whole turn brought nothing is it quiet.
        await new Promise((resolve) => setImmediate(resolve));
        for (const host of hosts) await host.settled();
        if (this.queue.length === 0) return;
        continue;
      }
      if (next.frame) next.to.deliver(next.connection, next.frame);
      else next.to.runtime.handle({ type: 'disconnected', now: next.to.now, connection: next.connection });
    }
  }

  /** The other side hears of the end after what was sent before it. */
  #end(end: End, tellSelf: boolean): void {
    const both = this.#ends.get(keyOf(end));
    if (!both) return;
    this.#ends.delete(keyOf(both.own));
    this.#ends.delete(keyOf(both.other));
    if (tellSelf) end.host.runtime.handle({ type: 'disconnected', now: end.host.now, connection: end.connection });
    this.queue.push({ to: both.other.host, connection: both.other.connection, frame: null });
  }
}

const keyOf = ({ host, connection }: End): string => `${host.name}/${connection}`;
