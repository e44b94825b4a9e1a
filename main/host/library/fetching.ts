/**
 * Brings the ciphertext of books whose licence is here (design §7). Whoever of the contacts who are there has it is asked,
 * several at once, a batch of chunks each; what is cut off goes on where it was. A licence may arrive long before its
 * ciphertext: it then waits until someone who has it is there.
 *
 *   waiting ──somebody has it──▶ fetching ──all chunks──▶ whole
 *      ▲  └──────────◀ everybody gone ◀──┘ │
 *      └────────── resume ◀── paused ◀─────┘
 */
import { setTimeout as pause } from 'node:timers/promises';
import { type Failure, Refusal, refuse } from '../../../protocol/errors.ts';
import { type ContentId, coverIndexOf } from '../../../protocol/publication.codec.ts';
import { together } from '../together.ts';
import { ask } from './content.protocol.ts';
import type { ContentStore } from './content-store.ts';
import type { FrameStream } from './frame-stream.port.ts';
import { lacksOf, nextOf } from './next-chunks.ts';
import { Pace } from './pace.ts';
import { type ChunkRoom, type PeerLine, PeerLines, QUESTIONS_PER_PEER } from './peer-line.ts';

/** The next question is asked when so many chunks of the last one are still to come: enough to keep the wire full, and few for a slow peer to sit on. */
const ASK_NEXT_WITH = 4;
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

/** One peer, asked for one publication. `taken`: asked of anybody, and not answered yet. `lacks`: what this peer did not have, or had damaged. */
interface Task { readonly peer: string; readonly content: ContentId; readonly wanted: Wanted; readonly taken: Set<number>; readonly lacks: Set<number>; readonly signal: AbortSignal }

