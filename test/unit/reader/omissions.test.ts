/** What a book has and this reader does not show is named, in words for people (assurance row 47); what it does show is not. */
import { unzipSync, zipSync } from 'fflate';
import { describe, expect, it } from 'vitest';
import type { OmissionCode } from '../../../protocol/contracts/reader.contract.ts';
import { MAX_CONTENTS_ENTRIES } from '../../../protocol/limits.ts';
import { describedPictures } from '../../../enclave/reader/epub/unshown-pictures.ts';
import { readingMessages } from '../../../renderer/features/reading/reading.messages.ts';
import { type MadeEpub, madeEpub, xhtml } from '../../support/made-epub.ts';
import { madePdf } from '../../support/made-pdf.ts';
import { fileReader } from '../../support/memory-reader.ts';
import { inkOf, openFile, renderRaw, textOfPage, valueOf } from '../../support/reader-calls.ts';

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

describe('a PDF', () => {
  const annotated = (...annotations: readonly string[]): Uint8Array => madePdf({ page: `/Annots [${annotations.map((one) => `<< /Type /Annot /Rect [50 50 150 90] ${one} >>`).join(' ')}]` });
  const omittedIn = async (file: Uint8Array) => (await openFile(fileReader(file).calls, 'application/pdf', file.length)).omissions;

  it.each([
    ['the words of a note', '/Subtype /Text /Contents (read me)', 'annotation'], ['a remark on a mark', '/Subtype /Highlight /QuadPoints [50 90 150 90 50 50 150 50] /Contents (why?)', 'annotation'],
    ['a file', '/Subtype /FileAttachment', 'annotation'], ['sound', '/Subtype /Sound', 'audio'], ['a film', '/Subtype /Movie', 'video'], ['another kind of film', '/Subtype /RichMedia', 'video'],
  ])('says that %s stays closed', async (_what, annotation, code) => {
    expect(await omittedIn(annotated(annotation, annotation))).toEqual([{ code, count: 1 }]);
  });

  it.each([
    ['a mark without words', '/Subtype /Highlight /C [1 1 0] /QuadPoints [50 90 150 90 50 50 150 50]', true], ['words written on the page', '/Subtype /FreeText /DA (/Helv 12 Tf 0 g) /Contents (plain to see)', true],
    ['a frame', '/Subtype /Square /C [1 0 0]', true], ['a link', '/Subtype /Link /Contents (where to)', false], ['what its author has hidden', '/Subtype /Text /F 2 /Contents (secret)', false],
  ])('shows %s, or nobody misses it, and says nothing', async (_what, annotation, drawn) => {
    const file = annotated(annotation);
    const { calls } = fileReader(file);
    expect((await openFile(calls, 'application/pdf', file.length)).omissions).toEqual([]);
    expect(inkOf(await renderRaw(calls, 0)) > 0).toBe(drawn);
  });

  it('whose annotations are nonsense opens all the same', async () => {
    for (const page of ['/Annots 7', '/Annots [7 null (x) 99 0 R << >>]', '/Annots << /Subtype /Text >>']) expect(await omittedIn(madePdf({ page })), page).toEqual([]);
  });
});

