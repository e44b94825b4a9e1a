/**
 * Pages one below the other: where each lies, which are in sight, and which of them one is on. A long book would be higher
 * than a window can scroll, and pages of a fixed shape show their height only when they are there. So what scrolls is a
 * stretch of the book around the place, and the place is kept as a page and a share of it, which no new height moves.
 *
 *            ┌ the stretch ──────────────────────────────┐
 *   1 2 … 40 │ 41 … 77  [ 78 79 80 ] in sight  81 … 120  │ 121 … 900
 *            └───────────────────────────────────────────┘
 *
 * Knows no window: it is told how far somebody scrolled, and says where the scrolling should stand.
 */

export interface ColumnShape {
  readonly pages: number;
  /** CSS pixels: what is seen at once, and what lies between two pages; less than nothing where they overlap. */
  readonly view: number;
  readonly gap: number;
  /** How high a page is, or will be as far as can be told. */
  readonly heightOf: (page: number) => number;
}

/** Where a page lies in the stretch. */
export interface Slot { readonly number: number; readonly top: number; readonly height: number }

/** Far less than the 33 million pixels that Chromium scrolls over, far more than one push of a wheel. */
const STRETCH_PX = 4_000_000;
const STRETCH_PAGES = 400;
/** So near to an end of the stretch, it is laid anew around the place. */
const EDGE_PAGES = 60;
/** Less than this nobody scrolls; it is what windows round. */
export const STILL_PX = 1.5;
/** Two pages are seen equally much when they differ by less. */
const AS_MUCH = 0.01;

export class PageColumn {
  #shape: ColumnShape = { pages: 0, view: 1, gap: 0, heightOf: () => 1 };
  /** The page that one is on, and how much of it is above the window: less than nothing where the page begins further down. */
  #place = { page: 0, share: 0 };
  #slots: readonly Slot[] = [];

  /** New heights, another window, another layout: the place stays. */
  reshape(shape: ColumnShape): void {
    this.#shape = shape;
    this.#lay();
  }

  /** @param share of the page that is to be above the window; at most all of it */
  goTo(page: number, share = 0): void {
    this.#place = { page: Math.max(0, Math.min(this.#shape.pages - 1, page)), share: Math.min(1, share) };
    this.#lay();
  }

  /** Somebody scrolled the stretch so far. @returns whether that is another place */
  scrolled(top: number): boolean {
    if (Math.abs(top - this.top) < STILL_PX) return false;
    const slot = this.#mostSeen(top);
    if (!slot) return false;
    this.#place = { page: slot.number, share: (top - slot.top) / slot.height };
    const [first, last] = [this.#slots[0]?.number ?? 0, this.#slots.at(-1)?.number ?? 0];
    if ((first > 0 && slot.number - first < EDGE_PAGES) || (last < this.#shape.pages - 1 && last - slot.number < EDGE_PAGES)) this.#lay();
    return true;
  }

  /** The page of which most is seen, by its own height or the window's; of equals the first, and at the very end the last. */
  #mostSeen(top: number): Slot | null {
    const { pages, view } = this.#shape;
    const last = this.#slots.at(-1);
    if (last?.number === pages - 1 && top > 0 && top + view > this.height - STILL_PX) return last;
    let best: Slot | null = null;
    let most = -1;
    for (const slot of this.#between(top, top + view)) {
      const seen = (Math.min(top + view, slot.top + slot.height) - Math.max(top, slot.top)) / Math.min(slot.height, view);
      if (seen > most + AS_MUCH) [best, most] = [slot, seen];
    }
    return best;
  }

  #between(from: number, to: number): readonly Slot[] {
    return this.#slots.filter(({ top, height }) => top < to && top + height > from);
  }

  #lay(): void {
    const { pages, gap, heightOf } = this.#shape;
    if (pages === 0) return void (this.#slots = []);
    const page = Math.min(this.#place.page, pages - 1);
    let [first, last] = [page, page];
    for (let px = 0; first > 0 && page - first < STRETCH_PAGES && px < STRETCH_PX; first--) px += heightOf(first - 1) + gap;
    for (let px = 0; last < pages - 1 && last - page < STRETCH_PAGES && px < STRETCH_PX; last++) px += heightOf(last + 1) + gap;
    const slots: Slot[] = [];
    let top = 0;
    for (let number = first; number <= last; number++) {
      const height = heightOf(number);
      slots.push({ number, top, height });
      top += height + gap;
    }
    this.#slots = slots;
  }

  /** The page that one is on: the one asked for, and after scrolling the one most seen. */
  get page(): number {
    return this.#place.page;
  }

  get share(): number {
    return this.#place.share;
  }

  /** Height of the stretch. */
  get height(): number {
    const last = this.#slots.at(-1);
    return last ? last.top + last.height : 0;
  }

  /** What of each page above and below is not to be seen, so that of two that overlap neither covers more than the other's edge. */
  get trim(): number {
    return Math.max(0, Math.floor(-this.#shape.gap / 2));
  }

  /** Where the scrolling stands. */
  get top(): number {
    const slot = this.#slots[this.#place.page - (this.#slots[0]?.number ?? 0)];
    const wanted = slot ? slot.top + slot.height * this.#place.share : 0;
    return Math.max(0, Math.min(wanted, this.height - this.#shape.view));
  }

  /** The pages in sight, and those that lie within so many windows of it, in order. */
  near(windows: number): readonly Slot[] {
    const { view } = this.#shape;
    return this.#between(this.top - windows * view, this.top + (1 + windows) * view);
  }
}
