/**
 * The carriers between simulated hosts: ordered streams, as TCP gives, in the hands of an adversary. A host that crashes
 * leaves what it had sent on the way; then its streams end. What the adversary does beyond delay is in faults.ts.
 */
import type { SimHost } from './host.ts';
import type { Seeded } from './seeded.ts';

/** One direction of a stream. `end` means that its sender has hung up or died. */
export interface Pipe {
  readonly from: SimHost;
  readonly to: SimHost;
  /** The connection's number at the receiving and at the sending host. */
  readonly connection: number;
  readonly sender: number;
  frames: (Uint8Array | 'end')[];
  /** The newest frame that the sender's vault said here. */
  last: Uint8Array | null;
  /** False once the sender has ended it. */
  open: boolean;
  /** Nothing of it arrives for a while. */
  held: boolean;
  readonly back: Pipe | null;
}

export class Network {
  /** Both directions of every stream of which something is left, in the order they were made. */
  pipes: Pipe[] = [];
  /** Pairs of hosts that cannot reach each other now. */
  readonly partitions = new Set<string>();
  /** Every frame that was ever sent. */
  readonly sent: Uint8Array[] = [];
  #lastConnection = 0;

  between(a: SimHost, b: SimHost): Pipe[] {
    return this.pipes.filter(({ from, to, open }) => open && from === a && to === b);
  }

  canReach(a: SimHost, b: SimHost): boolean {
    return !this.partitions.has([a.name, b.name].sort().join(' '));
  }

  connect(a: SimHost, b: SimHost, expect: string | null): void {
    const [mine, theirs] = [++this.#lastConnection, ++this.#lastConnection];
    const there: Pipe & { back: Pipe | null } = { from: a, to: b, connection: theirs, sender: mine, frames: [], last: null, open: true, held: false, back: null };
    const back: Pipe = { from: b, to: a, connection: mine, sender: theirs, frames: [], last: null, open: true, held: false, back: there };
    (there as { back: Pipe }).back = back;
    this.pipes.push(there, back);
    b.handle({ type: 'connected', connection: theirs, role: 'responder', localPeer: b.name, remotePeer: a.name, expect: null, strangersWelcome: true });
    a.handle({ type: 'connected', connection: mine, role: 'initiator', localPeer: a.name, remotePeer: b.name, expect, strangersWelcome: true });
  }

  send(from: SimHost, connection: number, frame: Uint8Array): void {
    const pipe = this.pipes.find((candidate) => candidate.open && candidate.from === from && candidate.sender === connection);
    if (!pipe) return;
    pipe.frames.push(frame);
    pipe.last = frame;
    this.sent.push(frame);
  }

  /** Its sender ends a stream: the receiver hears of it after what was sent before, and sends no more itself. */
  hangUp(from: SimHost, connection: number): void {
    const pipe = this.pipes.find((candidate) => candidate.open && candidate.from === from && candidate.sender === connection);
    if (pipe) this.#end(pipe);
  }

  #end(pipe: Pipe): void {
    pipe.open = false;
    pipe.frames.push('end');
    if (!pipe.back) return;
    // Whoever ended it hears nothing more from there.
    pipe.back.open = false;
    pipe.back.frames.length = 0;
  }

  /** The host died: all its streams end. */
  lose(host: SimHost): void {
    for (const pipe of this.pipes) if (pipe.open && pipe.from === host) this.#end(pipe);
    for (const pipe of this.pipes) if (pipe.to === host) pipe.frames.length = 0;
    this.tidy();
  }

  /**
   * Cuts a stream: what was on the way is lost, both vaults are told. That a stream has ended is no part of what was on the
   * way: a host always tells its vault. So it is not lost either where a stream is cut that has ended already, or whose other
   * direction was cut before (healing.ts cuts all there are): a session that nobody ends, and a pairing in it, would be taken
   * up in a healed world as if its connection stood.
   */
  cut(pipe: Pipe): void {
    for (const end of [pipe, pipe.back]) {
      if (!end) continue;
      const untold = end.open || end.frames.includes('end');
      end.open = false;
      end.frames.length = 0;
      if (untold && end.to.isUp) end.frames.push('end');
    }
  }

  /** Takes the next thing out of a pipe and hands it to the receiver. */
  deliver(pipe: Pipe): void {
    const next = pipe.frames.shift();
    if (next === undefined) return;
    if (next !== 'end') return pipe.to.handle({ type: 'received', connection: pipe.connection, frame: next });
    if (pipe.back) {
      pipe.back.open = false;
      pipe.back.frames = pipe.back.frames.filter((frame) => frame === 'end'); // of a stream that was cut, of which the other one has yet to hear
    }
    pipe.to.handle({ type: 'disconnected', connection: pipe.connection });
    this.tidy();
  }

  /** One pipe in which something waits. */
  waiting(dice: Seeded): Pipe | undefined {
    const full = this.pipes.filter(({ frames, held }) => frames.length > 0 && !held);
    return dice.pick(full);
  }

  tidy(): void {
    this.pipes = this.pipes.filter(({ open, frames }) => open || frames.length > 0);
  }
}