describe('an EPUB', () => {
  const PAGE = '<p>Words before</p>';
  const bookWith = (body: string, more: Partial<MadeEpub> = {}): Uint8Array => madeEpub({ pages: [['a.xhtml', xhtml(`${PAGE}${body}`)], ['b.xhtml', xhtml('<p>Another page</p>')]], ...more });
  const css = (text: string): Partial<MadeEpub> => ({ items: '<item id="css" href="s.css" media-type="text/css"/>', files: { 'OPS/s.css': text } });
  const overlaid: Partial<MadeEpub> = {
    pages: [['a.xhtml', xhtml(PAGE), '<item id="p0" href="a.xhtml" media-type="application/xhtml+xml" media-overlay="o"/>']],
    items: '<item id="o" href="o.smil" media-type="application/smil+xml"/>', files: { 'OPS/o.smil': '<smil xmlns="http://www.w3.org/ns/SMIL" version="3.0"><body/></smil>' },
  };

  it.each<readonly [what: string, code: OmissionCode, file: Uint8Array]>([
    ['a formula', 'mathml', bookWith('<math xmlns="http://www.w3.org/1998/Math/MathML"><mfrac><mi>a</mi><mi>b</mi></mfrac></math>')],
    ['a formula under a name of its own', 'mathml', bookWith('<m:math xmlns:m="http://www.w3.org/1998/Math/MathML"><m:mi>a</m:mi></m:math>')],
    ['a voice that reads along', 'media-overlay', bookWith('', overlaid)],
    ['a script', 'script', bookWith('<script>document.title = "x";</script>')], ['sound', 'audio', bookWith('<audio src="a.mp3"></audio>')], ['a film', 'video', bookWith('<video src="a.mp4"></video>')],
    ['something to fill in', 'form', bookWith('<form><input type="text"/></form>')],
    ['a drawing', 'svg', bookWith('<svg xmlns="http://www.w3.org/2000/svg"><circle r="5"/></svg>')], ['a drawing in a file', 'svg', bookWith('<img src="d.svg" alt=""/>')],
    ['a picture from elsewhere', 'remote-resource', bookWith('<img src="https://example.org/p.png" alt=""/>')], ['a font from elsewhere', 'remote-resource', bookWith('', css('@font-face { font-family: X; src: url(https://example.org/x.ttf) }'))],
    ['a font that is not read', 'embedded-font', bookWith('', { items: '<item id="f" href="f.woff2" media-type="font/woff2"/>', files: { 'OPS/f.woff2': 'wOF2' } })],
    ['text in a fixed place', 'fixed-layout-text', bookWith('', { metadata: '<dc:title>c</dc:title><dc:language>en</dc:language><meta property="rendition:layout">pre-paginated</meta>' })],
  ])('with %s says that it is not shown (%s), and shows the words around it', async (_what, code, file) => {
    const { calls } = fileReader(file);
    const { omissions, pages } = await openFile(calls, EPUB, file.length);
    expect(omissions.map((omission) => omission.code)).toEqual([code]);
    let words = '';
    for (let page = 0; page < pages; page++) words += await textOfPage(calls, page);
    expect(words).toContain('Words before');
  });

  it('without any of it says nothing', async () => {
    const file = bookWith('<p>A mathematician, an audience, a form of words: <b>script</b>.</p>', css('p { margin: 0 }'));
    expect((await openFile(fileReader(file).calls, EPUB, file.length)).omissions).toEqual([]);
  });

  it('that lacks a page says so and shows the others', async () => {
    const whole = bookWith('');
    const { 'OPS/b.xhtml': _lost, ...rest } = unzipSync(whole);
    const file = zipSync(rest);
    const { calls } = fileReader(file);
    expect((await openFile(calls, EPUB, file.length)).omissions).toEqual([{ code: 'missing-page', count: 1 }]);
    expect(await textOfPage(calls, 0)).toContain('Words before');
  });
});

describe('pictures that MuPDF does not read', () => {
  const webp = new Uint8Array([...new TextEncoder().encode('RIFF....WEBPVP8 '), ...new Uint8Array(40)]);
  const withCover = (media: string, name: string) => madeEpub({
    pages: [['a.xhtml', xhtml(`<p>Words</p><img src="${name}"/>`)]], items: `<item id="c" href="${name}" media-type="${media}" properties="cover-image"/>`, files: { [`OPS/${name}`]: webp },
  });

  it.each([['image/webp', 'c.webp'], ['image/avif', 'c.avif'], ['image/jpeg', 'c.WEBP']])('are counted (%s, %s), the words around them shown, and there is no cover', async (media, name) => {
    const file = withCover(media, name);
    const { calls } = fileReader(file);
    expect((await openFile(calls, EPUB, file.length)).omissions).toEqual([{ code: 'picture', count: 1 }]);
    expect(await textOfPage(calls, 0)).toContain('Words');
    expect(await calls['book.cover']({ width: 480, height: 480 })).toMatchObject({ ok: false });
  });
});

