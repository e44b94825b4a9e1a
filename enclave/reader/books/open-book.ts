/** Finds out what a book is, and opens it as that. What the file says it is must be what it is. */
import { Refusal } from '../../../protocol/errors.ts';
import type { OmissionCode } from '../../../protocol/contracts/reader.contract.ts';
import type { MediaType } from '../../../protocol/publication.codec.ts';
import { MAX_BOOK_IN_MEMORY_BYTES } from '../../../protocol/limits.ts';
import type { Mupdf } from '../engine/engine.ts';
import { adaptedPages } from '../epub/adapt.ts';
import { readEncryption } from '../epub/encryption.ts';
import { type NavigationEntry, firstNavigation, isCut, navigationOf } from '../epub/navigation.ts';
import { overlay } from '../epub/overlay.ts';
import { type PackageDocument, readPackage } from '../epub/package-document.ts';
import { type PageKind, pageKindOf } from '../epub/page-picture.ts';
import { scanForOmissions } from '../epub/scan.ts';
import { withoutNavigation } from '../epub/without-navigation.ts';
import { MAX_ENTRY_BYTES, type Zip, type ZipEntry, openZip } from '../epub/zip.ts';
import type { BookBytes } from '../source/book-bytes.ts';
import type { Book } from './book.ts';
import { openDocument } from './book-document.ts';
import { flowingBook } from './flowing-book.ts';
import { pdfBook } from './pdf-book.ts';
import { pictureBook } from './picture-book.ts';
import { choosePictures, setPicturesApart } from './pictures-apart.ts';
import { atOnce, openStreamed } from './streamed-document.ts';

/** A PDF may have this much of something else before its first line. */
const PDF_HEAD_BYTES = 1024;
/** A cover picture in a flowing book. */
const MAX_COVER_BYTES = 24 * 1024 * 1024;
/** Spine items of which one is asked what it is; a comic has a few hundred. */
const MAX_PICTURE_PAGES = 5000;

/** @throws Refusal `book_unreadable`, `book_too_large`, `book_protected`, `chunk_damaged` */
export async function openBook(mupdf: Mupdf, mediaType: MediaType, bytes: BookBytes): Promise<Book> {
  const head = await bytes.read(0, Math.min(bytes.size, PDF_HEAD_BYTES));
  if (mediaType === 'application/pdf') {
    if (!new TextDecoder('latin1').decode(head).includes('%PDF-')) throw new Refusal('book_unreadable', 'This is no PDF.');
    // In memory where it fits: there MuPDF can also mend what is broken, for which it reads everything.
    if (bytes.size <= MAX_BOOK_IN_MEMORY_BYTES) return await pdfBook(mupdf, openDocument(mupdf, [await bytes.read(0, bytes.size)], mediaType), atOnce);
    const { document, run } = await openStreamed(mupdf, bytes, mediaType);
    return await pdfBook(mupdf, document, run);
  }
  if (!(head[0] === 0x50 && head[1] === 0x4b)) throw new Refusal('book_unreadable', 'This is no EPUB.');
  const zip = await openZip(bytes);
  const about = await readPackage(zip);
  const encrypted = await readEncryption(zip);
  if (about.spine.some(({ path }) => encrypted.files.has(path))) throw new Refusal('book_protected', 'The book is protected with another app\'s encryption.');
  const pages = await picturePages(zip, about);
  // Before anything else of it is read: it may be too large.
  const apart = !pages && bytes.size > MAX_BOOK_IN_MEMORY_BYTES ? choosePictures(zip, about) : null;
  const omissions = await scanForOmissions(zip, about, encrypted.files);
  if (encrypted.disguisedFonts.size > 0) omissions.set('embedded-font', Math.max(omissions.get('embedded-font') ?? 0, encrypted.disguisedFonts.size));
  // What cannot be read says so when it is asked for.
  const forEngine = pages ? [] : await navigationOf(zip, about.engineNavigation).catch(() => []);
  const contents = forEngine.length > 0 ? forEngine : await firstNavigation(zip, about.navigations).catch(() => []);
  if (isCut(contents)) omissions.set('contents-cut', 0);
  return pages ? pictures(mupdf, zip, about, pages, omissions) : await flowing(mupdf, zip, about, { bytes, pictures: apart, contents, omissions });
}

