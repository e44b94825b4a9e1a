/**
 * Books that mean harm (assurance row 47): bombs, endless layouts, broken structure, references to the network and to files.
 * Each is opened by a real reader in a process of its own. What must come of it: pages, or an error with a code of the table;
 * nothing is fetched; the next book opens.
 */
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { unzipSync, zipSync } from 'fflate';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import type { ReaderModule } from '../../main/host/modules/reader-module.ts';
import type { MediaType } from '../../protocol/publication.codec.ts';
import { type BookName, bookBytes, booksTrouble } from '../support/books.ts';
import { type Dice, diceFrom } from '../support/dice.ts';
import { CONTAINER, madeEpub, packageOf, xhtml } from '../support/made-epub.ts';
import { processReaders, readerOf } from '../support/process-readers.ts';
import { LAYOUT, openFile, textOfPage, valueOf } from '../support/reader-calls.ts';

const EPUB = 'application/epub+zip';
const PDF = 'application/pdf';
/** What a book may end with; anything else is a defect of ours. */
const ORDERLY = ['book_unreadable', 'book_too_large', 'book_protected', 'reader_failed', 'reader_timeout', 'chunk_damaged'];

const text = new TextEncoder();
const small = madeEpub({ pages: [['a.xhtml', xhtml('<p>All is well.</p>')]] });
let readers: ReaderModule;
let asked: string[] = [];
let server: Server;
let away = '';

beforeAll(async () => {
  // Short, because a trap takes the processor until then; a book that is well needs a fraction even here.
  readers = await processReaders(undefined, { limitMs: { 'book.open': 10_000, 'book.layout': 10_000, 'page.render': 10_000, 'book.contents': 10_000, 'book.search': 10_000 } });
  server = createServer((request, response) => {
    asked.push(request.url ?? '');
    response.end('x');
  });
  await new Promise<void>((resolve) => { server.listen(0, '127.0.0.1', resolve); });
  away = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});
afterAll(async () => {
  await readers.close();
  await new Promise((resolve) => { server.close(resolve); });
});
afterEach(() => {
  expect(asked, 'nothing is fetched').toEqual([]);
  asked = [];
});

/** Opens the book and looks at all that one can look at. @returns the codes of what failed */
async function look(file: Uint8Array, mediaType: MediaType = EPUB): Promise<string[]> {
  const reader = await readerOf(readers, file);
  const failed: string[] = [];
  const note = <T>(result: { ok: true; value: T } | { ok: false; failure: { code: string } }): T | null => {
    if (!result.ok) failed.push(result.failure.code);
    return result.ok ? result.value : null;
  };
  const { calls } = reader;
  if (note(await calls['book.open']({ source: { kind: 'file', mediaType, size: file.length } }))) {
    const laid = note(await calls['book.layout'](LAYOUT));
    note(await calls['book.contents']({}));
    note(await calls['book.cover']({ width: 200, height: 200 }));
    for (const page of [0, Math.max(0, (laid?.pages ?? 1) - 1)]) {
      note(await calls['page.render']({ page, width: 420, height: 600, theme: 'dark', format: 'png' }));
      note(await calls['page.text']({ page }));
      note(await calls['page.links']({ page }));
    }
    note(await calls['book.search']({ text: 'needle', from: 0 }));
  }
  await reader.close();
  expect(failed.filter((code) => !ORDERLY.includes(code))).toEqual([]);
  return failed;
}

async function opensTheNextBook(): Promise<void> {
  const reader = await readerOf(readers, small);
  await openFile(reader.calls, EPUB, small.length);
  expect(await textOfPage(reader.calls, 0)).toBe('All is well.');
  await reader.close();
}

/** An archive whose directory says what the test wants it to say. */
function lying(file: Uint8Array, change: (view: DataView, record: number, name: string) => void): Uint8Array {
  const out = file.slice();
  const view = new DataView(out.buffer);
  for (let at = 0; at < out.length - 46; at++) {
    if (view.getUint32(at, true) === 0x02014b50) change(view, at, new TextDecoder().decode(out.subarray(at + 46, at + 46 + view.getUint16(at + 28, true))));
  }
  return out;
}

