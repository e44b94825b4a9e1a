/** Page pictures of a book that does not exist: grey lines on the theme's paper, or a drawing; as PNG (ISO/IEC 15948). */
import { crc32, deflateSync } from 'node:zlib';
import type { Rect, Theme } from '../../../protocol/contracts/reader.contract.ts';

const COLOURS: Readonly<Record<Theme, readonly [paper: number[], ink: number[], mark: number[]]>> = {
  light: [[255, 255, 255], [90, 84, 76], [214, 170, 120]], sepia: [[246, 236, 217], [96, 76, 52], [206, 160, 108]], dark: [[22, 22, 24], [168, 164, 156], [120, 86, 52]],
};
const LINES = 22;

/** Where the lines of a page lie, as shares of it. */
export function lineRects(page: number): Rect[] {
  return Array.from({ length: LINES }, (_, line): Rect => {
    const top = 0.09 + line * 0.038;
    const last = (line + page) % 6 === 5;
    return [0.1, top, last ? 0.45 : 0.9, top + 0.02];
  });
}

function chunk(type: string, content: Buffer): Buffer {
  const named = Buffer.concat([Buffer.from(type, 'latin1'), content]);
  const [length, check] = [Buffer.alloc(4), Buffer.alloc(4)];
  length.writeUInt32BE(content.length);
  check.writeUInt32BE(crc32(named));
  return Buffer.concat([length, named, check]);
}

/** @param picture a drawing in place of lines */
export function pretendPage({ page, width, height, theme, picture }: { page: number; width: number; height: number; theme: Theme; picture: boolean }): { width: number; height: number; png: string } {
  const rows = Buffer.alloc((width + 1) * height);
  const fill = ([left, top, right, bottom]: Rect, colour: number): void => {
    for (let y = Math.round(top * height); y < Math.round(bottom * height); y++) rows.fill(colour, y * (width + 1) + 1 + Math.round(left * width), y * (width + 1) + 1 + Math.round(right * width));
  };
  if (picture) {
    fill([0.06, 0.04, 0.94, 0.48], 2);
    fill([0.06, 0.51, 0.48, 0.96], 1);
    fill([0.52, 0.51, 0.94, 0.96], 2);
  } else for (const rect of lineRects(page)) fill(rect, 1);
  const head = Buffer.alloc(13);
  head.writeUInt32BE(width, 0);
  head.writeUInt32BE(height, 4);
  head.set([8, 3, 0, 0, 0], 8);
  const png = Buffer.concat([Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]), chunk('IHDR', head), chunk('PLTE', Buffer.from(COLOURS[theme].flat())), chunk('IDAT', deflateSync(rows, { level: 1 })), chunk('IEND', Buffer.alloc(0))]);
  return { width, height, png: png.toString('base64') };
}
