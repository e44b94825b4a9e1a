/**
 * Deterministic CBOR (dCBOR profile of RFC 8949 §4.2) for everything that is signed or leaves this computer: one value,
 * one encoding. Integers stay below 2^53 and amounts travel as decimal text, because the decoder turns larger integers
 * into floats. Whether the value has the agreed shape is the schema's business, not this file's.
 */
import { dcborDecodeOptions, dcborEncodeOptions, decode, encode } from 'cbor2';
import { type Result, fail, ok } from './errors.ts';
import { MAX_FRAME_BYTES } from './limits.ts';

/** Deep enough for every message there is (transfer → assets → asset → currency), too shallow to exhaust a stack. */
const MAX_DEPTH = 8;

/** Encodes plain objects, arrays, text, bytes, booleans and safe integers. @throws TypeError on anything else */
export const encodeStrict = (value: unknown): Uint8Array => new Uint8Array(encode(value, dcborEncodeOptions));

/** Decodes exactly one deterministically encoded value; `peer_protocol` for anything else. Never throws. */
export function decodeStrict(bytes: Uint8Array): Result<unknown> {
  if (bytes.length === 0 || bytes.length > MAX_FRAME_BYTES) return fail('peer_protocol', 'A message was empty or too long.');
  try {
    // The decoder hands out views; a copy keeps one small field from holding on to a whole frame.
    return ok(decode(bytes.slice(), { ...dcborDecodeOptions, maxDepth: MAX_DEPTH }));
  } catch {
    return fail('peer_protocol', 'A message was not deterministic CBOR.');
  }
}
