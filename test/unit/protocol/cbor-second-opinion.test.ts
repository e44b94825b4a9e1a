/**
 * The codec against another library, written by others and strict by itself (cbor2 in its dCBOR mode): of any value both
 * make the same bytes, and what ours reads the other reads as the same. Bytes are random, or messages that were damaged.
 * A failure prints its seed; `FUZZ_SEED=… npx vitest run test/unit/protocol/cbor-second-opinion.test.ts` runs it again.
 */
import { dcborDecodeOptions, dcborEncodeOptions, decode, encode } from 'cbor2';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { decodeStrict, encodeStrict } from '../../../protocol/cbor.codec.ts';
import { encodeMessage } from '../../../protocol/messages.codec.ts';
import { damaged, SAMPLES } from '../../support/wire-samples.ts';

const seed = Number(process.env['FUZZ_SEED'] ?? Math.floor(Math.random() * 2 ** 31));
console.log(`FUZZ_SEED=${seed}`);
const settings = (numRuns: number) => ({ seed, numRuns });

/** Anything the other one takes, or a symbol. Ours counts nesting as the document does, the other one in its own way. */
const NOTHING = Symbol('refused');
function otherOpinion(bytes: Uint8Array): unknown {
  try {
    return decode(bytes.slice(), { ...dcborDecodeOptions, maxDepth: 64 });
  } catch {
    return NOTHING;
  }
}
const otherEncoding = (value: unknown): Uint8Array => new Uint8Array(encode(value, dcborEncodeOptions));

const depthOf = (any: unknown): number => (typeof any === 'object' && any !== null && !(any instanceof Uint8Array) ? 1 + Math.max(0, ...Object.values(any).map(depthOf)) : 0);

const text = fc.oneof(fc.string({ unit: 'binary' }), fc.string({ unit: 'grapheme' }), fc.constantFrom('e\u0301', 'é', '', '\u0000', 'a'.repeat(23), 'a'.repeat(24), 'ä'.repeat(130), '\u1e9b\u0323')).map((any) => any.toWellFormed().normalize('NFC')).filter((any) => !any.startsWith('\ufeff'));
const integer = fc.oneof(fc.maxSafeInteger(), fc.integer({ min: -70_000, max: 70_000 }), fc.constantFrom(23, 24, 255, 256, 65_535, 65_536, 2 ** 32 - 1, 2 ** 32, -24, -25, -256, -257, -(2 ** 32), -(2 ** 32) - 1, -0));
const { value } = fc.letrec((tie) => ({
  value: fc.oneof({ maxDepth: 5, withCrossShrink: true }, integer, text, fc.boolean(), fc.constant(null), fc.uint8Array({ maxLength: 300 }), fc.array(tie('value'), { maxLength: 30 }), fc.dictionary(text, tie('value'), { maxKeys: 30 })),
}));

it('the same bytes for any value', () => {
  fc.assert(
    fc.property(value, (any) => {
      expect(Buffer.from(encodeStrict(any)).toString('hex')).toBe(Buffer.from(otherEncoding(any)).toString('hex'));
      if (depthOf(any) <= 8) expect(decodeStrict(encodeStrict(any))).toEqual({ ok: true, value: otherOpinion(otherEncoding(any)) });
    }),
    settings(3000),
  );
  for (const message of SAMPLES) expect(encodeMessage(message), message.type).toEqual(otherEncoding(message));
});

/** Bytes that look like CBOR more often than random ones do. */
const nearly = fc.oneof(
  fc.uint8Array({ maxLength: 12 }),
  damaged,
  fc.array(fc.constantFrom(0x00, 0x17, 0x18, 0x19, 0x1b, 0x20, 0x38, 0x40, 0x41, 0x58, 0x5f, 0x60, 0x61, 0x62, 0x63, 0x78, 0x80, 0x81, 0x82, 0x98, 0x9f, 0xa0, 0xa1, 0xa2, 0xb8, 0xbf, 0xc0, 0xc1, 0xc2, 0xd8, 0xe0, 0xf4, 0xf5, 0xf6, 0xf7, 0xf8, 0xf9, 0xfa, 0xfb, 0xff), { maxLength: 16 }).map((bytes) => Uint8Array.from(bytes)),
  fc.tuple(value, fc.nat(), fc.nat({ max: 255 })).map(([any, at, byte]) => {
    const bytes = encodeStrict(any);
    bytes[at % bytes.length] = byte;
    return bytes;
  }),
);

/** True if all of it is what messages are made of; the other one also takes floats, dates, big integers, tags and other keys. */
function isOfMessages(any: unknown): boolean {
  if (typeof any === 'number') return Number.isSafeInteger(any);
  if (typeof any === 'string') return !any.startsWith('\ufeff');
  if (typeof any !== 'object' || any === null || any instanceof Uint8Array) return typeof any === 'boolean' || any === null || any instanceof Uint8Array;
  if (!Array.isArray(any) && Object.getPrototypeOf(any) !== Object.prototype) return false;
  return Object.entries(any).every(([key, part]) => !key.startsWith('\ufeff') && isOfMessages(part));
}

it('whatever ours reads, the other reads as the same; and what it refuses of the kind that messages are made of, the other refuses', () => {
  let taken = 0;
  fc.assert(
    fc.property(nearly, (bytes) => {
      const ours = decodeStrict(bytes);
      const other = otherOpinion(bytes);
      if (ours.ok) {
        taken++;
        expect(other).toEqual(ours.value);
        expect(encodeStrict(ours.value)).toEqual(bytes);
        // The other one also reads tags, of bytes as bytes, and does not write them again.
      } else if (other !== NOTHING && isOfMessages(other) && Buffer.from(bytes).equals(otherEncoding(other))) expect(depthOf(other)).toBeGreaterThan(8);
    }),
    settings(20_000),
  );
  expect(taken).toBeGreaterThan(500);
});
