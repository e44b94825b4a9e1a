/**
 * A ZIP archive put together from files that are in memory, for MuPDF, which must read the book itself: those of another
 * archive as they are there, and new ones. Nothing is copied or packed anew.
 */
import type { ZipEntry } from './zip.ts';

const CENTRAL_BYTES = 46;
const OFFSET_AT = 42;
const LOCAL_BYTES = 30;
const END_BYTES = 22;

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
  const local = new Uint8Array(LOCAL_BYTES + text.length);
  const localView = new DataView(local.buffer);
  localView.setUint32(0, 0x04034b50, true);
  localView.setUint16(4, 20, true);
  localView.setUint32(18, content.length, true);
  localView.setUint32(22, content.length, true);
  localView.setUint16(26, text.length, true);
  local.set(text, LOCAL_BYTES);
  const record = new Uint8Array(CENTRAL_BYTES + text.length);
  const view = new DataView(record.buffer);
  view.setUint32(0, 0x02014b50, true);
  view.setUint16(4, 20, true);
  view.setUint16(6, 20, true);
  view.setUint32(20, content.length, true);
  view.setUint32(24, content.length, true);
  view.setUint16(28, text.length, true);
  record.set(text, CENTRAL_BYTES);
  return { name, bytes: [local, content], record };
}

/** A file of another archive. @param stored its local header and packed content, as they are there */
export const keptPart = ({ name, record }: ZipEntry, stored: Uint8Array): Part => ({ name, bytes: [stored], record });

/** @returns the pieces of the archive, to be read one after the other */
export function assemble(parts: readonly Part[]): Uint8Array[] {
  const directory: Uint8Array[] = [];
  let at = 0;
  for (const { bytes, record } of parts) {
    const placed = record.slice();
    new DataView(placed.buffer).setUint32(OFFSET_AT, at, true);
    directory.push(placed);
    at += bytes.reduce((sum, { length }) => sum + length, 0);
  }
  return [...parts.flatMap(({ bytes }) => bytes), ...directory, endOf(directory, at)];
}

/** The end of an archive. @param at where its directory begins */
export function endOf(directory: readonly Uint8Array[], at: number): Uint8Array {
  const end = new Uint8Array(END_BYTES);
  const view = new DataView(end.buffer);
  view.setUint32(0, 0x06054b50, true);
  view.setUint16(8, directory.length, true);
  view.setUint16(10, directory.length, true);
  view.setUint32(12, directory.reduce((sum, { length }) => sum + length, 0), true);
  view.setUint32(16, at, true);
  return end;
}
