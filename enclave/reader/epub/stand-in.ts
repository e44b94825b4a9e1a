/**
 * What stands where a picture stands while a book is laid out: a GIF (GIF89a) that says it is as large as the picture and has
 * one transparent pixel in it. MuPDF gives it the same place on the page; should it be drawn, nothing is to be seen there.
 */

/** A GIF cannot say that it is larger; no screen shows such a picture. */
const MAX_SIDE = 65_535;

const latin = (text: string): number[] => [...text].map((letter) => letter.charCodeAt(0));
const word = (value: number): number[] => [value & 255, value >> 8];
/** Two colours, the first of them transparent; one pixel of it, packed; the end. */
const SCREEN = [0x80, 0, 0, 255, 255, 255, 255, 255, 255];
const PIXEL = [0x21, 0xf9, 4, 1, 0, 0, 0, 0, 0x2c, 0, 0, 0, 0, 1, 0, 1, 0, 0, 2, 2, 0x44, 1, 0, 0x3b];

/** For a picture that MuPDF cannot read: neither can it read this. */
export const NO_PICTURE = Uint8Array.from(latin('no picture'));

/** @param size in pixels @returns NO_PICTURE for one that is larger than any that is shown */
export const standIn = (size: { width: number; height: number }): Uint8Array =>
  size.width <= MAX_SIDE && size.height <= MAX_SIDE ? Uint8Array.from([...latin('GIF89a'), ...word(size.width), ...word(size.height), ...SCREEN, ...PIXEL]) : NO_PICTURE;

/** As large as a PNG says it is, by its first bytes (ISO 15948, §11.2.2); null if they are none of a PNG. */
export function pngSizeOf(head: Uint8Array): { width: number; height: number } | null {
  if (head.length < 24 || !latin('\x89PNG\r\n\x1a\n').every((byte, at) => head[at] === byte)) return null;
  const view = new DataView(head.buffer, head.byteOffset);
  return { width: view.getUint32(16), height: view.getUint32(20) };
}
