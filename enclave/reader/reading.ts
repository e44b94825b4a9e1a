/**
 * One reader's life: it opens one book, draws one cover, or encrypts one file, and serves what the contract and the book's terms allow. Knows
 * no process and no port.
 *
 *   fresh ──book.open──▶ open (or failed)          each of these once; the next book gets another process, so that
 *     ├──picture.cover, publication.cover──▶ drawn   a book or a picture that took the reader over finds nobody else's
 *     └──publication.seal──▶ sealed                key in it
 */
import { sha256 } from '@noble/hashes/sha2.js';
import type { Handlers } from '../../protocol/contracts/contract.ts';
import type { BookDescription, BookSource, Rect, ReaderContract } from '../../protocol/contracts/reader.contract.ts';
import { Refusal } from '../../protocol/errors.ts';
import { MAX_CONTENTS_ENTRIES, MAX_SEARCH_HITS } from '../../protocol/limits.ts';
import { type MediaType, coverIndexOf, decodeManifest, isChunkOf } from '../../protocol/publication.codec.ts';
import { openCover } from '../grants/cover-cipher.ts';
import { openCoverGrant, openGrant } from '../grants/grants.codec.ts';
import type { Book } from './books/book.ts';
import { openBook } from './books/open-book.ts';
import { coverImage, pictureCover } from './covers/cover-image.ts';
import type { Mupdf } from './engine/engine.ts';
import type { Fit } from './pages/canvas.ts';
import { pageImage } from './pages/page-image.ts';
import type { Box } from './pages/text-lines.ts';
import { shown } from './said-by-book.ts';
import { type SealingPorts, sealPublication } from './seal-publication.ts';
import type { BookBytes } from './source/book-bytes.ts';
import { decryptedBytes, fileBytes } from './source/chunked-bytes.ts';
import { TermsClock } from './terms.ts';

/** Pages that one step of a search looks at, so that other calls get their turn in between. */
const SEARCH_STEP_PAGES = 40;
const MAX_SNIPPET_CHARS = 300;
const MAX_TITLE_CHARS = 500;
/** A hit that runs over more boxes than this is marked where it begins. */
const MAX_HIT_BOXES = 64;

export interface ReadingPorts extends SealingPorts {
  /** Starts MuPDF; asked for when a book is opened, not before. */
  readonly engine: () => Promise<Mupdf>;
  /** The secret of the key that this reader showed. */
  readonly secret: Uint8Array;
  /** The host's clock, as of the call being served. */
  readonly now: () => number;
}

interface Opened { readonly book: Book; readonly mediaType: MediaType; readonly clock: TermsClock }

