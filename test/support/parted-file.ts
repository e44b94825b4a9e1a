/** A file of any size that is made where it is read, never as a whole. */
import { CHUNK_BYTES } from '../../protocol/limits.ts';

export interface FilePart { readonly length: number; readonly make: () => Uint8Array }

export interface PartedFile {
  readonly size: number;
  read(from: number, length: number): Uint8Array;
  /** Piece `index`, as a host hands it out. */
  piece(index: number): Uint8Array;
}

export function partedFile(given: readonly FilePart[]): PartedFile {
  let size = 0;
  const parts = given.map((part) => {
    const at = size;
    size += part.length;
    return { ...part, at };
  });
  type Placed = typeof parts[number];
  let last: { part: Placed; bytes: Uint8Array } | null = null;
  const bytesOf = (part: Placed): Uint8Array => {
    if (last?.part !== part) last = { part, bytes: part.make() };
    return last.bytes;
  };
  const read = (from: number, length: number): Uint8Array => {
    const out = new Uint8Array(Math.min(length, size - from));
    let at = 0;
    for (let [low, high] = [0, parts.length]; low < high;) {
      const middle = (low + high) >> 1;
      if ((parts[middle] as Placed).at <= from) [at, low] = [middle, middle + 1];
      else high = middle;
    }
    for (let part = parts[at]; part && part.at < from + out.length; part = parts[++at]) {
      const start = Math.max(0, from - part.at);
      out.set(bytesOf(part).subarray(start, from + out.length - part.at), part.at + start - from);
    }
    return out;
  };
  return { size, read, piece: (index) => read(index * CHUNK_BYTES, CHUNK_BYTES) };
}
