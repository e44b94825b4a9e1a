/** A reader in this process, behind its real port: what a unit test needs of one. Its parts come from where the build takes them. */
import { createHash } from 'node:crypto';
import { fileURLToPath } from 'node:url';
import { createClient } from '../../protocol/contracts/client.ts';
import { readerContract } from '../../protocol/contracts/reader.contract.ts';
import { Refusal, fail } from '../../protocol/errors.ts';
import type { FromReader, ReaderAsk, ToReader } from '../../protocol/reader-port.ts';
import { createReaderRuntime } from '../../enclave/runtime/reader-runtime.ts';
import { READER_PARTS, partBytes } from '../../scripts/reader-parts.mjs';
import { type ReaderCalls, pieceOf } from './reader-calls.ts';

const ROOT = fileURLToPath(new URL('../../', import.meta.url));
const PARTS = new Map((READER_PARTS as { name: string; source: string }[]).map((part) => [part.name, partBytes(ROOT, part)]));

export interface MemoryReader {
  readonly calls: ReaderCalls;
  readonly key: Uint8Array;
  /** Everything that the reader has said, in order. */
  readonly said: readonly FromReader[];
  /** What the host's clock shows. */
  now: number;
}

export interface MemoryReaderOptions {
  readonly chunk: (index: number) => Uint8Array | Promise<Uint8Array>;
  readonly sealed?: (index: number, chunk: Uint8Array) => void | Promise<void>;
  /** Fonts beside MuPDF's own; all of them unless told otherwise. */
  readonly fonts?: boolean;
  /** In place of a part that the reader asks for. */
  readonly part?: (name: string) => Uint8Array | undefined;
}

export function memoryReader({ chunk, sealed, fonts = true, part }: MemoryReaderOptions): MemoryReader {
  const said: FromReader[] = [];
  const waiting = new Map<number, (reply: unknown) => void>();
  const hashes = Object.fromEntries([...PARTS].filter(([name]) => fonts || name === 'mupdf').map(([name, bytes]) => [name, createHash('sha256').update(bytes).digest('hex')]));
  const perform = async (ask: ReaderAsk): Promise<unknown> => {
    if (ask.op === 'part') return part?.(ask.name) ?? PARTS.get(ask.name);
    if (ask.op === 'chunk') return await chunk(ask.index);
    return await sealed?.(ask.index, ask.chunk);
  };
  let handle: (message: ToReader) => void = () => undefined;
  const answer = async (id: number, ask: ReaderAsk): Promise<void> => {
    try {
      handle({ type: 'answer', id, ok: true, value: (await perform(ask)) ?? null });
    } catch (error) {
      handle({ type: 'answer', id, ...(error instanceof Refusal ? { ok: false, failure: error.failure } : fail('internal', String(error))) });
    }
  };
  handle = createReaderRuntime({
    emit(message) {
      said.push(message);
      if (message.type === 'ask') void Promise.resolve().then(() => answer(message.id, message.ask));
      if (message.type === 'reply') {
        const { type: _, ...reply } = message;
        waiting.get(message.id)?.(reply);
      }
    },
    random: (length) => crypto.getRandomValues(new Uint8Array(length)),
    sha256: async (bytes) => new Uint8Array(createHash('sha256').update(bytes).digest()),
    parts: hashes,
  });
  const reader: MemoryReader = {
    said, now: 0,
    key: (said[0] as Extract<FromReader, { type: 'ready' }>).key,
    calls: createClient(readerContract, (call) => new Promise((resolve) => {
      waiting.set(call.id, resolve);
      handle({ type: 'call', now: reader.now, ...call });
    })),
  };
  return reader;
}

/** A reader for one file in the clear. */
export const fileReader = (file: Uint8Array, options: Partial<MemoryReaderOptions> = {}): MemoryReader => memoryReader({ chunk: (index) => pieceOf(file, index), ...options });
