/** A page image in the making: how large it is, and the pixels that MuPDF draws on. */
import { MAX_PAGE_PIXELS } from '../../../protocol/limits.ts';
import type { MuPDF, Mupdf } from '../engine/engine.ts';
import type { PixelRect } from './themes.ts';

/** A page as it was drawn. */
export interface Drawn {
  readonly width: number;
  readonly height: number;
  /** One number a pixel, opaque, as RGBA bytes in memory order; the caller's own. */
  readonly pixels: Uint32Array;
  /** Where pictures are, in pixels; looked for only when asked, since most themes do not mind. */
  readonly pictures: () => readonly PixelRect[] | Promise<readonly PixelRect[]>;
}

export interface Fit { readonly width: number; readonly height: number }

/** The largest size of this ratio that fits, at most `MAX_PAGE_PIXELS`. */
export function fitted(page: Fit, into: Fit): Fit {
  const wanted = Math.min(into.width / page.width, into.height / page.height);
  const most = Math.sqrt(MAX_PAGE_PIXELS / (page.width * page.height));
  const scale = Math.min(wanted, most);
  // A side of less than sixteen pixels shows nothing, and the ratio of such a page is not worth keeping.
  return { width: Math.max(16, Math.floor(page.width * scale)), height: Math.max(16, Math.floor(page.height * scale)) };
}

/** Draws on white paper. @param paint gets a device whose coordinates are the pixels */
export function drawOn(mupdf: Mupdf, { width, height }: Fit, paint: (device: MuPDF.Device) => void): Uint32Array {
  const pixmap = new mupdf.Pixmap(mupdf.ColorSpace.DeviceRGB, [0, 0, width, height], true);
  try {
    pixmap.clear(255);
    const device = new mupdf.DrawDevice(mupdf.Matrix.identity, pixmap);
    try {
      paint(device);
      device.close();
    } finally {
      device.destroy();
    }
    const bytes = pixmap.getPixels().slice();
    return new Uint32Array(bytes.buffer);
  } finally {
    pixmap.destroy();
  }
}
