/** A page's pixels as numbers of few colours, as pages of text have them. */

export interface Indexed {
  /** Rows of colour numbers, each after a zero byte: PNG's mark for a row as it is. */
  readonly rows: Uint8Array;
  /** The colours, as pixels. */
  readonly colours: Uint32Array;
}

const MOST_COLOURS = 256;
/** Places in the table of colours: four for each, so that a colour is found at once or nearly so. */
const SLOT_BITS = 10;

/** Null for more than 256 colours. @param pixels opaque, one number a pixel */
export function indexed(pixels: Uint32Array, width: number, height: number): Indexed | null {
  const rows = new Uint8Array((width + 1) * height);
  // Opaque pixels are never zero, which stands for an empty place.
  const taken = new Uint32Array(1 << SLOT_BITS);
  const numbers = new Uint8Array(1 << SLOT_BITS);
  const colours = new Uint32Array(MOST_COLOURS);
  let count = 0;
  let last = 0;
  let number = 0;
  for (let y = 0, from = 0, at = 0; y < height; y++) {
    at++;
    for (const end = from + width; from < end; from++, at++) {
      const pixel = pixels[from] as number;
      if (pixel !== last) {
        let slot = Math.imul(pixel, 0x9e3779b1) >>> (32 - SLOT_BITS);
        while (taken[slot] !== pixel && taken[slot] !== 0) slot = (slot + 1) & ((1 << SLOT_BITS) - 1);
        if (taken[slot] === 0) {
          if (count === MOST_COLOURS) return null;
          taken[slot] = pixel;
          numbers[slot] = count;
          colours[count++] = pixel;
        }
        number = numbers[slot] as number;
        last = pixel;
      }
      rows[at] = number;
    }
  }
  return { rows, colours: colours.subarray(0, count) };
}
