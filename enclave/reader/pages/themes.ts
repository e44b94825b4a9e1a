/**
 * Light, sepia and dark pages, made from the pixels of a light one: a theme never moves a word, and works for every kind of
 * book. Sepia tints everything as old paper would. Dark turns light and dark around and keeps hues, except inside of
 * pictures, which stay what they are.
 */
import type { Theme } from '../../../protocol/contracts/reader.contract.ts';

/** Left, top, right, bottom, in pixels; right and bottom not included. */
export type PixelRect = readonly [number, number, number, number];

type Rgb = readonly [number, number, number];
const SEPIA: { readonly ink: Rgb; readonly paper: Rgb } = { ink: [59, 42, 24], paper: [246, 236, 217] };
/** Not black on white the other way around: that glares. */
const DARK: { readonly ink: Rgb; readonly paper: Rgb } = { ink: [222, 218, 210], paper: [22, 22, 24] };

/** Colour with the paper's at 255 and the ink's at 0. */
const between = (ink: number, paper: number, value: number): number => Math.round(ink + ((paper - ink) * value) / 255);
const pack = (red: number, green: number, blue: number): number => (0xff000000 | (blue << 16) | (green << 8) | red) >>> 0;

function sepia(red: number, green: number, blue: number): number {
  return pack(between(SEPIA.ink[0], SEPIA.paper[0], red), between(SEPIA.ink[1], SEPIA.paper[1], green), between(SEPIA.ink[2], SEPIA.paper[2], blue));
}

function dark(red: number, green: number, blue: number): number {
  // Adding the same to all three turns the brightness around and leaves the hue.
  const turn = 255 - 2 * (0.299 * red + 0.587 * green + 0.114 * blue);
  const part = (value: number, at: 0 | 1 | 2): number => between(DARK.paper[at], DARK.ink[at], Math.min(255, Math.max(0, value + turn)));
  return pack(part(red, 0), part(green, 1), part(blue, 2));
}

/** Places in a table of colours that were turned before; a page of text has a few dozen. */
const REMEMBERED_BITS = 12;

/**
 * Turns the pixels of a light page, in place.
 * @param pixels one number a pixel, as RGBA bytes in memory order
 * @param pictures the rectangles that dark leaves alone
 */
export function applyTheme(pixels: Uint32Array, width: number, theme: Theme, pictures: readonly PixelRect[]): void {
  if (theme === 'light') return;
  const turn = theme === 'sepia' ? sepia : dark;
  const left = theme === 'dark' ? pictures : [];
  // A colour that meets another in its place takes it over: this is to be fast, not complete.
  const seen = new Uint32Array(1 << REMEMBERED_BITS);
  const became = new Uint32Array(1 << REMEMBERED_BITS);
  const turned = (pixel: number): number => {
    const slot = Math.imul(pixel, 0x9e3779b1) >>> (32 - REMEMBERED_BITS);
    if (seen[slot] !== pixel) {
      seen[slot] = pixel;
      became[slot] = turn(pixel & 0xff, (pixel >>> 8) & 0xff, (pixel >>> 16) & 0xff);
    }
    return became[slot] as number;
  };
  for (let row = 0, start = 0; start < pixels.length; row++, start += width) {
    const here = left.length === 0 ? left : left.filter(([, top, , bottom]) => row >= top && row < bottom);
    for (let x = 0; x < width; x++) {
      const picture = here.length > 0 && here.find((rect) => x >= rect[0] && x < rect[2]);
      if (picture) x = Math.min(picture[2], width) - 1;
      else pixels[start + x] = turned(pixels[start + x] as number);
    }
  }
}
