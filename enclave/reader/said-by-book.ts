/** Texts that a book says of itself, made fit to be shown: no control or direction characters, not longer than their place. */

const UNSHOWN = /[\p{Cc}\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069\ufffd]+/gu;

/** Null if nothing is left. */
export function shown(text: string | null, most: number): string | null {
  const clean = (text ?? '').toWellFormed().replace(UNSHOWN, ' ').replace(/\s+/g, ' ').trim();
  return clean === '' ? null : clean.slice(0, most).toWellFormed();
}

/** An address as it is, but for what would show it as another one. */
export const shownAddress = (uri: string): string => uri.toWellFormed().replace(UNSHOWN, (characters) => encodeURIComponent(characters));
