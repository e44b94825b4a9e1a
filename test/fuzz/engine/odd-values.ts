/** Values that programs trip over, by kind: where numbers end, texts that are not what they seem, names that objects have. */
export const ODD_NUMBERS: readonly number[] = [
  0, -0, 1, -1, 2, 0.5, -1.5, NaN, Infinity, -Infinity, 255, 256, 65_535, 65_536, 2 ** 31 - 1, 2 ** 31, -(2 ** 31), 2 ** 32, 2 ** 48, 2 ** 48 + 1, 2 ** 53 - 1, 2 ** 53, -(2 ** 53), 1e21, 1e308, 5e-324,
];

export const ODD_BIGINTS: readonly bigint[] = [0n, -1n, 2n ** 63n - 1n, 2n ** 63n, 2n ** 64n, 10n ** 400n];

/** Names that every object has already, and some that mean something to a program. */
export const ODD_KEYS: readonly string[] = ['__proto__', 'constructor', 'prototype', 'toString', 'valueOf', 'hasOwnProperty', 'then', 'toJSON', 'length', '', '$bytes', 'type', 'id', 'ok', 'kind', '0'];

export const ODD_TEXTS: readonly string[] = [
  '', ' ', '\0', '\n', '\r\n', '\u00a0', '\u2028', '\ufeff', '\u200b', '\u200e', '\u202e', '\u2066', '\u0301', '\u0958', 'ﷺ', '\u1e9e', 'İ', 'ﬀ', '１２', '٣', '𝟘', '😀', '👩‍👩‍👧‍👦', '\ud800', '\udc00', 'a\ud800',
  '__proto__', 'constructor', 'null', 'undefined', 'NaN', 'true', '0', '-0', '-1', '00', '1e3', '0x10', '1.5', '.5', '5.', '+1', '1,5', '9223372036854775807', '9223372036854775808', '99999999999999999999', '9'.repeat(400),
  '{}', '[]', '"', '\\', '\\u0000', '%', '%00', '%2e%2e%2f', '%E0%A4', '../', '..\\', '/', '//', '?', '#', '&', '=', ';', ':', '@', '-', '--', '--data', '-h', '=', "'", '$(id)', '`', '<', '&amp;', '*', 'javascript:', 'file:///', 'app://tallystick/', 'tallystick://pair/',
  'A'.repeat(41), 'x'.repeat(141), 'x'.repeat(5000), '\u0958'.repeat(140), 'e\u0301'.repeat(200),
];

/** Bytes at the edges of the encodings that are read here: CBOR heads, DNS pointers, text, lengths. */
export const ODD_BYTES: readonly number[] = [0x00, 0x01, 0x0a, 0x0d, 0x16, 0x17, 0x18, 0x19, 0x1a, 0x1b, 0x1f, 0x20, 0x22, 0x2f, 0x3b, 0x3d, 0x40, 0x5b, 0x5c, 0x5f, 0x60, 0x7b, 0x7f, 0x80, 0x9f, 0xa0, 0xbf, 0xc0, 0xc2, 0xd8, 0xe0, 0xf4, 0xf5, 0xf6, 0xf7, 0xf9, 0xfb, 0xfe, 0xff];
