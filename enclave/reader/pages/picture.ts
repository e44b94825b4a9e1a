/** One picture as a page of its own. */
import type { MuPDF, Mupdf } from '../engine/engine.ts';
import { onEngine } from '../engine/trouble.ts';
import { type Drawn, type Fit, drawOn, fitted } from './canvas.ts';

/** Pixels of a picture in a book: a page of a comic scanned for print. Decoded, it takes four bytes of each. */
const MAX_PICTURE_PIXELS = 40_000_000;

/** @throws Refusal `book_unreadable`, `book_too_large` */
export function drawPicture(mupdf: Mupdf, bytes: Uint8Array, into: Fit): Drawn {
  return withPicture(mupdf, bytes, (image, size) => {
    // Larger than it is it shows no more, and takes many times as long to get to the screen, which can enlarge it as well.
    const drawn = fitted(size, { width: Math.min(into.width, size.width), height: Math.min(into.height, size.height) });
    const pixels = drawOn(mupdf, drawn, (device) => device.fillImage(image, [drawn.width, 0, 0, drawn.height, 0, 0], 1));
    return { ...drawn, pixels, pictures: () => [[0, 0, drawn.width, drawn.height]] };
  });
}

export const pictureSize = (mupdf: Mupdf, bytes: Uint8Array): Fit => withPicture(mupdf, bytes, (_image, size) => size);

function withPicture<T>(mupdf: Mupdf, bytes: Uint8Array, work: (image: MuPDF.Image, size: Fit) => T): T {
  return onEngine('picture', () => {
    const image = new mupdf.Image(bytes);
    try {
      const size = { width: Math.max(1, image.getWidth()), height: Math.max(1, image.getHeight()) };
      if (size.width * size.height > MAX_PICTURE_PIXELS) throw new Error('a picture is too large');
      return work(image, size);
    } finally {
      image.destroy();
    }
  });
}
