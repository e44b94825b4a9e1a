/**
 * What the bench prints: one figure a line, each beside the floor that was taken in the same run, and beside the target that
 * it has to hold, where there is one.
 */

export type Unit = 'ms' | 'per second' | 'MB/s' | 'MB' | 'bytes';

export interface Figure {
  readonly name: string;
  readonly unit: Unit;
  /** How many measurements there are. */
  readonly count: number;
  readonly median: number;
  /** The slow end: for times the 95th and 99th percentile, for rates the 5th and the 1st. */
  readonly p95: number;
  readonly p99: number;
  /** Median of the floor, and how many times it this is: more is worse for times, less is worse for rates. */
  readonly floor: number | null;
  readonly floorName: string | null;
  readonly ratio: number | null;
  /** One for each bound. */
  readonly targets: readonly { readonly says: string; readonly holds: boolean }[];
}

/** A bound on a figure; units are the figure's own, a ratio has none. */
export type Bound = { readonly of: 'median' | 'ratio' } & ({ readonly atMost: number } | { readonly atLeast: number });

const isRate = (unit: Unit): boolean => unit === 'per second' || unit === 'MB/s';

/** The value below which `share` of the sorted values lie. */
const percentile = (sorted: readonly number[], share: number): number => sorted[Math.min(sorted.length - 1, Math.max(0, Math.ceil(share * sorted.length) - 1))] ?? Number.NaN;

export function figureOf(name: string, unit: Unit, values: readonly number[], floor: Figure | null = null): Figure {
  const sorted = values.toSorted((a, b) => a - b);
  const slow = (percent: 95 | 99): number => percentile(sorted, (isRate(unit) ? 100 - percent : percent) / 100);
  const median = percentile(sorted, 0.5);
  return { name, unit, count: values.length, median, p95: slow(95), p99: slow(99), floor: floor?.median ?? null, floorName: floor?.name ?? null, ratio: floor ? median / floor.median : null, targets: [] };
}

/** The figure with what it has to hold. */
export function withTarget(figure: Figure, ...bounds: readonly [Bound, ...Bound[]]): Figure {
  const targets = bounds.map((bound) => {
    const value = figure[bound.of];
    return {
      says: `${bound.of} ${'atMost' in bound ? '≤' : '≥'} ${'atMost' in bound ? bound.atMost : bound.atLeast}${bound.of === 'median' ? ` ${figure.unit}` : ''}`,
      holds: value !== null && ('atMost' in bound ? value <= bound.atMost : value >= bound.atLeast),
    };
  });
  return { ...figure, targets };
}

/** A floor that is made of others: so many of each, one after the other. Only its median means anything. */
export const sumOf = (name: string, parts: readonly (readonly [times: number, figure: Figure])[]): Figure =>
  figureOf(name, 'ms', [parts.reduce((sum, [times, { median }]) => sum + times * median, 0)]);

const digits = (value: number): string => (value >= 100 ? value.toFixed(0) : value >= 10 ? value.toFixed(1) : value.toFixed(2));

/** As columns for people. */
export function tableOf(figures: readonly Figure[]): string {
  const rows = figures.map(({ name, unit, count, median, p95, p99, floorName, ratio, targets }) => [name, unit, String(count), digits(median), digits(p95), digits(p99), ratio === null ? '' : `${ratio.toFixed(2)} × ${floorName}`, targets.map(({ says, holds }) => `${says}: ${holds ? 'holds' : 'does not hold'}`).join('; ')]);
  const all = [['figure', 'unit', 'n', 'median', 'p95', 'p99', 'ratio to its floor', 'target'], ...rows];
  const widths = all[0]?.map((_, column) => Math.max(...all.map((row) => row[column]?.length ?? 0))) ?? [];
  return all.map((row) => row.map((cell, column) => (column === 0 || column >= row.length - 2 ? cell.padEnd(widths[column] ?? 0) : cell.padStart(widths[column] ?? 0))).join('  ').trimEnd()).join('\n');
}

/**
 * Milliseconds that each of `count` runs takes; the first few do not count. What `work` returns, if that is a function, is done
 * after the time was taken.
 */
export async function timed(count: number, work: (index: number) => unknown, warmUp = Math.ceil(count / 10)): Promise<number[]> {
  const times: number[] = [];
  for (let index = 0; index < warmUp + count; index++) {
    const begun = performance.now();
    const after = await work(index);
    if (index >= warmUp) times.push(performance.now() - begun);
    if (typeof after === 'function') await (after as () => unknown)();
  }
  return times;
}
