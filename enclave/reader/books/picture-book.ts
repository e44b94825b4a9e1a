/**
 * An EPUB of fixed layout: its pages are pictures, read from the archive one at a time, so that a large comic is never in
 * memory as a whole. A page that is text (a preface, an imprint) is laid out as text; where its words stood is lost, and the
 * book's description says so.
 */
import { Refusal } from '../../../protocol/errors.ts';
import type { OmissionCode } from '../../../protocol/contracts/reader.contract.ts';
import type { MuPDF, Mupdf } from '../engine/engine.ts';
import { onEngine } from '../engine/trouble.ts';
import { firstNavigation } from '../epub/navigation.ts';
import type { PackageDocument } from '../epub/package-document.ts';
import type { PageKind } from '../epub/page-picture.ts';
import type { Zip } from '../epub/zip.ts';
import { drawPicture, pictureSize } from '../pages/picture.ts';
import type { Book, ContentsEntry } from './book.ts';
import { openDocument } from './book-document.ts';
import { DocumentPages } from './document-pages.ts';
import { pageMark, pageOfMark } from './page-marks.ts';

/** Largest picture file: a page scanned for print. */
const MAX_PICTURE_BYTES = 48 * 1024 * 1024;
/** Pages of text are set on this, in points. */
const TEXT_PAGE = { width: 450, height: 620, fontSize: 12 } as const;

export interface PictureBookOptions {
  readonly mupdf: Mupdf;
  readonly zip: Zip;
  readonly package: PackageDocument;
  readonly pages: readonly PageKind[];
  readonly omissions: ReadonlyMap<OmissionCode, number>;
}

export function pictureBook({ mupdf, zip, package: about, pages, omissions }: PictureBookOptions): Book {
  const texts = new Map<string, DocumentPages>();
  const pageAt = (page: number): PageKind => pages[page] as PageKind;
  const bytesOf = (path: string): Promise<Uint8Array> => zip.content(path, MAX_PICTURE_BYTES);

  /** One page of text. Its pictures and styles stay out: it is read by itself. */
  async function text(path: string): Promise<DocumentPages> {
    const known = texts.get(path);
    if (known) return known;
    const content = await bytesOf(path);
    const document: MuPDF.Document = openDocument(mupdf, [content], 'application/xhtml+xml');
    onEngine('layout', () => document.layout(TEXT_PAGE.width, TEXT_PAGE.height, TEXT_PAGE.fontSize));
    const made = new DocumentPages(mupdf, document, 'own');
    texts.set(path, made);
    return made;
  }
  const ofText = async <T>(page: number, none: T, work: (made: DocumentPages) => T): Promise<T> => {
    const { kind, path } = pageAt(page);
    return kind === 'text' ? work(await text(path)) : none;
  };
  const numberOf = (path: string | null): number | null => {
    const at = path === null ? -1 : about.spine.findIndex((item, index) => item.path === path || pageAt(index).path === path);
    return at < 0 ? null : at;
  };

  return {
    facts: { kind: 'pictures', title: about.title, authors: about.authors, language: about.language, direction: about.direction, omissions },
    pages: () => pages.length,
    layout: async () => pages.length,
    async contents() {
      return (await firstNavigation(zip, about.navigations)).map(({ title, depth, path: target }): ContentsEntry => ({ title, depth, page: numberOf(target) }));
    },
    async sizeOf(page) {
      const { kind, path } = pageAt(page);
      return kind === 'picture' ? pictureSize(mupdf, await bytesOf(path)) : (await text(path)).size(0);
    },
    async draw(page, into) {
      const { kind, path } = pageAt(page);
      return kind === 'picture' ? drawPicture(mupdf, await bytesOf(path), into) : (await text(path)).draw(0, into);
    },
    lines: (page) => ofText(page, [], (made) => made.content(0).lines),
    links: async () => [],
    find: (page, needle) => ofText(page, [], (made) => made.find(0, needle)),
    position: async (page) => pageMark(page),
    locate: async (position) => pageOfMark(position, pages.length),
    async cover(into) {
      const path = about.cover ?? pages.find(({ kind }) => kind === 'picture')?.path;
      if (path === undefined) throw new Refusal('book_unreadable', 'The book has no picture.');
      return drawPicture(mupdf, await bytesOf(path), into);
    },
  };
}
