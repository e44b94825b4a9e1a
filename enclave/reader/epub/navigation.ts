/** The table of contents of an EPUB 3 (navigation document) or EPUB 2 (NCX): for books that MuPDF does not lay out, and to know how long one is. */
import { MAX_CONTENTS_ENTRIES } from '../../../protocol/limits.ts';
import type { Navigation } from './package-document.ts';
import { type Reference, resolveReference } from './paths.ts';
import { readXml } from './xml.ts';
import type { Zip } from './zip.ts';

export interface NavigationEntry {
  readonly title: string;
  readonly depth: number;
  /** File in the archive, or null. */
  readonly path: string | null;
  /** Place in the file, or empty. */
  readonly fragment: string;
}

const MAX_DEPTH = 8;
const placeOf = (target: Reference | null): Pick<NavigationEntry, 'path' | 'fragment'> => ({ path: target?.path ?? null, fragment: target?.fragment ?? '' });
const trimmed = (text: string): string => text.replace(/\s+/g, ' ').trim();

/** The contents of a book with a chapter for each page, and then some. */
const MAX_NAVIGATION_BYTES = 16 * 1024 * 1024;

/** At most one entry more than the limit, so that the caller sees that something was cut. */
export const readNavigation = (kind: Navigation['kind'], bytes: Uint8Array, path: string): NavigationEntry[] => (kind === 'nav' ? readNav(bytes, path) : readNcx(bytes, path));

/** @throws Refusal for what cannot be read */
export async function navigationOf(zip: Zip, from: Navigation | null): Promise<NavigationEntry[]> {
  if (!from || !zip.entries.has(from.path)) return [];
  return readNavigation(from.kind, await zip.content(from.path, MAX_NAVIGATION_BYTES), from.path);
}

/** The first of several places that has entries. @throws Refusal for what cannot be read, if none has */
export async function firstNavigation(zip: Zip, places: readonly Navigation[]): Promise<NavigationEntry[]> {
  let trouble: unknown = null;
  for (const place of places) {
    const entries = await navigationOf(zip, place).catch((error: unknown) => { trouble ??= error; return []; });
    if (entries.length > 0) return entries;
  }
  if (trouble !== null) throw trouble;
  return [];
}

/** More than are shown. */
export const isCut = (entries: readonly NavigationEntry[]): boolean => entries.length > MAX_CONTENTS_ENTRIES;

function readNav(bytes: Uint8Array, path: string): NavigationEntry[] {
  const entries: NavigationEntry[] = [];
  let inContents = false;
  let depth = -1;
  let label: { text: string; target: Reference | null } | null = null;
  readXml(bytes, {
    open(name, attributes) {
      if (name === 'nav') inContents = (attributes['epub:type'] ?? '').split(/\s+/).includes('toc');
      if (!inContents) return;
      if (name === 'ol') depth++;
      if (name === 'a' || name === 'span') label ??= { text: '', target: resolveReference(path, attributes['href'] ?? '#') };
      if (name === 'a' && label && attributes['href'] === undefined) label.target = null;
    },
    text(text) {
      if (label && label.text.length < 2000) label.text += text;
    },
    close(name) {
      if (name === 'nav') inContents = false;
      if (!inContents) return;
      if (name === 'ol') depth--;
      if ((name === 'a' || name === 'span') && label) {
        if (entries.length <= MAX_CONTENTS_ENTRIES) entries.push({ title: trimmed(label.text), depth: Math.min(Math.max(depth, 0), MAX_DEPTH), ...placeOf(label.target) });
        label = null;
      }
    },
  });
  return entries;
}

function readNcx(bytes: Uint8Array, path: string): NavigationEntry[] {
  const entries: NavigationEntry[] = [];
  let depth = -1;
  let title = '';
  let inLabel = false;
  readXml(bytes, {
    open(name, { src }) {
      if (name === 'navPoint') depth++;
      if (name === 'navLabel') [title, inLabel] = ['', true];
      if (name === 'content' && depth >= 0 && entries.length <= MAX_CONTENTS_ENTRIES) {
        entries.push({ title: trimmed(title), depth: Math.min(depth, MAX_DEPTH), ...placeOf(src === undefined ? null : resolveReference(path, src)) });
      }
    },
    text(text) {
      if (inLabel && title.length < 2000) title += text;
    },
    close(name) {
      if (name === 'navPoint') depth--;
      if (name === 'navLabel') inLabel = false;
    },
  });
  return entries;
}
