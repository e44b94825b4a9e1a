/**
 * A flowing EPUB that is too large to be in memory: its text is, its pictures are not. It is laid out with stand-ins that are
 * as large as the pictures; only a page that is drawn needs them, and then those of its chapter, from a document that is
 * this chapter and nothing else. So pages, contents, links, search and positions are those of a small book, and what is read
 * of a large one is what somebody looks at.
 *
 *   draw a page ──▶ its chapter is open ──▶ drawn
 *                     └─another one──▶ closed; the pictures of this one are read, it is laid out alike ──▶ drawn
 *
 * Not read through a stream, as a large PDF is (streamed-document.ts): MuPDF lays out and keeps a chapter whose picture was
 * not there yet, and everything after it would be on other pages.
 */
import { Refusal } from '../../../protocol/errors.ts';
import { MAX_CHAPTER_PICTURES_BYTES, MAX_LARGE_BOOK_TEXT_BYTES } from '../../../protocol/limits.ts';
import type { Layout } from '../../../protocol/contracts/reader.contract.ts';
import type { Mupdf } from '../engine/engine.ts';
import { onEngine } from '../engine/trouble.ts';
import { type Part, assemble, keptPart, newPart } from '../epub/assemble.ts';
import { picturesOf } from '../epub/chapter-pictures.ts';
import { oneChapter } from '../epub/one-chapter.ts';
import { CONTAINER, type PackageDocument } from '../epub/package-document.ts';
import { NO_PICTURE, pngSizeOf, standIn } from '../epub/stand-in.ts';
import type { Zip, ZipEntry } from '../epub/zip.ts';
import type { Drawn, Fit } from '../pages/canvas.ts';
import { styleOf } from '../pages/style.ts';
import { openDocument } from './book-document.ts';
import { DocumentPages } from './document-pages.ts';

const EPUB = 'application/epub+zip';
/** Smaller pictures stay: ornaments, of which a page may have dozens. */
const SMALL_BYTES = 4096;
/** A JPEG says how large it is behind its thumbnail and colour profile. */
const HEAD_BYTES = 64 * 1024;
const PICTURE_NAME = /\.(jpe?g|png|gif|bmp|tiff?|jp2|jxr|webp|avif)$/i;

export interface PicturesApart {
  /** The book with stand-ins, as an archive in pieces. @param replaced new contents by name */
  light(replaced: ReadonlyMap<string, Uint8Array>): Uint8Array[];
  /** Draws page `offset` of a chapter. @param layout null as long as there is none @throws Refusal `book_unreadable`, `book_too_large`, and those of the book's bytes */
  draw(chapter: string, offset: number, layout: Layout | null, into: Fit): Promise<Drawn>;
}

const megabytes = (bytes: number): number => Math.ceil(bytes / 2 ** 20);

/** Which files of a book are pictures that are read only when they are drawn. @param smallBytes smaller ones are not @throws Refusal `book_too_large` for too much beside them */
export function choosePictures(zip: Zip, { items }: PackageDocument, smallBytes = SMALL_BYTES): ReadonlyMap<string, ZipEntry> {
  const types = new Map(items.map(({ path, mediaType }) => [path, mediaType]));
  const isApart = ({ name, packedSize, encrypted }: ZipEntry): boolean => {
    const type = types.get(name) ?? '';
    return packedSize > smallBytes && !encrypted && type !== 'image/svg+xml' && (type.startsWith('image/') || PICTURE_NAME.test(name));
  };
  const entries = [...zip.entries.values()];
  const apart = new Map(entries.filter(isApart).map((entry) => [entry.name, entry]));
  const text = entries.reduce((sum, { name, packedSize }) => sum + (apart.has(name) ? 0 : packedSize), 0);
  if (text > MAX_LARGE_BOOK_TEXT_BYTES) {
    throw new Refusal('book_too_large', `The book has ${megabytes(text)} MB beside its pictures; so large a book may have ${megabytes(MAX_LARGE_BOOK_TEXT_BYTES)}. Publish it in several volumes, or as a PDF.`);
  }
  return apart;
}

export interface ApartOptions {
  readonly mupdf: Mupdf;
  readonly zip: Zip;
  readonly about: PackageDocument;
  /** As choosePictures has it. */
  readonly apart: ReadonlyMap<string, ZipEntry>;
  /** New contents of chapters, by name. */
  readonly adapted: ReadonlyMap<string, Uint8Array>;
}

