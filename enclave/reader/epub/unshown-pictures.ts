/**
 * Pictures of kinds that MuPDF does not draw, in a page's text. It writes "[image]" for each, whatever the book says; what
 * stands there instead is the book's own description of it, or nothing where it says that none is needed (HTML, §4.8.3).
 * That they are missing is said by the scan (scan.ts).
 */

const OPEN = '<img';
/** The start of an element is looked at so far: a hostile one may be as long as the file. */
const MAX_ELEMENT_CHARS = 4000;
const ELEMENT = /^<img(\s(?:[^<>"']|"[^"]*"|'[^']*')*?)(?:\/>|>(?:\s*<\/img\s*>)?)/;
const UNDRAWN = /\.(?:svg|webp|avif|jxl|heic|heif)(?:[?#]|$)/i;

const attribute = (attributes: string, name: string): string | null => {
  const found = new RegExp(`\\s${name}\\s*=\\s*(?:"([^"]*)"|'([^']*)')`).exec(attributes);
  return found ? (found[1] ?? found[2] ?? '') : null;
};

/** @returns the text with descriptions in the place of such pictures; the same text if it has none that says what it shows */
export function describedPictures(text: string): string {
  let out = '';
  let from = 0;
  for (let at = text.indexOf(OPEN); at >= 0; at = text.indexOf(OPEN, at + OPEN.length)) {
    const [element = '', attributes = ''] = ELEMENT.exec(text.slice(at, at + MAX_ELEMENT_CHARS)) ?? [];
    const words = attribute(attributes, 'alt');
    if (words === null || !UNDRAWN.test(attribute(attributes, 'src') ?? '')) continue;
    out += text.slice(from, at) + (words.trim() === '' ? '' : `[${words.trim().replaceAll('<', '&lt;').replaceAll('>', '&gt;')}]`);
    from = at + element.length;
  }
  return from === 0 ? text : out + text.slice(from);
}
