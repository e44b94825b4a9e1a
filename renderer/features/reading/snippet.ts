/** A line in which something was found, cut where it was found. The reader compares without case and accents; so does this. */
export interface Part { readonly text: string; readonly found: boolean }

const folded = (text: string): string => text.normalize('NFD').replaceAll(/\p{M}/gu, '').toLowerCase();

export function foundIn(snippet: string, asked: string): readonly Part[] {
  const letters = [...snippet.normalize('NFC')];
  // Letter by letter, so that places in the folded text are places in the shown one.
  const plain = letters.map((letter) => folded(letter).slice(0, 1) || ' ');
  const wanted = folded(asked.trim().normalize('NFC'));
  const at = wanted === '' ? -1 : plain.join('').indexOf(wanted);
  if (at < 0) return [{ text: snippet, found: false }];
  const cut = (from: number, to?: number): string => letters.slice(from, to).join('');
  const end = at + [...wanted].length;
  return [{ text: cut(0, at), found: false }, { text: cut(at, end), found: true }, { text: cut(end), found: false }].filter(({ text }) => text !== '');
}
