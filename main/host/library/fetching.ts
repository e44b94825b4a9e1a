/**
 * Brings the ciphertext of books whose licence is here (design §7). Whoever of the contacts who are there has it is asked,
 * several at once, a batch of chunks each; what is cut off goes on where it was. A licence may arrive long before its
 * ciphertext: it then waits until someone who has it is there.
 *
 *   waiting ──somebody has it──▶ fetching ──all chunks──▶ whole
 *      ▲  └──────────◀ everybody gone ◀──┘ │
 *      └────────── resume ◀── paused ◀─────┘
 */
import { type Failure, Refusal, refuse } from '../../../protocol/errors.ts';
import { type ContentId, coverIndexOf } from '../../../protocol/publication.codec.ts';
import { ask } from './content.protocol.ts';
import type { ContentStore, HeldContent } from './content-store.ts';
import type { FrameStream } from './frame-stream.port.ts';
import { Pace } from './pace.ts';

/** Chunks asked for at once from one peer: 4 MiB, small enough to be shared, large enough to keep the wire full. */
const BATCH = 16;
/** Peers asked at the same time for one publication. */
const MAX_PEERS_AT_ONCE = 4;
/** After everybody who is there was asked in vain. */
const ASK_AGAIN_MS = 5_000;

export interface FetchView {
  readonly content: ContentId;
  readonly state: 'waiting' | 'fetching' | 'paused' | 'whole';
  readonly bytes: number;
  /** Null as long as nobody has said how large it is. */
  readonly total: number | null;
  readonly bytesPerSecond: number;
  readonly secondsLeft: number | null;
  /** Why it does not go on, if something other than absence keeps it. */
  readonly trouble: Failure | null;
}

export interface FetchingOptions {
  readonly store: ContentStore;
  readonly open: (peerId: string, signal: AbortSignal) => Promise<FrameStream>;
  /** Contacts' computers that are there, those most likely to have it first. */
  readonly peers: () => readonly string[];
  readonly onChange: () => void;
  /** The cover of a book has come. */
  readonly onCover: () => void;
}

/** `bytes`: as its publisher signed it. */
export interface WantedContent { readonly content: ContentId; readonly bytes: number }

interface Wanted { /** What its licences say; whoever claims another length of the same contents must not keep them from coming. */ bytes: ReadonlySet<number>; paused: boolean; /** It was resumed while what was paused had not quite ended. */ again: boolean; running: Promise<void> | null; trouble: Failure | null; readonly pace: Pace; stop: AbortController }

export class Fetching {
  readonly #options: FetchingOptions;
  readonly #wanted = new Map<ContentId, Wanted>();
  #closed = false;

  constructor(options: FetchingOptions) {
    this.#options = options;
  }

