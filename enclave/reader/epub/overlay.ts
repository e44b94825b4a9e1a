/**
 * The same archive with some files replaced, for MuPDF, which must read the book itself: the new files follow the old ones,
 * and a new directory names those instead. Nothing of the book is copied.
 */
import type { ZipEntry } from './zip.ts';

const CENTRAL_NAME_AT = 46;
const LOCAL_BYTES = 30;
const END_BYTES = 22;

interface Written { readonly record: Uint8Array; readonly bytes: readonly Uint8Array[] }

/** An entry that is stored as it is. Its check sum is left at zero: MuPDF does not compare it, and nobody else reads this. */
function write(name: Uint8Array, content: Uint8Array, at: number): Written {
  const local = new Uint8Array(LOCAL_BYTES + name.length);
  const localView = new DataView(local.buffer);
  localView.setUint32(0, 0x04034b50, true);
  localView.setUint16(4, 20, true);
  localView.setUint32(18, content.length, true);
  localView.setUint32(22, content.length, true);
  localView.setUint16(26, name.length, true);
  local.set(name, LOCAL_BYTES);
  const record = new Uint8Array(CENTRAL_NAME_AT + name.length);
  const view = new DataView(record.buffer);
  view.setUint32(0, 0x02014b50, true);
  view.setUint16(4, 20, true);
  view.setUint16(6, 20, true);
  view.setUint32(20, content.length, true);
  view.setUint32(24, content.length, true);
  view.setUint16(28, name.length, true);
  view.setUint32(42, at, true);
  record.set(name, CENTRAL_NAME_AT);
  return { record, bytes: [local, content] };
}

/**
 * @param book the whole archive
 * @param directoryAt where its directory begins
 * @param replaced new contents by name; all of them names of `entries`
 * @returns the pieces of an archive, to be read one after the other
 */
export function overlay(book: Uint8Array, entries: ReadonlyMap<string, ZipEntry>, directoryAt: number, replaced: ReadonlyMap<string, Uint8Array>): Uint8Array[] {
  const pieces: Uint8Array[] = [book.subarray(0, directoryAt)];
  const directory: Uint8Array[] = [];
  let at = directoryAt;
  for (const { name, record } of entries.values()) {
    const content = replaced.get(name);
    if (!content) {
      directory.push(record);
      continue;
    }
    const written = write(new TextEncoder().encode(name), content, at);
    directory.push(written.record);
    pieces.push(...written.bytes);
    at += written.bytes.reduce((sum, { length }) => sum + length, 0);
  }
  const end = new Uint8Array(END_BYTES);
  const view = new DataView(end.buffer);
  view.setUint32(0, 0x06054b50, true);
  view.setUint16(8, directory.length, true);
  view.setUint16(10, directory.length, true);
  view.setUint32(12, directory.reduce((sum, { length }) => sum + length, 0), true);
  view.setUint32(16, at, true);
  return [...pieces, ...directory, end];
}
