/** The pages of one MuPDF document, flowing or not: drawing, text, links, search. */
import type { LinkTarget } from '../../../protocol/contracts/reader.contract.ts';
import { MAX_PAGE_LINES } from '../../../protocol/limits.ts';
import type { MuPDF, Mupdf } from '../engine/engine.ts';
import { onEngine } from '../engine/trouble.ts';
import { type Drawn, type Fit, drawOn, fitted } from '../pages/canvas.ts';
import { type Box, type PageContent, type Spacing, type TextLine, contentOf, textOptions } from '../pages/text-lines.ts';
import type { PixelRect } from '../pages/themes.ts';
import { shownAddress } from '../said-by-book.ts';
import type { PageHit, PageLink } from './book.ts';

/** What a person may be shown as an address; anything else a book names is nobody's business. */
const OUTSIDE = /^(https?|mailto):/i;
const MAX_URI_CHARS = 2000;
/** Lines before and after a hit that go with it. */
const LINES_AROUND = 1;

export class DocumentPages {
  readonly #mupdf: Mupdf;
  readonly #document: MuPDF.Document;
  readonly #textOptions: string;

  constructor(mupdf: Mupdf, document: MuPDF.Document, spacing: Spacing) {
    this.#mupdf = mupdf;
    this.#document = document;
    this.#textOptions = textOptions(spacing);
  }

  #with<T>(what: string, page: number, work: (page: MuPDF.Page, bounds: MuPDF.Rect) => T): T {
    return onEngine(what, () => {
      const loaded = this.#document.loadPage(page);
      try {
        return work(loaded, loaded.getBounds());
      } finally {
        loaded.destroy();
      }
    });
  }

  size(page: number): Fit {
    return this.#with('page', page, (_page, bounds) => sizeOf(bounds));
  }

  draw(page: number, into: Fit): Drawn & { readonly pictures: () => readonly PixelRect[] } {
    return this.#with('page', page, (loaded, bounds) => {
      const size = sizeOf(bounds);
      const image = fitted(size, into);
      const [x, y] = [image.width / size.width, image.height / size.height];
      const matrix: MuPDF.Matrix = [x, 0, 0, y, -bounds[0] * x, -bounds[1] * y];
      const pixels = drawOn(this.#mupdf, image, (device) => loaded.run(device, matrix));
      const scaled = (box: Box): PixelRect => [Math.floor(box.x * x), Math.floor(box.y * y), Math.ceil((box.x + box.w) * x), Math.ceil((box.y + box.h) * y)];
      return { ...image, pixels, pictures: () => this.content(page).pictures.map(scaled) };
    });
  }

  content(page: number): PageContent {
    return this.#with('text', page, (loaded, bounds) => {
      const { lines, pictures } = contentOf(loaded.toStructuredText(this.#textOptions));
      return { lines: lines.map(({ text, box }) => ({ text, box: within(box, bounds) })), pictures: pictures.map((box) => within(box, bounds)) };
    });
  }

  links(page: number): PageLink[] {
    return this.#with('links', page, (loaded, bounds) => {
      const found: PageLink[] = [];
      for (const link of loaded.getLinks().slice(0, MAX_PAGE_LINES)) {
        const [x0, y0, x1, y1] = link.getBounds();
        const target = this.#targetOf(link.getURI());
        if (target) found.push({ box: within({ x: x0, y: y0, w: x1 - x0, h: y1 - y0 }, bounds), target });
        link.destroy();
      }
      return found;
    });
  }

  #targetOf(uri: string): LinkTarget | null {
    if (OUTSIDE.test(uri)) {
      const address = shownAddress(uri);
      return address.length <= MAX_URI_CHARS ? { kind: 'outside', uri: address } : null;
    }
    const page = this.#document.resolveLink(uri);
    if (page < 0) return null;
    const { y } = this.#document.resolveLinkDestination(uri);
    return { kind: 'page', page, y: Number.isFinite(y) && y > 0 ? Math.min(1, y / this.size(page).height) : null };
  }

  /** The page that a place in the book is on, or null. */
  pageOf(uri: string): number | null {
    return onEngine('links', () => {
      const page = this.#document.resolveLink(uri);
      return page < 0 ? null : page;
    });
  }

  find(page: number, text: string): PageHit[] {
    // MuPDF takes marks off what it looks for, to which a NUL puts an end, and reads outside of its memory when nothing is left.
    if (text.includes('\0') || text.normalize('NFKD').replace(/\p{M}/gu, '') === '') return [];
    return this.#with('search', page, (loaded, bounds) => {
      const content = loaded.toStructuredText(this.#textOptions);
      const hits = content.search(text, 'ignore-case,ignore-diacritics');
      if (hits.length === 0) {
        content.destroy();
        return [];
      }
      const { lines } = contentOf(content);
      return hits.map((quads): PageHit => {
        const boxes = quads.map(boxOf);
        return { boxes: boxes.map((box) => within(box, bounds)), around: aroundOf(lines, boxes) };
      });
    });
  }
}

const sizeOf = ([x0, y0, x1, y1]: MuPDF.Rect): Fit => ({ width: Math.max(1, x1 - x0), height: Math.max(1, y1 - y0) });

/** As seen from the page's own upper left corner. */
const within = (box: Box, [x0, y0]: MuPDF.Rect): Box => ({ ...box, x: box.x - x0, y: box.y - y0 });

function boxOf(quad: MuPDF.Quad): Box {
  const xs = [quad[0], quad[2], quad[4], quad[6]];
  const ys = [quad[1], quad[3], quad[5], quad[7]];
  const [x, y] = [Math.min(...xs), Math.min(...ys)];
  return { x, y, w: Math.max(...xs) - x, h: Math.max(...ys) - y };
}

function aroundOf(lines: readonly TextLine[], boxes: readonly Box[]): string {
  const [first] = boxes;
  const middle = first ? first.y + first.h / 2 : 0;
  const at = lines.findIndex(({ box }) => first && middle >= box.y && middle <= box.y + box.h && first.x + first.w >= box.x && first.x <= box.x + box.w);
  if (at < 0) return '';
  return lines.slice(Math.max(0, at - LINES_AROUND), at + LINES_AROUND + boxes.length).map(({ text }) => text.trim()).join(' ');
}
