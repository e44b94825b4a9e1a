/**
 * Where in a flowing book a page begins, in a way that another layout does not change: the chapter, and how many letters
 * and pictures of it come before. Spaces, hyphens and line ends do not count, since they come and go with the layout.
 */

export interface Laid {
  readonly pages: number;
  /** First page of each chapter, or null where it has none. */
  readonly starts: readonly (number | null)[];
  /** Letters, digits and pictures on a page. */
  readonly weigh: (page: number) => number;
}

const MARK = /^c(\d{1,6})\.(\d{1,9})$/;

export class ChapterPositions {
  readonly #laid: Laid;
  readonly #weights = new Map<number, number>();

  constructor(laid: Laid) {
    this.#laid = laid;
  }

  #weight(page: number): number {
    let known = this.#weights.get(page);
    if (known === undefined) this.#weights.set(page, (known = this.#laid.weigh(page)));
    return known;
  }

  mark(page: number): string {
    let chapter = 0;
    let start = 0;
    for (const [index, first] of this.#laid.starts.entries()) {
      if (first === null || first > page) continue;
      chapter = index;
      start = first;
    }
    let before = 0;
    for (let at = start; at < page; at++) before += this.#weight(at);
    return `c${chapter}.${before}`;
  }

  /** The page that the mark is on, or null if it is none. */
  find(mark: string): number | null {
    const parts = MARK.exec(mark);
    if (!parts) return null;
    const chapter = Number(parts[1]);
    if (chapter > 0 && chapter >= this.#laid.starts.length) return null;
    const start = this.#laid.starts[chapter] ?? 0;
    const end = this.#laid.starts.slice(chapter + 1).find((first) => first !== null && first > start) ?? this.#laid.pages;
    let left = Number(parts[2]);
    for (let page = start; page < end; page++) {
      left -= this.#weight(page);
      if (left < 0) return page;
    }
    return end - 1;
  }
}
