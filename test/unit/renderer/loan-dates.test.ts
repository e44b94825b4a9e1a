/** Days on which loans end: the end of the chosen day here, never beyond the terms. */
import { describe, expect, it } from 'vitest';
import { dayIn, dayOf, daysFrom, dueOn, endOfDay } from '../../../renderer/features/library/loan-dates.ts';

const now = new Date(2026, 10, 21, 14, 30).getTime();
const DAY = 24 * 3_600_000;

describe('the end of a loan', () => {
  it('is the last millisecond of the day that was chosen', () => {
    expect(new Date(dueOn('2026-12-04', now, null) ?? 0)).toEqual(new Date(2026, 11, 4, 23, 59, 59, 999));
    expect(new Date(dueOn('2026-11-21', now, null) ?? 0)).toEqual(new Date(2026, 10, 21, 23, 59, 59, 999));
  });

  it('is within the terms also on the last day, whose end would be too late', () => {
    const due = dueOn(dayIn(14, now, 14), now, 14) ?? 0;
    expect(due).toBeLessThan(now + 14 * DAY);
    expect(due).toBeGreaterThan(now + 14 * DAY - 120_000);
  });

  it('cannot be yesterday, beyond the terms, or no day at all', () => {
    for (const day of ['2026-11-20', '2026-12-06', '2026-02-30', '', 'soon', '2026-13-01']) expect([day, dueOn(day, now, 14)]).toEqual([day, null]);
    expect(dueOn('2036-12-01', now, null)).toBeNull();
  });
});

it('days that can be chosen begin today, or after the date agreed, and end with the terms', () => {
  expect(daysFrom(now, 14)).toEqual({ first: '2026-11-21', last: '2026-12-05' });
  expect(daysFrom(now, null, endOfDay('2026-11-30'))).toEqual({ first: '2026-12-01', last: dayOf(now + 3650 * DAY) });
});
