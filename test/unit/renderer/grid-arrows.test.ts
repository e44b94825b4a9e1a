/** Where the arrow keys lead in a grid whose last row may be shorter. */
import { expect, it } from 'vitest';
import { columnsOf, placeAfter } from '../../../renderer/features/library/grid-arrows.ts';

const to = (key: string, at: number) => placeAfter(key, at, 7, 3);

it('goes along rows and columns, and stays at the edges', () => {
  expect([to('ArrowRight', 0), to('ArrowRight', 2), to('ArrowRight', 6)]).toEqual([1, 3, null]);
  expect([to('ArrowLeft', 0), to('ArrowLeft', 3)]).toEqual([null, 2]);
  expect([to('ArrowUp', 2), to('ArrowUp', 5)]).toEqual([null, 2]);
  expect([to('Home', 4), to('Home', 0), to('End', 4), to('End', 6)]).toEqual([0, null, 6, null]);
  expect(to('a', 3)).toBeNull();
});

it('goes down into a shorter last row, and no further', () => {
  expect([to('ArrowDown', 1), to('ArrowDown', 3), to('ArrowDown', 5), to('ArrowDown', 6)]).toEqual([4, 6, 6, null]);
});

it('tells the columns from where the books stand', () => {
  expect([columnsOf([10, 10, 10, 300, 300]), columnsOf([10, 10]), columnsOf([10, 200]), columnsOf([])]).toEqual([3, 2, 1, 1]);
});
