/**
 * Which file a window may offer to be published (assurance row 41): a whole path to an ordinary file that is called an
 * EPUB or a PDF, or a picture for its cover. The preload takes the path from a file that was dropped; a page has none to give.
 *
 * Not guaranteed: whoever has taken over the page's whole process can name any EPUB, PDF or picture that its person can read.
 */
import { stat } from 'node:fs/promises';
import { isAbsolute } from 'node:path';

export const BOOK_EXTENSIONS = ['epub', 'pdf'] as const;

export const PICTURE_EXTENSIONS = ['png', 'jpg', 'jpeg'] as const;

/** Longer than any path that a file manager can drop. */
const MAX_PATH_CHARS = 4096;

/** @returns the path, or why it is refused */
export async function offeredFile(raw: unknown): Promise<{ path: string } | { trouble: string }> {
  if (typeof raw !== 'string' || raw.length === 0 || raw.length > MAX_PATH_CHARS || raw.includes('\0')) return { trouble: 'no file of this computer' };
  if (!isAbsolute(raw)) return { trouble: 'a path that is not whole' };
  if (![...BOOK_EXTENSIONS, ...PICTURE_EXTENSIONS].some((extension) => raw.toLowerCase().endsWith(`.${extension}`))) return { trouble: 'neither a book nor a picture' };
  return (await stat(raw).catch(() => null))?.isFile() ? { path: raw } : { trouble: 'nothing that can be read' };
}
