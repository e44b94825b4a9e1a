/** MuPDF's outline of a document as a flat list. */
import { MAX_CONTENTS_ENTRIES } from '../../../protocol/limits.ts';
import type { MuPDF } from '../engine/engine.ts';
import { onEngine } from '../engine/trouble.ts';
import type { ContentsEntry } from './book.ts';

/** Deeper entries are shown at this depth. */
const MAX_DEPTH = 8;

interface OutlineItem { readonly title?: string | undefined; readonly uri?: string | undefined; readonly page?: number; readonly down?: readonly OutlineItem[] }

/** No more than the limit and one; whether something was cut is found out when the book is opened. */
export function outlineOf(document: MuPDF.Document): ContentsEntry[] {
  return onEngine('contents', () => {
    const entries: ContentsEntry[] = [];
    const add = (items: readonly OutlineItem[], depth: number): void => {
      for (const { title, uri, page, down } of items) {
        if (entries.length > MAX_CONTENTS_ENTRIES) return;
        const target = page ?? (uri === undefined ? -1 : document.resolveLink(uri));
        entries.push({ title: title ?? '', depth: Math.min(depth, MAX_DEPTH), page: target < 0 ? null : target });
        if (down) add(down, depth + 1);
      }
    };
    add((document.loadOutline() ?? []) as readonly OutlineItem[], 0);
    return entries;
  });
}
