/**
 * Which picture is a page: a spine item that is a picture itself, or a page of fixed layout that shows a single one (comics,
 * picture books). MuPDF shows both as blank.
 */
import type { SpineItem } from './package-document.ts';
import { resolveReference } from './paths.ts';
import { readXml } from './xml.ts';
import type { Zip } from './zip.ts';

/** What MuPDF decodes by itself. */
const DRAWABLE = /\.(jpe?g|png|gif|bmp|tiff?|jp2|jxr|webp)$/i;
/** A page that holds one picture is a few lines of XHTML. */
const MAX_PAGE_BYTES = 4 * 1024 * 1024;
/** Letters beside the picture: a page number, the word "Cover"; more than that is text. */
const MAX_LETTERS = 40;

const isDrawable = (mediaType: string, path: string): boolean => (mediaType.startsWith('image/') ? mediaType !== 'image/svg+xml' : DRAWABLE.test(path));

export type PageKind = { readonly kind: 'picture'; readonly path: string } | { readonly kind: 'text'; readonly path: string };

/** @throws Refusal if the page cannot be read */
export async function pageKindOf(zip: Zip, item: SpineItem): Promise<PageKind> {
  if (item.mediaType.startsWith('image/') && isDrawable(item.mediaType, item.path)) return { kind: 'picture', path: item.path };
  const pictures = new Set<string>();
  let letters = 0;
  let inBody = false;
  readXml(await zip.content(item.path, MAX_PAGE_BYTES), {
    open(name, { src, href }) {
      if (name === 'body') inBody = true;
      const reference = name === 'img' ? src : name === 'image' ? href : undefined;
      const target = reference === undefined ? null : resolveReference(item.path, reference);
      if (target) pictures.add(target.path);
    },
    text(text) {
      if (inBody) letters += text.replace(/\s+/g, '').length;
    },
  });
  const [path] = pictures;
  return path !== undefined && pictures.size === 1 && letters <= MAX_LETTERS && isDrawable('', path) && zip.entries.has(path)
    ? { kind: 'picture', path }
    : { kind: 'text', path: item.path };
}
