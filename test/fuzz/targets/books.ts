/**
 * Books from anyone (assurance row 47): the archive, its documents, and the whole reader with its engine. A broken book is
 * a code; nothing in it makes the reader read elsewhere, or give more than the contract says. The engine's own memory is
 * not looked into: it breaks for one book and is replaced.
 */
import { createHash } from 'node:crypto';
import { isDeepStrictEqual } from 'node:util';
import { x25519 } from '@noble/curves/ed25519.js';
import { sealChunk } from '../../../enclave/grants/chunk-cipher.ts';
import { coverKeyOf, sealCover } from '../../../enclave/grants/cover-cipher.ts';
import { sealCoverGrant, sealGrant } from '../../../enclave/grants/grants.codec.ts';
import { openDocument } from '../../../enclave/reader/books/book-document.ts';
import { pdfBook } from '../../../enclave/reader/books/pdf-book.ts';
import { choosePictures, setPicturesApart } from '../../../enclave/reader/books/pictures-apart.ts';
import { openStreamed } from '../../../enclave/reader/books/streamed-document.ts';
import { readEncryption } from '../../../enclave/reader/epub/encryption.ts';
import { readNavigation } from '../../../enclave/reader/epub/navigation.ts';
import { readPackage } from '../../../enclave/reader/epub/package-document.ts';
import { resolveReference } from '../../../enclave/reader/epub/paths.ts';
import { onlyPicture, svgsIn } from '../../../enclave/reader/epub/svg.ts';
import { describedPictures } from '../../../enclave/reader/epub/unshown-pictures.ts';
import { decodeText, readXml } from '../../../enclave/reader/epub/xml.ts';
import { openZip } from '../../../enclave/reader/epub/zip.ts';
import { BrokenEngine } from '../../../enclave/reader/engine/trouble.ts';
import { startEngine } from '../../../enclave/reader/engine/engine.ts';
import { createReading } from '../../../enclave/reader/reading.ts';
import type { BookBytes } from '../../../enclave/reader/source/book-bytes.ts';
import { type Reply, ReplySchema } from '../../../protocol/contracts/contract.ts';
import { type ReaderMethod, readerContract } from '../../../protocol/contracts/reader.contract.ts';
import { createServer } from '../../../protocol/contracts/server.ts';
import { type ErrorCode, Refusal } from '../../../protocol/errors.ts';
import { CHUNK_BYTES } from '../../../protocol/limits.ts';
import { encodeManifest } from '../../../protocol/publication.codec.ts';
import { bytesFrom } from '../../support/fork-proofs.ts';
import { seededRandom } from '../../support/memory-host.ts';
import { MUPDF_WASM } from '../../support/mupdf-wasm.ts';
import { once } from '../engine/scratch.ts';
import { ACCEPTED, Finding, type Target, type Verdict, bytesTarget, codeOf, mustBeBounded, mustHold, refusedWith, textTarget, valueTarget, WITHOUT_TROUBLE } from '../engine/target.ts';
import { EPUB, PNG } from './small-book.ts';
import { withNames } from './vault-world.ts';

const CODES: ErrorCode[] = ['book_unreadable', 'book_too_large', 'book_protected'];
/** What a document may make of itself: a list of everything in it. */
const TIMES = 400;

const bytesOf = (bytes: Uint8Array): BookBytes => ({
  size: bytes.length,
  read: (from, length) => (from < 0 || length < 0 || from + length > bytes.length ? Promise.reject(new Refusal('book_unreadable', 'outside')) : Promise.resolve(bytes.slice(from, from + length))),
});

async function orCode(work: () => unknown, codes = CODES): Promise<Verdict> {
  try {
    await work();
    return ACCEPTED;
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    return codeOf(error.failure, codes);
  }
}

const engine = once(() => startEngine({ wasm: MUPDF_WASM, font: () => null }));
const random = seededRandom('reader');
const sha256 = (bytes: Uint8Array): Buffer => createHash('sha256').update(bytes).digest();

