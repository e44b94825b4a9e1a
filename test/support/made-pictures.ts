/** Pictures for covers, made by the engine's own writers: what a person may choose, and what nobody should. */
import { createHash } from 'node:crypto';
import { deflateSync } from 'node:zlib';
import type { Pixmap } from 'mupdf';
import { mupdf } from './engine.ts';

export type MadePicture = { readonly width: number; readonly height: number; readonly noise?: boolean };

/** @param noise hashes, which no PNG makes smaller; else one colour */
function pixmapOf({ width, height, noise = false }: MadePicture): Pixmap {
  const pixmap = new mupdf.Pixmap(mupdf.ColorSpace.DeviceRGB, [0, 0, width, height], false);
  pixmap.clear(200);
  if (noise) {
    const pixels = pixmap.getPixels();
    for (let at = 0; at < pixels.length; at += 32) pixels.set(createHash('sha256').update(String(at)).digest().subarray(0, Math.min(32, pixels.length - at)), at);
  }
  return pixmap;
}

export const pngOf = (picture: MadePicture): Uint8Array => new Uint8Array(pixmapOf(picture).asPNG());
export const jpegOf = (picture: MadePicture): Uint8Array => new Uint8Array(pixmapOf(picture).asJPEG(80, false));

/** Width and height in the header of a PNG. */
export function pngSize(png: Uint8Array): { width: number; height: number } {
  const view = new DataView(png.buffer, png.byteOffset);
  return { width: view.getUint32(16), height: view.getUint32(20) };
}

/** A PNG of a few bytes that says it is as large as a PNG can say. */
export function hugePng(): Uint8Array {
  const chunk = (type: string, data: Uint8Array): Buffer => {
    const body = Buffer.concat([Buffer.from(type, 'latin1'), data]);
    const ends = [Buffer.alloc(4), Buffer.alloc(4)] as const;
    ends[0].writeUInt32BE(data.length);
    ends[1].writeUInt32BE(crcOf(body));
    return Buffer.concat([ends[0], body, ends[1]]);
  };
  const header = Buffer.from([0x7f, 0xff, 0xff, 0xff, 0x7f, 0xff, 0xff, 0xff, 8, 2, 0, 0, 0]);
  return new Uint8Array(Buffer.concat([Buffer.from('\x89PNG\r\n\x1a\n', 'latin1'), chunk('IHDR', header), chunk('IDAT', deflateSync(Buffer.alloc(64))), chunk('IEND', Buffer.alloc(0))]));
}

function crcOf(bytes: Uint8Array): number {
  let crc = 0xffffffff;
  for (const byte of bytes) {
    crc ^= byte;
    for (let bit = 0; bit < 8; bit++) crc = crc & 1 ? (crc >>> 1) ^ 0xedb88320 : crc >>> 1;
  }
  return (crc ^ 0xffffffff) >>> 0;
}
