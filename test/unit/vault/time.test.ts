/** The vault's own time under a clock that anybody may turn (assurance row 45). */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { NO_TIME, type Time, advance, onClock } from '../../../enclave/vault/time.ts';

const clocks = fc.array(fc.integer({ min: 0, max: 4_000_000_000_000 }), { minLength: 1, maxLength: 40 });

describe('the vault’s time', () => {
  it('never goes back, wherever the clock is turned, and grows by what the clock has gone forward', () => {
    fc.assert(
      fc.property(clocks, (shown) => {
        let time: Time = NO_TIME;
        let forward = 0;
        for (const clock of shown) {
          const next = advance(time, clock);
          forward += Math.max(0, clock - time.clock);
          expect(next.now).toBeGreaterThanOrEqual(time.now);
          expect(next).toEqual({ now: forward, clock });
          time = next;
        }
      }),
    );
  });

  it('does not pass faster for whoever turns the clock back and waits: a lock ends after as long as it would have', () => {
    let time = advance(NO_TIME, 1_000_000);
    const until = time.now + 600;
    time = advance(time, 400_000);
    expect(until - time.now).toBe(600);
    expect(onClock(time, until)).toBe(400_600);
    time = advance(time, 400_599);
    expect(time.now).toBeLessThan(until);
    expect(advance(time, 400_600).now).toBe(until);
  });
});
