/** A pretend book in the pretend wallet: pages of grey lines that are laid out, turned, searched and marked as real ones are. */
import type { Handlers } from '../../../protocol/contracts/contract.ts';
import type { z } from 'zod';
import type { LibraryHostContract, MarksSchema, ReadingSettings } from '../../../protocol/contracts/library-host.contract.ts';
import type { LicenceView } from '../../../protocol/contracts/library.views.ts';
import type { BookDescription, Layout } from '../../../protocol/contracts/reader.contract.ts';
import { type ErrorCode, refuse } from '../../../protocol/errors.ts';
import type { ContentId } from '../../../protocol/publication.codec.ts';
import { instanceIdOf } from '../../../protocol/identifiers.ts';
import { lineRects, pretendPage } from './pretend-page.ts';

export interface DoubleReading {
  /** The copy that is on the shelf; null for none. */
  copy: LicenceView | null;
  description: BookDescription;
  closesAt: number | null;
  settings: ReadingSettings;
  marks: z.input<typeof MarksSchema>;
  /** Why it does not open, if it does not. */
  refusal: ErrorCode | null;
  /** Bytes of it that are here, of `total`. */
  coming: { state: 'waiting' | 'fetching' | 'paused' | 'whole'; bytes: number; total: number } | null;
  /** Ids of the books that are open, and the next one. */
  open: Set<number>;
  next: number;
  layout: Layout;
  /** A layout that comes to more is refused. */
  mostPages: number;
}

type ReadingHandlers = Pick<Handlers<LibraryHostContract>, Extract<keyof LibraryHostContract, `reading.${string}` | `marks.${string}` | `readingSettings.${string}`>>;
export const READ_LICENCE = `${'7a'.repeat(32)}/2`;
export const READ_CONTENT = '4c'.repeat(32) as ContentId;
const WORDS = ['It', 'was', 'a', 'bright', 'morning', 'in', 'the', 'harbour', 'and', 'Mrs.', 'Dalloway', 'said', 'she', 'would', 'buy', 'the', 'lamp', 'herself'];

export function pretendCopy(part: Partial<LicenceView> = {}): LicenceView {
  return {
    id: READ_LICENCE, copy: 2, state: 'held', contact: null, contactName: null, since: 0, due: null, overdue: false, recalled: false, asked: null, opened: true, readable: true, may: { give: true, lend: true },
    publication: {
      id: '7a'.repeat(32), title: 'The Keeper of the Harbour Light', author: 'Ines Albrecht', language: 'en', format: 'epub', bytes: 812_000, content: READ_CONTENT, publisher: instanceIdOf(new Uint8Array(32).fill(3)), publisherName: 'Carla', mine: false, copies: 3,
      terms: { give: true, lend: true, maxLoanDays: 30, text: true }, price: null,
    },
    ...part,
  } as unknown as LicenceView;
}

export function pretendReading(part: Partial<Omit<DoubleReading, 'description'>> & { description?: Partial<BookDescription> } = {}): DoubleReading {
  const { description, ...rest } = part;
  return {
    copy: pretendCopy(), closesAt: null, marks: { position: null, bookmarks: [] }, refusal: null, coming: null, open: new Set(), next: 1,
    settings: { theme: 'light', fontSize: 12, margin: 0.08, lineSpacing: null, typeface: 'book', spread: 'single' },
    mostPages: Infinity,
    layout: { width: 420, height: 600, fontSize: 12, margin: 0.08, lineSpacing: null, typeface: 'book' },
    description: { mediaType: 'application/epub+zip', kind: 'flowing', title: 'The Keeper of the Harbour Light', authors: ['Ines Albrecht'], language: 'en', direction: 'ltr', pages: null, omissions: [], terms: { text: true, until: null }, ...description },
    ...rest,
  };
}

/** Larger letters make more pages; a position is a share of the whole, so that it survives. */
const pagesOf = ({ description, layout }: DoubleReading): number => description.kind === 'flowing' ? Math.max(12, Math.round(180 * (layout.fontSize / 12) ** 2 * (420 * 600) / (layout.width * layout.height))) : 24;
const lineOf = (page: number, line: number): string => Array.from({ length: 9 }, (_, word) => WORDS[(page * 7 + line * 3 + word) % WORDS.length]).join(' ');

