/**
 * Deterministic CBOR (dCBOR profile of RFC 8949 §4.2) for everything that is signed or leaves this computer: one value,
 * one encoding. Of what CBOR has, only what messages are made of: maps with text keys, arrays, text, bytes, booleans, null
 * and safe integers; amounts travel as decimal text. Whether the value has the agreed shape is the schema's business.
 *
 * The library writes deterministically but reads leniently, so all strictness lies in one comparison: what was read is
 * written again, and must come out as it came in. Only depth is looked at before.
 */
import { decode, encode, type Token, Tokenizer, Type } from 'cborg';
import { nameToken } from './cbor-names.ts';
import { type Result, fail, ok } from './errors.ts';
import { MAX_FRAME_BYTES } from './limits.ts';

/** Deep enough for every message there is (transfer → assets → asset → currency), too shallow to exhaust a stack. */
const MAX_DEPTH = 8;

function refuse(_value: unknown, type: string): never {
  throw new TypeError(`A message cannot hold this ${type}.`);
}

/** Types that the library would write, and as something else than itself. */
const FOREIGN = [
  'undefined', 'bigint', 'Map', 'Tagged', 'ArrayBuffer', 'DataView', 'Uint8ClampedArray', 'Uint16Array', 'Uint32Array', 'Int8Array', 'Int16Array', 'Int32Array',
  'Float32Array', 'Float64Array', 'BigInt64Array', 'BigUint64Array',
];
/** Asked before a value or a key is written; null leaves it to the library. */
const ENCODERS = {
  ...Object.fromEntries(FOREIGN.map((type) => [type, refuse])),
  number: (value: number) => (Number.isSafeInteger(value) ? null : refuse(value, 'number')),
  // Half a surrogate pair has no encoding, decoders take a byte order mark for no part of the text, and what is not composed
  // (NFC) looks like something else that is.
  string: (text: string) => nameToken(text) ?? (text.isWellFormed() && !text.startsWith('\ufeff') && text.normalize('NFC') === text ? null : refuse(text, 'text')),
};

/** Counts how many maps and arrays it stands in, as the decoder calls itself for each of them. */
class ShallowTokenizer extends Tokenizer {
  /** How many items each of them, outermost first, still waits for. */
  readonly #open: number[] = [];

  override next(): Token {
    const token = super.next();
    const open = this.#open;
    const innermost = open.pop();
    if (innermost !== undefined) open.push(innermost - 1);
    if (token.type === Type.array || token.type === Type.map) {
      if (open.length === MAX_DEPTH) throw new RangeError('nested too deeply');
      open.push(Number(token.value) * (token.type === Type.map ? 2 : 1));
    }
    while (open.at(-1) === 0) open.pop();
    return token;
  }
}

function equal(a: Uint8Array, b: Uint8Array): boolean {
  if (a.length !== b.length) return false;
  for (let i = 0; i < a.length; i++) if (a[i] !== b[i]) return false;
  return true;
}

/**
 * Encodes plain objects, arrays, composed text, bytes, booleans, null and safe integers. The result shares its buffer with nothing:
 * the library's may be a piece of a larger one, with other things in it.
 * @throws Error on anything else
 */
export const encodeStrict = (value: unknown): Uint8Array => new Uint8Array(encode(value, { typeEncoders: ENCODERS }));

/** Decodes exactly one deterministically encoded value; `peer_protocol` for anything else. Never throws. */
export function decodeStrict(bytes: Uint8Array): Result<unknown> {
  if (bytes.length === 0 || bytes.length > MAX_FRAME_BYTES) return fail('peer_protocol', 'A message was empty or too long.');
  try {
    // A copy: nobody changes it between reading and comparing, and byte strings are cut out of it, not left in it.
    const own = new Uint8Array(bytes);
    const value: unknown = decode(own, { tokenizer: new ShallowTokenizer(own) });
    if (equal(encodeStrict(value), own)) return ok(value);
  } catch {
    // Refused while reading or while writing again: the same to whoever asked.
  }
  return fail('peer_protocol', 'A message was not deterministic CBOR.');
}
