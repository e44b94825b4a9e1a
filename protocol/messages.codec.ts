/**
 * What two vaults say to each other inside a finished Noise session (design §6; docs/PROTOCOL.md). Maps with text keys,
 * deterministically encoded. A message that does not fit its schema exactly ends the session with `peer_protocol`.
 */
import { z } from 'zod';
import { bytesOf, bytesUpTo } from './bytes.schema.ts';
import { decodeStrict, encodeStrict } from './cbor.codec.ts';
import { type Result, fail, ok } from './errors.ts';
import { MAX_ASSETS, MAX_FRAME_BYTES, MAX_LANE_FRAMES, MAX_LANE_FRAME_BYTES, MAX_LANE_WINDOW, MAX_OPEN_OFFERS, MAX_OPEN_REQUESTS, MAX_WITNESSED_CONTACTS } from './limits.ts';
import { MemoSchema, PositiveMinorSchema, plainText } from './contracts/plain.ts';
import { CurrencyIdSchema } from './identifiers.ts';
import { CurrencyDescriptorSchema } from './currency.codec.ts';
import { CopiesSchema, InstantSchema, WireLicenceSchema } from './licence.codec.ts';

/** 16 random bytes as hexadecimal text. */
const id = z.string().regex(/^[0-9a-f]{32}$/);
const laneId = z.string().regex(/^[0-9a-f]{64}$/);
const sequence = z.int().min(1);
/** A code. Shown to the person where it is none that we know, so it may hide as little as a memo. */
const reason = plainText(64);

/** A signed position of an instance's journal; two with one `n` and different heads are a fork proof. */
export const SignedPositionSchema = z.strictObject({ instance: bytesOf(32), n: z.int().nonnegative(), head: bytesOf(32), signature: bytesOf(64) });
export type SignedPosition = z.output<typeof SignedPositionSchema>;
export const ForkProofSchema = z.strictObject({ first: SignedPositionSchema, second: SignedPositionSchema });
export type ForkProof = z.output<typeof ForkProofSchema>;

export const WireCreditSchema = z.strictObject({ kind: z.literal('credit'), currency: CurrencyDescriptorSchema, amount: PositiveMinorSchema });
export type WireCredit = z.output<typeof WireCreditSchema>;

/** An asset as it crosses: it brings its currency's or publication's descriptor, so that it makes sense wherever it arrives. */
export const WireAssetSchema = z.discriminatedUnion('kind', [
  WireCreditSchema,
  WireLicenceSchema,
]);
export type WireAsset = z.output<typeof WireAssetSchema>;

const assets = z.array(WireAssetSchema).max(MAX_ASSETS);
/** Content keys of the licences that change hands for good or on loan, in their order. */
const keys = z.array(bytesOf(32)).max(MAX_ASSETS).optional();

/** What both sides must agree on before a commit. */
const terms = {
  id,
  give: assets,
  take: assets,
  memo: MemoSchema,
  purpose: z.enum(['payment', 'redemption']),
  /** The destination's own request that this answers. */
  request: id.optional(),
};

export const WireRuleSchema = z.array(z.strictObject({ currency: CurrencyIdSchema, upTo: PositiveMinorSchema })).max(32);

