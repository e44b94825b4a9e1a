/**
 * The package document of an EPUB (EPUB 3.3 §5, and what EPUB 2 had in its place): what the book is called, which files it
 * has, in which order they are read, and which way its pages turn.
 */
import { Refusal } from '../../../protocol/errors.ts';
import { resolveReference } from './paths.ts';
import { readXml } from './xml.ts';
import type { Zip } from './zip.ts';

export interface ManifestItem {
  /** Name in the archive. */
  readonly path: string;
  readonly mediaType: string;
  readonly properties: readonly string[];
  readonly overlay: boolean;
}

export interface SpineItem extends ManifestItem {
  readonly fixed: boolean;
}

/** A place where the contents may be. */
export interface Navigation { readonly kind: 'nav' | 'ncx'; readonly path: string }

export interface PackageDocument {
  /** Its own name in the archive. */
  readonly path: string;
  readonly title: string | null;
  readonly authors: readonly string[];
  readonly language: string | null;
  readonly direction: 'ltr' | 'rtl';
  readonly items: readonly ManifestItem[];
  /** What is read, in order; parts marked as not linear included. */
  readonly spine: readonly SpineItem[];
  /** The best first. A book in use may have several, and its spine may fail to name the NCX, or name another file. */
  readonly navigations: readonly Navigation[];
  /** The one of them that MuPDF reads: what the spine names, or else the newer kind. */
  readonly engineNavigation: Navigation | null;
  readonly cover: string | null;
}

export const CONTAINER = 'META-INF/container.xml';
/** A package document names every file once or twice. */
export const MAX_PACKAGE_BYTES = 16 * 1024 * 1024;
const MAX_AUTHORS = 20;
const NCX = 'application/x-dtbncx+xml';

/** The package document's name. @throws Refusal */
async function packagePath(zip: Zip): Promise<string> {
  let found: string | null = null;
  readXml(await zip.content(CONTAINER, MAX_PACKAGE_BYTES), {
    open(name, { 'full-path': path, 'media-type': type }) {
      if (name === 'rootfile' && path !== undefined && (type === undefined || type === 'application/oebps-package+xml')) found ??= path;
    },
  });
  if (found === null) throw new Refusal('book_unreadable', 'The book does not say where it begins.');
  return found;
}

/** @throws Refusal `book_unreadable`, `book_too_large` */
export async function readPackage(zip: Zip): Promise<PackageDocument> {
  const path = await packagePath(zip);
  const collected = collect(await zip.content(path, MAX_PACKAGE_BYTES), path);
  const { items, refs, metas } = collected;
  const spine = refs.flatMap(({ idref, properties }): SpineItem[] => {
    const item = items.get(idref);
    if (!item) return [];
    const own = properties.includes('rendition:layout-pre-paginated') ? true : properties.includes('rendition:layout-reflowable') ? false : null;
    return [{ ...item, fixed: own ?? metas.get('rendition:layout') === 'pre-paginated' }];
  });
  if (spine.length === 0) throw new Refusal('book_unreadable', 'The book has no pages.');
  const all = [...items.values()];
  const nav = all.find(({ properties }) => properties.includes('nav'));
  const named = items.get(collected.ncxId);
  const ncx = new Set([...named ? [named] : [], ...all.filter(({ mediaType, path: at }) => mediaType === NCX || /\.ncx$/i.test(at))]);
  const cover = all.find(({ properties }) => properties.includes('cover-image')) ?? items.get(metas.get('cover') ?? '');
  return {
    path, title: collected.title, authors: collected.authors, language: collected.language, direction: collected.direction, items: all, spine,
    navigations: [...nav ? [{ kind: 'nav', path: nav.path } as const] : [], ...[...ncx].map(({ path: at }) => ({ kind: 'ncx', path: at } as const))],
    engineNavigation: named ? { kind: 'ncx', path: named.path } : nav ? { kind: 'nav', path: nav.path } : null,
    cover: cover?.path ?? null,
  };
}

interface Collected {
  title: string | null;
  authors: string[];
  language: string | null;
  direction: 'ltr' | 'rtl';
  items: Map<string, ManifestItem>;
  refs: { idref: string; properties: string[] }[];
  metas: Map<string, string>;
  ncxId: string;
}

const words = (text: string | undefined): string[] => (text ?? '').split(/\s+/).filter((word) => word !== '');

function collect(bytes: Uint8Array, path: string): Collected {
  const found: Collected = { title: null, authors: [], language: null, direction: 'ltr', items: new Map(), refs: [], metas: new Map(), ncxId: '' };
  let text: string | null = null;
  let property = '';
  readXml(bytes, {
    open(name, attributes) {
      switch (name) {
        case 'title': case 'creator': case 'language':
          text = '';
          return;
        case 'meta':
          property = attributes['property'] ?? '';
          if (property !== '') text = '';
          else if (attributes['name'] !== undefined) found.metas.set(attributes['name'], attributes['content'] ?? '');
          return;
        case 'item': {
          const target = resolveReference(path, attributes['href'] ?? '');
          if (target && attributes['id'] !== undefined) {
            found.items.set(attributes['id'], { path: target.path, mediaType: attributes['media-type'] ?? '', properties: words(attributes['properties']), overlay: attributes['media-overlay'] !== undefined });
          }
          return;
        }
        case 'spine':
          found.ncxId = attributes['toc'] ?? '';
          if (attributes['page-progression-direction'] === 'rtl') found.direction = 'rtl';
          return;
        case 'itemref':
          found.refs.push({ idref: attributes['idref'] ?? '', properties: words(attributes['properties']) });
      }
    },
    text(piece) {
      // A title longer than this is none.
      if (text !== null && text.length < 4000) text += piece;
    },
    close(name) {
      const value = text?.replace(/\s+/g, ' ').trim() ?? '';
      if (value !== '') {
        if (name === 'title') found.title ??= value;
        if (name === 'creator' && found.authors.length < MAX_AUTHORS) found.authors.push(value);
        if (name === 'language') found.language ??= value;
        if (name === 'meta') found.metas.set(property, value);
      }
      if (['title', 'creator', 'language', 'meta'].includes(name)) text = null;
    },
  });
  return found;
}
