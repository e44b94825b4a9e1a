/**
 * The one message port between a host and a reader (design §4). The reader has no other way in or out: it asks for its own
 * parts (code and fonts, checked against hashes in its bundle) and for the book, piece by piece.
 *
 *   host ──call, answer──▶ reader
 *   host ◀──ready, reply, ask, fault── reader
 */
import { z } from 'zod';
import { bytesOf, bytesUpTo } from './bytes.schema.ts';
import { FailureSchema } from './contracts/contract.ts';
import { CHUNK_BYTES, MAX_PUBLICATION_CHUNKS } from './limits.ts';
import { CHUNK_TAG_BYTES } from './publication.codec.ts';

/** The file's chunks, and the cover's behind them. */
const index = z.int().min(0).max(MAX_PUBLICATION_CHUNKS);
const id = z.int().nonnegative();

/** The reader's calls on its host. */
export const ReaderAskSchema = z.discriminatedUnion('op', [
  /** A file that lies beside the bundle; answered with its bytes. */
  z.strictObject({ op: z.literal('part'), name: z.string().max(100) }),
  /** Chunk `index`: ciphertext of a publication, or the piece of a file of one's own. Answered with its bytes. */
  z.strictObject({ op: z.literal('chunk'), index }),
  /** A chunk of a publication in the making; the next one comes when this one is answered. */
  z.strictObject({ op: z.literal('sealed'), index, chunk: bytesUpTo(CHUNK_BYTES + CHUNK_TAG_BYTES, CHUNK_TAG_BYTES + 1) }),
]);
export type ReaderAsk = z.output<typeof ReaderAskSchema>;

export const ToReaderSchema = z.discriminatedUnion('type', [
  z.strictObject({ type: z.literal('call'), now: z.int().nonnegative(), id, method: z.string().max(64), input: z.unknown() }),
  z.discriminatedUnion('ok', [
    z.strictObject({ type: z.literal('answer'), id, ok: z.literal(true), value: z.unknown() }),
    z.strictObject({ type: z.literal('answer'), id, ok: z.literal(false), failure: FailureSchema }),
  ]),
]);
export type ToReader = z.output<typeof ToReaderSchema>;

export const FromReaderSchema = z.discriminatedUnion('type', [
  /** It runs. `key`: the X25519 public key to which a vault may seal a grant; made in this process, gone with it. */
  z.strictObject({ type: z.literal('ready'), key: bytesOf(32) }),
  z.discriminatedUnion('ok', [
    z.strictObject({ type: z.literal('reply'), id, ok: z.literal(true), value: z.unknown() }),
    z.strictObject({ type: z.literal('reply'), id, ok: z.literal(false), failure: FailureSchema }),
  ]),
  z.strictObject({ type: z.literal('ask'), id, ask: ReaderAskSchema }),
  /** It has stopped for good: its engine is in no state to go on. */
  z.strictObject({ type: z.literal('fault'), failure: FailureSchema }),
]);
export type FromReader = z.output<typeof FromReaderSchema>;
