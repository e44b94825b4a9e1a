/** How a book without a picture is bound: cloth and notches follow from what the book is, so that it looks the same everywhere. */

/** Colours of cloth in tokens.css: `--cloth-0` and on. */
const CLOTHS = 6;

/** Notches of a tally across the cover: none are alike, all are few. */
export interface Binding { readonly cloth: number; readonly notches: readonly { readonly x: number; readonly depth: number }[] }

/** @param id the publication's, or anything else that names the book */
export function bindingOf(id: string): Binding {
  let hash = 0x811c9dc5;
  for (const character of id) hash = Math.imul(hash ^ (character.codePointAt(0) ?? 0), 0x01000193) >>> 0;
  const cloth = hash % CLOTHS;
  const notches = Array.from({ length: 3 + ((hash >>> 8) % 4) }, (_, i) => ({ x: 18 + i * 11, depth: 3 + ((hash >>> (10 + i * 3)) % 4) }));
  return { cloth, notches };
}
