/**
 * A ZIP archive put together from files that are in memory, for MuPDF, which must read the book itself: those of another
 * archive as they are there, and new ones. Nothing is copied or packed anew.
 */
import { CENTRAL, CENTRAL_BYTES, END, END_BYTES, LOCAL, LOCAL_BYTES, OFFSET_AT } from './zip-format.ts';
import type { ZipEntry } from './zip.ts';

/** 2.0: folders and deflate. */
const NEEDED_VERSION = 20;

export interface Part {
  readonly name: string;
  /** Local header and content, one after the other. */
  readonly bytes: readonly Uint8Array[];
  /** Its record in the directory; where it begins is filled in when that is known. */
  readonly record: Uint8Array;
}

/** A file that is stored as it is. Its check sum is left at zero: MuPDF does not compare it, and nobody else reads this. */
export function newPart(name: string, content: Uint8Array): Part {
  const text = new TextEncoder().encode(name);
  const local = header(LOCAL, LOCAL_BYTES, text, content.length);
  const record = header(CENTRAL, CENTRAL_BYTES, text, content.length);
  return { name, bytes: [local, content], record };
}

/** A file's own header, or its record in the directory: the same fields, in the record two bytes further on (APPNOTE 4.3.7, 4.3.12). */
function header(signature: number, bytes: number, name: Uint8Array, length: number): Uint8Array {
  const made = new Uint8Array(bytes + name.length);
  const view = new DataView(made.buffer);
  const shift = signature === CENTRAL ? 2 : 0;
  view.setUint32(0, signature, true);
  view.setUint16(4 + shift, NEEDED_VERSION, true);
  view.setUint32(18 + shift, length, true);
  view.setUint32(22 + shift, length, true);
  view.setUint16(26 + shift, name.length, true);
  made.set(name, bytes);
  return made;
}

/** A file of another archive. @param stored its local header and packed content, as they are there */
export const keptPart = ({ name, record }: ZipEntry, stored: Uint8Array): Part => ({ name, bytes: [stored], record });

/** @returns the pieces of the archive, to be read one after the other */
export function assemble(parts: readonly Part[]): Uint8Array[] {
  const directory: Uint8Array[] = [];
  let at = 0;
  for (const { bytes, record } of parts) {
    directory.push(placedAt(record, at));
    at += bytes.reduce((sum, { length }) => sum + length, 0);
  }
  return [...parts.flatMap(({ bytes }) => bytes), ...directory, endOf(directory, at)];
}

/** A file's record with the place where it begins. */
export function placedAt(record: Uint8Array, at: number): Uint8Array {
  const placed = record.slice();
  new DataView(placed.buffer).setUint32(OFFSET_AT, at, true);
  return placed;
}

/** The end of an archive. @param at where its directory begins */
export function endOf(directory: readonly Uint8Array[], at: number): Uint8Array {
  const end = new Uint8Array(END_BYTES);
  const view = new DataView(end.buffer);
  view.setUint32(0, END, true);
  view.setUint16(8, directory.length, true);
  view.setUint16(10, directory.length, true);
  view.setUint32(12, directory.reduce((sum, { length }) => sum + length, 0), true);
  view.setUint32(16, at, true);
  return end;
}