describe('bombs', () => {
  it('a file that unpacks to gigabytes is refused before it is unpacked', async () => {
    const bomb = madeEpub({ pages: [['a.xhtml', new Uint8Array(60 * 1024 * 1024).fill(0x20)]] });
    expect(bomb.length).toBeLessThan(200_000);
    expect(await look(bomb)).toEqual(['book_too_large']);
    expect(await look(lying(bomb, (view, at, name) => { if (name.endsWith('a.xhtml')) view.setUint32(at + 24, 0x7fffffff, true); }))).toEqual(['book_too_large']);
  });

  it('a file that says it is small and is not', async () => {
    const files = madeEpub({ pages: [['a.xhtml', xhtml(`<p>${'x'.repeat(5_000_000)}</p>`)]], items: '<item id="c" href="c.png" media-type="image/png" properties="cover-image"/>', files: { 'OPS/c.png': new Uint8Array(9_000_000) } });
    expect(await look(lying(files, (view, at) => view.setUint32(at + 24, 100, true)))).not.toEqual([]);
  });

  it('entities that multiply do not', async () => {
    const laughs = `<?xml version="1.0"?><!DOCTYPE html [<!ENTITY a "ha ha ha ha ha ha ha ha">${[...'bcdefghij'].map((name, i) => `<!ENTITY ${name} "${`&${'abcdefghi'[i]};`.repeat(10)}">`).join('')}]><html xmlns="http://www.w3.org/1999/xhtml"><body><p>&j;</p></body></html>`;
    await look(madeEpub({ pages: [['a.xhtml', laughs]] }));
    const inPackage = zipSync({ mimetype: text.encode(EPUB), 'META-INF/container.xml': text.encode(CONTAINER), 'OPS/package.opf': text.encode(`<!DOCTYPE package [<!ENTITY a "${'x'.repeat(10_000)}">]>${packageOf({ pages: [['a.xhtml', '']], metadata: `<dc:title>${'&a;'.repeat(10_000)}</dc:title>` }).slice(21)}`), 'OPS/a.xhtml': text.encode(xhtml('<p>x</p>')) });
    await look(inPackage);
  });

  it('a picture of ten billion pixels is refused, and one that is merely large is not drawn past the ceiling', async () => {
    const comic = (side: number): Uint8Array => madeEpub({ metadata: '<dc:title>Comic</dc:title><meta property="rendition:layout">pre-paginated</meta>', pages: [['p.png', emptyPng(side, side)]] });
    expect(await look(comic(100_000))).toContain('book_too_large');
    await look(comic(6000));
    await look(madeEpub({ pages: [['a.xhtml', xhtml('<p>words <img src="p.png"/></p>')]], items: '<item id="p" href="p.png" media-type="image/png"/>', files: { 'OPS/p.png': emptyPng(60_000, 60_000) } }));
  });

  it('a PDF whose page is a mile wide, and one whose streams unpack to gigabytes', async () => {
    await look(pdfOf('/MediaBox [0 0 99999999 99999999]', 'q 1 0 0 RG 0 0 m 99999999 99999999 l S Q'), PDF);
    await look(pdfOf('/MediaBox [0 0 1e30 0.0000001]', ''), PDF);
    await look(pdfOf('/MediaBox [0 0 600 800]', 'q '.repeat(300_000)), PDF);
    await look(pdfOf('/MediaBox [0 0 600 800]', '1 0 0 1 0 0 cm /F 0 Tf '.repeat(200_000)), PDF);
  });
});

