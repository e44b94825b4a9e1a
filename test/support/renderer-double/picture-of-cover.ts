/** Covers for the pretend wallet: small PNGs made here, so that no picture has to lie beside the tests. */
import { crc32, deflateSync } from 'node:zlib';

const chunk = (type: string, data: Uint8Array): Buffer => {
  const body = Buffer.concat([Buffer.from(type, 'latin1'), data]);
  const [length, sum] = [Buffer.alloc(4), Buffer.alloc(4)];
  length.writeUInt32BE(data.byteLength);
  sum.writeUInt32BE(crc32(body));
  return Buffer.concat([length, body, sum]);
};

/** A PNG of that size, coloured by `at`. @returns base64 */
export function pngOf(width: number, height: number, at: (x: number, y: number) => readonly [number, number, number]): string {
  const rows = Buffer.alloc(height * (1 + width * 3));
  for (let y = 0; y < height; y++) for (let x = 0; x < width; x++) rows.set(at(x, y), y * (1 + width * 3) + 1 + x * 3);
  const head = Buffer.alloc(13);
  head.writeUInt32BE(width, 0);
  head.writeUInt32BE(height, 4);
  head.set([8, 2, 0, 0, 0], 8);
  return Buffer.concat([Buffer.from('\x89PNG\r\n\x1a\n', 'latin1'), chunk('IHDR', head), chunk('IDAT', deflateSync(rows)), chunk('IEND', new Uint8Array())]).toString('base64');
}

/** Hills under a sun: plainly a picture, in the proportions of a paperback. */
export const coverPicture = pngOf(160, 240, (x, y) => {
  if ((x - 108) ** 2 + (y - 66) ** 2 < 26 ** 2) return [242, 196, 120];
  if (y > 150 + 18 * Math.sin(x / 24)) return [44, 62, 64];
  return y > 118 + 14 * Math.cos(x / 31) ? [92, 112, 104] : [226 - Math.floor(y / 3), 206 - Math.floor(y / 5), 182];
});