export const MessageSchema = z.discriminatedUnion('type', [
  /** Signed claims bound to this session; see statements.codec.ts. */
  z.strictObject({ type: z.literal('evidence'), statement: bytesUpTo(2048), signature: bytesOf(64) }),

  // Pairing: commit, then reveal (design §6; assurance rows 33, 34).
  z.strictObject({ type: z.literal('pair-request'), commitment: bytesOf(32) }),
  z.strictObject({ type: z.literal('pair-nonce'), nonce: bytesOf(32) }),
  z.strictObject({ type: z.literal('pair-reveal'), nonce: bytesOf(32) }),
  z.strictObject({ type: z.literal('pair-confirm') }),
  z.strictObject({ type: z.literal('pair-abort'), reason }),

  // Between contacts only, from here on.
  /** First message of a contact: which of my transfers and requests are unfinished, so that what I ended while apart ends for you too. */
  z.strictObject({
    type: z.literal('resume'), transfers: z.array(id).max(MAX_OPEN_OFFERS + MAX_LANE_WINDOW), requests: z.array(id).max(MAX_OPEN_REQUESTS),
    closed: z.array(z.strictObject({ lane: laneId, upTo: z.int().nonnegative() })).max(16), rule: WireRuleSchema,
    /** My newest position; the newest of yours that I hold; and whom I know, by tags bound to this session. */
    position: SignedPositionSchema, witnessed: SignedPositionSchema.optional(), acquaintances: z.array(bytesOf(8)).max(MAX_WITNESSED_CONTACTS),
  }),
  /** What I remember of people we both know. */
  z.strictObject({ type: z.literal('witness'), positions: z.array(SignedPositionSchema).max(MAX_WITNESSED_CONTACTS), proofs: z.array(ForkProofSchema).max(16) }),
  z.strictObject({ type: z.literal('rule'), rule: WireRuleSchema }),

  // Phase 1.
  z.strictObject({ type: z.literal('lane-open'), sourceKey: bytesOf(32), nonce: bytesOf(32) }),
  z.strictObject({ type: z.literal('lane-ready'), sourceKey: bytesOf(32), destinationKey: bytesOf(32), signature: bytesOf(64) }),

  // Phase 2.
  z.strictObject({ type: z.literal('offer'), ...terms }),
  z.strictObject({ type: z.literal('accept'), id }),
  z.strictObject({ type: z.literal('decline'), id, reason }),
  z.strictObject({ type: z.literal('withdraw'), id }),
  /** COMMITs, ACKs and NACKs (LaneFrameSchema), one after the other. */
  z.strictObject({ type: z.literal('lane-frames'), frames: z.array(bytesUpTo(MAX_LANE_FRAME_BYTES)).min(1).max(MAX_LANE_FRAMES) }),

  z.strictObject({ type: z.literal('request'), id, asset: WireCreditSchema, memo: MemoSchema }),
  z.strictObject({ type: z.literal('request-decline'), id }),
  z.strictObject({ type: z.literal('request-cancel'), id }),

  /** The borrower asks to keep a book until `due`. */
  z.strictObject({ type: z.literal('renew-ask'), publication: bytesOf(32), copy: CopiesSchema, due: InstantSchema }),
  /**
   * How a loan stands, in the lender's word: until when, whether they would like the book back, whether its time is over
   * by their clock, and the last `renew-ask` that they decided.
   */
  z.strictObject({
    type: z.literal('loan'), publication: bytesOf(32), copy: CopiesSchema, due: InstantSchema.nullable(), lastsMs: z.int().nonnegative().nullable(),
    recalled: z.boolean(), over: z.boolean(), answered: z.int().nonnegative().nullable(),
  }),
]);
export type Message = z.output<typeof MessageSchema>;
export type MessageOf<T extends Message['type']> = Extract<Message, { type: T }>;

export const encodeMessage = (message: Message): Uint8Array => encodeStrict(message);

/** `peer_protocol` for anything that is not exactly one message. Never throws. */
export function decodeMessage(bytes: Uint8Array): Result<Message> {
  const value = decodeStrict(bytes);
  if (!value.ok) return value;
  const message = MessageSchema.safeParse(value.value);
  return message.success ? ok(message.data) : fail('peer_protocol', 'A message had an unknown type or shape.');
}

/** The plaintext of a COMMIT: self-contained, so that it may travel by any carrier, months later. */
export const CommitSchema = z.strictObject({ ...terms, keys, /** All lane sequence numbers up to here are closed at the source. */ closedUpTo: z.int().nonnegative() });
export type Commit = z.output<typeof CommitSchema>;

/** The plaintext of an ACK (`take` comes with it) or a NACK (`reason` says why). */
export const AckSchema = z.strictObject({ take: assets, keys });
export const NackSchema = z.strictObject({ reason });

/** Decodes `bytes` and checks it against `schema`; `peer_protocol` otherwise. Never throws. */
export function decodeAs<S extends z.ZodType>(schema: S, bytes: Uint8Array): Result<z.output<S>> {
  const value = decodeStrict(bytes);
  if (!value.ok) return value;
  const parsed = schema.safeParse(value.value);
  return parsed.success ? ok(parsed.data) : fail('peer_protocol', 'A part of a message had the wrong shape.');
}

/**
 * A sealed lane frame as bytes: kind, lane and sequence number in the clear (and authenticated), the rest sealed.
 */
export const LaneFrameSchema = z.strictObject({
  version: z.literal(1), kind: z.enum(['commit', 'ack', 'nack']), lane: laneId, seq: sequence.max(2 ** 48), nonce: bytesOf(24),
  box: bytesUpTo(MAX_FRAME_BYTES - 1, 16),
});
export type LaneFrame = z.output<typeof LaneFrameSchema>;
