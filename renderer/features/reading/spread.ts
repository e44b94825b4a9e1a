/**
 * Which pages are seen together, and which come before and after. Pages count from 0 in reading order; which of two stands
 * on the left is the look's business (`dir`), not the order's.
 */
export interface Binding {
  readonly pages: number;
  /** Two pages side by side. */
  readonly paired: boolean;
  /** The first page is a cover that stands by itself, as in books whose pages are fixed. */
  readonly coverAlone: boolean;
}

/** The page that the spread of `page` begins with. */
function firstOf(page: number, { pages, paired, coverAlone }: Binding): number {
  const within = Math.min(Math.max(0, Math.trunc(page)), pages - 1);
  if (!paired) return within;
  if (!coverAlone) return within - within % 2;
  return within === 0 ? 0 : within - (within - 1) % 2;
}

/** The pages seen together with `page`, in reading order; a page that is not there gives the nearest. */
export function spreadAt(page: number, binding: Binding): readonly number[] {
  const first = firstOf(page, binding);
  const alone = !binding.paired || (binding.coverAlone && first === 0) || first + 1 >= binding.pages;
  return alone ? [first] : [first, first + 1];
}

/** @returns the first page of the next spread, or null at the end */
export function nextSpread(page: number, binding: Binding): number | null {
  const after = (spreadAt(page, binding).at(-1) ?? 0) + 1;
  return after < binding.pages ? after : null;
}

/** @returns the first page of the spread before, or null at the beginning */
export function previousSpread(page: number, binding: Binding): number | null {
  const first = firstOf(page, binding);
  return first > 0 ? firstOf(first - 1, binding) : null;
}

/** What to have ready around a spread, most urgent first: itself, the next two (people read on), the one before. */
export function pagesAround(page: number, binding: Binding): readonly number[] {
  const spreads = [spreadAt(page, binding)];
  const next = nextSpread(page, binding);
  const before = previousSpread(page, binding);
  const afterNext = next === null ? null : nextSpread(next, binding);
  for (const first of [next, before, afterNext]) if (first !== null) spreads.push(spreadAt(first, binding));
  return spreads.flat();
}
