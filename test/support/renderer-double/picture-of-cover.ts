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

type Colour = readonly [number, number, number];
/** Sky, sun, far and near hills: morning, night. */
const HOURS: readonly (readonly [Colour, Colour, Colour, Colour])[] = [
  [[226, 206, 182], [242, 196, 120], [92, 112, 104], [44, 62, 64]],
  [[58, 66, 104], [232, 226, 204], [44, 52, 84], [24, 30, 52]],
];

/** Hills under a sun or a moon: plainly a picture, in the proportions of a paperback. @param which of two */
export const coverPicture = (which: number): string => {
  const [sky, sun, far, near] = HOURS[which % HOURS.length] ?? HOURS[0] as (typeof HOURS)[number];
  const [across, down] = which % 2 === 0 ? [108, 66] : [52, 84];
  return pngOf(160, 240, (x, y) => {
    if ((x - across) ** 2 + (y - down) ** 2 < 24 ** 2) return sun;
    if (y > 150 + 18 * Math.sin((x + which * 40) / 24)) return near;
    return y > 118 + 14 * Math.cos((x + which * 60) / 31) ? far : [Math.max(0, sky[0] - (y >> 2)), Math.max(0, sky[1] - (y >> 3)), sky[2]];
  });
};
