/** What a book has and this reader does not show is named, in words for people (assurance row 47); what it does show is not. */
import { describe, expect, it } from 'vitest';
import { readingMessages } from '../../../renderer/features/reading/reading.messages.ts';
import { madeEpub, xhtml } from '../../support/made-epub.ts';
import { fileReader } from '../../support/memory-reader.ts';
import { openFile, textOfPage, valueOf } from '../../support/reader-calls.ts';

const EPUB = 'application/epub+zip';

describe('a Japanese book of upright lines that turns to the left', () => {
  const STYLES = ['html { writing-mode: vertical-rl; }', 'body{-epub-writing-mode:vertical-rl}', '.text { -webkit-writing-mode: tb-rl }'];
  const book = (style: string, sheet: boolean) => madeEpub({
    metadata: '<dc:title>雪国</dc:title><dc:language>ja</dc:language>', spineAttributes: 'page-progression-direction="rtl"',
    pages: [['a.xhtml', xhtml('<p class="text">国境の長いトンネルを抜けると雪国であった。</p>', sheet ? '<link rel="stylesheet" href="v.css"/>' : `<style>${style}</style>`)]],
    ...(sheet ? { items: '<item id="css" href="v.css" media-type="text/css"/>', files: { 'OPS/v.css': style } } : {}),
  });

  it.each(STYLES.flatMap((style) => [[style, false], [style, true]] as const))('says that its lines lie flat: %s, in a sheet of its own: %s', async (style, sheet) => {
    const file = book(style, sheet);
    const { calls } = fileReader(file);
    const { direction, omissions } = await openFile(calls, EPUB, file.length);
    expect({ direction, omissions }).toEqual({ direction: 'rtl', omissions: [{ code: 'vertical-writing', count: 1 }] });
    expect(readingMessages.en.omission['vertical-writing']).toBe('Vertical writing is shown in horizontal lines.');
    // And so they do: every word is there, in its order, in lines that are wider than high.
    expect((await textOfPage(calls, 0)).replaceAll(/\s/g, '')).toBe('国境の長いトンネルを抜けると雪国であった。');
    for (const { rect: [x0, y0, x1, y1] } of valueOf(await calls['page.text']({ page: 0 }))) expect((x1 - x0) * 420).toBeGreaterThan((y1 - y0) * 600);
  });

  it('says nothing of it where its lines lie flat by its own wish', async () => {
    const file = book('html { writing-mode: horizontal-tb; }', true);
    expect((await openFile(fileReader(file).calls, EPUB, file.length)).omissions).toEqual([]);
  });
});