describe('traps', () => {
  it.each([
    ['elements nested two hundred deep', xhtml(`${'<div>'.repeat(200)}x${'</div>'.repeat(200)}`)],
    ['elements nested a hundred thousand deep', xhtml(`${'<div>'.repeat(100_000)}x${'</div>'.repeat(100_000)}`)],
    ['spans in spans in a paragraph', xhtml(`<p>${'<span>'.repeat(3000)}x${'</span>'.repeat(3000)}</p>`)],
    ['tables in tables', xhtml(`${'<table><tr><td>'.repeat(300)}x${'</td></tr></table>'.repeat(300)}`)],
    ['a million empty paragraphs', xhtml('<p/>'.repeat(1_000_000))],
    ['one word of four million letters', xhtml(`<p>${'a'.repeat(4_000_000)}</p>`)],
    ['a style sheet of a hundred thousand rules', xhtml('<p class="x">x</p>', `<style>${'p.x, div > p + p ~ p { margin: 1px }\n'.repeat(100_000)}</style>`)],
    ['page breaks without end', xhtml('<p style="page-break-before: always">x</p>'.repeat(150_000))],
    ['letters larger than the page', xhtml('<p style="font-size: 99999999pt; margin: -99999999pt; line-height: 0">x y z</p>')],
    ['widths that are no numbers', xhtml('<table width="-1"><tr><td colspan="2147483647" rowspan="2147483647">x</td></tr></table><img width="1e999" height="NaN" src="a.xhtml"/>')],
  ])('%s', async (_what, page) => {
    await look(madeEpub({ pages: [['a.xhtml', page]] }));
    await opensTheNextBook();
  });

  it('contents, spine and style sheets that go in circles', async () => {
    const nav = xhtml(`<nav epub:type="toc">${'<ol><li><a href="nav.xhtml#x">x</a>'.repeat(5000)}${'</li></ol>'.repeat(5000)}</nav>`);
    await look(madeEpub({ pages: [['a.xhtml', xhtml('<p>x</p>', '<link rel="stylesheet" href="s.css"/>')]], items: '<item id="nav" href="nav.xhtml" media-type="application/xhtml+xml" properties="nav"/>', files: { 'OPS/nav.xhtml': nav, 'OPS/s.css': '@import "s.css"; @import url(s.css);' } }));
    await look(pdfCircle(), PDF);
    await opensTheNextBook();
  });
});

describe('references out of the book', () => {
  it('to the network are not followed, from anywhere', async () => {
    const page = xhtml(
      `<p>words</p><img src="${away}/img.png"/><iframe src="${away}/frame"></iframe><object data="${away}/object"></object><audio src="${away}/audio.mp3"></audio><script src="${away}/script.js"></script><a href="${away}/link">link</a><svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink"><image xlink:href="${away}/svg.png"/></svg>`,
      `<link rel="stylesheet" href="${away}/style.css"/><style>@import url(${away}/import.css); @font-face { font-family: X; src: url(${away}/font.ttf) } body { background: url(${away}/back.png) }</style>`,
    );
    const book = madeEpub({ pages: [['a.xhtml', `<!DOCTYPE html SYSTEM "${away}/dtd">${page.slice(39)}`]], items: `<item id="r" href="${away}/remote.xhtml" media-type="application/xhtml+xml"/>` });
    const reader = await readerOf(readers, book);
    const { omissions } = await openFile(reader.calls, EPUB, book.length);
    expect(omissions.map(({ code }) => code)).toEqual(expect.arrayContaining(['remote-resource', 'script', 'audio']));
    await reader.close();
    await look(book);
    await look(pdfOf(`/MediaBox [0 0 600 800] /AA << /O << /S /URI /URI (${away}/open) >> >>`, '(x) Tj', `/OpenAction << /S /JavaScript /JS (app.launchURL("${away}/js");) >>`), PDF);
  });

  it('to files of the computer show nothing of them', async () => {
    for (const target of ['/etc/hostname', 'file:///etc/hostname', '../../../../../../../../etc/hostname', '..%2f..%2f..%2f..%2fetc%2fhostname', 'C:\\Windows\\win.ini']) {
      const book = madeEpub({ pages: [['a.xhtml', xhtml(`<p>start</p><p><img src="${target}"/></p><object data="${target}"></object><iframe src="${target}"></iframe><p>end</p>`)]], items: `<item id="x" href="${target}" media-type="application/xhtml+xml"/>` });
      const reader = await readerOf(readers, book);
      const { pages } = await openFile(reader.calls, EPUB, book.length);
      let words = '';
      for (let page = 0; page < pages; page++) words += `${await textOfPage(reader.calls, page)} `;
      expect(words.replaceAll('[image]', '').split(/\s+/).filter(Boolean), target).toEqual(['start', 'end']);
      await reader.close();
    }
    // An entity that is a file.
    const entity = '<?xml version="1.0"?><!DOCTYPE html [<!ENTITY x SYSTEM "file:///etc/hostname">]><html xmlns="http://www.w3.org/1999/xhtml"><body><p>start &x; end</p></body></html>';
    const reader = await readerOf(readers, madeEpub({ pages: [['a.xhtml', entity]] }));
    const opened = await reader.calls['book.open']({ source: { kind: 'file', mediaType: EPUB, size: madeEpub({ pages: [['a.xhtml', entity]] }).length } });
    if (opened.ok) {
      valueOf(await reader.calls['book.layout'](LAYOUT));
      expect(await textOfPage(reader.calls, 0)).not.toContain((await import('node:os')).hostname());
    }
    await reader.close();
  });
});

