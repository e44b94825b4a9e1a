/** How far a book has come: sizes and times as a person reads them. */

/** "1.2 MB", in units of a thousand as file managers count. */
export function sizeText(bytes: number, locale: string): string {
  const units = ['byte', 'kilobyte', 'megabyte', 'gigabyte'] as const;
  const step = Math.min(units.length - 1, Math.max(0, Math.floor(Math.log10(Math.max(1, bytes)) / 3)));
  const value = bytes / 1000 ** step;
  return new Intl.NumberFormat(locale, { style: 'unit', unit: units[step] ?? 'byte', unitDisplay: 'short', maximumFractionDigits: value < 10 && step > 0 ? 1 : 0 }).format(value);
}

/** "1.2 MB/s" */
export const speedText = (bytesPerSecond: number, locale: string): string => `${sizeText(bytesPerSecond, locale)}/s`;

/** "40 sec", "3 min": as exact as anyone waits. */
export function leftText(seconds: number, locale: string): string {
  const [value, unit] = seconds < 60 ? [Math.max(1, Math.ceil(seconds)), 'second'] : seconds < 3600 ? [Math.ceil(seconds / 60), 'minute'] : [Math.ceil(seconds / 3600), 'hour'];
  return new Intl.NumberFormat(locale, { style: 'unit', unit: unit as string, unitDisplay: 'short' }).format(value as number);
}

/** Whole percent; 100 only when all is there. */
export const percentOf = (bytes: number, total: number | null): number => (total === null || total === 0 ? 0 : bytes >= total ? 100 : Math.floor((100 * bytes) / total));