/** @param book what the host hands out for it, file or ciphertext @param chunks in place of that */
function readerOf(book: Uint8Array, secret = random(32), chunks?: readonly Uint8Array[]): (method: ReaderMethod, input: unknown) => Promise<Reply | null> {
  const serve = createServer(readerContract, createReading({
    engine, random, secret, now: () => 1,
    fetch: (index) => Promise.resolve(chunks?.[index] ?? book.slice(index * CHUNK_BYTES, (index + 1) * CHUNK_BYTES)), store: () => Promise.resolve(),
  }));
  return async (method, input) => {
    const reply = ReplySchema.safeParse(await serve({ id: 1, method, input }));
    mustHold(reply.success, 'answered with no reply');
    const { data } = reply;
    if (!data) return null;
    if (data.ok) mustHold(readerContract[method].output.safeParse(data.value).success, `${method}: the answer is not of the agreed shape`);
    return data;
  };
}

const sourceOf = (book: Uint8Array) => ({ kind: 'file', mediaType: book[0] === 0x25 ? 'application/pdf' : 'application/epub+zip', size: book.length });
const LAYOUT = { width: 300, height: 400, fontSize: 12, margin: 0.05, lineSpacing: null, typeface: 'book' } as const;
const RENDER = { page: 0, width: 64, height: 64, theme: 'light', format: 'png' };

const verdictOfReply = (reply: Reply | null, codes?: readonly ErrorCode[]): Verdict => (reply?.ok ? ACCEPTED : reply ? codeOf(reply.failure, codes) : refusedWith('nothing'));

/** A reader in which the small EPUB is open and laid out. */
async function reading(): Promise<(method: ReaderMethod, input: unknown) => Promise<Reply | null>> {
  const ask = readerOf(EPUB);
  for (const [method, input] of [['book.open', { source: sourceOf(EPUB) }], ['book.layout', LAYOUT]] as const) {
    const reply = await ask(method, input);
    if (!reply?.ok) throw new Error(`${method}: ${reply?.failure.detail}`);
  }
  return ask;
}
const openBook = once(async () => {
  const ask = await reading();
  const marked = await ask('book.position', { page: 0 });
  if (!marked?.ok) throw new Error('the first page has no position');
  return { ask, names: new Map([['@position', (marked.value as { position: string }).position]]) };
});
/** The small EPUB as it is published, and the right to open it for one reader. */
const SECRET = bytesFrom('a reader');
const KEY = bytesFrom('a book');
const CHUNK = sealChunk(KEY, 0, true, EPUB);
const MANIFEST = encodeManifest({ version: 1, mediaType: 'application/epub+zip', size: EPUB.length, cover: null, hashes: new Uint8Array(sha256(CHUNK)) });
export const PUBLISHED = { manifest: MANIFEST, grant: sealGrant(x25519.getPublicKey(SECRET), { version: 1, content: new Uint8Array(sha256(MANIFEST)), key: KEY, at: 1, terms: { text: true, until: null } }, bytesFrom('a grant')), chunk: CHUNK };

/** The same with a cover, and the right to look at that. */
const COVER = sealCover(coverKeyOf(KEY), PNG);
const COVERED = encodeManifest({ version: 1, mediaType: 'application/epub+zip', size: EPUB.length, cover: PNG.length, hashes: new Uint8Array([...sha256(CHUNK), ...sha256(COVER)]) });
const COVER_GRANT = sealCoverGrant(x25519.getPublicKey(SECRET), { version: 1, content: new Uint8Array(sha256(COVERED)), coverKey: coverKeyOf(KEY) }, bytesFrom('a cover grant'));

/** What uses a reader up, or lays its book out otherwise. */
const ONCE: readonly string[] = ['book.open', 'picture.cover', 'publication.cover', 'publication.seal', 'book.layout'];