describe('files that are not what they say', () => {
  it.each<readonly [string, Uint8Array, MediaType]>([
    ['an EPUB that is text', text.encode('Call me Ishmael.'), EPUB], ['a PDF that is text', text.encode('Call me Ishmael.'), PDF], ['an EPUB that is a PDF', pdfOf('', ''), EPUB], ['a PDF that is an EPUB', small, PDF],
    ['an archive that is no EPUB', zipSync({ 'a.txt': text.encode('x') }), EPUB], ['a PDF of a header only', text.encode('%PDF-1.7\n'), PDF], ['one byte', new Uint8Array([0x50]), EPUB],
    ['an EPUB without pages', madeEpub({ pages: [] }), EPUB],
  ])('%s are refused with a code', async (_what, file, mediaType) => {
    expect(await look(file, mediaType)).toEqual(['book_unreadable']);
  });

  it('books that are protected say so', async () => {
    const encryption = '<encryption xmlns="urn:oasis:names:tc:opendocument:xmlns:container"><EncryptedData xmlns="http://www.w3.org/2001/04/xmlenc#"><EncryptionMethod Algorithm="http://www.w3.org/2001/04/xmlenc#aes128-cbc"/><CipherData><CipherReference URI="OPS/a.xhtml"/></CipherData></EncryptedData></encryption>';
    expect(await look(madeEpub({ pages: [['a.xhtml', xhtml('<p>x</p>')]], files: { 'META-INF/encryption.xml': encryption } }))).toEqual(['book_protected']);
    expect(await look(text.encode(`%PDF-1.4\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj\n2 0 obj<</Type/Pages/Kids[3 0 R]/Count 1>>endobj\n3 0 obj<</Type/Page/Parent 2 0 R/MediaBox[0 0 9 9]>>endobj\n4 0 obj<</Filter/Standard/V 2/R 3/Length 128/P -4/O(${'o'.repeat(32)})/U(${'u'.repeat(32)})>>endobj\ntrailer<</Root 1 0 R/Encrypt 4 0 R/ID[(a)(a)]>>\n%%EOF`), PDF)).toEqual(['book_protected']);
  });
});

describe.skipIf(booksTrouble)('damaged books', () => {
  const seed = Number(process.env['TALLYSTICK_FUZZ_SEED'] ?? Date.now() % 1_000_000);
  const rounds = Number(process.env['TALLYSTICK_FUZZ_ROUNDS'] ?? 10);

  it.each<readonly [BookName, MediaType]>([['wasteland.epub', EPUB], ['scandal-in-bohemia.pdf', PDF], ['haruko-jpeg.epub', EPUB]])(`%s cut or changed anywhere ends in pages or a code (TALLYSTICK_FUZZ_SEED=${seed})`, async (name, mediaType) => {
    const random = diceFrom(`${name} ${seed}`);
    const good = bookBytes(name);
    for (let round = 0; round < rounds; round++) await look(damaged(good, random, round), mediaType);
    await opensTheNextBook();
  });

  it(`wasteland.epub with damage in its unpacked files (TALLYSTICK_FUZZ_SEED=${seed})`, async () => {
    const random = diceFrom(`inside ${seed}`);
    const files = unzipSync(bookBytes('wasteland.epub'));
    const names = Object.keys(files).filter((name) => (files[name]?.length ?? 0) > 0);
    for (let round = 0; round < rounds; round++) {
      const name = names[random.upTo(names.length)] as string;
      await look(zipSync({ ...files, [name]: damaged(files[name] as Uint8Array, random, round) }, { level: 1 }));
    }
    await opensTheNextBook();
  });
});