  /** Exactly these are wanted, from now on. */
  want(contents: readonly WantedContent[]): void {
    const lengths = new Map<ContentId, Set<number>>();
    for (const { content, bytes } of contents) lengths.set(content, (lengths.get(content) ?? new Set()).add(bytes));
    for (const content of [...this.#wanted.keys()]) if (!lengths.has(content)) this.#drop(content);
    for (const [content, bytes] of lengths) {
      const known = this.#wanted.get(content);
      if (known) known.bytes = bytes;
      if (this.#options.store.isWhole(content) || known) continue;
      this.#wanted.set(content, { bytes, paused: false, again: false, running: null, trouble: null, pace: new Pace(), stop: new AbortController() });
      this.#options.onChange();
    }
    this.nudge();
  }

  /** Somebody came, or a chunk was found damaged: what waits is tried again. */
  nudge(): void {
    if (this.#closed) return;
    for (const [content, wanted] of this.#wanted) {
      if (wanted.running) wanted.again = true;
      if (wanted.paused || wanted.running) continue;
      wanted.again = false;
      wanted.running = this.#fetch(content, wanted).finally(() => {
        wanted.running = null;
        if (wanted.again) this.nudge();
        this.#options.onChange();
      });
    }
  }

  pause(content: ContentId): void {
    const wanted = this.#wanted.get(content);
    if (!wanted || wanted.paused) return;
    wanted.paused = true;
    wanted.stop.abort();
    wanted.stop = new AbortController();
    this.#options.onChange();
  }

  resume(content: ContentId): void {
    const wanted = this.#wanted.get(content);
    if (!wanted) return;
    wanted.paused = false;
    wanted.trouble = null;
    this.nudge();
    this.#options.onChange();
  }

  /** What is on its way, or should be; a shelf has thousands of books, and few of these. */
  underWay(): FetchView[] {
    return [...this.#wanted.keys()].filter((content) => !this.#options.store.isWhole(content)).map((content) => this.view(content));
  }

  view(content: ContentId): FetchView {
    const { store } = this.#options;
    const held = store.get(content);
    const wanted = this.#wanted.get(content);
    const total = held?.manifest.size ?? null;
    const bytes = held && total !== null ? Math.round((held.have.count / held.have.total) * total) : 0;
    const whole = store.isWhole(content);
    const speed = wanted?.running && !whole ? wanted.pace.bytesPerSecond(Date.now()) : 0;
    const state = whole ? 'whole' : wanted?.paused ? 'paused' : speed > 0 ? 'fetching' : 'waiting';
    return { content, state, bytes, total, bytesPerSecond: Math.round(speed), secondsLeft: speed > 0 && total !== null ? Math.ceil((total - bytes) / speed) : null, trouble: wanted?.trouble ?? null };
  }

  async close(): Promise<void> {
    this.#closed = true;
    const running = [...this.#wanted.values()].map(({ running: work }) => work);
    for (const content of [...this.#wanted.keys()]) this.#drop(content);
    await Promise.all(running);
  }

  #drop(content: ContentId): void {
    this.#wanted.get(content)?.stop.abort();
    this.#wanted.delete(content);
  }

  async #fetch(content: ContentId, wanted: Wanted): Promise<void> {
    const { store, peers, onChange } = this.#options;
    const signal = wanted.stop.signal;
    const taken = new Set<number>();
    /** What a peer was asked for and did not have, or had damaged: somebody else is asked for that. */
    const lacks = new Map<string, Set<number>>();
    try {
      while (!signal.aborted && !store.isWhole(content)) {
        const asked = peers().slice(0, MAX_PEERS_AT_ONCE);
        const before = store.get(content)?.have.count ?? 0;
        const lackedBefore = sizeOf(lacks);
        await Promise.all(asked.map((peer) => this.#askOne(peer, content, wanted, { taken, lacks: lacksOf(lacks, peer) }, signal)));
        if (store.isWhole(content)) break;
        if ((store.get(content)?.have.count ?? 0) > before) continue;
        // One who answered in vain had taken what the others were not asked for: now they are.
        if (sizeOf(lacks) > lackedBefore) continue;
        await pause(ASK_AGAIN_MS, signal);
        lacks.clear();
        if (peers().length === 0) return; // somebody's coming is told by `nudge`
      }
      if (store.isWhole(content)) this.#wanted.delete(content);
    } catch (error) {
      if (!(error instanceof Refusal)) throw error;
      wanted.trouble = error.failure;
      wanted.paused = true;
    } finally {
      await store.note(content).catch(() => undefined);
      onChange();
    }
  }

  /** Takes batches from one peer until it has no more of what is missing. A peer that fails is left alone. @throws Refusal `disk_full`, `peer_protocol` */
  async #askOne(peer: string, content: ContentId, wanted: Wanted, { taken, lacks }: { taken: Set<number>; lacks: Set<number> }, signal: AbortSignal): Promise<void> {
    const { store } = this.#options;
    for (let useful = true; useful && !signal.aborted; ) {
      const held = store.get(content);
      // A person who takes a small book has not agreed to have their disk filled.
      if (held && !wanted.bytes.has(held.manifest.size)) refuse('peer_protocol', 'This book is not as long as its publisher says. It is not fetched.');
      const chunks = held ? nextOf(held, new Set([...taken, ...lacks])) : [];
      if (held && chunks.length === 0) return;
      for (const index of chunks) taken.add(index);
      const stream = await this.#options.open(peer, signal).catch(() => null);
      const abort = (): void => stream?.abort();
      signal.addEventListener('abort', abort, { once: true });
      try {
        useful = stream !== null && (await this.#take(stream, content, chunks, wanted));
        await stream?.close().catch(() => undefined);
      } catch (error) {
        abort();
        if (error instanceof Refusal && error.failure.code === 'disk_full') throw error;
        useful = false;
      } finally {
        signal.removeEventListener('abort', abort);
        for (const index of chunks) {
          taken.delete(index);
          if (stream !== null && store.get(content)?.have.has(index) === false) lacks.add(index);
        }
      }
    }
  }

  /** @returns true if anything came */
  async #take(stream: FrameStream, content: ContentId, chunks: readonly number[], wanted: Wanted): Promise<boolean> {
    const { store, onChange, onCover } = this.#options;
    const answered = await ask(stream, { content, manifest: chunks.length === 0, chunks });
    let came = false;
    if (answered.manifest) {
      await store.begin(content, answered.manifest);
      came = true;
    }
    for await (const { index, chunk } of answered.chunks) {
      if (!chunk) continue;
      try {
        await store.put(content, index, chunk);
      } catch (error) {
        // Damaged on the way, or a lie: it is fetched again, from whoever else has it first.
        if (error instanceof Refusal && error.failure.code === 'chunk_damaged') return false;
        throw error;
      }
      came = true;
      const held = store.get(content);
      if (held && index === coverIndexOf(held.manifest)) onCover();
      wanted.pace.add(Date.now(), chunk.length);
      onChange();
    }
    return came;
  }
}

/** What to ask for next: the cover first, so that a shelf shows it while the book is still on its way. */
function nextOf({ manifest, have }: HeldContent, taken: ReadonlySet<number>): number[] {
  const cover = coverIndexOf(manifest);
  if (cover === null || have.has(cover) || taken.has(cover)) return have.missing(BATCH, taken);
  return [cover, ...have.missing(BATCH - 1, new Set([...taken, cover]))];
}

const sizeOf = (lacks: ReadonlyMap<string, ReadonlySet<number>>): number => [...lacks.values()].reduce((sum, { size }) => sum + size, 0);

function lacksOf(lacks: Map<string, Set<number>>, peer: string): Set<number> {
  const known = lacks.get(peer) ?? new Set();
  lacks.set(peer, known);
  return known;
}

/** Resolves after `ms`, or at once when it is over. */
const pause = (ms: number, signal: AbortSignal): Promise<void> =>
  new Promise((resolve) => {
    const timer = setTimeout(resolve, ms);
    signal.addEventListener('abort', () => { clearTimeout(timer); resolve(); }, { once: true });
  });

