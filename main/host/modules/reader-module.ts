/**
 * Runs readers (design §4; assurance row 47): one process for one book. What a book can do to its reader it does to itself
 * alone: a reader that takes too long, grows too large, ends or talks nonsense is ended, its calls fail with a code, and the
 * next book gets another process. The vault has no part in this.
 *
 *   starting ──ready──▶ idle ──call──▶ busy ──reply──▶ idle …
 *                                       └─too long, too large, exit, nonsense──▶ gone
 */
import { type Failure, type Result, fail } from '../../../protocol/errors.ts';
import type { Client } from '../../../protocol/contracts/contract.ts';
import { type ReaderContract, type ReaderMethod, readerContract } from '../../../protocol/contracts/reader.contract.ts';
import { readPart } from './reader-parts.ts';
import { GONE, linkReader } from './reader-link.ts';
import type { MemoryOf } from './process-memory.ts';
import type { ModuleProcess, SpawnModule } from './module-process.port.ts';

/**
 * How long a call may take, from its turn on. Laying out the longest novels takes a second on a slow computer; a reader that
 * has not answered by then is in a book's trap.
 */
const LIMIT_MS: Readonly<Record<ReaderMethod, number>> = {
  'book.open': 30_000, 'book.layout': 30_000, 'book.contents': 15_000, 'book.search': 20_000, 'book.position': 20_000, 'book.locate': 20_000,
  'book.cover': 15_000, 'picture.cover': 20_000, 'publication.cover': 20_000, 'page.render': 15_000, 'page.links': 10_000, 'page.text': 10_000,
  // Follows the speed of the disk; each chunk that is asked for or handed out begins anew.
  'publication.seal': 30_000,
};
/** A process that runs is ready within a fraction of this. */
const START_LIMIT_MS = 20_000;
/**
 * Each part of a book that comes in gives a call its time anew, and a book that asks for ever more parts would have for ever:
 * so only as often as this. Not for sealing, which takes as long as its file is large.
 */
const MOST_RENEWALS = 6;
/** A reader stays below 400 MB with any book that is well; one that does not is ended. */
const MAX_MEMORY_BYTES = 640 * 1024 * 1024;
/**
 * How often a reader's time and memory are looked at. Of a longer pause between two looks no more than two such steps count: a
 * computer that slept, or a host that was held up, says nothing about the reader.
 */
const LOOK_MS = 100;

/** Where the bytes of one book come from, and go to when one is published. */
export interface BookStore {
  /** Ciphertext chunk `index` of a publication, or piece `index` (256 KiB, the last one shorter) of a file. */
  chunk(index: number): Promise<Uint8Array>;
  /** Only for `publication.seal`. */
  sealed?(index: number, chunk: Uint8Array): Promise<void>;
}

export interface OpenReader {
  /** X25519 public key of this process: what the vault seals a grant to. */
  readonly key: Uint8Array;
  readonly pid: number | undefined;
  /** Calls are served in order. They never reject; once the reader is gone each fails with its reason. */
  readonly calls: Client<ReaderContract>;
  /** Null while it runs. */
  readonly ended: Failure | null;
  close(): Promise<void>;
}

export interface ReaderModule {
  /** Starts a reader for one book. @returns `reader_failed`, `reader_timeout` if it does not start */
  start(book: BookStore): Promise<Result<OpenReader>>;
  /** Ends every reader, also one that is only starting; no further one is started. */
  close(): Promise<void>;
}

export interface ReaderModuleOptions {
  readonly spawnModule: SpawnModule;
  readonly bundlePath: string;
  /** Null where the memory of another process cannot be asked for; the reader's own ceiling stands alone then. */
  readonly memoryOf: MemoryOf | null;
  /** For tests of what takes too long. */
  readonly limitMs?: Partial<Record<ReaderMethod, number>>;
}

const TOO_LONG = fail('reader_timeout', 'The reader took too long over this book and was ended.').failure;
const TOO_LARGE = fail('book_too_large', 'The reader needed too much memory for this book and was ended.').failure;
const CLOSED = fail('session_closed', 'The book was closed.').failure;

