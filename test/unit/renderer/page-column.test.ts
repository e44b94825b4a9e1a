/** Pages one below the other: nobody loses their place to a height that was not known, and a long book needs no high window. */
import { describe, expect, it } from 'vitest';
import { type ColumnShape, PageColumn, STILL_PX } from '../../../renderer/features/reading/page-column.ts';

const shape = (part: Partial<ColumnShape> = {}): ColumnShape => ({ pages: 40, view: 600, gap: 10, heightOf: () => 800, ...part });
function columnOf(part: Partial<ColumnShape> = {}): PageColumn {
  const column = new PageColumn();
  column.reshape(shape(part));
  return column;
}
const numbers = (slots: readonly { number: number }[]): number[] => slots.map(({ number }) => number);

describe('a column of pages', () => {
  it('begins with the first, and has every page of a short book below the other', () => {
    const column = columnOf({ pages: 3 });
    expect([column.page, column.top, column.height]).toEqual([0, 0, 3 * 800 + 2 * 10]);
    expect(column.near(9)).toEqual([{ number: 0, top: 0, height: 800 }, { number: 1, top: 810, height: 800 }, { number: 2, top: 1620, height: 800 }]);
  });

  it('is on the page of which most is seen', () => {
    const column = columnOf();
    const at = (top: number): number => { column.scrolled(top); return column.page; };
    expect([300, 490, 520, 810, 1200].map(at)).toEqual([0, 0, 1, 1, 1]);
    expect(numbers(column.near(0)), 'and what is in sight is that and the one after').toEqual([1, 2]);
  });

  it('is on the last page at its end, and stays on the one that was asked for until somebody scrolls', () => {
    const column = columnOf({ heightOf: () => 150 });
    column.goTo(38);
    const end = column.height - 600;
    expect([column.page, column.top]).toEqual([38, end]);
    expect(column.scrolled(end), 'the window only reports where it was put').toBe(false);
    expect(column.page).toBe(38);
    column.scrolled(end - 40);
    column.scrolled(end);
    expect(column.page).toBe(39);
    column.scrolled(0);
    expect(column.page).toBe(0);
  });

  it('holds what is read where it is when pages above turn out higher', () => {
    const known = new Map<number, number>();
    const heightOf = (page: number): number => known.get(page) ?? 800;
    const column = columnOf({ heightOf });
    column.goTo(20, 0.5);
    const before = column.near(0).find(({ number }) => number === 20)!.top - column.top;
    for (const page of [17, 18, 19]) known.set(page, 1100);
    column.reshape(shape({ heightOf }));
    expect([column.page, column.near(0).find(({ number }) => number === 20)!.top - column.top]).toEqual([20, before]);
    expect(column.top).toBe(20 * 810 + 3 * 300 + 400);
  });

  it('comes back to a place of which the page began below the upper edge', () => {
    const column = columnOf();
    column.scrolled(650);
    const { page, share, top } = column;
    expect(page).toBe(1);
    expect(share).toBeLessThan(0);
    const again = columnOf();
    again.goTo(page, share);
    expect(Math.abs(again.top - top)).toBeLessThan(STILL_PX);
  });

  it('of a hundred thousand pages is never too high to be scrolled, and goes from end to end all the same', () => {
    const column = columnOf({ pages: 100_000, heightOf: () => 3000, view: 900 });
    let highest = 0;
    let turns = 0;
    column.goTo(99_000);
    for (let page = column.page; page < 99_999 && turns < 5000; turns++) {
      column.scrolled(column.top + 810);
      highest = Math.max(highest, column.height);
      expect(column.page).toBeGreaterThanOrEqual(page);
      page = column.page;
    }
    expect(column.page).toBe(99_999);
    expect(highest).toBeLessThan(16_000_000);
    column.goTo(0);
    expect([column.top, numbers(column.near(0))]).toEqual([0, [0]]);
  });

  it('of pages as low as lines has no more of them at hand than lie within a window above and below', () => {
    const column = columnOf({ heightOf: () => 50, gap: 0 });
    column.goTo(20);
    expect(numbers(column.near(0))).toEqual(Array.from({ length: 12 }, (_, index) => 20 + index));
    expect(column.near(1)).toHaveLength(32);
  });
});
