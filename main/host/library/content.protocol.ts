/**
 * How one host asks another for ciphertext (design §7; docs/PROTOCOL.md "Ciphertext"). One stream is one question:
 *
 *   asker   ──▶ { version, content, manifest, chunks }
 *   answerer ◀── { held, total }, the manifest if it was asked for, then each chunk that was asked for; empty where it is missing
 *
 * Everything is checked by its hash, so it does not matter who answers. Asking tells the other side what one looks for:
 * only contacts are asked, and only contacts are answered.
 */
import { z } from 'zod';
import { bytesOf } from '../../../protocol/bytes.schema.ts';
import { decodeStrict, encodeStrict } from '../../../protocol/cbor.codec.ts';
import { Refusal, refuse } from '../../../protocol/errors.ts';
import { MAX_PUBLICATION_CHUNKS } from '../../../protocol/limits.ts';
import { type ContentId, ContentIdSchema, MAX_CHUNK_BYTES } from '../../../protocol/publication.codec.ts';
import type { ContentStore } from './content-store.ts';
import type { FrameStream } from './frame-stream.port.ts';

/** Chunks of one question: 16 MiB, so that several who have a book share the work, and a cut costs little. */
export const MAX_CHUNKS_PER_QUESTION = 64;

const QuestionSchema = z.strictObject({
  version: z.literal(1), content: bytesOf(32), manifest: z.boolean(),
  chunks: z.array(z.int().min(0).max(MAX_PUBLICATION_CHUNKS)).max(MAX_CHUNKS_PER_QUESTION),
});
const AnswerSchema = z.strictObject({ held: z.int().nonnegative(), total: z.int().nonnegative() });

export interface Question { readonly content: ContentId; readonly manifest: boolean; readonly chunks: readonly number[] }

export interface Answered {
  /** False: the other side has never heard of the publication, and sends nothing of it. */
  readonly known: boolean;
  readonly manifest: Uint8Array | null;
  /** The next of the chunks, in the order they were asked for, in `into`; null where the other side has none. Unchecked. */
  readonly chunk: (into: Uint8Array) => Promise<Uint8Array | null>;
}

/** Stands for a chunk that is not there. */
const NOTHING = new Uint8Array();

const toBytes = (content: ContentId): Uint8Array => new Uint8Array(Buffer.from(content, 'hex'));
const toId = (bytes: Uint8Array): ContentId => ContentIdSchema.parse(Buffer.from(bytes).toString('hex'));

function read<S extends z.ZodType>(schema: S, frame: Uint8Array): z.output<S> {
  const value = decodeStrict(frame);
  const parsed = value.ok ? schema.safeParse(value.value) : null;
  return parsed?.success ? parsed.data : refuse('peer_protocol', 'The other computer said something about a book that makes no sense.');
}

/**
 * Asks on a fresh stream. The caller takes as many chunks as it asked for, if the other side knows the publication, or aborts
 * the stream. @throws Refusal `peer_protocol`, or the stream's error
 */
export async function ask(stream: FrameStream, { content, manifest, chunks }: Question): Promise<Answered> {
  await stream.write(encodeStrict({ version: 1, content: toBytes(content), manifest, chunks: [...chunks] }));
  const { total } = read(AnswerSchema, await stream.read());
  if (total === 0) return { known: false, manifest: null, chunk: () => Promise.resolve(null) };
  return {
    known: true,
    manifest: manifest ? await stream.read() : null,
    async chunk(into) {
      const chunk = await stream.read(into);
      return chunk.length === 0 ? null : chunk;
    },
  };
}

/** Answers the question that comes on a stream another wallet opened. Never rejects. */
export async function answer(stream: FrameStream, store: ContentStore): Promise<void> {
  try {
    const { content, manifest, chunks } = read(QuestionSchema, await stream.read());
    const id = toId(content);
    const held = store.get(id);
    await stream.write(encodeStrict({ held: held?.have.count ?? 0, total: held?.have.total ?? 0 }));
    if (held) {
      if (manifest) await stream.write(held.manifestBytes);
      const release = store.hold(id);
      try {
        await sendAll(stream, chunks, async (index, into) => (held.have.has(index) ? await store.chunk(id, index, into).catch(missing) : NOTHING));
      } finally {
        await release();
      }
    }
    await stream.close();
  } catch {
    // The other side went away, or talks nonsense: it asks again or it does not.
    stream.abort();
  }
}

/** Two chunks at most are in memory: one leaves while the next is read, so that the disk and the wire work at the same time. */
async function sendAll(stream: FrameStream, chunks: readonly number[], read: (index: number, into: Uint8Array) => Promise<Uint8Array>): Promise<void> {
  const room = chunks.slice(0, 2).map(() => new Uint8Array(MAX_CHUNK_BYTES));
  const begin = (at: number): Promise<Uint8Array> => {
    const [index, into] = [chunks[at], room[at % 2]];
    const reading = index === undefined || !into ? Promise.resolve(NOTHING) : read(index, into);
    // What goes wrong is heard when its turn comes, or not at all.
    reading.catch(() => undefined);
    return reading;
  };
  let next = begin(0);
  for (const at of chunks.keys()) {
    const chunk = await next;
    next = begin(at + 1);
    await stream.write(chunk);
  }
}

/** A chunk that has rotted here is left to others. */
function missing(error: unknown): Uint8Array {
  if (error instanceof Refusal) return NOTHING;
  throw error;
}
