/** How alike two pictures of one page are, whoever drew them and with whatever smoothing. */

/** Shades from 0 (black) to 255, row by row. */
export interface Shades { readonly width: number; readonly height: number; readonly values: Uint8Array }

export const shadesOf = ({ width, height, bytes }: { width: number; height: number; bytes: Uint8Array }): Shades =>
  ({ width, height, values: Uint8Array.from({ length: width * height }, (_, at) => Math.round(((bytes[at * 4] ?? 0) * 299 + (bytes[at * 4 + 1] ?? 0) * 587 + (bytes[at * 4 + 2] ?? 0) * 114) / 1000)) });

/** Binary PGM, one byte a pixel, as netpbm's tools and Poppler write it. */
export function readPgm(file: Uint8Array): Shades {
  const header = /^P5\s+(\d+)\s+(\d+)\s+255\s/.exec(new TextDecoder('latin1').decode(file.subarray(0, 64)));
  if (!header) throw new Error('not a PGM picture');
  const [all, width, height] = header;
  return { width: Number(width), height: Number(height), values: file.subarray(all.length) };
}

/** Mean shade of each cell of a grid laid over the picture. */
function cells({ width, height, values }: Shades, columns: number, rows: number): number[] {
  const sums = new Array<number>(columns * rows).fill(0);
  const counts = new Array<number>(columns * rows).fill(0);
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      const cell = Math.floor((y * rows) / height) * columns + Math.floor((x * columns) / width);
      sums[cell] = (sums[cell] ?? 0) + (values[y * width + x] ?? 0);
      counts[cell] = (counts[cell] ?? 0) + 1;
    }
  }
  return sums.map((sum, at) => sum / Math.max(1, counts[at] ?? 1));
}

const mean = (numbers: readonly number[]): number => numbers.reduce((sum, number) => sum + number, 0) / numbers.length;

/** Correlation of what is dark where, from -1 to 1; 1 also if both are all of one shade. */
export function likeness(a: Shades, b: Shades, columns = 40, rows = 56): number {
  const [first, second] = [cells(a, columns, rows), cells(b, columns, rows)];
  const [meanFirst, meanSecond] = [mean(first), mean(second)];
  let [both, squareFirst, squareSecond] = [0, 0, 0];
  for (const [at, value] of first.entries()) {
    const [x, y] = [value - meanFirst, (second[at] ?? 0) - meanSecond];
    both += x * y;
    squareFirst += x * x;
    squareSecond += y * y;
  }
  if (squareFirst < 1 && squareSecond < 1) return 1;
  return both / Math.sqrt(squareFirst * squareSecond);
}
