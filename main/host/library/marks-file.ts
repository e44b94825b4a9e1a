/**
 * Where this person was in each book, their bookmarks, and how they like to read: one JSON file in the data folder. It
 * stays on this computer; a book that is lent or given takes none of it along. Losing it costs a place in a book.
 */
import { readFile } from 'node:fs/promises';
import { z } from 'zod';
import { type Marks, MarksSchema, type ReadingSettings, ReadingSettingsSchema } from '../../../protocol/contracts/library-host.contract.ts';
import { type ContentId, ContentIdSchema } from '../../../protocol/publication.codec.ts';
import { replaceFile } from '../storage/atomic-file.ts';

/** Books of which the place is remembered; the one not read for longest goes. */
const MAX_MARKED_BOOKS = 2000;

export const DEFAULT_READING: ReadingSettings = { theme: 'light', fontSize: 12, margin: 0.08, lineSpacing: null, typeface: 'book', spread: 'single' };
const NO_MARKS: Marks = { position: null, within: 0, bookmarks: [], zoom: 1 };

const FileSchema = z.object({ reading: ReadingSettingsSchema.catch(DEFAULT_READING), books: z.array(z.tuple([ContentIdSchema, MarksSchema])).catch([]) });

export interface MarksFile {
  of(content: ContentId): Marks;
  set(content: ContentId, marks: Marks): Promise<void>;
  reading(): ReadingSettings;
  setReading(change: { readonly [K in keyof ReadingSettings]?: ReadingSettings[K] | undefined }): Promise<ReadingSettings>;
}

/** Never rejects: what cannot be understood is left behind. */
export async function openMarksFile(path: string): Promise<MarksFile> {
  const text = await readFile(path, 'utf8').catch(() => '{}');
  const { reading, books } = parse(text);
  const marks = new Map(books);
  let current = reading;
  let last: Promise<unknown> = Promise.resolve();
  const store = (): Promise<void> => {
    const next = last.catch(() => undefined).then(() => replaceFile(path, `${JSON.stringify({ reading: current, books: [...marks] })}\n`));
    last = next;
    return next;
  };
  return {
    of: (content) => marks.get(content) ?? NO_MARKS,
    reading: () => current,
    set(content, next) {
      marks.delete(content);
      marks.set(content, next);
      for (const oldest of marks.keys()) if (marks.size > MAX_MARKED_BOOKS) marks.delete(oldest);
      return store();
    },
    async setReading(change) {
      current = ReadingSettingsSchema.parse({ ...current, ...Object.fromEntries(Object.entries(change).filter(([, value]) => value !== undefined)) });
      await store();
      return current;
    },
  };
}

function parse(text: string): z.output<typeof FileSchema> {
  try {
    return FileSchema.parse(JSON.parse(text));
  } catch {
    return { reading: DEFAULT_READING, books: [] };
  }
}
