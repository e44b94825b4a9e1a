/**
 * The package document without a word of where the contents are (EPUB 3.3 §5.4.1, and NCX as EPUB 2 had it): MuPDF opens no
 * book whose contents are missing or broken, and we read them ourselves (navigation.ts).
 */
import { MAX_PACKAGE_BYTES, type PackageDocument } from './package-document.ts';
import { decodeText } from './xml.ts';
import type { Zip } from './zip.ts';

/** @returns null if it says nothing of them @throws Refusal for what cannot be read */
export async function withoutNavigation(zip: Zip, { path }: PackageDocument): Promise<Uint8Array | null> {
  const text = decodeText(await zip.content(path, MAX_PACKAGE_BYTES));
  const silent = text
    .replace(/(<(?:[\w.-]+:)?spine\b[^<>]*?\s)toc\s*=\s*(?:"[^"<>]*"|'[^'<>]*')/g, '$1')
    .replace(/(\sproperties\s*=\s*["'])([^"'<>]*)/g, (_, before: string, words: string) => before + words.replace(/(^|\s)nav(?=\s|$)/g, '$1'));
  return silent === text ? null : new TextEncoder().encode(silent.replace(/^\ufeff/, ''));
}
