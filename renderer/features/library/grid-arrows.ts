/** Moving among books with the arrow keys: the grid's columns are as many as the window has room for. */

/** @returns the place to go to, or null if the key means nothing here */
export function placeAfter(key: string, at: number, count: number, columns: number): number | null {
  switch (key) {
    case 'ArrowRight': return at + 1 < count ? at + 1 : null;
    case 'ArrowLeft': return at > 0 ? at - 1 : null;
    case 'ArrowDown': return at + columns < count ? at + columns : lastRowBelow(at, count, columns);
    case 'ArrowUp': return at - columns >= 0 ? at - columns : null;
    case 'Home': return at > 0 ? 0 : null;
    case 'End': return at + 1 < count ? count - 1 : null;
    default: return null;
  }
}

/** The last row may be shorter: its last book is below all that stand above its gap. */
const lastRowBelow = (at: number, count: number, columns: number): number | null => (Math.floor(at / columns) < Math.floor((count - 1) / columns) ? count - 1 : null);

/** How many stand in the first row, by where they begin. */
export function columnsOf(tops: readonly number[]): number {
  const next = tops.findIndex((top) => top > (tops[0] ?? 0));
  return next < 0 ? Math.max(1, tops.length) : next;
}

/** Moves the focus within `grid` among its `links`. Right to left is not spoken by the interface. */
export function moveAmong(event: KeyboardEvent, grid: HTMLElement, links: string): void {
  if (event.ctrlKey || event.metaKey || event.altKey || event.shiftKey) return;
  const all = [...grid.querySelectorAll<HTMLElement>(links)];
  const at = all.indexOf(document.activeElement as HTMLElement);
  if (at < 0) return;
  const next = placeAfter(event.key, at, all.length, columnsOf(all.map((link) => link.getBoundingClientRect().top)));
  if (next === null) return;
  event.preventDefault();
  all[next]?.focus();
}
