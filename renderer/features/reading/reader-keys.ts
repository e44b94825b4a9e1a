/**
 * What a key does in an open book. Keys that move work always; single letters can be switched off with the other shortcuts
 * (WCAG 2.2, 2.1.4). In a book that is read from right to left the arrows turn the other way.
 */
export const READER_ACTIONS = [
  'next', 'previous', 'first', 'last', 'escape', 'contents', 'bookmarks', 'search', 'look', 'about', 'keys', 'goTo', 'mark', 'return', 'fullScreen',
  'larger', 'smaller', 'theme', 'spread', 'margin', 'lineSpacing', 'typeface', 'zoomIn', 'zoomOut',
] as const;
export type ReaderAction = (typeof READER_ACTIONS)[number];

/** Letters and signs, as they are shown in the list of keys. */
export const LETTERS: Readonly<Record<string, ReaderAction>> = {
  c: 'contents', k: 'bookmarks', '/': 'search', s: 'look', i: 'about', '?': 'keys', g: 'goTo', b: 'mark', u: 'return', f: 'fullScreen',
  '+': 'larger', '-': 'smaller', t: 'theme', d: 'spread', m: 'margin', l: 'lineSpacing', y: 'typeface', z: 'zoomIn', x: 'zoomOut',
};

const MOVES: Readonly<Record<string, ReaderAction>> = { PageDown: 'next', PageUp: 'previous', Home: 'first', End: 'last', Escape: 'escape' };

export interface KeySetting {
  readonly direction: 'ltr' | 'rtl';
  readonly letters: boolean;
  /** Larger than the window: arrows move over the page instead of turning it. */
  readonly zoomed: boolean;
}

type Pressed = Pick<KeyboardEvent, 'key' | 'shiftKey' | 'ctrlKey' | 'metaKey' | 'altKey'>;

/** @returns what to do, or null for a key that is none of the reader's */
export function actionOf({ key, shiftKey, ctrlKey, metaKey, altKey }: Pressed, { direction, letters, zoomed }: KeySetting): ReaderAction | null {
  if ((ctrlKey || metaKey) && !altKey && key.toLowerCase() === 'f') return 'search';
  if (ctrlKey || metaKey || altKey) return null;
  if (key === ' ') return shiftKey ? 'previous' : 'next';
  if (key === 'ArrowRight' || key === 'ArrowLeft') {
    if (zoomed) return null;
    return (key === 'ArrowRight') === (direction === 'ltr') ? 'next' : 'previous';
  }
  if (MOVES[key]) return MOVES[key];
  if (!letters) return null;
  // The same key without the shift that some keyboards need for a plus.
  return LETTERS[key === '=' ? '+' : key.toLowerCase()] ?? null;
}
