/** What a finger or a click on the pages means, and how large a page's picture is shown. */
import type { Geometry } from './page-geometry.ts';

/** A swipe goes so far, rather sideways than up or down, and does not linger. */
const SWIPE = { px: 40, slant: 1.5, ms: 900 } as const;
/** Shares of the width in which a click turns the page. */
const EDGE = 0.3;

/** The way that the finger went. */
export function swiped({ x, y, ms }: { readonly x: number; readonly y: number; readonly ms: number }): 'left' | 'right' | null {
  if (Math.abs(x) < SWIPE.px || Math.abs(x) < Math.abs(y) * SWIPE.slant || ms > SWIPE.ms) return null;
  return x < 0 ? 'left' : 'right';
}

/** @param share from the left edge, 0 to 1 */
export const sideOf = (share: number): 'left' | 'middle' | 'right' => share < EDGE ? 'left' : share > 1 - EDGE ? 'right' : 'middle';

/** So near to the pixels of the screen a picture is shown pixel for pixel, or its letters would blur. */
const NEAR = 0.01;

/** CSS pixels of a picture that fits its place; what it was drawn smaller than asked for is stretched. */
export function shownSize(image: { readonly width: number; readonly height: number } | null, geometry: Geometry | null, zoom: number, ratio: number): { readonly width: number; readonly height: number } {
  if (!geometry) return { width: 0, height: 0 };
  if (!image) return { width: geometry.width * zoom, height: geometry.height * zoom };
  const [width, height] = [image.width / ratio, image.height / ratio];
  const scale = Math.min((geometry.width * zoom) / width, (geometry.height * zoom) / height);
  return Math.abs(scale - 1) < NEAR ? { width, height } : { width: width * scale, height: height * scale };
}
