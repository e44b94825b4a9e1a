/** A PDF: pages as they are. Its scripts do not run, its forms are drawn and not filled in. */
import { Refusal } from '../../../protocol/errors.ts';
import type { OmissionCode } from '../../../protocol/contracts/reader.contract.ts';
import type { MuPDF, Mupdf } from '../engine/engine.ts';
import { onEngine } from '../engine/trouble.ts';
import type { Drawn, Fit } from '../pages/canvas.ts';
import type { Book, BookFacts } from './book.ts';
import { DocumentPages } from './document-pages.ts';
import { outlineOf } from './outline.ts';
import { pageMark, pageOfMark } from './page-marks.ts';
import { pdfOmissions } from './pdf-omissions.ts';
import type { Run } from './streamed-document.ts';

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

/** @param run how work on the document is done; more than once, where parts of it come as they are needed @throws Refusal `book_protected`, `book_unreadable` */
export async function pdfBook(mupdf: Mupdf, document: MuPDF.Document, run: Run): Promise<Book> {
  const pdf = document.asPDF();
  if (!pdf) throw new Refusal('book_unreadable', 'This is no PDF.');
  const asked = <T>(work: () => T): Promise<T> => run(() => onEngine('opening', work));
  if (await asked(() => pdf.needsPassword())) throw new Refusal('book_protected', 'The book is protected with a password.');
  const count = await asked(() => pdf.countPages());
  if (count < 1) throw new Refusal('book_unreadable', 'The book has no pages.');
  const pages = new DocumentPages(mupdf, pdf, 'gaps');
  const catalogue = await run(() => readCatalogue(pdf));
  const omissions = new Map([...catalogue.omissions, ...await pdfOmissions(pdf, count, run)]);
  const author = said(await asked(() => pdf.getMetaData('info:Author')));
  const draw = async (page: number, into: Fit): Promise<Drawn> => {
    const { pictures, ...drawn } = await run(() => pages.draw(page, into));
    return { ...drawn, pictures: () => run(pictures) };
  };
  return {
    facts: {
      kind: 'pdf', title: said(await asked(() => pdf.getMetaData('info:Title'))), authors: author === null ? [] : [author],
      ...catalogue, omissions,
    },
    pages: () => count,
    layout: async () => count,
    contents: () => run(() => outlineOf(pdf)),
    sizeOf: (page) => run(() => pages.size(page)),
    draw,
    lines: (page) => run(() => pages.content(page).lines),
    links: (page) => run(() => pages.links(page)),
    find: (page, text) => run(() => pages.find(page, text)),
    position: async (page) => pageMark(page),
    locate: async (position) => pageOfMark(position, count),
    cover: (into) => draw(0, into),
  };
}
