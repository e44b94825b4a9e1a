/** From a drawn page to what leaves the module: the theme, then the format. */
import type { PageImage, Theme } from '../../../protocol/contracts/reader.contract.ts';
import type { Drawn } from './canvas.ts';
import { indexed } from './palette.ts';
import { pngOfFew, pngOfMany } from './png.codec.ts';
import { applyTheme } from './themes.ts';

/** @param drawn its pixels may be changed */
export async function pageImage({ width, height, pixels, pictures: look }: Drawn, theme: Theme, format: PageImage['format']): Promise<PageImage> {
  // The other themes turn everything.
  const pictures = theme === 'dark' ? await look() : [];
  if (format === 'raw') {
    applyTheme(pixels, width, theme, pictures);
    return { format, width, height, bytes: new Uint8Array(pixels.buffer) };
  }
  const few = indexed(pixels, width, height);
  if (few && pictures.length === 0) {
    // The colours of a page are turned once each, not pixel by pixel.
    applyTheme(few.colours, few.colours.length, theme, []);
    return { format, width, height, bytes: await pngOfFew(few, width, height) };
  }
  applyTheme(pixels, width, theme, pictures);
  const again = indexed(pixels, width, height);
  return { format, width, height, bytes: again ? await pngOfFew(again, width, height) : await pngOfMany(pixels, width, height) };
}