export function readerModule(options: ReaderModuleOptions): ReaderModule {
  const running = new Set<OpenReader>();
  const starting = new Set<Promise<Result<OpenReader>>>();
  let closed = false;

  async function begin(book: BookStore): Promise<Result<OpenReader>> {
    const started = await startReader(options, book, (reader) => running.delete(reader));
    if (!started.ok) return started;
    running.add(started.value);
    if (!closed) return started;
    await started.value.close();
    return { ok: false, failure: CLOSED };
  }

  return {
    async start(book) {
      if (closed) return { ok: false, failure: CLOSED };
      const beginning = begin(book);
      starting.add(beginning);
      return await beginning.finally(() => starting.delete(beginning));
    },
    async close() {
      closed = true;
      await Promise.all([...starting, ...[...running].map((reader) => reader.close())]);
    },
  };
}

async function startReader({ spawnModule, bundlePath, memoryOf, limitMs }: ReaderModuleOptions, book: BookStore, onGone: (reader: OpenReader) => void): Promise<Result<OpenReader>> {
  const limits = { ...LIMIT_MS, ...limitMs };
  const module: ModuleProcess = spawnModule(bundlePath);
  const exited = new Promise<void>((resolve) => module.onExit(() => resolve()));
  let ended: Failure | null = null;
  /** What is left of the time for what is under way; null while nothing is. */
  let left: number | null = null;
  /** And of what a call may take in all, however many parts of its book it asks for on the way. */
  let inAll = Number.POSITIVE_INFINITY;
  let looked = performance.now();
  let turn: Promise<unknown> = Promise.resolve();

  function end(failure: Failure): void {
    if (ended) return;
    ended = failure;
    clearInterval(watch);
    link.abandon(failure);
    onGone(reader);
    void module.stop();
  }
  const watch = setInterval(() => {
    const now = performance.now();
    const passed = Math.min(now - looked, 2 * LOOK_MS);
    looked = now;
    if (left !== null) {
      left -= passed;
      inAll -= passed;
      if (left <= 0 || inAll <= 0) return end(TOO_LONG);
    }
    const bytes = memoryOf && module.pid !== undefined ? memoryOf(module.pid) : null;
    if (bytes !== null && bytes > MAX_MEMORY_BYTES) end(TOO_LARGE);
  }, LOOK_MS);
  watch.unref();
  const expect = (limit: number): void => void (left = limit);
  const rest = (): void => void (left = null);

  let ready: (key: Uint8Array | null) => void = () => undefined;
  const key = new Promise<Uint8Array | null>((resolve) => (ready = resolve));
  const link = linkReader({
    process: module, onReady: (shown) => ready(shown), onBroken: end,
    source: {
      part: (name) => readPart(bundlePath, name),
      chunk: (index) => fed(() => book.chunk(index)),
      sealed: (index, chunk) => fed(() => book.sealed?.(index, chunk) ?? Promise.reject(new Error('nowhere to put a chunk'))),
    },
  });
  /** Time that the host itself takes does not count. */
  let current = 0;
  async function fed<T>(work: () => Promise<T>): Promise<T> {
    rest();
    try {
      return await work();
    } finally {
      if (current > 0) expect(current);
    }
  }

  async function call(method: ReaderMethod, input: unknown): Promise<Result<unknown>> {
    if (ended) return { ok: false, failure: ended };
    current = limits[method];
    expect(current);
    inAll = method === 'publication.seal' ? Number.POSITIVE_INFINITY : MOST_RENEWALS * current;
    const result = await link.call(method, input);
    current = 0;
    rest();
    return result;
  }

  const calls = Object.fromEntries((Object.keys(readerContract) as ReaderMethod[]).map((method) => [method, (input: unknown) => {
    const mine = turn.then(() => call(method, input));
    turn = mine;
    return mine;
  }])) as unknown as Client<ReaderContract>;

  let shown = new Uint8Array(0);
  const reader: OpenReader = {
    get key() { return shown; },
    get pid() { return module.pid; },
    get ended() { return ended; },
    calls,
    async close() {
      end(CLOSED);
      await exited;
    },
  };

  module.onExit(() => {
    end(GONE);
    ready(null);
  });
  expect(START_LIMIT_MS);
  const got = await key;
  rest();
  if (ended || !got) return { ok: false, failure: ended ?? GONE };
  shown = new Uint8Array(got);
  return { ok: true, value: reader };
}
