/** Figures: percentiles at the slow end, ratios, targets, and the table that people read. */
import { describe, expect, it } from 'vitest';
import { figureOf, sumOf, tableOf, timed, withTarget } from './figure.ts';

const hundred = Array.from({ length: 100 }, (_, index) => index + 1);

describe('a figure', () => {
  it('of times has its slow end at the top, one of rates at the bottom', () => {
    expect(figureOf('took', 'ms', hundred)).toMatchObject({ count: 100, median: 50, p95: 95, p99: 99 });
    expect(figureOf('rate', 'per second', hundred)).toMatchObject({ count: 100, median: 50, p95: 5, p99: 1 });
  });

  it('is compared with the median of its floor', () => {
    expect(figureOf('took', 'ms', [6], figureOf('floor', 'ms', [1, 2, 9]))).toMatchObject({ floor: 2, floorName: 'floor', ratio: 3 });
    expect(sumOf('both', [[2, figureOf('one', 'ms', [3])], [1, figureOf('other', 'ms', [4])]]).median).toBe(10);
  });

  it('says of each bound whether it holds it', () => {
    const floor = figureOf('floor', 'ms', [100]);
    const of = (value: number) => withTarget(figureOf('took', 'ms', [value], floor), { of: 'ratio', atMost: 1.2 }, { of: 'median', atMost: 115 }).targets;
    expect(of(110)).toEqual([{ says: 'ratio ≤ 1.2', holds: true }, { says: 'median ≤ 115 ms', holds: true }]);
    expect(of(118).map(({ holds }) => holds)).toEqual([true, false]);
    expect(of(130).map(({ holds }) => holds)).toEqual([false, false]);
    expect(withTarget(figureOf('rate', 'MB/s', [6], figureOf('floor', 'MB/s', [10])), { of: 'ratio', atLeast: 0.6 }).targets[0]?.holds).toBe(true);
    expect(withTarget(figureOf('took', 'ms', [1]), { of: 'ratio', atMost: 2 }).targets[0]?.holds, 'without a floor there is no ratio to hold').toBe(false);
  });

  it('stands in the table with what it was compared with and whether the target holds', () => {
    const floor = figureOf('floor', 'ms', [100]);
    const table = tableOf([withTarget(figureOf('slow', 'ms', [200], floor), { of: 'ratio', atMost: 1.2 }), withTarget(figureOf('quick', 'ms', [100], floor), { of: 'ratio', atMost: 1.2 }), floor]);
    expect(table).toMatch(/^slow .*2\.00 × floor +ratio ≤ 1\.2: does not hold$/m);
    expect(table).toMatch(/^quick .*1\.00 × floor +ratio ≤ 1\.2: holds$/m);
    expect(table).toMatch(/^floor +ms +1 +100 +100 +100$/m);
  });
});

it('times what is done, not the clearing up after it, and not the first runs', async () => {
  const runs: number[] = [];
  const times = await timed(10, (index) => {
    runs.push(index);
    return () => runs.push(-index);
  });
  expect(times).toHaveLength(10);
  expect(runs).toEqual(Array.from({ length: 11 }, (_, index) => [index, -index]).flat());
});
