/**
 * The host's side of one reader process: calls with replies, and the reader's questions for its parts and its book. Checks
 * everything that comes back (design §8); lives as long as the process.
 */
import { type Failure, Refusal, type Result, fail } from '../../../protocol/errors.ts';
import { type ReaderMethod, readerContract } from '../../../protocol/contracts/reader.contract.ts';
import { type FromReader, FromReaderSchema, type ReaderAsk, type ToReader } from '../../../protocol/reader-port.ts';
import type { ModuleProcess } from './module-process.port.ts';

/** Where the reader's questions are answered. Each may reject. */
export interface ReaderSource {
  /** A file beside the bundle. */
  part(name: string): Promise<Uint8Array>;
  /** A chunk of ciphertext, or a piece of a file of one's own. */
  chunk(index: number): Promise<Uint8Array>;
  /** Stores a chunk of a publication in the making. */
  sealed(index: number, chunk: Uint8Array): Promise<void>;
}

export interface ReaderLinkOptions {
  readonly process: ModuleProcess;
  readonly source: ReaderSource;
  readonly onReady: (key: Uint8Array) => void;
  /** It has stopped, or says what makes no sense: it is to be ended. Called at most once; nothing is heard of it afterwards. */
  readonly onBroken: (failure: Failure) => void;
}

export interface ReaderLink {
  call(method: ReaderMethod, input: unknown): Promise<Result<unknown>>;
  /** Ends the link: fails every call under way, and hears nothing more. */
  abandon(failure: Failure): void;
}

export const GONE = fail('reader_failed', 'The reader ended while it had this book open. Open the book again.').failure;
const NONSENSE = fail('reader_failed', 'The reader said something that makes no sense, and was ended.').failure;

export function linkReader({ process: module, source, onReady, onBroken }: ReaderLinkOptions): ReaderLink {
  const calls = new Map<number, { method: ReaderMethod; resolve: (result: Result<unknown>) => void }>();
  let lastId = 0;
  let over = false;

  const post = (message: ToReader): void => module.post(message);

  function stop(failure: Failure): void {
    if (over) return;
    abandon(failure);
    onBroken(failure);
  }

  function abandon(failure: Failure): void {
    over = true;
    for (const { resolve } of calls.values()) resolve({ ok: false, failure });
    calls.clear();
  }

  module.onMessage((raw) => {
    if (over) return;
    const parsed = FromReaderSchema.safeParse(raw);
    if (!parsed.success) return stop(NONSENSE);
    const message = parsed.data;
    switch (message.type) {
      case 'ready': return onReady(message.key);
      case 'ask': return void answer(message.id, message.ask);
      case 'fault': return stop(message.failure);
      case 'reply': return replied(message);
    }
  });

  function replied(message: Extract<FromReader, { type: 'reply' }>): void {
    const call = calls.get(message.id);
    if (!call) return;
    calls.delete(message.id);
    if (!message.ok) return call.resolve({ ok: false, failure: message.failure });
    const value = readerContract[call.method].output.safeParse(message.value);
    if (value.success) return call.resolve({ ok: true, value: value.data });
    call.resolve({ ok: false, failure: NONSENSE });
    stop(NONSENSE);
  }

  async function answer(id: number, ask: ReaderAsk): Promise<void> {
    let reply: ToReader;
    try {
      reply = { type: 'answer', id, ok: true, value: (await perform(ask, source)) ?? null };
    } catch (error) {
      const failure = error instanceof Refusal ? error.failure : fail('internal', error instanceof Error ? error.message : String(error)).failure;
      reply = { type: 'answer', id, ok: false, failure };
    }
    if (!over) post(reply);
  }

  return {
    call: (method, input) =>
      new Promise((resolve) => {
        if (over) return resolve({ ok: false, failure: GONE });
        const id = ++lastId;
        calls.set(id, { method, resolve });
        post({ type: 'call', now: Date.now(), id, method, input });
      }),
    abandon,
  };
}

function perform(ask: ReaderAsk, source: ReaderSource): Promise<Uint8Array | void> {
  switch (ask.op) {
    case 'part': return source.part(ask.name);
    case 'chunk': return source.chunk(ask.index);
    case 'sealed': return source.sealed(ask.index, ask.chunk);
  }
}
