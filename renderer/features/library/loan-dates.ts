/** Days on which a loan ends: chosen as a day, kept as its last millisecond here, never beyond what the terms allow. */
import { MAX_LOAN_DAYS } from '../../../protocol/limits.ts';

const DAY_MS = 24 * 60 * 60 * 1000;

/** "2026-11-21", the day on which `at` falls here. */
export function dayOf(at: number): string {
  const date = new Date(at);
  const two = (number: number): string => String(number).padStart(2, '0');
  return `${String(date.getFullYear()).padStart(4, '0')}-${two(date.getMonth() + 1)}-${two(date.getDate())}`;
}

/** The end of that day here; null for what is no day. */
export function endOfDay(day: string): number | null {
  const [, year, month, date] = /^(\d{4})-(\d{2})-(\d{2})$/.exec(day) ?? [];
  const end = new Date(Number(year), Number(month) - 1, Number(date), 23, 59, 59, 999);
  // Date takes years of two digits for those of the last century.
  return year !== undefined && end.getFullYear() === Number(year) && end.getMonth() === Number(month) - 1 ? end.getTime() : null;
}

/** The last moment to which a loan that begins now may run; the end of a day would be too late on the last of them. */
const latest = (now: number, maxDays: number | null): number => now + (maxDays ?? MAX_LOAN_DAYS) * DAY_MS;

/** First and last day that can be chosen. */
export const daysFrom = (now: number, maxDays: number | null, after: number | null = null): { first: string; last: string } =>
  ({ first: dayOf(after === null ? now : after + DAY_MS), last: dayOf(latest(now, maxDays)) });

/** When a loan until that day ends: with the day, or a little sooner where the terms end within it. Null if it cannot be that day. */
export function dueOn(day: string, now: number, maxDays: number | null): number | null {
  const end = endOfDay(day);
  if (end === null || end < now || day > dayOf(latest(now, maxDays))) return null;
  // A minute for whoever thinks before the last press; the vault counts from when it is sent.
  return Math.min(end, latest(now, maxDays) - 60_000);
}

/** The day so many days from now, or the last one possible. */
export const dayIn = (days: number, now: number, maxDays: number | null): string => dayOf(Math.min(now + days * DAY_MS, latest(now, maxDays)));
