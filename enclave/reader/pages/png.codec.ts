/**
 * Writes a page as PNG (ISO/IEC 15948), for speed: a page of text has few colours and becomes one byte a pixel, compressed; a
 * picture has many and is stored as it is, because compressing it takes longer than anything else in turning a page.
 */

import type { Indexed } from './palette.ts';

const SIGNATURE = Uint8Array.of(0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a);
/** Largest block of stored data in deflate (RFC 1951 §3.2.4). */
const STORED_BLOCK = 65_535;

/** Four tables, so that four bytes are taken at a time (Kounavis and Berry, "slicing-by-4"). */
const CRC_TABLES = crcTables();

function crcTables(): Uint32Array {
  const tables = new Uint32Array(4 * 256);
  for (let byte = 0; byte < 256; byte++) {
    let crc = byte;
    for (let bit = 0; bit < 8; bit++) crc = crc & 1 ? (crc >>> 1) ^ 0xedb88320 : crc >>> 1;
    tables[byte] = crc;
  }
  for (let i = 256; i < tables.length; i++) tables[i] = ((tables[i - 256] as number) >>> 8) ^ (tables[(tables[i - 256] as number) & 0xff] as number);
  return tables;
}

function crc32(bytes: Uint8Array): number {
  const tables = CRC_TABLES;
  let crc = 0xffffffff;
  let at = 0;
  for (const whole = bytes.length - 3; at < whole; at += 4) {
    const four = crc ^ ((bytes[at] as number) | ((bytes[at + 1] as number) << 8) | ((bytes[at + 2] as number) << 16) | ((bytes[at + 3] as number) << 24));
    crc = (tables[768 + (four & 0xff)] as number) ^ (tables[512 + ((four >>> 8) & 0xff)] as number) ^ (tables[256 + ((four >>> 16) & 0xff)] as number) ^ (tables[four >>> 24] as number);
  }
  for (; at < bytes.length; at++) crc = (crc >>> 8) ^ (tables[(crc ^ (bytes[at] as number)) & 0xff] as number);
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
  const { readable, writable } = new CompressionStream('deflate');
  const writer = writable.getWriter();
  // Waited for below: the stream takes more only as it is read.
  const written = writer.write(bytes as Uint8Array<ArrayBuffer>).then(() => writer.close());
  const pieces: Uint8Array[] = [];
  const reader = readable.getReader();
  for (let step = await reader.read(); !step.done; step = await reader.read()) pieces.push(step.value);
  await written;
  return join(pieces);
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

/** A page of few colours, compressed. */
export async function pngOfFew({ rows, colours }: Indexed, width: number, height: number): Promise<Uint8Array> {
  const palette = new Uint8Array(colours.length * 3);
  for (const [at, colour] of colours.entries()) palette.set([colour & 0xff, (colour >>> 8) & 0xff, (colour >>> 16) & 0xff], at * 3);
  return join([SIGNATURE, header(width, height, 3), chunk('PLTE', palette), chunk('IDAT', await compressed(rows)), END]);
}

/** Of so many pixels one is looked at; enough to tell text from a picture. */
const SAMPLE = 7;
/** Where more of the pixels are like their neighbour, compressing is quick. */
const FLAT_SHARE = 0.6;

/** Text in many colours, or a diagram: mostly paper. */
function isFlat(pixels: Uint32Array): boolean {
  let same = 0;
  let looked = 0;
  for (let at = 1; at < pixels.length; at += SAMPLE, looked++) if (pixels[at] === pixels[at - 1]) same++;
  return same > looked * FLAT_SHARE;
}

/** A page of many colours; a picture is stored as it is. @param pixels opaque, one number a pixel, as RGBA bytes in memory order */
export async function pngOfMany(pixels: Uint32Array, width: number, height: number): Promise<Uint8Array> {
  const rows = trueColour(pixels, width, height);
  return join([SIGNATURE, header(width, height, 2), chunk('IDAT', isFlat(pixels) ? await compressed(rows) : stored(rows)), END]);
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

const END = chunk('IEND', new Uint8Array(0));
