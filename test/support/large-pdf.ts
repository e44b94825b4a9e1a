/** A PDF as a scanner makes it, of any size: one large picture and one line of text on each page. Made where it is read, never as a whole. */
import { type FilePart, partedFile } from './parted-file.ts';

export interface LargePdf {
  readonly size: number;
  readonly words: (page: number) => string;
  read(from: number, length: number): Uint8Array;
  /** Piece `index`, as a host hands it out. */
  piece(index: number): Uint8Array;
}

const latin = (text: string): Uint8Array => Buffer.from(text, 'latin1');

/** @param side of the picture, in pixels of one byte each */
export function largePdf(pages: number, side: number): LargePdf {
  const parts: FilePart[] = [];
  const starts: number[] = [];
  let size = 0;
  const put = (length: number, make: () => Uint8Array): void => {
    parts.push({ length, make });
    size += length;
  };
  const say = (text: string): void => put(text.length, () => latin(text));
  const object = (number: number, text: string, stream?: { length: number; make: () => Uint8Array }): void => {
    starts[number] = size;
    say(`${number} 0 obj\n${text}\n`);
    if (stream) {
      say('stream\n');
      put(stream.length, stream.make);
      say('\nendstream\n');
    }
    say('endobj\n');
  };
  // Each page begins a line further down in the same grain: all differ, and none takes long to make.
  const grain = new Uint8Array(side * (side + pages)).map((_, k) => k * 7 + (k >> 9));
  const words = (page: number): string => `This is leaf ${page + 1} of the volume`;
  const [first, perPage] = [4, 3];
  say('%PDF-1.4\n');
  for (let page = 0; page < pages; page++) {
    const at = first + page * perPage;
    const content = `q 500 0 0 600 50 100 cm /I Do Q BT /F 18 Tf 50 750 Td (${words(page)}) Tj ET`;
    object(at, `<< /Type /Page /Parent 2 0 R /MediaBox [0 0 600 800] /Resources << /XObject << /I ${at + 2} 0 R >> /Font << /F 3 0 R >> >> /Contents ${at + 1} 0 R >>`);
    object(at + 1, `<< /Length ${content.length} >>`, { length: content.length, make: () => latin(content) });
    object(at + 2, `<< /Type /XObject /Subtype /Image /Width ${side} /Height ${side} /ColorSpace /DeviceGray /BitsPerComponent 8 /Length ${side * side} >>`, {
      length: side * side,
      make: () => grain.subarray(page * side, page * side + side * side),
    });
  }
  object(1, '<< /Type /Catalog /Pages 2 0 R >>');
  object(2, `<< /Type /Pages /Count ${pages} /Kids [${Array.from({ length: pages }, (_, page) => `${first + page * perPage} 0 R`).join(' ')}] >>`);
  object(3, '<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>');
  const xref = size;
  const count = first + pages * perPage;
  say(`xref\n0 ${count}\n0000000000 65535 f \n${starts.slice(1).map((at) => `${String(at).padStart(10, '0')} 00000 n \n`).join('')}trailer << /Root 1 0 R /Size ${count} >>\nstartxref\n${xref}\n%%EOF`);
  const { read, piece } = partedFile(parts);
  return { size, words, read, piece };
}
