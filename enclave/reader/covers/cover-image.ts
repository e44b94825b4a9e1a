/**
 * Pictures as covers (design §7): a picture file, a person's own or a publication's, is decoded here and nowhere else, drawn
 * anew and made small enough for one chunk. What leaves is a PNG of our own making, whatever came in.
 */
import type { PageImage } from '../../../protocol/contracts/reader.contract.ts';
import { Refusal } from '../../../protocol/errors.ts';
import { MAX_COVER_BYTES } from '../../../protocol/limits.ts';
import type { Mupdf } from '../engine/engine.ts';
import type { Drawn, Fit } from '../pages/canvas.ts';
import { pageImage } from '../pages/page-image.ts';
import { drawPicture } from '../pages/picture.ts';

/** MuPDF opens many more kinds; covers need these, and each further one is a parser that a stranger may feed. */
const SIGNATURES: readonly (readonly number[])[] = [[0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a], [0xff, 0xd8, 0xff]];

const isPicture = (bytes: Uint8Array): boolean => SIGNATURES.some((signature) => signature.every((byte, at) => bytes[at] === byte));

/** RIFF, four bytes of length, WEBP: what a browser saves most pictures as. */
const isWebP = (bytes: Uint8Array): boolean => /^RIFF[^]{4}WEBP/.test(new TextDecoder('latin1').decode(bytes.subarray(0, 12)));

/** A cover as large as fits into `into`, and smaller if it were more than one chunk. @param draw draws it as large as it is told */
export async function coverImage(draw: (into: Fit) => Promise<Drawn>, into: Fit): Promise<PageImage> {
  let fit = into;
  for (;;) {
    const image = await pageImage(await draw(fit), 'light', 'png');
    if (image.bytes.length <= MAX_COVER_BYTES) return image;
    // By its area, as the bytes go; a little less, so that it comes to an end.
    const scale = Math.min(0.9, Math.sqrt(MAX_COVER_BYTES / image.bytes.length));
    fit = { width: Math.max(16, Math.floor(image.width * scale)), height: Math.max(16, Math.floor(image.height * scale)) };
  }
}

/** @throws Refusal `picture_unreadable` */
export async function pictureCover(mupdf: Mupdf, bytes: Uint8Array, into: Fit): Promise<PageImage> {
  if (!isPicture(bytes)) throw new Refusal('picture_unreadable', `${isWebP(bytes) ? 'This picture is a WebP, which is not read here.' : 'This is neither a PNG nor a JPEG.'} Save it as a PNG or a JPEG, and choose that.`);
  try {
    return await coverImage(async (fit) => drawPicture(mupdf, bytes, fit), into);
  } catch (error) {
    if (error instanceof Refusal) throw new Refusal('picture_unreadable', 'This picture is damaged, or larger than a reader takes.', undefined, error);
    throw error;
  }
}