/** Cut short, or with bytes changed, swapped, repeated. */
function damaged(good: Uint8Array, random: Dice, round: number): Uint8Array {
  if (round % 4 === 0) return good.slice(0, 1 + random.upTo(good.length - 1));
  const out = good.slice();
  if (round % 4 === 1) out.copyWithin(random.upTo(out.length), random.upTo(out.length), random.upTo(out.length));
  for (let i = 0; i < 1 + random.upTo(40); i++) out[random.upTo(out.length)] = random.upTo(256);
  return out;
}

/** A PDF of one page, without compression and with a wrong cross-reference table, which every reader repairs. */
function pdfOf(page: string, content: string, catalogue = ''): Uint8Array {
  return text.encode(`%PDF-1.7\n1 0 obj<</Type/Catalog/Pages 2 0 R ${catalogue}>>endobj\n2 0 obj<</Type/Pages/Kids[3 0 R]/Count 1>>endobj\n3 0 obj<</Type/Page/Parent 2 0 R/Contents 4 0 R/Resources<<>> ${page}>>endobj\n4 0 obj<</Length ${content.length}>>stream\n${content}\nendstream endobj\ntrailer<</Root 1 0 R>>\n%%EOF`);
}

/** Pages that are their own children, a form that draws itself, an outline that is its own next. */
function pdfCircle(): Uint8Array {
  return text.encode('%PDF-1.7\n1 0 obj<</Type/Catalog/Pages 2 0 R/Outlines 5 0 R>>endobj\n2 0 obj<</Type/Pages/Kids[2 0 R 3 0 R]/Count 2>>endobj\n3 0 obj<</Type/Page/Parent 2 0 R/MediaBox[0 0 300 300]/Contents 4 0 R/Resources<</XObject<</F 6 0 R>>>>>>endobj\n4 0 obj<</Length 5>>stream\n/F Do\nendstream endobj\n5 0 obj<</Type/Outlines/First 7 0 R/Last 7 0 R>>endobj\n6 0 obj<</Type/XObject/Subtype/Form/BBox[0 0 300 300]/Resources<</XObject<</F 6 0 R>>>>/Length 11>>stream\n/F Do /F Do\nendstream endobj\n7 0 obj<</Title(x)/Parent 5 0 R/Next 7 0 R/First 7 0 R/Dest[3 0 R/Fit]>>endobj\ntrailer<</Root 1 0 R>>\n%%EOF');
}

/** A PNG that says how large it is and has hardly any data. */
function emptyPng(width: number, height: number): Uint8Array {
  const view = new DataView(new ArrayBuffer(13));
  view.setUint32(0, width);
  view.setUint32(4, height);
  view.setUint32(8, 0x08000000);
  const chunk = (type: string, content: Uint8Array): number[] => [...new Uint8Array(new Uint32Array([content.length]).buffer).reverse(), ...text.encode(type), ...content, ...crcOf(new Uint8Array([...text.encode(type), ...content]))];
  return Uint8Array.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a, ...chunk('IHDR', new Uint8Array(view.buffer)), ...chunk('IDAT', Uint8Array.of(0x78, 0x01, 0x03, 0, 0, 0, 0, 1)), ...chunk('IEND', new Uint8Array(0))]);
}

function crcOf(bytes: Uint8Array): number[] {
  let crc = ~0;
  for (const byte of bytes) {
    crc ^= byte;
    for (let bit = 0; bit < 8; bit++) crc = crc & 1 ? (crc >>> 1) ^ 0xedb88320 : crc >>> 1;
  }
  return [24, 16, 8, 0].map((shift) => (~crc >>> shift) & 0xff);
}