export function readingHandlers(reading: () => DoubleReading | null): ReadingHandlers {
  const here = (): DoubleReading => reading() ?? refuse('unknown_licence', 'There is no such copy.');
  const at = (book: number): DoubleReading => here().open.has(book) ? here() : refuse('session_closed', 'This book is closed.');
  return {
    'reading.open': () => {
      const it = here();
      if (it.coming && it.coming.state !== 'whole') refuse('chunk_damaged', 'Still on its way.');
      if (it.refusal) refuse(it.refusal, 'It does not open.');
      it.open.add(it.next);
      return { book: it.next++, content: READ_CONTENT, closesAt: it.closesAt, description: it.description };
    },
    'reading.close': ({ book }) => { here().open.delete(book); return {}; },
    'reading.layout': ({ book, ...layout }) => { const it = at(book); it.layout = layout; return pagesOf(it) > it.mostPages ? refuse('book_too_large', 'The book has too many pages. Try smaller letters or a larger page.', { pages: pagesOf(it) }) : { pages: pagesOf(it) }; },
    'reading.contents': ({ book }) => {
      const pages = pagesOf(at(book));
      return ['The Lamp', 'A Letter from Tórshavn', 'Fog', 'What the Gulls Knew, and Other Matters That Were Not Spoken of at Table', 'The Lamp Again'].flatMap((title, chapter) => [
        { title: `${chapter + 1}. ${title}`, depth: 0, page: Math.floor((chapter * pages) / 5) }, ...(chapter === 1 ? [{ title: 'The first evening', depth: 1, page: Math.floor(pages / 5) + 2 }, { title: 'A plate without a page', depth: 1, page: null }] : []),
      ]);
    },
    'reading.search': ({ book, text, from }) => {
      const it = at(book);
      if (!WORDS.some((word) => word.toLowerCase().includes(text.toLowerCase()))) return { hits: [], next: null };
      const hits = Array.from({ length: 14 }, (_, index) => ({ page: 3 + index * 2, rects: [[0.3, 0.09 + (index % 9) * 0.038, 0.42, 0.11 + (index % 9) * 0.038] as [number, number, number, number]], snippet: it.description.terms.text ? `${lineOf(index, 1)} ${text} ${lineOf(index, 2)}` : null }));
      return { hits: from === 0 ? hits.filter(({ page }) => page < pagesOf(it)) : [], next: null };
    },
    'reading.position': ({ book, page }) => ({ position: `s${(page / pagesOf(at(book))).toFixed(6)}` }),
    'reading.locate': ({ book, position }) => ({ page: Math.min(pagesOf(at(book)) - 1, Math.round(Number(position.slice(1)) * pagesOf(at(book)))) }),
    'reading.page': ({ book, page, width, height, theme }) => {
      const { description } = at(book);
      // Every fifth page of a PDF is a table that lies on its side.
      const ratio = description.kind === 'flowing' ? width / height : description.kind === 'pdf' && page % 5 === 4 ? 1.4 : 0.7;
      return pretendPage({ page, theme, picture: description.kind === 'pictures', width: Math.round(Math.min(width, height * ratio)), height: Math.round(Math.min(height, width / ratio)) });
    },
    'reading.links': ({ book, page }) => { at(book); return page % 3 !== 0 ? [] : [{ rect: [0.3, 0.242, 0.42, 0.262], target: { kind: 'page', page: 9, y: null } }, { rect: [0.5, 0.356, 0.7, 0.376], target: { kind: 'outside', uri: 'https://example.org/harbour-lights?from=book' } }]; },
    'reading.text': ({ book, page }) => at(book).description.terms.text ? lineRects(page).map((rect, line) => ({ text: lineOf(page, line), rect })) : refuse('forbidden', 'Kept inside.'),
    'reading.cover': () => ({ png: reading() ? pretendPage({ page: 0, width: 240, height: 340, theme: 'sepia', picture: true }).png : null }),
    'marks.get': () => reading()?.marks ?? { position: null, bookmarks: [] },
    'marks.set': ({ marks }) => { here().marks = marks; return {}; },
    'readingSettings.get': () => here().settings,
    'readingSettings.set': (change) => { const it = here(); it.settings = { ...it.settings, ...(change as Partial<ReadingSettings>) }; return it.settings; },
  };
}
