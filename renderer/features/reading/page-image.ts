/** A page's picture, decoded and ready: showing it is putting one element in the place of another. */
import { type Result, fail } from '../../../protocol/errors.ts';

export interface PageImage {
  readonly element: HTMLImageElement;
  /** Pixels. */
  readonly width: number;
  readonly height: number;
}

function bytesOf(base64: string): Uint8Array<ArrayBuffer> {
  const text = atob(base64);
  const bytes = new Uint8Array(text.length);
  for (let at = 0; at < text.length; at++) bytes[at] = text.charCodeAt(at);
  return bytes;
}

/** @param png in base64 @returns `reader_failed` for what is no picture */
export async function decodedImage({ width, height, png }: { width: number; height: number; png: string }): Promise<Result<PageImage>> {
  const element = new Image(width, height);
  // What a page says is said by its text layer, or by its number.
  element.alt = '';
  element.draggable = false;
  try {
    element.src = URL.createObjectURL(new Blob([bytesOf(png)], { type: 'image/png' }));
    await element.decode();
    return { ok: true, value: { element, width, height } };
  } catch {
    URL.revokeObjectURL(element.src);
    return fail('reader_failed', 'The picture of this page could not be read.');
  }
}

/** Gives the memory back; where the picture is still in sight it stays until another takes its place. */
export const freeImage = ({ element }: PageImage): void => URL.revokeObjectURL(element.src);
