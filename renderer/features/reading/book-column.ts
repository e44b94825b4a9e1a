/**
 * A book's pages one below the other (page-column.ts): how high they are, what lies between them, and which are worth having
 * ready. Pages of a fixed shape are taken for sheets of paper, then for pages like the last one that came, until they come.
 */
import { type BookDescription, UPRIGHT_MARGIN } from '../../../protocol/contracts/reader.contract.ts';
import { PageColumn, type Slot } from './page-column.ts';
import type { Geometry } from './page-geometry.ts';

/** Windows above and below the one in sight whose pages are there. */
const NEAR_WINDOWS = 1;
/** Sheets lie apart, and drawings that were made to be scrolled have no seams. */
const GAP_PX = { pdf: 12, pictures: 0 } as const;
/** Of the empty room between two pages of flowing text so much is left, in font sizes: a sentence goes on as if there were none. */
const TEXT_GAP = 1.5;
const POINT_PX = 4 / 3;
const SHEET_ASPECT = Math.SQRT2;
/** A page that is wider than high has so much room at least, or a window would hold more pages than are kept ready. */
const LOWEST_SHARE = 1 / 4;

export class BookColumn extends PageColumn {
  readonly #kind: BookDescription['kind'];
  readonly #aspects = new Map<number, number>();
  #usual = SHEET_ASPECT;

  constructor(kind: BookDescription['kind']) {
    super();
    this.#kind = kind;
  }

  /** A page has come. */
  learn(page: number, { width, height }: { readonly width: number; readonly height: number }): void {
    this.#usual = height / width;
    this.#aspects.set(page, this.#usual);
  }

  fit({ width, height, layout }: Geometry, zoom: number, view: number, pages: number): void {
    const natural = (page: number): number => Number.isFinite(height) ? height : width * (this.#aspects.get(page) ?? this.#usual);
    // Whole pixels, or pages would blur. Of two margins that meet, each page loses as much as the other; its text begins below.
    const overlap = layout ? 2 * width * layout.margin * UPRIGHT_MARGIN - layout.fontSize * POINT_PX * TEXT_GAP : 0;
    const gap = this.#kind === 'flowing' ? -Math.round(zoom * Math.max(0, Math.min(overlap, height / 2))) : GAP_PX[this.#kind];
    this.reshape({ pages, view, gap, heightOf: (page) => Math.round(Math.max(view * LOWEST_SHARE, zoom * natural(page))) });
  }

  get inSight(): readonly number[] {
    return this.near(0).map(({ number }) => number);
  }

  get atHand(): readonly Slot[] {
    return this.near(NEAR_WINDOWS);
  }

  /** What to have ready, most urgent first: what is in sight, what comes after it, what was before. */
  get wanted(): readonly number[] {
    const seen = this.inSight;
    const near = this.atHand.map(({ number }) => number);
    return [...seen, ...near.filter((number) => number > (seen.at(-1) ?? 0)), ...near.filter((number) => number < (seen[0] ?? 0)).toReversed()];
  }
}
