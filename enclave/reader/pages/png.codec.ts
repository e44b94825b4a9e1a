/**
 * Writes a page as PNG (ISO/IEC 15948), for speed: a page of text has few colours and becomes one byte a pixel, compressed; a
 * picture has many and is stored as it is, because compressing it takes longer than anything else in turning a page.
 */

const SIGNATURE = [0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a];
/** Largest block of stored data in deflate (RFC 1951 §3.2.4). */
const STORED_BLOCK = 65_535;

const CRC_TABLE = Uint32Array.from({ length: 256 }, (_, byte) => {
  let crc = byte;
  for (let bit = 0; bit < 8; bit++) crc = crc & 1 ? (crc >>> 1) ^ 0xedb88320 : crc >>> 1;
  return crc >>> 0;
});

function crc32(bytes: Uint8Array): number {
  let crc = 0xffffffff;
  for (let i = 0; i < bytes.length; i++) crc = (crc >>> 8) ^ (CRC_TABLE[(crc ^ (bytes[i] as number)) & 0xff] as number);
  return (crc ^ 0xffffffff) >>> 0;
}

function adler32(bytes: Uint8Array): number {
  let low = 1;
  let high = 0;
  // So many additions stay below 2^32.
  for (let at = 0; at < bytes.length; at += 5552) {
    const end = Math.min(at + 5552, bytes.length);
    for (let i = at; i < end; i++) high += low += bytes[i] as number;
    low %= 65_521;
    high %= 65_521;
  }
  return ((high << 16) | low) >>> 0;
}

function chunk(type: string, content: Uint8Array): Uint8Array {
  const out = new Uint8Array(content.length + 12);
  const view = new DataView(out.buffer);
  view.setUint32(0, content.length);
  for (let i = 0; i < 4; i++) out[4 + i] = type.charCodeAt(i);
  out.set(content, 8);
  view.setUint32(8 + content.length, crc32(out.subarray(4, 8 + content.length)));
  return out;
}

function header(width: number, height: number, colourType: 2 | 3): Uint8Array {
  const content = new Uint8Array(13);
  const view = new DataView(content.buffer);
  view.setUint32(0, width);
  view.setUint32(4, height);
  content.set([8, colourType, 0, 0, 0], 8);
  return chunk('IHDR', content);
}

/** zlib data (RFC 1950) that holds the bytes as they are. */
function stored(bytes: Uint8Array): Uint8Array {
  const blocks = Math.ceil(bytes.length / STORED_BLOCK);
  const out = new Uint8Array(2 + blocks * 5 + bytes.length + 4);
  const view = new DataView(out.buffer);
  out.set([0x78, 0x01]);
  let at = 2;
  for (let from = 0; from < bytes.length; from += STORED_BLOCK) {
    const piece = bytes.subarray(from, from + STORED_BLOCK);
    out[at] = from + STORED_BLOCK >= bytes.length ? 1 : 0;
    view.setUint16(at + 1, piece.length, true);
    view.setUint16(at + 3, ~piece.length & 0xffff, true);
    out.set(piece, at + 5);
    at += 5 + piece.length;
  }
  view.setUint32(at, adler32(bytes));
  return out;
}

async function compressed(bytes: Uint8Array): Promise<Uint8Array> {
  const stream = new Blob([bytes as Uint8Array<ArrayBuffer>]).stream().pipeThrough(new CompressionStream('deflate'));
  return new Uint8Array(await new Response(stream).arrayBuffer());
}

/** Rows of palette indices, each after a zero byte (no filter), and the palette; null for more than 256 colours. */
function indexed(pixels: Uint32Array, width: number, height: number): { rows: Uint8Array; palette: Uint8Array } | null {
  const rows = new Uint8Array((width + 1) * height);
  const slots = new Map<number, number>();
  let last = -1;
  let index = 0;
  let from = 0;
  let at = 0;
  for (let y = 0; y < height; y++) {
    at++;
    for (let x = 0; x < width; x++) {
      const pixel = pixels[from++] as number;
      if (pixel !== last) {
        const known = slots.get(pixel);
        if (known === undefined) {
          if (slots.size === 256) return null;
          index = slots.size;
          slots.set(pixel, index);
        } else index = known;
        last = pixel;
      }
      rows[at++] = index;
    }
  }
  const palette = new Uint8Array(slots.size * 3);
  for (const [pixel, slot] of slots) palette.set([pixel & 0xff, (pixel >>> 8) & 0xff, (pixel >>> 16) & 0xff], slot * 3);
  return { rows, palette };
}

function trueColour(pixels: Uint32Array, width: number, height: number): Uint8Array {
  const rows = new Uint8Array((width * 3 + 1) * height);
  let from = 0;
  let at = 0;
  for (let y = 0; y < height; y++) {
    at++;
    for (let x = 0; x < width; x++) {
      const pixel = pixels[from++] as number;
      rows[at++] = pixel;
      rows[at++] = pixel >>> 8;
      rows[at++] = pixel >>> 16;
    }
  }
  return rows;
}

/** @param pixels opaque, one number a pixel, as RGBA bytes in memory order */
export async function encodePng(pixels: Uint32Array, width: number, height: number): Promise<Uint8Array> {
  const few = indexed(pixels, width, height);
  const parts = few
    ? [header(width, height, 3), chunk('PLTE', few.palette), chunk('IDAT', await compressed(few.rows))]
    : [header(width, height, 2), chunk('IDAT', stored(trueColour(pixels, width, height)))];
  return join([Uint8Array.from(SIGNATURE), ...parts, chunk('IEND', new Uint8Array(0))]);
}

function join(parts: readonly Uint8Array[]): Uint8Array {
  const out = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    out.set(part, at);
    at += part.length;
  }
  return out;
}
