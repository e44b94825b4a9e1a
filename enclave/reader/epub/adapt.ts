/**
 * Pages as MuPDF can draw them: a drawing that only wraps a picture becomes the picture, as large as the page allows; a
 * picture that it does not draw leaves its description. Everything else stays as the book has it.
 */
import type { PackageDocument } from './package-document.ts';
import { onlyPicture, svgsIn } from './svg.ts';
import { describedPictures } from './unshown-pictures.ts';
import { decodeText } from './xml.ts';
import type { Zip } from './zip.ts';

/** Documents that hold one wrapped picture are short; a long one keeps its drawings, and the scan says that they are missing. */
const MAX_DOCUMENT_BYTES = 1024 * 1024;

const picture = (reference: string): string => `<img src="${reference}" alt="" style="display: block; margin: 0 auto; width: auto; height: 100%"/>`;

export async function adaptedPages(zip: Zip, { spine }: PackageDocument): Promise<Map<string, Uint8Array>> {
  const adapted = new Map<string, Uint8Array>();
  for (const { path, mediaType } of spine) {
    const entry = zip.entries.get(path);
    if (!entry || entry.size > MAX_DOCUMENT_BYTES || !/html/.test(mediaType)) continue;
    const text = decodeText(await zip.content(path, MAX_DOCUMENT_BYTES));
    const shown = describedPictures(unwrapped(text));
    if (shown !== text) adapted.set(path, new TextEncoder().encode(shown.replace(/^\ufeff/, '')));
  }
  return adapted;
}

/** With the pictures themselves in the place of drawings that only wrap them. */
function unwrapped(text: string): string {
  let out = '';
  let from = 0;
  for (const span of svgsIn(text)) {
    const reference = onlyPicture(span.text);
    if (reference === null) continue;
    out += text.slice(from, span.from) + picture(reference);
    from = span.to;
  }
  return out + text.slice(from);
}
