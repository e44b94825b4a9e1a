/**
 * What a PDF has that is not shown. MuPDF draws annotations where it can, highlights and stamps with it, but not the words of a
 * note behind its sign, and what is attached to a page or would be played stays closed. Looked for, not parsed exactly: what
 * counts is to tell the person (assurance row 47).
 */
import { Refusal } from '../../../protocol/errors.ts';
import type { OmissionCode } from '../../../protocol/contracts/reader.contract.ts';
import { MAX_CONTENTS_ENTRIES } from '../../../protocol/limits.ts';
import type { MuPDF } from '../engine/engine.ts';
import { onEngine } from '../engine/trouble.ts';
import type { Run } from './streamed-document.ts';

/** Pages looked at: of a book with more, the first ones stand for the rest. */
const MAX_PAGES = 200;
/** Annotations of one page. */
const MAX_ANNOTATIONS = 500;

/** PDF 32000-1, 12.5.6. */
const PLAYED: Readonly<Record<string, OmissionCode>> = { Sound: 'audio', Movie: 'video', Screen: 'video', RichMedia: 'video', FileAttachment: 'annotation', '3D': 'annotation' };
/** Their words are drawn, or are nobody's: links have theirs on the page, a pop-up shows those of its parent. */
const WITHOUT_WORDS = new Set(['Link', 'Widget', 'FreeText', 'Popup', 'PrinterMark', 'TrapNet', 'Watermark']);
/** Hidden, or not for the screen (12.5.3): the author did not want it seen. */
const UNSEEN = 0b10_0010;

function omittedBy(annotation: MuPDF.PDFObject): OmissionCode | null {
  const [subtype, flags, words] = [annotation.get('Subtype'), annotation.get('F'), annotation.get('Contents')];
  const kind = subtype.isName() ? subtype.asName() : '';
  if (flags.isNumber() && (flags.asNumber() & UNSEEN) !== 0) return null;
  if (PLAYED[kind]) return PLAYED[kind];
  return !WITHOUT_WORDS.has(kind) && words.isString() && words.asString().trim() !== '' ? 'annotation' : null;
}

function omittedOn(pdf: MuPDF.PDFDocument, page: number): Set<OmissionCode> {
  return onEngine('opening', () => {
    const annotations = pdf.findPage(page).get('Annots');
    const found = new Set<OmissionCode>();
    for (let at = 0; at < Math.min(annotations.isArray() ? annotations.length : 0, MAX_ANNOTATIONS); at++) {
      const code = omittedBy(annotations.get(at));
      if (code) found.add(code);
    }
    return found;
  });
}

/** Whether the contents have more entries than are shown; none are made for it, since to find their pages costs much more. */
function contentsAreCut(pdf: MuPDF.PDFDocument): boolean {
  return onEngine('opening', () => {
    let entries = 0;
    const branches = [pdf.getTrailer().get('Root', 'Outlines', 'First')];
    for (let item = branches.pop(); item && entries <= MAX_CONTENTS_ENTRIES; item = branches.pop()) {
      // A ring of entries ends at the limit as well.
      for (; item.isDictionary() && entries <= MAX_CONTENTS_ENTRIES; item = item.get('Next')) {
        entries++;
        branches.push(item.get('First'));
      }
    }
    return entries > MAX_CONTENTS_ENTRIES;
  });
}

/** On how many pages each was found; 0 for the book as a whole. */
export async function pdfOmissions(pdf: MuPDF.PDFDocument, pages: number, run: Run): Promise<Map<OmissionCode, number>> {
  const found = new Map<OmissionCode, number>();
  try {
    if (await run(() => contentsAreCut(pdf))) found.set('contents-cut', 0);
    for (let page = 0; page < Math.min(pages, MAX_PAGES); page++) {
      for (const code of await run(() => omittedOn(pdf, page))) found.set(code, (found.get(code) ?? 0) + 1);
    }
  } catch (error) {
    // A page that cannot be looked at says so when somebody turns to it.
    if (!(error instanceof Refusal && (error.failure.code === 'book_unreadable' || error.failure.code === 'book_too_large'))) throw error;
  }
  return found;
}
