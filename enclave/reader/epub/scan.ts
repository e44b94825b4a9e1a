/**
 * What an EPUB has that this reader does not show, found by looking for it rather than by parsing: what counts is to tell
 * the person, not to be exact (assurance row 47). Nothing is fetched; what lies outside of the book is named as missing.
 */
import type { OmissionCode } from '../../../protocol/contracts/reader.contract.ts';
import type { PackageDocument } from './package-document.ts';
import { onlyPicture, svgsIn } from './svg.ts';
import { decodeText } from './xml.ts';
import type { Zip } from './zip.ts';

/** Files looked into: of a book with more, the first ones stand for the rest. */
const MAX_FILES = 2000;
/** One document; a whole novel in one file. */
const MAX_FILE_BYTES = 24 * 1024 * 1024;

const IN_DOCUMENTS: readonly (readonly [OmissionCode, RegExp])[] = [
  ['mathml', /<(?:\w+:)?math[\s>]/i], ['script', /<script[\s>]/i], ['audio', /<audio[\s>]/i], ['video', /<(?:video|iframe|object)[\s>]/i],
  ['form', /<(?:form|input|textarea|select)[\s>/]/i], ['svg', /<(?:img|object|embed)\s[^>]{0,2000}?\.svg["'?#]/i],
  ['remote-resource', /<(?:img|image|audio|video|source|link|script|iframe|object)\s[^>]{0,2000}?(?:src|href|data)\s*=\s*["'](?:https?:)?\/\//i],
];
const IN_STYLES: readonly (readonly [OmissionCode, RegExp])[] = [
  ['vertical-writing', /writing-mode\s*:\s*(?:vertical|tb)/i], ['remote-resource', /(?:url\(\s*["']?|@import\s+["'])(?:https?:)?\/\//i],
];
/** Fonts in these formats are not read by MuPDF; its own and ours stand in. */
const COMPRESSED_FONT = /^(font\/woff2?|application\/(font-woff2?|x-font-woff))$/;
/** Pictures of these kinds are not read by MuPDF, and nothing stands in; a cover may be among them. */
const UNREAD_PICTURE = /^image\/(webp|avif|jxl|heic|heif)$/;
const UNREAD_PICTURE_NAME = /\.(webp|avif|jxl|heic|heif)$/i;
const DOCUMENT = /^(application\/xhtml\+xml|text\/html)$/;

export async function scanForOmissions(zip: Zip, { items, spine }: PackageDocument, encrypted: ReadonlySet<string>): Promise<Map<OmissionCode, number>> {
  const found = new Map<OmissionCode, number>();
  const count = (code: OmissionCode): void => void found.set(code, (found.get(code) ?? 0) + 1);
  for (const { path, mediaType, overlay } of items.slice(0, MAX_FILES)) {
    if (overlay) count('media-overlay');
    if (COMPRESSED_FONT.test(mediaType)) count('embedded-font');
    if (UNREAD_PICTURE.test(mediaType) || UNREAD_PICTURE_NAME.test(path)) count('picture');
    if (encrypted.has(path)) count('encrypted-file');
    const patterns = DOCUMENT.test(mediaType) ? [...IN_DOCUMENTS, ...IN_STYLES] : mediaType === 'text/css' ? IN_STYLES : null;
    const size = zip.entries.get(path)?.size;
    if (!patterns || size === undefined || size > MAX_FILE_BYTES || encrypted.has(path)) continue;
    const text = decodeText(await zip.content(path, MAX_FILE_BYTES));
    const here = new Set(patterns.filter(([, pattern]) => pattern.test(text)).map(([code]) => code));
    if (DOCUMENT.test(mediaType) && svgsIn(text).some((svg) => onlyPicture(svg.text) === null)) here.add('svg');
    for (const code of here) count(code);
  }
  for (const { path } of spine) if (!zip.entries.has(path)) count('missing-page');
  return found;
}
