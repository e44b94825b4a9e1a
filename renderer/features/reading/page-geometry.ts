/**
 * How large a page is: in the window, as an image, and for the layout of a book whose text flows. A point is 4/3 of a CSS
 * pixel, so a letter of 12 points is as large as a browser's own.
 */
import type { BookDescription, Layout } from '../../../protocol/contracts/reader.contract.ts';
import type { ReadingSettings } from '../../../protocol/contracts/library-host.contract.ts';

export interface Stage {
  /** CSS pixels. */
  readonly width: number;
  readonly height: number;
  /** Device pixels for each. */
  readonly ratio: number;
}

export interface Geometry {
  readonly paired: boolean;
  /** Pages one below the other; those of a fixed shape are then as wide as there is room, however high that makes them. */
  readonly column: boolean;
  /** What one page may take up, in CSS pixels, before zooming. Infinite for the height of a fixed page in a column. */
  readonly width: number;
  readonly height: number;
  /** Null for books whose pages are what they are. */
  readonly layout: Layout | null;
  /** Device pixels to ask for. */
  readonly image: { readonly width: number; readonly height: number };
}

const POINT_PX = 4 / 3;
/** A line of more letters than this is hard to follow; what is left stays empty. In widths of a letter M, margins included. */
const WIDEST_EM = 40;
/** Two pages side by side need so much room each; below, one is shown. */
const NARROWEST_PAIRED_PX = 320;
/** A page of a column that fills a wide screen shows a third of itself; this is a sheet of paper at arm's length. */
const WIDEST_IN_COLUMN_PX = 900;
/** The contract's bounds for a page's sides, in points and in pixels. */
const POINTS = { least: 120, most: 2000 } as const;
const IMAGE = { least: 16, most: 8000 } as const;

const within = (value: number, { least, most }: { least: number; most: number }): number => Math.min(most, Math.max(least, value));

export function geometryOf(stage: Stage, kind: BookDescription['kind'], settings: ReadingSettings, zoom: number): Geometry {
  const paired = settings.spread === 'double' && stage.width >= 2 * NARROWEST_PAIRED_PX;
  const column = settings.spread === 'column';
  const flowing = kind === 'flowing';
  const room = stage.width / (paired ? 2 : 1);
  const { fontSize, margin, lineSpacing, typeface } = settings;
  const width = Math.floor(flowing ? Math.min(room, fontSize * POINT_PX * WIDEST_EM) : column ? Math.min(room, WIDEST_IN_COLUMN_PX) : room);
  const height = column && !flowing ? Infinity : Math.floor(stage.height);
  const layout = flowing ? { width: within(width / POINT_PX, POINTS), height: within(height / POINT_PX, POINTS), fontSize, margin, lineSpacing, typeface } : null;
  const pixels = (side: number): number => Math.round(within(side * stage.ratio * zoom, IMAGE));
  return { paired, column, width, height, layout, image: { width: pixels(width), height: pixels(height) } };
}

export const sameLayout = (one: Layout | null, other: Layout | null): boolean => JSON.stringify(one) === JSON.stringify(other);
