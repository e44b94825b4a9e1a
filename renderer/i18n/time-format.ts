/** Times as a person reads them: near ones in words, far ones as a date. Times are the host's and only shown, never relied on. */
const MINUTE = 60_000;
const DAY = 24 * 60 * MINUTE;

/** "just now", "5 min. ago", "14:03" today, "Nov 20" this year, "Nov 20, 2025" before. */
export function briefTime(at: number, now: number, locale: string, justNow: string): string {
  const age = now - at;
  if (age < MINUTE && age > -MINUTE) return justNow;
  if (age < 60 * MINUTE && age > 0) return new Intl.RelativeTimeFormat(locale, { style: 'short' }).format(-Math.floor(age / MINUTE), 'minute');
  const [then, today] = [new Date(at), new Date(now)];
  if (then.toDateString() === today.toDateString()) return clockTime(at, locale);
  const sameYear = then.getFullYear() === today.getFullYear();
  return new Intl.DateTimeFormat(locale, { day: 'numeric', month: 'short', ...(sameYear ? {} : { year: 'numeric' }) }).format(then);
}

/** The hour alone: "14:03". */
export const clockTime = (at: number, locale: string): string => new Intl.DateTimeFormat(locale, { hour: 'numeric', minute: '2-digit' }).format(at);

/** Date and time in full, for details. */
export const fullTime = (at: number, locale: string): string => new Intl.DateTimeFormat(locale, { dateStyle: 'medium', timeStyle: 'medium' }).format(at);

/** A day alone: "Nov 20, 2025". */
export const dayText = (at: number, locale: string): string => new Intl.DateTimeFormat(locale, { dateStyle: 'medium' }).format(at);

/** A heading for one day: "Today", "Yesterday" or the date. */
export function dayName(at: number, now: number, locale: string): string {
  const midnight = (time: number): number => new Date(time).setHours(0, 0, 0, 0);
  // Rounded, because a day on which the clocks change is not 24 hours long.
  const days = Math.round((midnight(now) - midnight(at)) / DAY);
  if (days === 0 || days === 1) {
    const word = new Intl.RelativeTimeFormat(locale, { numeric: 'auto' }).format(-days, 'day');
    return word.charAt(0).toLocaleUpperCase(locale) + word.slice(1);
  }
  return new Intl.DateTimeFormat(locale, { weekday: 'long', day: 'numeric', month: 'long', year: 'numeric' }).format(at);
}
