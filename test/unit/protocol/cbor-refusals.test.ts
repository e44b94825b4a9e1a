/**
 * One value, one encoding (protocol/cbor.codec.ts; docs/PROTOCOL.md §2): each way in which CBOR could say the same in other
 * bytes, or say what no message is made of, is refused in both directions.
 */
import { describe, expect, it } from 'vitest';
import { decodeStrict, encodeStrict } from '../../../protocol/cbor.codec.ts';
import { MAX_FRAME_BYTES } from '../../../protocol/limits.ts';

const hex = (text: string): Uint8Array => new Uint8Array(Buffer.from(text.replaceAll(' ', ''), 'hex'));
const written = (value: unknown): string => Buffer.from(encodeStrict(value)).toString('hex');
const refused = { ok: false, failure: { code: 'peer_protocol' } };

describe('reads and writes', () => {
  it.each<[string, unknown]>([
    ['00', 0], ['17', 23], ['1818', 24], ['18ff', 255], ['190100', 256], ['1a00010000', 65536], ['1b001fffffffffffff', Number.MAX_SAFE_INTEGER], ['20', -1], ['3b001ffffffffffffe', Number.MIN_SAFE_INTEGER],
    ['f4', false], ['f5', true], ['f6', null], ['40', new Uint8Array()], ['4101', Uint8Array.of(1)], ['60', ''], ['62c3a9', 'é'], ['64f09f8cb3', '🌳'], ['6461efbbbf', 'a\ufeff'],
    ['80', []], ['820102', [1, 2]], ['a0', {}], ['a2616101616202', { a: 1, b: 2 }],
    ['a3616101617a02626161 03', { a: 1, z: 2, aa: 3 }], ['a1695f5f70726f746f5f5f01', JSON.parse('{"__proto__":1}')],
  ])('%s as the one form of it', (bytes, value) => {
    expect(decodeStrict(hex(bytes))).toEqual({ ok: true, value });
    expect(written(value)).toBe(bytes.replaceAll(' ', ''));
  });

  it('eight maps or arrays within each other, and no ninth', () => {
    for (const [open, inside] of [['81', '00'], ['a16161', '00'], ['81', '80'], ['a16161', 'a0'], ['82f6', '80']] as const) {
      const levels = (count: number): Uint8Array => hex(open.repeat(count) + inside);
      const container = inside === '00' ? 0 : 1;
      expect(decodeStrict(levels(8 - container)).ok, `8 of ${open}`).toBe(true);
      expect(decodeStrict(levels(9 - container)), `9 of ${open}`).toMatchObject(refused);
    }
    // Siblings are not nesting.
    expect(decodeStrict(encodeStrict(Array.from({ length: 100 }, () => [[], {}, [0]]))).ok).toBe(true);
    expect(decodeStrict(new Uint8Array(MAX_FRAME_BYTES).fill(0x81))).toMatchObject(refused);
  });
});

it('reads as many bytes as a frame may have, and not one more', () => {
  const frame = (length: number) => encodeStrict(new Uint8Array(length - 3));
  expect([frame(MAX_FRAME_BYTES).length, decodeStrict(frame(MAX_FRAME_BYTES)).ok]).toEqual([MAX_FRAME_BYTES, true]);
  expect(decodeStrict(encodeStrict([new Uint8Array(MAX_FRAME_BYTES - 3)]))).toMatchObject(refused);
});

