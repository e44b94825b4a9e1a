/** An EPUB whose text flows: laid out by MuPDF for a page of any size. */
import { Refusal } from '../../../protocol/errors.ts';
import type { Layout } from '../../../protocol/contracts/reader.contract.ts';
import type { MuPDF, Mupdf } from '../engine/engine.ts';
import { onEngine } from '../engine/trouble.ts';
import type { NavigationEntry } from '../epub/navigation.ts';
import type { Drawn, Fit } from '../pages/canvas.ts';
import { drawPicture } from '../pages/picture.ts';
import { styleOf } from '../pages/style.ts';
import type { Book, BookFacts } from './book.ts';
import { ChapterPositions } from './chapter-positions.ts';
import { DocumentPages } from './document-pages.ts';
import { outlineOf } from './outline.ts';
import type { PicturesApart } from './pictures-apart.ts';

export interface FlowingBookOptions {
  readonly mupdf: Mupdf;
  readonly document: MuPDF.Document;
  /** Where the document has only stand-ins for its pictures. */
  readonly apart: PicturesApart | null;
  readonly facts: BookFacts;
  /** Names of the files that are read one after the other. */
  readonly chapters: readonly string[];
  /** The contents as the book's files list them, for what MuPDF does not find. */
  readonly contents: readonly NavigationEntry[];
  /** The cover picture, if the book has one that can be drawn. */
  readonly cover: () => Promise<Uint8Array | null>;
}

/** Pages of a book: a shelf of encyclopaedias; a layout that comes to more is a trap. */
const MAX_PAGES = 100_000;

const lettersIn = (text: string): number => text.match(/[\p{L}\p{N}]/gu)?.length ?? 0;

export function flowingBook({ mupdf, document, apart, facts, chapters, contents, cover }: FlowingBookOptions): Book {
  const pages = new DocumentPages(mupdf, document, 'own');
  let count: number | null = null;
  let positions: ChapterPositions | null = null;
  let laidOut: Layout | null = null;
  let starts: readonly (number | null)[] = [];
  /** The chapter that a page is in, and where in it. */
  const placeOf = (page: number): [chapter: string, offset: number] => {
    const last = starts.findLastIndex((start) => start !== null && start <= page);
    return [chapters[Math.max(0, last)] ?? '', page - (starts[last] ?? 0)];
  };
  const draw = async (page: number, into: Fit): Promise<Drawn> => (apart ? await apart.draw(...placeOf(page), laidOut, into) : pages.draw(page, into));
  const laid = (): ChapterPositions => {
    if (!positions) throw new Refusal('wrong_state', 'The book is not laid out yet.');
    return positions;
  };
  return {
    facts,
    pages: () => count,
    async layout(layout: Layout) {
      // Until there is a layout again, there are no pages.
      [count, positions, laidOut] = [null, null, null];
      const made = onEngine('layout', () => {
        document.style(true, styleOf(layout));
        document.layout(layout.width, layout.height, layout.fontSize);
        return document.countPages();
      });
      if (made < 1) throw new Refusal('book_unreadable', 'The book has no pages.');
      if (made > MAX_PAGES) throw new Refusal('book_too_large', 'The book has too many pages. Try smaller letters or a larger page.', { pages: made });
      starts = chapters.map((path) => pages.pageOf(path));
      laidOut = layout;
      positions = new ChapterPositions({
        pages: made,
        starts,
        weigh: (page) => {
          const { lines, pictures } = pages.content(page);
          return lines.reduce((sum, { text }) => sum + lettersIn(text), pictures.length);
        },
      });
      return (count = made);
    },
    async contents() {
      const found = outlineOf(document);
      if (found.length > 0) return found;
      return contents.map(({ title, depth, path, fragment }) => ({ title, depth, page: path === null ? null : (fragment === '' ? null : pages.pageOf(`${path}#${fragment}`)) ?? pages.pageOf(path) }));
    },
    sizeOf: async (page) => pages.size(page),
    draw,
    lines: async (page) => pages.content(page).lines,
    links: async (page) => pages.links(page),
    find: async (page, text) => pages.find(page, text),
    position: async (page) => laid().mark(page),
    locate: async (position) => laid().find(position),
    async cover(into) {
      const picture = await cover();
      return picture ? drawPicture(mupdf, picture, into) : draw(0, into);
    },
  };
}