/** A reader as a method needs it, and what its samples call by name. */
async function worldOf(method: ReaderMethod): Promise<{ ask: ReturnType<typeof readerOf>; names: ReadonlyMap<string, unknown> }> {
  switch (method) {
    case 'book.open': case 'publication.seal': return { ask: readerOf(EPUB), names: new Map() };
    case 'picture.cover': return { ask: readerOf(PNG), names: new Map([['@size', PNG.length]]) };
    case 'publication.cover': return { ask: readerOf(EPUB, SECRET, [CHUNK, COVER]), names: new Map([['@manifest', COVERED], ['@cover-grant', COVER_GRANT]]) };
    case 'book.layout': return { ask: await reading(), names: new Map() };
    default: return await openBook();
  }
}

export const BOOK_TARGETS: readonly Target[] = [
  bytesTarget('zip', {
    covers: ['enclave/reader/epub/zip.ts#openZip', 'enclave/reader/epub/zip.ts'], cost: 3,
    run: (bytes) => orCode(async () => {
      const zip = await openZip(bytesOf(bytes));
      for (const [name, entry] of zip.entries) {
        mustHold(entry.name === name, 'a file under another name');
        await zip.content(name, 1 << 20).then((content) => mustHold(content.length === entry.size, 'a file of another size'), (error: unknown) => { if (!(error instanceof Refusal)) throw error; });
      }
    }),
  }),
  bytesTarget('book-documents', {
    covers: ['enclave/reader/epub/package-document.ts#readPackage', 'enclave/reader/epub/package-document.ts', 'enclave/reader/epub/encryption.ts#readEncryption'], cost: 10,
    run: (bytes) => orCode(async () => {
      const zip = await openZip(bytesOf(bytes));
      await readEncryption(zip);
      const { items, spine, title } = await readPackage(zip);
      mustBeBounded([items, spine, title], bytes.length, TIMES);
    }),
  }),
  bytesTarget('xml', {
    covers: ['enclave/reader/epub/xml.ts#readXml', 'enclave/reader/epub/xml.ts#decodeText', 'enclave/reader/epub/xml.ts', 'enclave/reader/epub/navigation.ts#readNavigation', 'enclave/reader/epub/svg.ts', 'enclave/reader/epub/unshown-pictures.ts'], cost: 4,
    run: (bytes) => orCode(() => {
      let said = 0;
      readXml(bytes, { open: (name, attributes) => { said += name.length + Object.values(attributes).join('').length; }, text: (text) => { said += text.length; } });
      // Entities of its own would make it grow.
      mustHold(said <= 2 * decodeText(bytes).length + 1000, 'a document has grown');
      for (const kind of ['nav', 'ncx'] as const) mustBeBounded(readNavigation(kind, bytes, 'text/nav.xhtml'), bytes.length, TIMES);
      for (const { text } of svgsIn(decodeText(bytes))) onlyPicture(text);
      // A < of a description is written as four letters.
      mustHold(describedPictures(decodeText(bytes)).length <= 4 * decodeText(bytes).length, 'a text has grown');
    }),
  }),
  textTarget('book-reference', {
    covers: ['enclave/reader/epub/paths.ts'],
    run(reference) {
      const found = resolveReference('text/one.xhtml', reference);
      if (!found) return refusedWith('out of the book');
      mustHold(!found.path.startsWith('/') && !found.path.split('/').includes('..'), `out of the book: ${found.path}`);
      return ACCEPTED;
    },
  }),
  bytesTarget('book', {
    covers: ['enclave/reader/books/open-book.ts', 'enclave/reader/books/book-document.ts#openDocument', 'enclave/reader/epub/adapt.ts', 'enclave/reader/epub/without-navigation.ts', 'enclave/reader/epub/scan.ts', 'enclave/reader/pages/text-lines.ts'], cost: 500,
    async run(book) {
      const ask = readerOf(book);
      try {
        const opened = await ask('book.open', { source: sourceOf(book) });
        if (!opened?.ok) return verdictOfReply(opened);
        for (const [method, input] of [['book.layout', LAYOUT], ['book.contents', {}], ['page.render', RENDER], ['page.text', { page: 0 }], ['page.links', { page: 0 }], ['book.search', { text: 'half', from: 0 }]] as const) verdictOfReply(await ask(method, input));
        return ACCEPTED;
      } catch (error) {
        if (!(error instanceof BrokenEngine)) throw error;
        throw new Finding(`a book broke the engine: ${error.message}`);
      }
    },
  }),
  bytesTarget('streamed-book', {
    covers: ['enclave/reader/books/streamed-document.ts'], cost: 20,
    async run(book) {
      const mupdf = await engine();
      try {
        return await orCode(async () => {
          // So small that every book of the fuzzer comes in parts.
          const { document, run } = await openStreamed(mupdf, bytesOf(book), 'application/pdf', { piece: 64, held: 64, ahead: 2 });
          try {
            const opened = await pdfBook(mupdf, document, run);
            await opened.lines(0);
            await opened.contents();
          } finally {
            document.destroy();
          }
        });
      } catch (error) {
        if (!(error instanceof BrokenEngine)) throw error;
        throw new Finding(`a book in parts broke the engine: ${error.message}`);
      }
    },
  }),
  bytesTarget('illustrated-book', {
    covers: ['enclave/reader/books/pictures-apart.ts', 'enclave/reader/epub/chapter-pictures.ts', 'enclave/reader/epub/stand-in.ts'], cost: 60,
    async run(book) {
      const mupdf = await engine();
      try {
        return await orCode(async () => {
          const zip = await openZip(bytesOf(book));
          const about = await readPackage(zip);
          const parted = await setPicturesApart({ mupdf, zip, about, apart: choosePictures(zip, about, 0), adapted: new Map() });
          const document = openDocument(mupdf, parted.light(new Map()), 'application/epub+zip');
          document.destroy();
          await parted.draw(about.spine[0]?.path ?? '', 0, LAYOUT, { width: 64, height: 64 });
        });
      } catch (error) {
        if (!(error instanceof BrokenEngine)) throw error;
        throw new Finding(`a book with its pictures apart broke the engine: ${error.message}`);
      }
    },
  }),
  bytesTarget('cover-picture', {
    covers: ['enclave/reader/covers/cover-image.ts'], cost: 20,
    async run(picture) {
      if (picture.length === 0) return refusedWith('nothing');
      try {
        return verdictOfReply(await readerOf(picture)('picture.cover', { size: picture.length, width: 64, height: 64 }), ['picture_unreadable']);
      } catch (error) {
        if (!(error instanceof BrokenEngine)) throw error;
        throw new Finding(`a picture broke the engine: ${error.message}`);
      }
    },
  }),
  valueTarget('published-book', {
    covers: ['enclave/reader/reading.ts', 'enclave/reader/source/book-bytes.ts'], cost: 100,
    async run(value) {
      const { manifest, grant, chunk } = (value ?? {}) as Record<string, unknown>;
      const reply = await readerOf(chunk instanceof Uint8Array ? chunk : new Uint8Array(), SECRET)('book.open', { source: { kind: 'publication', manifest, grant } });
      if (reply?.ok) mustHold(isDeepStrictEqual({ manifest, grant, chunk }, PUBLISHED), 'a book that was not published, or not for this reader, is open');
      return verdictOfReply(reply, WITHOUT_TROUBLE);
    },
  }),
  ...(Object.keys(readerContract) as ReaderMethod[]).map((method) => valueTarget(`reader/${method}`, {
    covers: [`readerContract:${method}`, ...(method === 'book.locate' ? ['enclave/reader/books/chapter-positions.ts', 'enclave/reader/books/page-marks.ts'] : [])], cost: ONCE.includes(method) ? 150 : 20,
    async run(input) {
      const { ask, names } = await worldOf(method);
      return verdictOfReply(await ask(method, withNames(input, names)), WITHOUT_TROUBLE);
    },
  })),
];
