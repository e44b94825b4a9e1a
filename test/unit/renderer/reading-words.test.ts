/** Everything a reader may leave out, every key and every choice has its words; what is found is cut where it was found. */
import { describe, expect, it } from 'vitest';
import { OMISSIONS, THEMES } from '../../../protocol/contracts/reader.contract.ts';
import type { ReadingSettings } from '../../../protocol/contracts/library-host.contract.ts';
import { type ContentsEntry, chapterAt, entryAt, pagesLeftIn } from '../../../renderer/features/reading/chapters.ts';
import { PANELS } from '../../../renderer/features/reading/panels.ts';
import { LETTERS, READER_ACTIONS } from '../../../renderer/features/reading/reader-keys.ts';
import { readingMessages } from '../../../renderer/features/reading/reading.messages.ts';
import { FONT_SIZES, LINE_SPACINGS, MARGINS, SPREADS, TYPEFACES, ZOOMS, after, lineSpacingName, marginName, stepped, turned } from '../../../renderer/features/reading/setting-steps.ts';
import { foundIn } from '../../../renderer/features/reading/snippet.ts';

const SETTINGS: ReadingSettings = { theme: 'light', fontSize: 12, margin: 0.08, lineSpacing: null, typeface: 'book', spread: 'single' };

describe.each(['en', 'de'] as const)('the words in %s', (language) => {
  const { omission, keys, panels, look } = readingMessages[language];

  it('name everything that a reader leaves out, and nothing else', () => {
    expect(Object.keys(omission).toSorted()).toEqual([...OMISSIONS].toSorted());
  });

  it('name what every key does, every panel and every choice', () => {
    for (const action of READER_ACTIONS) expect(Object.keys(keys), action).toContain(action);
    for (const panel of PANELS) expect(Object.keys(panels), panel).toContain(panel);
    expect(Object.keys(look.theme)).toEqual([...THEMES]);
    expect(Object.keys(look.spread)).toEqual([...SPREADS]);
    expect(Object.keys(look.typeface)).toEqual([...TYPEFACES]);
    expect(Object.keys(look.margin)).toEqual(Object.keys(MARGINS));
    expect(Object.keys(look.lineSpacing)).toEqual(Object.keys(LINE_SPACINGS));
  });
});

describe('the letters', () => {
  it('reach every action that has no key of its own, each by one letter', () => {
    const moves = ['next', 'previous', 'first', 'last', 'escape'];
    expect(Object.values(LETTERS).toSorted()).toEqual(READER_ACTIONS.filter((action) => !moves.includes(action)).toSorted());
  });
});

describe('the steps', () => {
  it('go to the next larger or smaller, and stop at the ends', () => {
    expect(stepped(FONT_SIZES, 12, 1)).toBe(13);
    expect(stepped(FONT_SIZES, 12.5, -1)).toBe(12);
    expect(stepped(FONT_SIZES, 32, 1)).toBe(32);
    expect(stepped(ZOOMS, 1, -1)).toBe(1);
  });

  it('go round and round where there is no order, and back to the beginning', () => {
    for (const change of ['theme', 'spread', 'typeface', 'margin', 'lineSpacing'] as const) {
      const seen = new Set<string>();
      let settings = SETTINGS;
      for (let press = 0; press < 12; press++) {
        seen.add(JSON.stringify(settings));
        settings = { ...settings, ...turned[change](settings) };
      }
      expect(seen.size, change).toBeGreaterThan(1);
      expect(seen.size, change).toBeLessThan(6);
      expect(after([1, 2, 3], 3)).toBe(1);
    }
  });

  it('find the name nearest to any number that was kept', () => {
    expect(marginName({ ...SETTINGS, margin: 0.09 })).toBe('usual');
    expect(lineSpacingName({ ...SETTINGS, lineSpacing: 1.7 })).toBe('open');
    expect(lineSpacingName(SETTINGS)).toBe('book');
  });
});

describe('the chapter', () => {
  const entries: ContentsEntry[] = [{ title: 'One', depth: 0, page: 2 }, { title: 'Nowhere', depth: 1, page: null }, { title: 'Two', depth: 0, page: 9 }, { title: 'A note before', depth: 0, page: 1 }];

  it('says how many pages of it follow what is in sight, until the next one begins or the book ends', () => {
    const left = (page: number, last = page) => pagesLeftIn(entries, { page, last, pages: 12 });
    expect([0, 1, 2, 7, 8, 9, 11].map((page) => left(page))).toEqual([null, 0, 6, 1, 0, 2, 0]);
    // Of two pages the right one may belong to what follows: of the part that is named, nothing is left.
    expect([left(6, 7), left(7, 8), left(8, 9)]).toEqual([1, 0, 0]);
    expect(pagesLeftIn([], { page: 4, last: 4, pages: 12 })).toBeNull();
  });

  it('is the last that begins on or before the page, in whatever order the contents are', () => {
    expect([0, 1, 2, 8, 9, 50].map((page) => chapterAt(entries, page))).toEqual([null, 'A note before', 'One', 'One', 'Two', 'Two']);
    expect(entryAt([], 4)).toBe(-1);
  });
});

describe('a line in which something was found', () => {
  const marked = (snippet: string, asked: string): string => foundIn(snippet, asked).map(({ text, found }) => found ? `[${text}]` : text).join('');

  it('is cut around it, whatever its case and accents', () => {
    expect(marked('the Blue Carbuncle', 'carbuncle')).toBe('the Blue [Carbuncle]');
    expect(marked('un café noir', 'CAFE')).toBe('un [café] noir');
    expect(marked('cafe\u0301 noir', 'café')).toBe('[café] noir');
    expect(marked('الخلية الأولى', 'الأولى')).toBe('الخلية [الأولى]');
  });

  it('stays whole where the words lie over the end of a line', () => {
    expect(marked('a line that ends in blue', 'blue carbuncle')).toBe('a line that ends in blue');
    expect(marked('anything', '  ')).toBe('anything');
  });
});
