/**
 * Drawings inside of a page. MuPDF draws no SVG, but many books wrap their cover in one just to scale it: a drawing that
 * holds nothing but a picture is that picture.
 */

export interface SvgSpan { readonly from: number; readonly to: number; readonly text: string }

const OPEN = '<svg';
const CLOSE = '</svg>';

/** Every outermost drawing; found by plain search, since a regular expression over hostile text takes its time. */
export function svgsIn(text: string): SvgSpan[] {
  const spans: SvgSpan[] = [];
  for (let from = text.indexOf(OPEN); from >= 0;) {
    const close = text.indexOf(CLOSE, from);
    if (close < 0) break;
    const to = close + CLOSE.length;
    spans.push({ from, to, text: text.slice(from, to) });
    from = text.indexOf(OPEN, to);
  }
  return spans;
}

/** Elements that show nothing by themselves. */
const INVISIBLE = new Set(['svg', 'image', 'g', 'title', 'desc', 'defs', 'metadata']);
/** A drawing that only wraps a picture is short. */
const MAX_WRAPPER_CHARS = 4000;

/** The reference of the one picture that a drawing consists of, as it is written; null if it is more than that. */
export function onlyPicture(svg: string): string | null {
  if (svg.length > MAX_WRAPPER_CHARS) return null;
  const elements = [...svg.matchAll(/<([a-z][\w:-]*)/gi)].map(([, name = '']) => name.slice(name.indexOf(':') + 1).toLowerCase());
  if (elements.filter((name) => name === 'image').length !== 1 || elements.some((name) => !INVISIBLE.has(name))) return null;
  const [, image = ''] = /<(?:\w+:)?image\b([^>]*)>/i.exec(svg) ?? [];
  const reference = /\bhref\s*=\s*(?:"([^"]*)"|'([^']*)')/.exec(image);
  return reference?.[1] ?? reference?.[2] ?? null;
}
