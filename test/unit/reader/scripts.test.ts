/** Scripts that MuPDF has no glyphs for are drawn with the fonts beside the bundle (design §4), and are blank without them. */
import { describe, expect, it } from 'vitest';
import { bookBytes, booksTrouble } from '../../support/books.ts';
import { madeEpub, xhtml } from '../../support/made-epub.ts';
import { type MemoryReader, fileReader } from '../../support/memory-reader.ts';
import { inkOf, openFile, renderRaw, textOfPage, valueOf } from '../../support/reader-calls.ts';

const EPUB = 'application/epub+zip';

const SAMPLES: readonly (readonly [script: string, text: string])[] = [
  ['Arabic', 'العربية لغة جميلة'], ['Hebrew', 'עברית שפה יפה'], ['Devanagari', 'हिन्दी एक भाषा है'], ['Bengali', 'বাংলা একটি ভাষা'], ['Tamil', 'தமிழ் ஒரு மொழி'], ['Telugu', 'తెలుగు ఒక భాష'],
  ['Gujarati', 'ગુજરાતી એક ભાષા'], ['Gurmukhi', 'ਪੰਜਾਬੀ ਇੱਕ ਭਾਸ਼ਾ'], ['Kannada', 'ಕನ್ನಡ ಒಂದು ಭಾಷೆ'], ['Malayalam', 'മലയാളം ഒരു ഭാഷ'], ['Thai', 'ภาษาไทยสวยงาม'], ['Khmer', 'ភាសាខ្មែរស្អាត'],
  ['Georgian', 'ქართული ენა'], ['Armenian', 'Հայերեն լեզու'], ['Ethiopic', 'አማርኛ ቋንቋ ነው'], ['Greek', 'Ελληνική γλώσσα ῥέει'], ['Cyrillic', 'Українська мова ґ'], ['symbols', '★ ♫ ☃ ⛵ ✇'],
];
/** MuPDF has these itself. */
const OWN: readonly (readonly [string, string])[] = [['Chinese, simplified', '简体中文很美'], ['Chinese, traditional', '繁體中文很美'], ['Japanese', '日本語は美しい'], ['Korean', '한국어는 아름답다'], ['Latin', 'Żółć, ćmy, Ňuňo']];

const bookOf = (text: string): Uint8Array => madeEpub({ pages: [['a.xhtml', xhtml(`<p>${text}</p>`)]] });

async function inkIn(reader: MemoryReader, size: number): Promise<number> {
  await openFile(reader.calls, EPUB, size);
  return inkOf(await renderRaw(reader.calls, 0));
}

describe('a page', () => {
  // First without: once MuPDF has a font for a script it keeps it.
  it.each(SAMPLES.filter(([script]) => !['Greek', 'Cyrillic'].includes(script)))('in %s is blank without the fonts', async (_script, text) => {
    const words = bookOf(text.replaceAll(/\s/g, ''));
    expect(await inkIn(fileReader(words, { fonts: false }), words.length)).toBeLessThan(0.0002);
  });

  it.each([...SAMPLES, ...OWN])('in %s is drawn', async (_script, text) => {
    const book = bookOf(text);
    const reader = fileReader(book);
    expect(await inkIn(reader, book.length)).toBeGreaterThan(0.0006);
    expect((await textOfPage(reader.calls, 0)).replaceAll(/\s/g, '')).toBe(text.normalize('NFC').replaceAll(/\s/g, ''));
  });

  it('joins Arabic letters: kept apart by invisible signs they look different', async () => {
    const look = async (text: string): Promise<string> => {
      const book = bookOf(text);
      const { calls } = fileReader(book);
      await openFile(calls, EPUB, book.length);
      return (await renderRaw(calls, 0)).bytes.toString();
    };
    expect(await look('محمد')).not.toBe(await look('م\u200cح\u200cم\u200cد'));
  });
});

describe.skipIf(booksTrouble)('the Arabic sample book', () => {
  it('has several times the ink of the same pages without fonts, and its words can be found', async () => {
    const file = bookBytes('regime-anticancer-arabic.epub');
    const { calls } = fileReader(file);
    const { pages } = await openFile(calls, EPUB, file.length);
    const textPages = [];
    for (let page = 3; page < pages; page++) textPages.push(inkOf(await renderRaw(calls, page)));
    // A page full of lines covers some percent; the Latin digits and commas among them, a tenth of that.
    expect(Math.min(...textPages.slice(0, -1))).toBeGreaterThan(0.04);
    const { hits } = valueOf(await calls['book.search']({ text: 'السرطان', from: 0 }));
    expect(hits.length).toBeGreaterThan(20);
    expect(hits[0]?.snippet).toContain('السرطان');
  });
});
