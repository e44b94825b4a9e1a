/**
 * One book, asked of one peer (design §7), a batch of chunks at a time. The next question goes out while the answer to the
 * last one is still coming, and while chunks are written the next ones come. Whom to ask, for what and how often is said in
 * fetching.ts.
 */
import { type ErrorCode, Refusal, refuse } from '../../../protocol/errors.ts';
import { type ContentId, coverIndexOf } from '../../../protocol/publication.codec.ts';
import { systemCodeOf } from '../storage/atomic-file.ts';
import { ask } from './content.protocol.ts';
import type { ContentStore } from './content-store.ts';
import type { FrameStream } from './frame-stream.port.ts';
import { nextOf } from './next-chunks.ts';
import type { Pace } from './pace.ts';
import { type ChunkRoom, type PeerLine, QUESTIONS_PER_PEER } from './peer-line.ts';

/** The next question is asked when so many chunks of the last one are still to come: enough to keep the wire full, and few for a slow peer to sit on. */
const ASK_NEXT_WITH = 4;
export interface AskingOptions {
  readonly store: ContentStore;
  readonly open: (peerId: string, signal: AbortSignal) => Promise<FrameStream>;
  readonly onChange: () => void;
  /** The cover of a book has come. */
  readonly onCover: () => void;
}

/** What is known of a book before it comes, and how fast it comes. */
export interface Expected {
  /** Its length as its licences say; whoever claims another length of the same contents must not keep them from coming. */
  readonly bytes: ReadonlySet<number>;
  readonly pace: Pace;
}

/** One peer, asked for one publication. */
export interface Task {
  readonly peer: string;
  readonly content: ContentId;
  readonly wanted: Expected;
  /** Asked of anybody, and not answered yet. */
  readonly taken: Set<number>;
  /** What this peer did not have, or had damaged. */
  readonly lacks: Set<number>;
  readonly signal: AbortSignal;
}

/** What no other peer can help with. */
const OUR_OWN: readonly ErrorCode[] = ['disk_full', 'internal'];

/** A disk that does not take the chunk: asking for it again and again would change nothing. */
function ourDisk(error: unknown): never {
  const code = systemCodeOf(error);
  if (code === null || error instanceof Refusal) throw error;
  throw new Refusal('internal', `The book cannot be written on this disk (${code}).`, undefined, error);
}

export class Asking {
  readonly #options: AskingOptions;

  constructor(options: AskingOptions) {
    this.#options = options;
  }

  /**
   * Takes batches from one peer until it has no more of what is missing. A peer that fails is left alone.
   * @returns false if nothing is to be had from it: nothing came, what it lacks was known, and nobody else was asked for what it may have
   * @throws Refusal `disk_full`, `internal` for any other fault of this disk, `peer_protocol`
   */
  async all(task: Task, line: PeerLine): Promise<boolean> {
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
      if (error instanceof Refusal && OUR_OWN.includes(error.failure.code)) throw error;
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
  async #take(stream: FrameStream, content: ContentId, chunks: readonly number[], { wanted, room, nearly }: { wanted: Expected; room: ChunkRoom; nearly: () => void }): Promise<boolean> {
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
    try {
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
    } finally {
      await Promise.all(writing);
      await release();
    }
    // Damaged on the way, or a lie: it is fetched again, from whoever else has it first.
    if (trouble instanceof Refusal && trouble.failure.code === 'chunk_damaged') return false;
    if (trouble !== null) throw trouble;
    return came;
  }

  async #keep(content: ContentId, index: number, chunk: Uint8Array, { pace }: Expected): Promise<void> {
    const { store, onChange, onCover } = this.#options;
    await store.put(content, index, chunk).catch(ourDisk);
    const held = store.get(content);
    if (held && index === coverIndexOf(held.manifest)) onCover();
    pace.add(performance.now(), chunk.length);
    onChange();
  }
}