export function createReading(ports: ReadingPorts): Handlers<ReaderContract> {
  let used = false;
  let opened: Opened | null = null;

  function useOnce(): void {
    if (used) throw new Refusal('wrong_state', 'A reader opens one book in its life.');
    used = true;
  }

  /** The open book, as far as its terms go. */
  function reading(): Opened {
    if (!opened) throw new Refusal('wrong_state', 'No book is open.');
    opened.clock.mayRead(ports.now());
    return opened;
  }

  function at(page: number): Book {
    const { book } = reading();
    const pages = book.pages();
    if (pages === null) throw new Refusal('wrong_state', 'The book is not laid out yet.');
    if (page >= pages) throw new Refusal('bad_input', `The book has ${pages} pages.`);
    return book;
  }

  async function source(from: BookSource): Promise<{ bytes: BookBytes; mediaType: MediaType; clock: TermsClock }> {
    if (from.kind === 'file') return { bytes: fileBytes(from.size, ports.fetch), mediaType: from.mediaType, clock: new TermsClock({ text: true, until: null }, 0) };
    const grant = openGrant(ports.secret, from.grant);
    const manifest = decodeManifest(from.manifest);
    if (!grant || !manifest.ok || !sha256(from.manifest).every((byte, i) => byte === grant.content[i])) {
      throw new Refusal('grant_refused', 'The grant is not for this reader, or not for this book.');
    }
    const clock = new TermsClock(grant.terms, grant.at);
    clock.mayRead(ports.now());
    return { bytes: decryptedBytes(manifest.value, grant.key, ports.fetch), mediaType: manifest.value.mediaType, clock };
  }

  /** @throws Refusal `grant_refused`, `chunk_damaged`, `bad_input` for a publication without a cover */
  async function publishedCover(manifestBytes: Uint8Array, sealed: Uint8Array): Promise<Uint8Array> {
    const grant = openCoverGrant(ports.secret, sealed);
    const manifest = decodeManifest(manifestBytes);
    if (!grant || !manifest.ok || !sha256(manifestBytes).every((byte, i) => byte === grant.content[i])) throw new Refusal('grant_refused', 'The grant is not for this reader, or not for this book.');
    const index = coverIndexOf(manifest.value);
    if (index === null) throw new Refusal('bad_input', 'This book was published without a cover.');
    const ciphertext = await ports.fetch(index);
    const cover = isChunkOf(manifest.value, index, ciphertext) ? openCover(grant.coverKey, ciphertext) : null;
    if (!cover) throw new Refusal('chunk_damaged', 'The cover is not what was published. Fetch it again.', { chunk: index });
    return cover;
  }

  return {
    async 'book.open'({ source: from }) {
      useOnce();
      const { bytes, mediaType, clock } = await source(from);
      const book = await openBook(await ports.engine(), mediaType, bytes);
      opened = { book, mediaType, clock };
      return describe(opened);
    },
    async 'book.layout'(layout) {
      return { pages: await reading().book.layout(layout) };
    },
    async 'book.contents'() {
      const entries = await reading().book.contents();
      return entries.slice(0, MAX_CONTENTS_ENTRIES).map(({ title, depth, page }) => ({ title: shown(title, MAX_TITLE_CHARS) ?? '', depth, page }));
    },
    async 'book.search'({ text, from }) {
      const { clock } = reading();
      const pages = at(from).pages() ?? 0;
      const hits = [];
      let page = from;
      for (; page < pages && page < from + SEARCH_STEP_PAGES && hits.length < MAX_SEARCH_HITS; page++) {
        const book = at(page);
        const found = await book.find(page, text);
        if (found.length === 0) continue;
        const size = await book.sizeOf(page);
        for (const { boxes, around } of found) {
          const rects = boxes.slice(0, MAX_HIT_BOXES).map((box) => share(box, size));
          hits.push({ page, rects, snippet: clock.terms.text ? shown(around, MAX_SNIPPET_CHARS) : null });
        }
      }
      return { hits: hits.slice(0, MAX_SEARCH_HITS), next: page < pages ? page : null };
    },
    async 'book.position'({ page }) {
      return { position: await at(page).position(page) };
    },
    async 'book.locate'({ position }) {
      const page = await reading().book.locate(position);
      if (page === null) throw new Refusal('bad_input', 'This is no position in this book.');
      return { page };
    },
    async 'book.cover'(into) {
      const { book } = reading();
      return await coverImage((fit) => book.cover(fit), into);
    },
    async 'page.render'({ page, width, height, theme, format }) {
      return await pageImage(await at(page).draw(page, { width, height }), theme, format);
    },
    async 'page.links'({ page }) {
      const book = at(page);
      const [links, size] = [await book.links(page), await book.sizeOf(page)];
      return links.map(({ box, target }) => ({ rect: share(box, size), target }));
    },
    async 'page.text'({ page }) {
      const book = at(page);
      reading().clock.mayTakeText();
      const [lines, size] = [await book.lines(page), await book.sizeOf(page)];
      return lines.map(({ text, box }) => ({ text, rect: share(box, size) }));
    },
    async 'picture.cover'({ size, ...into }) {
      useOnce();
      return await pictureCover(await ports.engine(), await fileBytes(size, ports.fetch).read(0, size), into);
    },
    async 'publication.cover'({ manifest, grant, ...into }) {
      useOnce();
      return await pictureCover(await ports.engine(), await publishedCover(manifest, grant), into);
    },
    async 'publication.seal'({ vaultKey, ...file }) {
      useOnce();
      return await sealPublication(ports, file, vaultKey);
    },
  };
}

function describe({ book, mediaType, clock }: Opened): BookDescription {
  const { kind, title, authors, language, direction, omissions } = book.facts;
  return {
    mediaType, kind, title: shown(title, MAX_TITLE_CHARS), authors: authors.flatMap((author) => shown(author, 200) ?? []).slice(0, 20), language: shown(language, 35), direction,
    pages: book.pages(), omissions: [...omissions].map(([code, count]) => ({ code, count })), terms: clock.terms,
  };
}

/** Not far beyond the page, wherever a book puts its boxes. */
const bounded = (value: number): number => (Number.isFinite(value) ? Math.min(2, Math.max(-1, value)) : 0);
const share = ({ x, y, w, h }: Box, { width, height }: Fit): Rect => [bounded(x / width), bounded(y / height), bounded((x + w) / width), bounded((y + h) / height)];
