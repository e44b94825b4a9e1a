/** A PDF: pages as they are. Its scripts do not run, its forms are drawn and not filled in. */
import { Refusal } from '../../../protocol/errors.ts';
import type { OmissionCode } from '../../../protocol/contracts/reader.contract.ts';
import type { MuPDF, Mupdf } from '../engine/engine.ts';
import { onEngine } from '../engine/trouble.ts';
import type { Book, BookFacts } from './book.ts';
import { DocumentPages } from './document-pages.ts';
import { outlineOf } from './outline.ts';
import { pageMark, pageOfMark } from './page-marks.ts';

const said = (value: string | undefined): string | null => (value === undefined || value.trim() === '' ? null : value.trim());

const isName = (object: MuPDF.PDFObject, name: string): boolean => object.isName() && object.asName() === name;

/** What the catalogue says of the document as a whole. @throws Refusal `book_unreadable` */
function readCatalogue(document: MuPDF.PDFDocument): Pick<BookFacts, 'language' | 'direction' | 'omissions'> {
  return onEngine('opening', () => {
    const catalogue = document.getTrailer().get('Root');
    const language = catalogue.get('Lang');
    const omissions = new Map<OmissionCode, number>();
    if (!catalogue.get('Names', 'JavaScript').isNull() || isName(catalogue.get('OpenAction', 'S'), 'JavaScript')) omissions.set('script', 0);
    if (catalogue.get('AcroForm', 'Fields').length > 0) omissions.set('form', 0);
    return {
      language: language.isString() ? said(language.asString()) : null,
      direction: isName(catalogue.get('ViewerPreferences', 'Direction'), 'R2L') ? 'rtl' : 'ltr',
      omissions,
    };
  });
}

/** @throws Refusal `book_protected`, `book_unreadable` */
export function pdfBook(mupdf: Mupdf, document: MuPDF.Document): Book {
  const pdf = document.asPDF();
  if (!pdf) throw new Refusal('book_unreadable', 'This is no PDF.');
  if (onEngine('opening', () => pdf.needsPassword())) throw new Refusal('book_protected', 'The book is protected with a password.');
  const count = onEngine('opening', () => pdf.countPages());
  if (count < 1) throw new Refusal('book_unreadable', 'The book has no pages.');
  const pages = new DocumentPages(mupdf, pdf, 'gaps');
  const author = said(onEngine('opening', () => pdf.getMetaData('info:Author')));
  return {
    facts: {
      kind: 'pdf', title: said(onEngine('opening', () => pdf.getMetaData('info:Title'))), authors: author === null ? [] : [author],
      ...readCatalogue(pdf),
    },
    pages: () => count,
    layout: async () => count,
    contents: async () => outlineOf(pdf),
    sizeOf: async (page) => pages.size(page),
    draw: async (page, into) => pages.draw(page, into),
    lines: async (page) => pages.content(page).lines,
    links: async (page) => pages.links(page),
    find: async (page, text) => pages.find(page, text),
    position: async (page) => pageMark(page),
    locate: async (position) => pageOfMark(position, count),
    cover: async (into) => pages.draw(0, into),
  };
}
