/** The steps in which a person changes how a book looks, and what comes after the last. */
import { THEMES } from '../../../protocol/contracts/reader.contract.ts';
import type { ReadingSettings } from '../../../protocol/contracts/library-host.contract.ts';

/** Until the host has said how the person likes it; the host's own beginnings (main/host/library/marks-file.ts). */
export const AT_FIRST: ReadingSettings = { theme: 'light', fontSize: 12, margin: 0.08, lineSpacing: null, typeface: 'book', spread: 'single' };

/** Points. Below eight nobody reads; above thirty-two a line holds three words. */
export const FONT_SIZES = [8, 9, 10, 11, 12, 13, 14, 16, 18, 20, 22, 24, 28, 32] as const;
export const MARGINS = { narrow: 0.03, usual: 0.08, wide: 0.14, widest: 0.2 } as const;
export const LINE_SPACINGS = { book: null, close: 1.2, usual: 1.5, open: 1.8 } as const;
export const TYPEFACES = ['book', 'serif', 'sans', 'mono'] as const;
export const SPREADS = ['single', 'double', 'column'] as const;
/** How many times as large as the window. */
export const ZOOMS = [1, 1.25, 1.5, 2, 2.5, 3, 4] as const;

export type MarginName = keyof typeof MARGINS;
export type LineSpacingName = keyof typeof LINE_SPACINGS;

/** The next larger (or smaller) step; where there is none, the value itself. */
export function stepped(steps: readonly number[], value: number, by: 1 | -1): number {
  const further = by === 1 ? steps.find((step) => step > value) : steps.findLast((step) => step < value);
  return further ?? value;
}

/** The one after `current`, and after the last the first. */
export function after<T>(choices: readonly T[], current: T): T {
  return choices[(choices.indexOf(current) + 1) % choices.length] as T;
}

const nearest = <N extends string>(steps: Readonly<Record<N, number>>, value: number): N =>
  (Object.keys(steps) as N[]).reduce((best, name) => Math.abs(steps[name] - value) < Math.abs(steps[best] - value) ? name : best);

export const marginName = ({ margin }: ReadingSettings): MarginName => nearest(MARGINS, margin);
export function lineSpacingName({ lineSpacing }: ReadingSettings): LineSpacingName {
  const { book: _book, ...set } = LINE_SPACINGS;
  return lineSpacing === null ? 'book' : nearest(set, lineSpacing);
}

/** What one press of a key changes. */
export const turned = {
  theme: (now: ReadingSettings) => ({ theme: after(THEMES, now.theme) }),
  spread: (now: ReadingSettings) => ({ spread: after(SPREADS, now.spread) }),
  typeface: (now: ReadingSettings) => ({ typeface: after(TYPEFACES, now.typeface) }),
  margin: (now: ReadingSettings) => ({ margin: MARGINS[after(Object.keys(MARGINS) as MarginName[], marginName(now))] }),
  lineSpacing: (now: ReadingSettings) => ({ lineSpacing: LINE_SPACINGS[after(Object.keys(LINE_SPACINGS) as LineSpacingName[], lineSpacingName(now))] }),
  larger: (now: ReadingSettings) => ({ fontSize: stepped(FONT_SIZES, now.fontSize, 1) }),
  smaller: (now: ReadingSettings) => ({ fontSize: stepped(FONT_SIZES, now.fontSize, -1) }),
} as const;

/** What of a look makes pages more or fewer. */
const paging = ({ fontSize, margin, lineSpacing, typeface, spread }: ReadingSettings) => ({ fontSize, margin, lineSpacing, typeface, spread });
/** From a look that cannot be had: the last one that could, else the one that everybody begins with; null if it is one of these. */
export function wayBack(good: ReadingSettings | null, wished: ReadingSettings): Partial<ReadingSettings> | null {
  const other = [good, AT_FIRST].find((look) => look !== null && JSON.stringify(paging(look)) !== JSON.stringify(paging(wished)));
  return other ? paging(other) : null;
}
