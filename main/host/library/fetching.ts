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
import { type Failure, Refusal } from '../../../protocol/errors.ts';
import type { ContentId } from '../../../protocol/publication.codec.ts';
import { together } from '../together.ts';
import { Asking, type AskingOptions, type Expected } from './asking.ts';
import { lacksOf } from './next-chunks.ts';
import { Pace } from './pace.ts';
import { PeerLines } from './peer-line.ts';

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

export interface FetchingOptions extends AskingOptions {
  /** Contacts' computers that are there, those most likely to have it first. */
  readonly peers: () => readonly string[];
}

/** `bytes`: as its publisher signed it. */
export interface WantedContent { readonly content: ContentId; readonly bytes: number }

interface Wanted extends Expected {
  bytes: ReadonlySet<number>;
  paused: boolean;
  /** It was resumed while what was paused had not quite ended. */
  again: boolean;
  running: boolean;
  trouble: Failure | null;
  stop: AbortController;
}

export class Fetching {
  readonly #options: FetchingOptions;
  readonly #wanted = new Map<ContentId, Wanted>();
  readonly #asking: Asking;
  readonly #lines = new PeerLines();
  /** What is under way, wanted or not any more. */
  readonly #running = new Set<Promise<void>>();
  #closed = false;

  constructor(options: FetchingOptions) {
    this.#options = options;
    this.#asking = new Asking(options);
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
      this.#wanted.set(content, { bytes, paused: false, again: false, running: false, trouble: null, pace: new Pace(), stop: new AbortController() });
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
      wanted.running = true;
      const running: Promise<void> = this.#fetch(content, wanted).finally(() => {
        this.#running.delete(running);
        wanted.running = false;
        if (wanted.again) this.nudge();
        this.#options.onChange();
      });
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
    const speed = wanted?.running && !whole ? wanted.pace.bytesPerSecond(performance.now()) : 0;
    const state = whole ? 'whole' : wanted?.paused ? 'paused' : speed > 0 ? 'fetching' : 'waiting';
    return { content, state, bytes, total, bytesPerSecond: Math.round(speed), secondsLeft: speed > 0 && total !== null ? Math.ceil((total - bytes) / speed) : null, trouble: wanted?.trouble ?? null };
  }

  /** Resolves when nothing is written any more. */
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
          if (!(await this.#asking.all({ peer, content, wanted, taken, lacks: lacksOf(lacks, peer), signal: until }, line))) vain.add(peer);
        }));
        if (asked.length > 0) continue;
        await pause(ASK_AGAIN_MS, undefined, { signal }).catch(() => undefined);
        lacks.clear();
        vain.clear();
        // When somebody comes, `nudge` says so.
        if (peers().length === 0) return;
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
}
