/** The smallest books that are books: an EPUB of two chapters, stored without compression, and a PDF of one page. */

const text = (content: string): Uint8Array => new TextEncoder().encode(content);

const CRC_TABLE = Array.from({ length: 256 }, (_, byte) => {
  let crc = byte;
  for (let bit = 0; bit < 8; bit++) crc = crc & 1 ? (crc >>> 1) ^ 0xedb88320 : crc >>> 1;
  return crc >>> 0;
});
const crc32 = (bytes: Uint8Array): number => (bytes.reduce((crc, byte) => (crc >>> 8) ^ (CRC_TABLE[(crc ^ byte) & 0xff] ?? 0), 0xffffffff) ^ 0xffffffff) >>> 0;

/** A ZIP archive (APPNOTE 6.3) of files that are stored as they are. */
function zipOf(files: Readonly<Record<string, Uint8Array>>): Uint8Array {
  const [parts, directory]: [Buffer[], Buffer[]] = [[], []];
  let at = 0;
  for (const [name, content] of Object.entries(files)) {
    const [bytes, fields] = [Buffer.from(name), Buffer.alloc(26)];
    fields.writeUInt16LE(20, 0);
    fields.writeUInt32LE(crc32(content), 10);
    fields.writeUInt32LE(content.length, 14);
    fields.writeUInt32LE(content.length, 18);
    fields.writeUInt16LE(bytes.length, 22);
    const local = Buffer.concat([Buffer.from([0x50, 0x4b, 3, 4]), fields, bytes, content]);
    const central = Buffer.alloc(46);
    central.set([0x50, 0x4b, 1, 2, 20, 0]);
    fields.copy(central, 6, 0, 26);
    central.writeUInt16LE(0, 30);
    central.writeUInt32LE(at, 42);
    directory.push(central, bytes);
    parts.push(local);
    at += local.length;
  }
  const listed = Buffer.concat(directory);
  const end = Buffer.alloc(22);
  end.set([0x50, 0x4b, 5, 6]);
  end.writeUInt16LE(Object.keys(files).length, 8);
  end.writeUInt16LE(Object.keys(files).length, 10);
  end.writeUInt32LE(listed.length, 12);
  end.writeUInt32LE(at, 16);
  return new Uint8Array(Buffer.concat([...parts, listed, end]));
}

const chapter = (title: string): Uint8Array => text(`<html xmlns="http://www.w3.org/1999/xhtml"><head><title>${title}</title></head><body><h1>${title}</h1><p>A stick was split, <a href="two.xhtml">and each kept a half</a>.</p></body></html>`);

export const CONTAINER = text('<?xml version="1.0"?><container version="1.0" xmlns="urn:oasis:names:tc:opendocument:xmlns:container"><rootfiles><rootfile full-path="book.opf" media-type="application/oebps-package+xml"/></rootfiles></container>');
export const PACKAGE = text('<?xml version="1.0"?><package xmlns="http://www.idpf.org/2007/opf" version="3.0" unique-identifier="id"><metadata xmlns:dc="http://purl.org/dc/elements/1.1/"><dc:identifier id="id">tally</dc:identifier><dc:title>Of tallies</dc:title><dc:creator>A. Uthor</dc:creator><dc:language>en</dc:language></metadata><manifest><item id="nav" href="nav.xhtml" media-type="application/xhtml+xml" properties="nav"/><item id="one" href="one.xhtml" media-type="application/xhtml+xml"/><item id="two" href="two.xhtml" media-type="application/xhtml+xml"/></manifest><spine><itemref idref="one"/><itemref idref="two"/></spine></package>');
export const NAV = text('<html xmlns="http://www.w3.org/1999/xhtml" xmlns:epub="http://www.idpf.org/2007/ops"><body><nav epub:type="toc"><ol><li><a href="one.xhtml">One</a><ol><li><a href="two.xhtml#half">Two</a></li></ol></li></ol></nav></body></html>');
/** A page with pictures of kinds that are not drawn. */
export const UNDRAWN = text('<html xmlns="http://www.w3.org/1999/xhtml"><body><p><img src="a.svg" alt="A tally"/><img alt="" src=\'b.webp\'></img><img src="c.png" alt="2 &lt; 3"/></p></body></html>');
export const NCX = text('<ncx xmlns="http://www.daisy.org/z3986/2005/ncx/"><navMap><navPoint><navLabel><text>One</text></navLabel><content src="one.xhtml"/></navPoint></navMap></ncx>');

export const EPUB: Uint8Array = zipOf({ mimetype: text('application/epub+zip'), 'META-INF/container.xml': CONTAINER, 'book.opf': PACKAGE, 'nav.xhtml': NAV, 'one.xhtml': chapter('One'), 'two.xhtml': chapter('Two') });

/** Objects of a PDF (ISO 32000-1 §7.5) with a table that says where each begins. */
function pdfOf(objects: readonly string[]): Uint8Array {
  let file = '%PDF-1.4\n';
  const places = objects.map((object, at) => {
    const place = file.length;
    file += `${at + 1} 0 obj\n${object}\nendobj\n`;
    return place;
  });
  const table = places.map((place) => `${String(place).padStart(10, '0')} 00000 n \n`).join('');
  return text(`${file}xref\n0 ${objects.length + 1}\n0000000000 65535 f \n${table}trailer\n<< /Size ${objects.length + 1} /Root 1 0 R >>\nstartxref\n${file.length}\n%%EOF\n`);
}

const DRAWING = '0.2 0.4 0.8 rg 20 20 60 60 re f';
export const PDF: Uint8Array = pdfOf([
  '<< /Type /Catalog /Pages 2 0 R >>', '<< /Type /Pages /Kids [3 0 R] /Count 1 >>', '<< /Type /Page /Parent 2 0 R /MediaBox [0 0 200 200] /Contents 4 0 R /Resources << >> >>', `<< /Length ${DRAWING.length} >>\nstream\n${DRAWING}\nendstream`,
]);

/** The smallest picture: one white pixel. */
export const PNG: Uint8Array = new Uint8Array(Buffer.from('iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAAAAAA6fptVAAAACXBIWXMAAA7EAAAOxAGVKw4bAAAACklEQVR4nGP4DwABAQEAsTj2FAAAAABJRU5ErkJggg==', 'base64'));

/** A flowing book with a picture in it, one in its style, and one in a drawing. */
export const ILLUSTRATED: Uint8Array = zipOf({
  mimetype: text('application/epub+zip'), 'META-INF/container.xml': CONTAINER,
  'book.opf': text('<?xml version="1.0"?><package xmlns="http://www.idpf.org/2007/opf" version="3.0"><metadata/><manifest><item id="one" href="one.xhtml" media-type="application/xhtml+xml"/><item id="s" href="s.css" media-type="text/css"/><item id="p" href="p.png" media-type="image/png"/></manifest><spine><itemref idref="one"/></spine></package>'),
  'one.xhtml': text('<html xmlns="http://www.w3.org/1999/xhtml" xmlns:xlink="http://www.w3.org/1999/xlink"><head><link rel="stylesheet" href="s.css"/></head><body><p>One <img src="p.png"/></p><svg xmlns="http://www.w3.org/2000/svg"><image xlink:href="p.png"/></svg></body></html>'),
  's.css': text('@import "s.css"; p { background: url(p.png) }'), 'p.png': PNG,
});
