/** Which format a file has, by what it begins with, whatever it is called. Whether it is a whole book, only the reader can say. */
import type { Format } from '../../../protocol/licence.codec.ts';

/** A PDF's mark may stand anywhere in its first kilobyte (ISO 32000-1, annex H). */
export const FORMAT_BYTES = 1024;

const PICTURES = ['\x89PNG\r\n\x1a\n', '\xff\xd8\xff'];

/** A picture that may become a cover: PNG or JPEG. */
export const isPicture = (start: Uint8Array): boolean => PICTURES.some((mark) => Buffer.from(mark, 'latin1').equals(Buffer.from(start.subarray(0, mark.length))));

/** @param start the first FORMAT_BYTES of the file, or all of a shorter one */
export function formatIn(start: Uint8Array): Format | null {
  const bytes = Buffer.from(start.buffer, start.byteOffset, start.byteLength);
  if (bytes.subarray(0, 4).equals(Buffer.from('PK\x03\x04', 'latin1'))) return 'epub';
  return bytes.includes('%PDF-') ? 'pdf' : null;
}
