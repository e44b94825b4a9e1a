/** Small EPUBs made for a test. */
import { zipSync } from 'fflate';

export interface MadeEpub {
  /** Manifest items beside the pages, as XML. */
  readonly items?: string;
  readonly metadata?: string;
  readonly spineAttributes?: string;
  readonly packageAttributes?: string;
  /** Name (in the folder of the package document) and content of each spine item, in order. */
  readonly pages: readonly (readonly [name: string, content: string | Uint8Array, item?: string])[];
  readonly files?: Readonly<Record<string, string | Uint8Array>>;
}

const bytesOf = (content: string | Uint8Array): Uint8Array => (typeof content === 'string' ? new TextEncoder().encode(content) : content);

export const xhtml = (body: string, head = ''): string =>
  `<?xml version="1.0" encoding="utf-8"?>\n<html xmlns="http://www.w3.org/1999/xhtml" xmlns:epub="http://www.idpf.org/2007/ops"><head><title>t</title>${head}</head><body>${body}</body></html>`;

const typeOf = (name: string): string => (/\.xhtml$/.test(name) ? 'application/xhtml+xml' : /\.png$/.test(name) ? 'image/png' : /\.jpe?g$/.test(name) ? 'image/jpeg' : 'application/octet-stream');

export const CONTAINER = '<?xml version="1.0"?><container version="1.0" xmlns="urn:oasis:names:tc:opendocument:xmlns:container"><rootfiles><rootfile full-path="OPS/package.opf" media-type="application/oebps-package+xml"/></rootfiles></container>';

export function packageOf({ items = '', metadata = '', spineAttributes = '', packageAttributes = '', pages }: MadeEpub): string {
  const manifest = pages.map(([name, , item], i) => item ?? `<item id="p${i}" href="${name}" media-type="${typeOf(name)}"/>`).join('');
  const spine = pages.map((_, i) => `<itemref idref="p${i}"/>`).join('');
  return `<?xml version="1.0"?><package xmlns="http://www.idpf.org/2007/opf" version="3.0" unique-identifier="id" ${packageAttributes}><metadata xmlns:dc="http://purl.org/dc/elements/1.1/"><dc:identifier id="id">x</dc:identifier>${metadata || '<dc:title>Made</dc:title><dc:language>en</dc:language>'}</metadata><manifest>${manifest}${items}</manifest><spine ${spineAttributes}>${spine}</spine></package>`;
}

export function madeEpub(epub: MadeEpub): Uint8Array {
  const files: Record<string, string | Uint8Array> = {
    'META-INF/container.xml': CONTAINER, 'OPS/package.opf': packageOf(epub),
    ...Object.fromEntries(epub.pages.map(([name, content]) => [`OPS/${name}`, content])), ...epub.files,
  };
  return zipSync({ mimetype: [bytesOf('application/epub+zip'), { level: 0 }], ...Object.fromEntries(Object.entries(files).map(([name, content]) => [name, bytesOf(content)])) });
}
