/**
 * Signed statements. Each is deterministic CBOR under a context string of its own, so that a signature made for one
 * purpose is worth nothing for another. Claim names follow RATS (RFC 9334) and EAT (RFC 9711) where they have one.
 */
import { z } from 'zod';
import { bytesOf } from './bytes.schema.ts';
import { decodeAs } from './messages.codec.ts';
import { encodeStrict } from './cbor.codec.ts';
import type { Result } from './errors.ts';
import { NameSchema } from './contracts/plain.ts';
import { TierSchema } from './contracts/views.ts';

/** Evidence of one side of one session. `binder` is the Noise handshake hash: relayed evidence does not fit it. */
export const EvidenceSchema = z.strictObject({
  eat_profile: z.literal('tallystick-evidence-1'),
  eat_nonce: bytesOf(32),
  ueid: bytesOf(32),
  binder: bytesOf(32),
  role: z.enum(['initiator', 'responder']),
  measurement: bytesOf(32),
  tier: TierSchema,
  n: z.int().nonnegative(),
  head: bytesOf(32),
  name: NameSchema,
});
export type Evidence = z.output<typeof EvidenceSchema>;

export const encodeEvidence = (evidence: Evidence): Uint8Array => encodeStrict(evidence);
export const decodeEvidence = (bytes: Uint8Array): Result<Evidence> => decodeAs(EvidenceSchema, bytes);

/** What a signature covers: `context ‖ 0x00 ‖ statement`. */
export function signingInput(context: 'evidence' | 'lane-ready' | 'currency' | 'position' | 'publication' | 'unopened', statement: Uint8Array): Uint8Array {
  const prefix = new TextEncoder().encode(`tallystick ${context} v1\0`);
  const input = new Uint8Array(prefix.length + statement.length);
  input.set(prefix);
  input.set(statement, prefix.length);
  return input;
}

/** What the destination of a lane signs in `lane-ready`. */
export const laneStatement = (lane: { source: Uint8Array; destination: Uint8Array; sourceKey: Uint8Array; destinationKey: Uint8Array; nonce: Uint8Array }): Uint8Array =>
  encodeStrict(lane);

/** What an instance signs of its journal, for witnesses: package `n` has hash `head`. */
export const positionStatement = (position: { instance: Uint8Array; n: number; head: Uint8Array }): Uint8Array =>
  encodeStrict({ instance: position.instance, n: position.n, head: position.head });

/** What a currency's id is the SHA-256 of, and its issuer signs. */
export const currencyStatement = (currency: { issuer: Uint8Array; code: string; decimals: number; name: string }): Uint8Array =>
  encodeStrict({ issuer: currency.issuer, code: currency.code, decimals: currency.decimals, name: currency.name });
