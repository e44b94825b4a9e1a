/** How far a book has come: pace, time and share as a person reads them. */
import { sizeText } from '../../i18n/size-text.ts';

/** "1.2 MB/s" */
export const speedText = (bytesPerSecond: number, locale: string): string => `${sizeText(bytesPerSecond, locale)}/s`;

/** "40 sec", "3 min": as exact as anyone waits. */
export function leftText(seconds: number, locale: string): string {
  const [value, unit] = seconds < 60 ? [Math.max(1, Math.ceil(seconds)), 'second'] : seconds < 3600 ? [Math.ceil(seconds / 60), 'minute'] : [Math.ceil(seconds / 3600), 'hour'];
  return new Intl.NumberFormat(locale, { style: 'unit', unit: unit as string, unitDisplay: 'short' }).format(value as number);
}

/** Whole percent; 100 only when all is there. */
export const percentOf = (bytes: number, total: number | null): number => (total === null || total === 0 ? 0 : bytes >= total ? 100 : Math.floor((100 * bytes) / total));
