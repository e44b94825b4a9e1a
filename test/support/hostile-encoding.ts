/**
 * CBOR as a vault without scruples writes it: deterministic, and of anything. Ours refuses to write what no message is made
 * of, a half for example; what ours does with such a thing when somebody else wrote it is for the attacks to find out.
 */
import { dcborEncodeOptions, encode } from 'cbor2';

export const encodeAnything = (value: unknown): Uint8Array => new Uint8Array(encode(value, dcborEncodeOptions));