export class Fetching {
  readonly #options: FetchingOptions;
  readonly #wanted = new Map<ContentId, Wanted>();
  readonly #lines = new PeerLines();
  /** What is under way, wanted or not any more. */
  readonly #running = new Set<Promise<void>>();
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
      const running = this.#fetch(content, wanted).finally(() => {
        this.#running.delete(running);
        wanted.running = null;
        if (wanted.again) this.nudge();
        this.#options.onChange();
      });
      wanted.running = running;
      this.#running.add(running);
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
    for (const content of [...this.#wanted.keys()]) this.#drop(content);
    await Promise.all(this.#running);
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
    /** Who was asked in vain: others have their turn before they are asked again. */
    const vain = new Set<string>();
    try {
      while (!signal.aborted && !store.isWhole(content)) {
        const asked = peers().filter((peer) => !vain.has(peer)).slice(0, MAX_PEERS_AT_ONCE);
        await together(asked, signal, (peer, until) => this.#lines.with(peer, async (line) => {
          if (!(await this.#askOne({ peer, content, wanted, taken, lacks: lacksOf(lacks, peer), signal: until }, line))) vain.add(peer);
        }));
        if (asked.length > 0) continue;
        await pause(ASK_AGAIN_MS, undefined, { signal }).catch(() => undefined);
        lacks.clear();
        vain.clear();
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

  /**
   * Takes batches from one peer until it has no more of what is missing. A peer that fails is left alone.
   * @returns false if nothing is to be had from it: nothing came, what it lacks was known, and nobody else was asked for what it may have
   * @throws Refusal `disk_full`, `peer_protocol`
   */
  async #askOne(task: Task, line: PeerLine): Promise<boolean> {
    const { content, wanted, taken, lacks, signal } = task;
    const { store } = this.#options;
    const underWay: Promise<boolean>[] = [];
    const known = lacks.size;
    let came = false;
    const over = async (question: Promise<boolean> | undefined): Promise<boolean> => {
      const useful = (await question) ?? false;
      came ||= useful;
      return useful;
    };
    try {
      for (let useful = true; useful && !signal.aborted; ) {
        const held = store.get(content);
        // A person who takes a small book has not agreed to have their disk filled.
        if (held && !wanted.bytes.has(held.manifest.size)) refuse('peer_protocol', 'This book is not as long as its publisher says. It is not fetched.');
        const chunks = held ? nextOf(held, new Set([...taken, ...lacks])) : [];
        if (held && chunks.length === 0) {
          came ||= nextOf(held, lacks).length > 0;
          break;
        }
        const question = this.#question(task, line, chunks);
        underWay.push(question.over);
        await question.nearlyOver;
        // Which chunks there are is known with the manifest.
        while (underWay.length >= (held ? QUESTIONS_PER_PEER : 1)) useful = (await over(underWay.shift())) && useful;
      }
      await Promise.all(underWay.map(over));
      return came || lacks.size > known;
    } finally {
      await Promise.allSettled(underWay);
    }
  }

  /** Asks for these chunks, for the manifest if for none. `nearlyOver`: it is time for the next question. `over`: true if anything came. */
  #question(task: Task, line: PeerLine, chunks: readonly number[]): { readonly nearlyOver: Promise<void>; readonly over: Promise<boolean> } {
    for (const index of chunks) task.taken.add(index);
    let nearly = (): void => undefined;
    const nearlyOver = new Promise<void>((resolve) => (nearly = resolve));
    const over = this.#answered(task, line, chunks, nearly).finally(nearly);
    // Whoever waits for it may still be waiting for the question before.
    over.catch(() => undefined);
    return { nearlyOver, over };
  }

  /** @returns true if anything came */
  async #answered({ peer, content, wanted, taken, lacks, signal }: Task, line: PeerLine, chunks: readonly number[], nearly: () => void): Promise<boolean> {
    await line.questions.take();
    const stream = signal.aborted ? null : await this.#options.open(peer, signal).catch(() => null);
    const abort = (): void => stream?.abort();
    signal.addEventListener('abort', abort, { once: true });
    try {
      const useful = stream !== null && (await this.#take(stream, content, chunks, { wanted, room: line.room, nearly }));
      await stream?.close().catch(() => undefined);
      return useful;
    } catch (error) {
      abort();
      if (error instanceof Refusal && error.failure.code === 'disk_full') throw error;
      return false;
    } finally {
      signal.removeEventListener('abort', abort);
      for (const index of chunks) {
        taken.delete(index);
        if (stream !== null && this.#options.store.get(content)?.have.has(index) === false) lacks.add(index);
      }
      line.questions.give();
    }
  }

  /**
   * Takes an answer. While chunks are written the next ones come, as many as there is room for.
   * @returns true if anything came and nothing of it was damaged
   */
  async #take(stream: FrameStream, content: ContentId, chunks: readonly number[], { wanted, room, nearly }: { wanted: Wanted; room: ChunkRoom; nearly: () => void }): Promise<boolean> {
    const { store } = this.#options;
    const answered = await ask(stream, { content, manifest: chunks.length === 0, chunks });
    if (!answered.known) return false;
    if (answered.manifest) await store.begin(content, answered.manifest);
    let came = answered.manifest !== null;
    let trouble: unknown = null;
    const fails = (error: unknown): null => {
      trouble ??= error;
      stream.abort();
      return null;
    };
    const release = store.hold(content);
    const writing = new Set<Promise<unknown>>();
    for (const [at, index] of chunks.entries()) {
      if (trouble !== null) break;
      if (chunks.length - at === ASK_NEXT_WITH) nearly();
      const into = await room.take();
      const chunk = await answered.chunk(into).catch(fails);
      came ||= chunk !== null;
      const kept: Promise<unknown> = (chunk ? this.#keep(content, index, chunk, wanted).catch(fails) : Promise.resolve()).finally(() => {
        room.give(into);
        writing.delete(kept);
      });
      writing.add(kept);
    }
    await Promise.all(writing);
    await release();
    // Damaged on the way, or a lie: it is fetched again, from whoever else has it first.
    if (trouble instanceof Refusal && trouble.failure.code === 'chunk_damaged') return false;
    if (trouble !== null) throw trouble;
    return came;
  }

  async #keep(content: ContentId, index: number, chunk: Uint8Array, { pace }: Wanted): Promise<void> {
    const { store, onChange, onCover } = this.#options;
    await store.put(content, index, chunk);
    const held = store.get(content);
    if (held && index === coverIndexOf(held.manifest)) onCover();
    pace.add(Date.now(), chunk.length);
    onChange();
  }
}
