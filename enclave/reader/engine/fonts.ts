/**
 * Which of the fonts beside the bundle draws what (design §4). MuPDF brings Latin base fonts and one for Chinese, Japanese
 * and Korean; the rest is blank without these. A font is handed to MuPDF the first time a book needs it.
 *
 * Names are those of the parts that scripts/reader-parts.mjs puts there.
 */

/** By MuPDF's names of scripts. Upright and regular: MuPDF keeps the first font it gets for a script, whatever style that was for. */
const BY_SCRIPT: Readonly<Record<string, string>> = {
  Arabic: 'noto-naskh-arabic', Armenian: 'noto-sans-armenian', Bengali: 'noto-sans-bengali', Devanagari: 'noto-sans-devanagari', Ethiopic: 'noto-sans-ethiopic',
  Georgian: 'noto-sans-georgian', Gujarati: 'noto-sans-gujarati', Gurmukhi: 'noto-sans-gurmukhi', Hebrew: 'noto-sans-hebrew', Kannada: 'noto-sans-kannada',
  Khmer: 'noto-sans-khmer', Malayalam: 'noto-sans-malayalam', Tamil: 'noto-sans-tamil', Telugu: 'noto-sans-telugu', Thai: 'noto-sans-thai',
};
/** Scripts that the text fonts cover. */
const IN_TEXT_FONT = new Set(['Latin', 'Greek', 'Cyrillic']);
/** What belongs to no script: signs, arrows, pictures. */
const SYMBOLS = 'noto-sans-symbols-2';

const styled = (family: string, bold: boolean, italic: boolean): string => `${family}-${bold ? 'bold' : 'regular'}${italic ? '-italic' : ''}`;
const regular = (family: string): string => styled(family, false, false);

/**
 * The part with the font that MuPDF asks for, or null for its own.
 * @param name of a family, when a book or a typeface setting asks for it
 * @param script when some characters are in no font so far; empty for those of no script
 */
export function fontPartFor(name: string | undefined, script: string | undefined, bold: boolean, italic: boolean): string | null {
  if (name === 'serif') return styled('noto-serif', bold, italic);
  if (name === 'sans-serif') return styled('noto-sans', bold, italic);
  if (script === undefined) return null;
  if (script === '') return regular(SYMBOLS);
  if (IN_TEXT_FONT.has(script)) return regular('noto-serif');
  const family = BY_SCRIPT[script];
  return family === undefined ? null : regular(family);
}
