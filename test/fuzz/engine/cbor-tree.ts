/**
 * CBOR (RFC 8949) as a tree that keeps how each item was written, so that it can be written otherwise: longer heads,
 * indefinite lengths, tags, floats, keys twice or in another order. Reads well-formed items only; writes anything.
 */
export interface CborItem {
  /** 0 unsigned, 1 negative, 2 bytes, 3 text, 4 array, 5 map (keys and values in turn), 6 tag, 7 simple or float. */
  readonly major: number;
  /** The head's argument; of strings, arrays and maps it is computed when written, unless `claims` says otherwise. */
  readonly argument: bigint;
  /** Additional bytes of the head: 0 (within it), 1, 2, 4, 8. */
  readonly width: 0 | 1 | 2 | 4 | 8;
  readonly bytes?: Uint8Array;
  readonly items?: readonly CborItem[];
  readonly indefinite?: boolean;
  /** A length that is not true. */
  readonly claims?: bigint;
}

const WIDTHS = [1, 2, 4, 8] as const;
const BREAK = 0xff;

/** The narrowest head that can say it. */
export const widthOf = (argument: bigint): CborItem['width'] => (argument < 24n ? 0 : argument < 0x100n ? 1 : argument < 0x1_0000n ? 2 : argument < 0x1_0000_0000n ? 4 : 8);

/** @returns the one item that the bytes are, or null */
export function readCbor(bytes: Uint8Array): CborItem | null {
  let at = 0;
  const take = (length: number): Uint8Array => {
    if (at + length > bytes.length) throw new RangeError('cut off');
    at += length;
    return bytes.subarray(at - length, at);
  };
  const item = (depth: number): CborItem => {
    if (depth > 200) throw new RangeError('too deep');
    const [head = 0] = take(1);
    const [major, info] = [head >> 5, head & 31];
    if (info > 27) throw new RangeError('indefinite or reserved');
    const width = info < 24 ? 0 : (WIDTHS[info - 24] ?? 8);
    let argument = BigInt(info);
    if (width > 0) argument = take(width).reduce((sum, byte) => (sum << 8n) | BigInt(byte), 0n);
    const count = Number(argument);
    if (major === 2 || major === 3) return { major, argument, width, bytes: take(count).slice() };
    const children = major === 4 ? count : major === 5 ? 2 * count : major === 6 ? 1 : 0;
    if (children > bytes.length) throw new RangeError('cut off');
    return children > 0 || major === 4 || major === 5 ? { major, argument, width, items: Array.from({ length: children }, () => item(depth + 1)) } : { major, argument, width };
  };
  try {
    const whole = item(0);
    return at === bytes.length ? whole : null;
  } catch {
    return null;
  }
}

function headOf(major: number, argument: bigint, width: CborItem['width']): Uint8Array {
  if (width === 0) return Uint8Array.of((major << 5) | Number(argument & 31n));
  const bytes = new Uint8Array(1 + width);
  bytes[0] = (major << 5) | (24 + WIDTHS.indexOf(width));
  for (let at = 0; at < width; at++) bytes[width - at] = Number((argument >> BigInt(8 * at)) & 0xffn);
  return bytes;
}

export function writeCbor(whole: CborItem): Uint8Array {
  const parts: Uint8Array[] = [];
  const write = ({ major, argument, width, bytes, items, indefinite, claims }: CborItem): void => {
    const isString = major === 2 || major === 3;
    if (indefinite) {
      parts.push(Uint8Array.of((major << 5) | 31));
      if (isString && bytes) parts.push(headOf(major, BigInt(bytes.length), widthOf(BigInt(bytes.length))), bytes);
      for (const item of items ?? []) write(item);
      parts.push(Uint8Array.of(BREAK));
      return;
    }
    const told = claims ?? (isString ? BigInt(bytes?.length ?? 0) : major === 4 ? BigInt(items?.length ?? 0) : major === 5 ? BigInt((items?.length ?? 0) >> 1) : argument);
    parts.push(headOf(major, told, Math.max(width, widthOf(told)) as CborItem['width']));
    if (bytes) parts.push(bytes);
    for (const item of items ?? []) write(item);
  };
  write(whole);
  return new Uint8Array(Buffer.concat(parts));
}
