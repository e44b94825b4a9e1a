/**
 * The same archive with some files replaced, for MuPDF, which must read the book itself: the new files follow the old ones,
 * and a new directory names those instead. Nothing of the book is copied.
 */
import { endOf, newPart, placedAt } from './assemble.ts';
import type { ZipEntry } from './zip.ts';

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
    const part = newPart(name, content);
    directory.push(placedAt(part.record, at));
    pieces.push(...part.bytes);
    at += part.bytes.reduce((sum, { length }) => sum + length, 0);
  }
  return [...pieces, ...directory, endOf(directory, at)];
}
