/**
 * A reader behind its port (design §4): shows its key, serves calls one after the other, asks the host for its parts and for
 * the book. Knows no process and no Electron.
 *
 *   ready ──calls──▶ … ──its engine breaks──▶ fault, and nothing more
 */
import { x25519 } from '@noble/curves/ed25519.js';
import { bytesToHex } from '@noble/hashes/utils.js';
import { z } from 'zod';
import { bytesUpTo } from '../../protocol/bytes.schema.ts';
import type { Handlers } from '../../protocol/contracts/contract.ts';
import { type ReaderContract, readerContract } from '../../protocol/contracts/reader.contract.ts';
import { createServer } from '../../protocol/contracts/server.ts';
import { type Failure, Refusal, fail } from '../../protocol/errors.ts';
import { CHUNK_BYTES } from '../../protocol/limits.ts';
import { CHUNK_TAG_BYTES } from '../../protocol/publication.codec.ts';
import { type FromReader, type ReaderAsk, type ToReader, ToReaderSchema } from '../../protocol/reader-port.ts';
import { type Mupdf, startEngine } from '../reader/engine/engine.ts';
import { BrokenEngine } from '../reader/engine/trouble.ts';
import { createReading } from '../reader/reading.ts';

/** Calls that may wait for their turn: the pages around the one that is read, and then some. */
const MAX_WAITING = 64;
/** The largest part is MuPDF's WASM, 10 MB. */
const MAX_PART_BYTES = 32 * 1024 * 1024;
/** The name of the part that is code. */
const WASM = 'mupdf';

export interface ReaderPowers {
  readonly emit: (message: FromReader) => void;
  readonly random: (length: number) => Uint8Array;
  readonly sha256: (bytes: Uint8Array) => Promise<Uint8Array>;
  /** SHA-256 of every part by its name, as it was when the bundle was made. */
  readonly parts: Readonly<Record<string, string>>;
}

/** Takes anything the host sends; malformed messages are dropped, they cannot be answered. */
export type HandleMessage = (raw: unknown) => void;

type Call = Extract<ToReader, { type: 'call' }>;
type Answer = Extract<ToReader, { type: 'answer' }>;

export function createReaderRuntime({ emit, random, sha256, parts }: ReaderPowers): HandleMessage {
  const secret = random(32);
  const asked = new Map<number, { resolve: (value: unknown) => void; reject: (error: Refusal) => void }>();
  let lastAsk = 0;
  let now = 0;
  let waiting = 0;
  let turn: Promise<void> = Promise.resolve();
  let broken: Failure | null = null;

  async function ask<S extends z.ZodType>(question: ReaderAsk, shape: S): Promise<z.output<S>> {
    const id = ++lastAsk;
    const value = await new Promise<unknown>((resolve, reject) => {
      asked.set(id, { resolve, reject });
      emit({ type: 'ask', id, ask: question });
    });
    const parsed = shape.safeParse(value);
    if (!parsed.success) throw new Refusal('internal', `The host gave a malformed answer to ${question.op}.`);
    return parsed.data;
  }

  async function part(name: string): Promise<Uint8Array> {
    // A copy of its own: what was checked must be what is used.
    const bytes = (await ask({ op: 'part', name }, bytesUpTo(MAX_PART_BYTES, 1))).slice();
    if (bytesToHex(await sha256(bytes)) !== parts[name]) throw new Refusal('internal', 'A part of the reader is not the one it was built with. Install Tallystick again.');
    return bytes;
  }

  async function engine(): Promise<Mupdf> {
    const fonts = new Map<string, Uint8Array>();
    for (const name of Object.keys(parts)) if (name !== WASM) fonts.set(name, await part(name));
    return await startEngine({ wasm: await part(WASM), font: (name) => fonts.get(name) ?? null });
  }

  const reading = createReading({
    secret, random, engine, now: () => now,
    fetch: (index) => ask({ op: 'chunk', index }, bytesUpTo(CHUNK_BYTES + CHUNK_TAG_BYTES)),
    store: async (index, chunk) => void (await ask({ op: 'sealed', index, chunk }, z.unknown())),
  });
  const serve = createServer(readerContract, guarded(reading));

  /** The same handlers, with an eye on the engine. */
  function guarded(handlers: Handlers<ReaderContract>): Handlers<ReaderContract> {
    const entries = Object.entries(handlers).map(([method, handle]) => [method, async (input: unknown) => {
      try {
        return await (handle as (input: unknown) => unknown)(input);
      } catch (error) {
        if (!(error instanceof BrokenEngine)) throw error;
        broken = fail('reader_failed', 'The book broke the reader. Another one will open the next book.').failure;
        throw new Refusal(broken.code, broken.detail);
      }
    }]);
    return Object.fromEntries(entries) as Handlers<ReaderContract>;
  }

  function answered(answer: Answer): void {
    const question = asked.get(answer.id);
    asked.delete(answer.id);
    if (answer.ok) question?.resolve(answer.value);
    else question?.reject(new Refusal(answer.failure.code, answer.failure.detail, answer.failure.params));
  }

  async function answer({ id, method, input, now: at }: Call): Promise<void> {
    if (broken) return emit({ type: 'reply', id, ok: false, failure: broken });
    now = at;
    const reply = await serve({ id, method, input });
    emit({ type: 'reply', ...reply });
    if (broken) emit({ type: 'fault', failure: broken });
  }

  emit({ type: 'ready', key: x25519.getPublicKey(secret) });
  return (raw) => {
    const parsed = ToReaderSchema.safeParse(raw);
    if (!parsed.success) return;
    const message = parsed.data;
    if (message.type === 'answer') return answered(message);
    if (waiting >= MAX_WAITING) return emit({ type: 'reply', id: message.id, ...fail('busy', 'The reader has enough to do. Ask again when it has answered.') });
    waiting++;
    turn = turn.then(() => answer(message)).finally(() => waiting--);
  };
}
