/** How fast a book comes, and how long it will still take: what is told while it does. */
import { describe, expect, it } from 'vitest';
import { Pace } from '../../../main/host/library/pace.ts';

describe('the pace', () => {
  /** @param ms between two pieces of 1000 bytes, from `from` on */
  const steady = (pace: Pace, ms: number, pieces: number, from = 0): number => {
    for (let piece = 0; piece < pieces; piece += 1) pace.add(from + piece * ms, 1000);
    return from + pieces * ms;
  };

  it('of what comes evenly is what comes in a second, however long it goes on', () => {
    for (const pieces of [30, 300]) {
      const pace = new Pace();
      const now = steady(pace, 100, pieces);
      expect(pace.bytesPerSecond(now)).toBeGreaterThanOrEqual(9_500);
      expect(pace.bytesPerSecond(now)).toBeLessThanOrEqual(10_500);
    }
  });

  it('follows what becomes slower or faster within three seconds', () => {
    const pace = new Pace();
    const slow = steady(pace, 10, 300);
    expect(pace.bytesPerSecond(steady(pace, 500, 7, slow))).toBeLessThan(2_500);
    const fast = new Pace();
    expect(fast.bytesPerSecond(steady(fast, 10, 301, steady(fast, 500, 4)))).toBeGreaterThan(90_000);
  });

  it('is nothing before anything came, and three seconds after the last', () => {
    const pace = new Pace();
    expect(pace.bytesPerSecond(5)).toBe(0);
    pace.add(5, 1000);
    expect([pace.bytesPerSecond(3_004) > 0, pace.bytesPerSecond(3_005)]).toEqual([true, 0]);
  });

  it('of the first piece alone is no wild guess', () => {
    const pace = new Pace();
    pace.add(0, 1000);
    expect(pace.bytesPerSecond(0)).toBe(4_000);
  });
});