/** @throws Refusal `book_too_large` for too many pictures in one chapter, and those of the book's bytes */
export async function setPicturesApart({ mupdf, zip, about, apart, adapted }: ApartOptions): Promise<PicturesApart> {
  const chapters = await picturesByChapter(zip, about, apart);
  const sizes = new Map<string, Fit>();
  const parts: Part[] = [];
  for (const entry of zip.entries.values()) {
    if (!apart.has(entry.name)) {
      parts.push(keptPart(entry, await zip.stored(entry.name)));
      continue;
    }
    const size = await sizeOf(mupdf, zip, entry.name);
    const other = size ? standIn(size) : NO_PICTURE;
    if (size && other !== NO_PICTURE) sizes.set(entry.name, size);
    parts.push(newPart(entry.name, other));
  }
  const light = (replaced: ReadonlyMap<string, Uint8Array>): Part[] => parts.map((part) => {
    const content = replaced.get(part.name);
    return content ? newPart(part.name, content) : part;
  });

  let open: { readonly key: string; readonly pages: DocumentPages; readonly close: () => void } | null = null;
  async function chapterAs(chapter: string, layout: Layout | null): Promise<DocumentPages> {
    const key = JSON.stringify([chapter, layout]);
    if (open?.key === key) return open.pages;
    open?.close();
    open = null;
    // What MuPDF keeps of the chapter before is in the way of this one's pictures.
    mupdf.emptyStore();
    const real = new Map<string, Part>();
    for (const name of chapters.get(chapter) ?? []) {
      const content = await zip.content(name);
      // One that is damaged further on would not take its place, and all after it would be elsewhere: its stand-in stays.
      if (sameSize(sizes.get(name), sizeIn(mupdf, content))) real.set(name, newPart(name, content));
    }
    const start = oneChapter(chapter, zip.entries.keys());
    const document = openDocument(mupdf, assemble([...light(new Map([...adapted, [CONTAINER, start.container]])).map((part) => real.get(part.name) ?? part), newPart(start.path, start.content)]), EPUB);
    try {
      if (layout) {
        onEngine('layout', () => {
          document.style(true, styleOf(layout));
          document.layout(layout.width, layout.height, layout.fontSize);
        });
      }
    } catch (error) {
      // Kept, it would be drawn from the next time, laid out otherwise than the book.
      document.destroy();
      throw error;
    }
    open = { key, pages: new DocumentPages(mupdf, document, 'own'), close: () => document.destroy() };
    return open.pages;
  }

  // One after the other: what one draws on, the next one closes.
  let before: Promise<unknown> = Promise.resolve();
  return {
    light: (replaced) => assemble(light(replaced)),
    draw(chapter, offset, layout, into) {
      const drawn = before.then(async () => {
        const { pictures, ...page } = (await chapterAs(chapter, layout)).draw(offset, into);
        const places = pictures();
        return { ...page, pictures: () => places };
      });
      before = drawn.catch(() => undefined);
      return drawn;
    },
  };
}

/** @throws Refusal `book_too_large` */
async function picturesByChapter(zip: Zip, { spine }: PackageDocument, apart: ReadonlyMap<string, ZipEntry>): Promise<Map<string, Set<string>>> {
  const folded = (name: string): string => name.normalize('NFC').toLowerCase();
  const names = new Map([...apart.keys()].map((name) => [folded(name), name]));
  const sheets = new Map<string, Promise<readonly string[]>>();
  const chapters = new Map<string, Set<string>>();
  for (const { path } of spine) {
    if (!zip.entries.has(path) || chapters.has(path)) continue;
    // A picture in the spine is a chapter of its own.
    const pictures = apart.has(path) ? new Set([path]) : await picturesOf(zip, path, { find: (name) => names.get(folded(name)) }, sheets);
    const bytes = [...pictures].reduce((sum, name) => sum + (apart.get(name)?.size ?? 0), 0);
    if (bytes > MAX_CHAPTER_PICTURES_BYTES) {
      throw new Refusal('book_too_large', `A chapter of the book has ${megabytes(bytes)} MB of pictures; in so large a book one may have ${megabytes(MAX_CHAPTER_PICTURES_BYTES)}. Make its pictures smaller, or publish it as a PDF.`);
    }
    chapters.set(path, pictures);
  }
  return chapters;
}

/** How large a picture says it is, from as little of it as tells; null for what MuPDF does not read. */
async function sizeOf(mupdf: Mupdf, zip: Zip, name: string): Promise<Fit | null> {
  const head = await zip.head(name, HEAD_BYTES);
  return pngSizeOf(head) ?? sizeIn(mupdf, head) ?? sizeIn(mupdf, await zip.content(name));
}

const sameSize = (one: Fit | null | undefined, other: Fit | null): boolean => one?.width === other?.width && one?.height === other?.height;

function sizeIn(mupdf: Mupdf, bytes: Uint8Array): Fit | null {
  try {
    return onEngine('picture', () => {
      const image = new mupdf.Image(bytes);
      try {
        return { width: Math.max(1, image.getWidth()), height: Math.max(1, image.getHeight()) };
      } finally {
        image.destroy();
      }
    });
  } catch (error) {
    if (error instanceof Refusal) return null;
    throw error;
  }
}
