/**
 * Which pictures a chapter may show: those that its document names, and those that its style sheets name. Looked for rather
 * than parsed: one too many only takes memory, one too few leaves a place on a page empty.
 */
import { resolveReference } from './paths.ts';
import { decodeText } from './xml.ts';
import type { Zip } from './zip.ts';

/** Style sheets of one chapter, with those that they import. */
const MAX_SHEETS = 50;

const SOURCE = /\ssrc\s*=\s*(?:"([^"<>]*)"|'([^'<>]*)')/gi;
/** A drawing's picture, a style sheet. Not a link's target: that is shown elsewhere, or not at all. */
const TARGET = /<(?:[\w-]+:)?(?:image|link)\s[^<>]*?href\s*=\s*(?:"([^"<>]*)"|'([^'<>]*)')/gi;
const IN_STYLE = /url\(\s*["']?([^"')\s]*)|@import\s+["']([^"']*)/gi;

const named = (text: string, pattern: RegExp): string[] => [...text.matchAll(pattern)].map(([, one, other]) => (one ?? other ?? '').replaceAll('&amp;', '&'));

export interface PictureNames {
  /** The picture of that name, as MuPDF finds it: capital letters do not count. */
  find(name: string): string | undefined;
}

/** @returns their names in the archive @throws Refusal for what cannot be read */
export async function picturesOf(zip: Zip, chapter: string, pictures: PictureNames, sheets: Map<string, Promise<readonly string[]>>): Promise<Set<string>> {
  const found = new Set<string>();
  const text = decodeText(await zip.content(chapter));
  const take = async (from: string, references: readonly string[], seen: Set<string>): Promise<void> => {
    for (const reference of references) {
      const path = resolveReference(from, reference)?.path;
      if (path === undefined) continue;
      const picture = pictures.find(path);
      if (picture !== undefined) found.add(picture);
      if (!/\.css$/i.test(path) || !zip.entries.has(path) || seen.has(path) || seen.size >= MAX_SHEETS) continue;
      seen.add(path);
      // The same few sheets belong to every chapter.
      let inSheet = sheets.get(path);
      if (!inSheet) sheets.set(path, (inSheet = zip.content(path).then((sheet) => named(decodeText(sheet), IN_STYLE))));
      await take(path, await inSheet, seen);
    }
  };
  await take(chapter, [...named(text, SOURCE), ...named(text, TARGET), ...named(text, IN_STYLE)], new Set());
  return found;
}