describe('refuses', () => {
  it.each([
    ['nothing', ''], ['what follows the value', '0000'], ['a value cut short', '820 1'], ['bytes cut short', '4201'], ['a map without its last value', 'a16161'],
    ['a length that nothing follows', 'bb001fffffffffffff'], ['a length beyond all lengths', '9bffffffffffffffff'], ['a text of such a length', '7bffffffffffffffff'],
    ['an integer in one byte too many', '1817'], ['in two', '1900ff'], ['in four', '1a0000ffff'], ['in eight', '1b00000000ffffffff'], ['a negative integer in one byte too many', '3817'],
    ['a length in one byte too many', '580161'], ['a text’s', '780161'], ['an array’s', '980100'], ['a map’s', 'b801616100'],
    ['an integer of 2^53', '1b0020000000000000'], ['of 2^64 − 1', '1bffffffffffffffff'], ['of −2^53', '3b001fffffffffffff'], ['of −2^64', '3bffffffffffffffff'],
    ['keys out of order', 'a2616202616101'], ['a longer key before a shorter', 'a262616103617a02'], ['the same key twice', 'a2616101616101'], ['the same key twice with other values', 'a2616101616102'],
    ['an integer as key', 'a10102'], ['bytes as key', 'a1416102'], ['an array as key', 'a1810102'], ['null as key', 'a1f602'],
    ['an array of indefinite length', '9f00ff'], ['a map', 'bf616100ff'], ['bytes', '5f4101ff'], ['text', '7f6161ff'], ['a break by itself', 'ff'], ['a break in an array', '81ff'],
    ['a float that is an integer', 'f93c00'], ['a float that is none', 'f93e00'], ['a float of four bytes', 'fa3fc00000'], ['of eight', 'fb3ff199999999999a'], ['a large one', 'fa5d800000'],
    ['NaN', 'f97e00'], ['NaN with a payload', 'fb7ff8000000000001'], ['infinity', 'f97c00'], ['negative infinity', 'f9fc00'], ['negative zero', 'f98000'], ['a float cut short', 'f93c'],
    ['undefined', 'f7'], ['undefined in a map', 'a16161f7'], ['an unnamed simple value', 'e0'], ['in two bytes', 'f8ff'], ['false in two bytes', 'f814'],
    ['a date', 'c074323031332d30332d32315432303a30343a30305a'], ['a time', 'c11a514b67b0'], ['a big integer', 'c249010000000000000000'], ['a small big integer', 'c24101'], ['a negative one', 'c349010000000000000000'],
    ['CBOR in CBOR', 'd818456449455446'], ['self-described CBOR', 'd9d9f700'], ['a typed array', 'd84043010203'],
    ['half a surrogate pair', '63eda080'], ['both halves', '66eda0bdedb080'], ['a byte that begins nothing', '61ff'], ['text cut within a character', '61c3'], ['an overlong form', '62c0af'], ['a code point beyond the last', '64f4908080'],
    ['a broken long text', `7820${'61'.repeat(31)}ff`], ['a broken key', 'a161ff00'], ['two broken keys', 'a261fe0061ff00'],
    ['text that is not composed', '6365cc81'], ['a key that is not composed', 'a16365cc8100'], ['beside its composed form', 'a262c3a9006365cc8100'], ['a byte order mark', '63efbbbf'], ['one before text', '64efbbbf61'], ['one before a key', 'a164efbbbf6100'],
    ['additional information that is reserved', '1c'], ['in an array', '9c'], ['in text', '7e'],
  ])('to read %s', (_what, bytes) => {
    expect(decodeStrict(hex(bytes))).toMatchObject(refused);
  });

  it.each<[string, unknown]>([
    ['a float', 1.5], ['NaN', NaN], ['infinity', Infinity], ['2^53', 2 ** 53], ['−2^53', -(2 ** 53)], ['a bigint', 1n], ['a large bigint', 2n ** 70n], ['undefined', undefined], ['undefined in a map', { a: undefined }],
    ['a hole', new Array(1)], ['half a surrogate pair', '\ud800'], ['one in a long text', `${'a'.repeat(40)}\udc00`], ['one in a key', { '\ud800': 1 }], ['text that is not composed', 'e\u0301'], ['such a key', { 'e\u0301': 1 }], ['a byte order mark', '\ufeffa'], ['one in front of a key', { '\ufeffa': 1 }],
    ['a Map', new Map([['a', 1]])], ['a Set', new Set([1])], ['a date', new Date(0)], ['an error', new Error('x')], ['a pattern', /x/], ['a function', () => 1], ['a symbol', Symbol('x')],
    ['a buffer without a view', new ArrayBuffer(1)], ['a view of larger numbers', new Uint16Array(1)], ['of floats', new Float64Array(1)], ['of clamped bytes', new Uint8ClampedArray(1)], ['of data', new DataView(new ArrayBuffer(1))],
    ['of large integers', new BigUint64Array(1)],
  ])('to write %s', (_what, value) => {
    expect(() => encodeStrict(value)).toThrow();
    expect(() => encodeStrict({ within: [value] })).toThrow();
  });

  it('to write what holds itself', () => {
    const snake: unknown[] = [];
    snake.push(snake);
    expect(() => encodeStrict(snake)).toThrow();
    expect(written([1]), 'and writes the next one whole').toBe('8101');
  });
});

it('writes minus zero as zero, which it equals', () => {
  expect(written(-0)).toBe('00');
});

describe('shares no memory', () => {
  it('of a small value with a larger buffer that has other things in it', () => {
    for (const value of [0, 'a', 'a'.repeat(30), new Uint8Array(100), { frame: new Uint8Array(500) }, { name: 'a'.repeat(300), n: 1 }, Array.from({ length: 200 }, (_, n) => n)]) {
      const bytes = encodeStrict(value);
      expect(bytes.buffer.byteLength).toBe(bytes.length);
      expect(Object.getPrototypeOf(bytes)).toBe(Uint8Array.prototype);
    }
  });

  it.each([['its message', (bytes: Uint8Array) => bytes], ['a message in a Buffer', (bytes: Uint8Array) => Buffer.from(bytes)]])('of a byte string with %s', (_what, form) => {
    const message = form(encodeStrict({ key: new Uint8Array(32).fill(7), rest: new Uint8Array(9000) }));
    const read = decodeStrict(message);
    const { key } = (read as unknown as { value: { key: Uint8Array } }).value;
    message.fill(0);
    expect([key.buffer.byteLength, [...key]]).toEqual([32, Array(32).fill(7)]);
  });
});
