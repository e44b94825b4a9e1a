/** Pages are ready before they are asked for, in the order of need, never more than the bound, and what is let go is freed. */
import { describe, expect, it } from 'vitest';
import { fail, ok } from '../../../protocol/errors.ts';
import { PageCache } from '../../../renderer/features/reading/page-cache.ts';

function cacheOf(limit = 4) {
  const asked: number[] = [];
  const freed: string[] = [];
  const waiting: (() => void)[] = [];
  let changes = 0;
  const broken = new Set<number>();
  const cache = new PageCache<string>({
    limit,
    load: async (page) => {
      asked.push(page);
      await new Promise<void>((resolve) => waiting.push(resolve));
      return broken.has(page) ? fail('reader_failed', 'No.') : ok(`picture ${page}`);
    },
    free: (made) => void freed.push(made),
    changed: () => { changes += 1; },
  });
  /** Lets the page under way arrive, and what follows from it begin. */
  const arrive = async (times = 1): Promise<void> => {
    for (let time = 0; time < times; time++) {
      waiting.shift()?.();
      await new Promise((resolve) => setImmediate(resolve));
    }
  };
  return { cache, asked, freed, arrive, broken, changes: () => changes };
}

describe('the page cache', () => {
  it('fetches one page after the other, the most urgent first', async () => {
    const { cache, asked, arrive } = cacheOf();
    cache.want([7, 8, 6]);
    expect(asked).toEqual([7]);
    await arrive(3);
    expect(asked).toEqual([7, 8, 6]);
    expect([7, 8, 6].map((page) => cache.get(page))).toEqual(['picture 7', 'picture 8', 'picture 6']);
  });

  it('follows a change of mind: what is not wanted any more is not fetched', async () => {
    const { cache, asked, arrive } = cacheOf();
    cache.want([1, 2, 3]);
    cache.want([20, 21]);
    await arrive(3);
    expect(asked).toEqual([1, 20, 21]);
  });

  it('never holds more than its bound, and frees exactly what it lets go', async () => {
    const { cache, freed, arrive } = cacheOf(3);
    for (let page = 0; page < 40; page++) {
      cache.want([page, page + 1]);
      await arrive(2);
      expect(cache.size).toBeLessThanOrEqual(3);
      expect(cache.get(page)).toBe(`picture ${page}`);
    }
    const held = Array.from({ length: 42 }, (_, page) => cache.get(page)).filter((made) => made !== undefined);
    expect(new Set([...freed, ...held]).size).toBe(41);
    expect(freed).toHaveLength(41 - held.length);
    cache.clear();
    expect(freed).toHaveLength(41);
    expect(cache.size).toBe(0);
  });

  it('keeps what was turned back to, and drops what is furthest from use', async () => {
    const { cache, asked, arrive } = cacheOf(3);
    cache.want([1, 2]);
    await arrive(2);
    cache.want([2, 1]);
    cache.want([3, 2]);
    await arrive(2);
    cache.want([4, 3]);
    await arrive(2);
    expect(cache.get(1)).toBeUndefined();
    cache.want([3]);
    expect(asked).toEqual([1, 2, 3, 4]);
  });

  it('throws away what was fetched for an older layout', async () => {
    const { cache, freed, arrive } = cacheOf();
    cache.want([5]);
    cache.clear();
    cache.want([5]);
    await arrive(1);
    expect(freed).toEqual(['picture 5']);
    expect(cache.get(5)).toBeUndefined();
    await arrive(1);
    expect(cache.get(5)).toBe('picture 5');
  });

  it('remembers a page that cannot be shown, and goes on with the next', async () => {
    const { cache, broken, arrive, asked } = cacheOf();
    broken.add(1);
    cache.want([1, 2]);
    await arrive(2);
    cache.want([1, 2]);
    expect(cache.failure(1)?.code).toBe('reader_failed');
    expect(cache.get(2)).toBe('picture 2');
    expect(asked).toEqual([1, 2]);
  });

  it('says when nothing is left to fetch', async () => {
    const { cache, arrive, changes } = cacheOf();
    cache.want([1, 2]);
    let settled = false;
    const waiting = cache.settled().then(() => { settled = true; });
    await arrive(1);
    expect(settled).toBe(false);
    await arrive(1);
    await waiting;
    expect(changes()).toBe(2);
  });
});