/** What each page is, if the book is one of pictures; null if it is to flow. */
async function picturePages(zip: Zip, about: PackageDocument): Promise<PageKind[] | null> {
  const { spine } = about;
  if (spine.length > MAX_PICTURE_PAGES || !spine.some(({ fixed, mediaType }) => fixed || mediaType.startsWith('image/'))) return null;
  const readable = spine.filter(({ path }) => zip.entries.has(path));
  const pages: PageKind[] = [];
  for (const item of readable) pages.push(await pageKindOf(zip, item));
  const pictureCount = pages.filter(({ kind }) => kind === 'picture').length;
  // A flowing book with a picture or two between its chapters still flows.
  return pictureCount * 2 > pages.length || readable.every(({ fixed }) => fixed) ? pages : null;
}

function pictures(mupdf: Mupdf, zip: Zip, about: PackageDocument, pages: readonly PageKind[], omissions: Map<OmissionCode, number>): Book {
  if (pages.length === 0) throw new Refusal('book_unreadable', 'The book has no pages.');
  const texts = pages.filter(({ kind }) => kind === 'text').length;
  if (texts > 0) omissions.set('fixed-layout-text', texts);
  const spine = about.spine.filter(({ path }) => zip.entries.has(path));
  return pictureBook({ mupdf, zip, package: { ...about, spine }, pages, omissions });
}

/** MuPDF unpacks each file of a flowing book at once and as a whole. @throws Refusal `book_too_large` */
function mustUnpack(zip: Zip): void {
  for (const { size } of zip.entries.values()) if (size > MAX_ENTRY_BYTES) throw new Refusal('book_too_large', 'A file in the book is larger than a reader takes.');
}

interface FlowingParts {
  readonly bytes: BookBytes;
  /** Pictures that are read only when they are drawn; null for a book that is held as a whole. */
  readonly pictures: ReadonlyMap<string, ZipEntry> | null;
  readonly contents: readonly NavigationEntry[];
  readonly omissions: Map<OmissionCode, number>;
}

/** The book as it is, with what is adapted by then in the place of what it has. */
async function overlaid(bytes: BookBytes, zip: Zip, adapted: ReadonlyMap<string, Uint8Array>): Promise<() => Uint8Array[]> {
  const whole = await bytes.read(0, bytes.size);
  return () => (adapted.size === 0 ? [whole] : overlay(whole, zip.entries, zip.directoryAt, adapted));
}

/** Opens it, and if that fails, once more without what it says of its contents. @param silence false if it says nothing of them */
async function withOrWithoutNavigation<T>(open: () => T | Promise<T>, silence: () => Promise<boolean>): Promise<T> {
  try {
    return await open();
  } catch (error) {
    if (!(error instanceof Refusal) || error.failure.code !== 'book_unreadable' || !(await silence())) throw error;
    return await open();
  }
}

async function flowing(mupdf: Mupdf, zip: Zip, about: PackageDocument, { bytes, pictures, contents, omissions }: FlowingParts): Promise<Book> {
  mustUnpack(zip);
  const adapted = await adaptedPages(zip, about);
  const apart = pictures && (await setPicturesApart({ mupdf, zip, about, apart: pictures, adapted }));
  const pieces = apart ? () => apart.light(adapted) : await overlaid(bytes, zip, adapted);
  const open = () => openDocument(mupdf, pieces(), 'application/epub+zip');
  const document = await withOrWithoutNavigation(open, async () => {
    const silent = await withoutNavigation(zip, about);
    if (silent) adapted.set(about.path, silent);
    return silent !== null;
  });
  const cover = about.cover !== null && zip.entries.has(about.cover) && !about.cover.endsWith('.svg') ? about.cover : null;
  return flowingBook({
    mupdf, document, apart, chapters: about.spine.map(({ path }) => path), contents,
    facts: { kind: 'flowing', title: about.title, authors: about.authors, language: about.language, direction: about.direction, omissions },
    cover: async () => (cover === null ? null : await zip.content(cover, MAX_COVER_BYTES)),
  });
}