describe('in the place of a picture that is not drawn', () => {
  const shown = async (img: string): Promise<string> => {
    const file = madeEpub({ pages: [['a.xhtml', xhtml(`<p>before ${img} after</p>`)]], items: '<item id="d" href="d.svg" media-type="image/svg+xml"/>', files: { 'OPS/d.svg': '<svg xmlns="http://www.w3.org/2000/svg"><circle r="3"/></svg>' } });
    const { calls } = fileReader(file);
    await openFile(calls, EPUB, file.length);
    return (await textOfPage(calls, 0)).replace(/\s+/g, ' ').trim();
  };

  it.each([
    ['<img src="d.svg" alt="A lamp &amp; its light"/>', 'before [A lamp & its light] after'], [`<img alt='So "called" &lt; small' class="x" src='d.svg#view'></img>`, 'before [So "called" < small] after'],
    ['<img src="d.svg" alt=""/>', 'before after'], ['<img\nsrc="d.svg"\nalt=" "\n/>', 'before after'],
    ['<img alt="a > b" src="d.webp"/>', 'before [a > b] after'], ['<img src="d.svg" alt="one"/><img src="d.svg" alt="two"/>', 'before [one][two] after'],
  ])('stands what the book says of it: %s', async (img, expected) => {
    expect(await shown(img)).toBe(expected);
  });

  it('stands that there is a picture, where the book says nothing of it', async () => {
    expect(await shown('<img src="d.svg" data-alt="no"/>')).toBe('before [image] after');
  });

  it('stands nothing that a hostile description could make of the page', async () => {
    expect(await shown('<img src="d.svg" alt="&lt;script&gt;x&lt;/script&gt;"/>')).toBe('before [<script>x</script>] after');
    for (const broken of ['<img src="d.svg" alt="never ends', `<img src="d.svg" alt="${'x'.repeat(5000)}"/>`, '<img '.repeat(50_000)]) expect(describedPictures(broken)).toBe(broken);
  });
});

describe('contents of more entries than are shown', () => {
  const nav = (entries: number) => xhtml(`<nav epub:type="toc"><ol>${Array.from({ length: entries }, (_, at) => `<li><a href="a.xhtml">${at}</a></li>`).join('')}</ol></nav>`);
  const ncx = (entries: number) => `<ncx xmlns="http://www.daisy.org/z3986/2005/ncx/"><navMap>${Array.from({ length: entries }, (_, at) => `<navPoint id="n${at}"><navLabel><text>${at}</text></navLabel><content src="a.xhtml"/></navPoint>`).join('')}</navMap></ncx>`;
  const pages = [['a.xhtml', xhtml('<p>All of it.</p>')]] as const;
  const NAV = '<item id="nav" href="nav.xhtml" properties="nav" media-type="application/xhtml+xml"/>';
  const NCX = '<item id="ncx" href="t.ncx" media-type="application/x-dtbncx+xml"/>';
  const outline = (entries: number) => madePdf({ catalogue: '/Outlines 4 0 R', objects: [`<< /First 5 0 R /Last ${4 + entries} 0 R /Count ${entries} >>`, ...Array.from({ length: entries }, (_, at) => `<< /Title (${at}) /Parent 4 0 R /Dest [3 0 R /Fit] ${at + 1 < entries ? `/Next ${at + 6} 0 R` : ''} >>`)] });
  const made: Readonly<Record<string, (entries: number) => Uint8Array>> = {
    'an EPUB': (entries) => madeEpub({ pages, items: NAV, files: { 'OPS/nav.xhtml': nav(entries) } }),
    'an older EPUB': (entries) => madeEpub({ pages, items: NCX, spineAttributes: 'toc="ncx"', files: { 'OPS/t.ncx': ncx(entries) } }),
    'an EPUB with both, of which the older list is shown': (entries) => madeEpub({ pages, items: NAV + NCX, spineAttributes: 'toc="ncx"', files: { 'OPS/nav.xhtml': nav(3), 'OPS/t.ncx': ncx(entries) } }),
    'a PDF': outline,
  };

  it.each(Object.keys(made))('are cut, and %s says so; with as many as are shown it says nothing', async (kind) => {
    for (const [entries, said] of [[MAX_CONTENTS_ENTRIES + 1, ['contents-cut']], [MAX_CONTENTS_ENTRIES, []]] as const) {
      const file = made[kind]!(entries);
      const { calls } = fileReader(file);
      const { omissions } = await openFile(calls, kind === 'a PDF' ? 'application/pdf' : EPUB, file.length);
      expect(omissions.map(({ code }) => code)).toEqual(said);
      expect(valueOf(await calls['book.contents']({}))).toHaveLength(MAX_CONTENTS_ENTRIES);
    }
  });
});
