/**
 * From a file to a publication (design §7). A reader module encrypts the file piece by piece under a key of its own
 * making, this host stores the chunks, and the vault, to whom alone the key goes, signs and makes the copies.
 *
 *   running ──all chunks, vault said yes──▶ done
 *      ├──cancel──▶ cancelled      the ciphertext so far is thrown away
 *      └──any fault──▶ failed      the same
 */
import { type FileHandle, open } from 'node:fs/promises';
import { extname } from 'node:path';
import { type Failure, Refusal, fail, refuse } from '../../../protocol/errors.ts';
import type { z } from 'zod';
import { CHUNK_BYTES, MAX_PICTURE_FILE_BYTES, MAX_PUBLICATION_BYTES, MAX_TITLE_CHARS } from '../../../protocol/limits.ts';
import type { LibraryHostContract, PublishingView } from '../../../protocol/contracts/library-host.contract.ts';
import type { PublicationView } from '../../../protocol/contracts/library.views.ts';
import type { BookDescription } from '../../../protocol/contracts/reader.contract.ts';
import type { Format } from '../../../protocol/licence.codec.ts';
import { type ContentId, chunkCountOf } from '../../../protocol/publication.codec.ts';
import type { ReaderModule } from '../modules/reader-module.ts';
import { valueOf } from '../modules/vault-supervisor.ts';
import { createSlots, inTurn } from '../slots.ts';
import { systemCodeOf } from '../storage/atomic-file.ts';
import { FORMAT_BYTES, formatIn } from './book-format.ts';
import type { ContentStore } from './content-store.ts';
import { COVER_BOX } from './covers.ts';
import type { BookFile } from './offered-files.ts';

const MEDIA = { epub: 'application/epub+zip', pdf: 'application/pdf' } as const;
/** Readers at once that look at a file, and that encrypt one: each may take 400 MB. The others wait for their turn. */
const INSPECTED_AT_ONCE = 1;
const PUBLISHED_AT_ONCE = 2;
/** Jobs that are shown; the oldest that is over goes. */
const MAX_JOBS = 20;

type Form = Omit<z.output<LibraryHostContract['publishing.start']['input']>, 'file' | 'cover'>;
/** `cover`: as in the contract, with the picture itself. */
type Wanted = Form & { readonly cover: 'book' | 'nothing' | BookFile };
export type SealedPublication = Form & { format: Format; bytes: number; content: string; sealedKey: string };

export interface PublishingOptions {
  readonly store: ContentStore;
  readonly readers: ReaderModule;
  /** The vault's key for content keys, and its part in publishing. */
  readonly publishingKey: () => Promise<Uint8Array>;
  readonly publish: (publication: SealedPublication) => Promise<PublicationView>;
  /** Keeps the picture for the shelf. */
  readonly keepCover: (content: ContentId, cover: Uint8Array) => Promise<void>;
  /** Removes what was encrypted in vain, if the vault says so. */
  readonly tidy: () => Promise<void>;
  readonly onChange: () => void;
}

interface Job { view: PublishingView; readonly cancel: () => void; ended: Promise<void> }

export class Publishing {
  readonly #options: PublishingOptions;
  readonly #jobs = new Map<number, Job>();
  readonly #inspecting = createSlots(INSPECTED_AT_ONCE);
  readonly #publishing = createSlots(PUBLISHED_AT_ONCE);
  #last = 0;

  constructor(options: PublishingOptions) {
    this.#options = options;
  }

  /** @throws Refusal `bad_input`, and those of the reader */
  async inspect(chosen: BookFile) {
    return await inTurn(this.#inspecting, () => this.#inspect(chosen));
  }

  async #inspect(chosen: BookFile) {
    return await withFile(chosen, async (file, format, bytes) => {
      const opened = valueOf(await this.#options.readers.start({ chunk: (index) => pieceOf(file, bytes, index) }));
      try {
        const description = valueOf(await opened.calls['book.open']({ source: { kind: 'file', mediaType: MEDIA[format], size: bytes } }));
        const cover = await opened.calls['book.cover'](COVER_BOX);
        return { name: chosen.name, bytes, format, ...titlesOf(description, chosen.name), cover: cover.ok ? Buffer.from(cover.value.bytes).toString('base64') : null, omissions: description.omissions };
      } finally {
        await opened.close();
      }
    });
  }

  /** A picture as the cover it would be, a PNG. @throws Refusal `picture_unreadable`, and those of the reader */
  async coverOf(picture: BookFile): Promise<Uint8Array> {
    return await inTurn(this.#inspecting, () => this.#drawn(picture));
  }

  async #drawn({ path, name }: BookFile): Promise<Uint8Array> {
    return await reading(path, name, async (file, bytes) => {
      if (bytes > MAX_PICTURE_FILE_BYTES) refuse('picture_unreadable', `The picture is larger than ${MAX_PICTURE_FILE_BYTES / 1024 / 1024} MB.`);
      const reader = valueOf(await this.#options.readers.start({ chunk: (index) => pieceOf(file, bytes, index) }));
      try {
        return valueOf(await reader.calls['picture.cover']({ size: bytes, ...COVER_BOX })).bytes;
      } finally {
        await reader.close();
      }
    });
  }

  /** Begins; how it goes is seen in `views`. */
  start(chosen: BookFile, wanted: Wanted): { job: number; ended: Promise<void> } {
    const job = ++this.#last;
    const stop = new AbortController();
    const entry: Job = { view: { job, title: wanted.title, bytes: 0, total: 0, state: 'running', publication: null, failure: null }, cancel: () => stop.abort(), ended: Promise.resolve() };
    this.#jobs.set(job, entry);
    for (const [old, { view }] of this.#jobs) if (this.#jobs.size > MAX_JOBS && view.state !== 'running') this.#jobs.delete(old);
    const become = (change: Partial<PublishingView>): void => {
      entry.view = { ...entry.view, ...change };
      this.#options.onChange();
    };
    entry.ended = inTurn(this.#publishing, () => this.#run(chosen, wanted, stop.signal, become)).then(
      (publication) => become({ state: 'done', publication: publication.id }),
      (error: unknown) => (stop.signal.aborted ? become({ state: 'cancelled' }) : become({ state: 'failed', failure: failureOf(error) })),
    );
    return { job, ended: entry.ended };
  }

  cancel(job: number): void {
    const entry = this.#jobs.get(job);
    if (entry?.view.state === 'running') return entry.cancel();
    this.#jobs.delete(job);
    this.#options.onChange();
  }

  views(): PublishingView[] {
    return [...this.#jobs.values()].map(({ view }) => view).reverse();
  }

  /** Cancels all of it. Resolves when nothing is written any more. */
  async close(): Promise<void> {
    const jobs = [...this.#jobs.values()];
    for (const { cancel } of jobs) cancel();
    await Promise.all(jobs.map(({ ended }) => ended));
  }

  #run(chosen: BookFile, { cover: from, ...wanted }: Wanted, signal: AbortSignal, become: (change: Partial<PublishingView>) => void): Promise<PublicationView> {
    const { store, readers, publishingKey, publish, keepCover, tidy } = this.#options;
    if (signal.aborted) refuse('declined', 'It was cancelled.');
    return withFile(chosen, async (file, format, bytes) => {
      become({ total: bytes });
      const own = await this.#ownCover(file, format, bytes);
      const cover = from === 'book' ? own : from === 'nothing' ? null : await this.#drawn(from);
      const vaultKey = await publishingKey();
      // Nobody would hear of it below, where only what happens from then on is listened for.
      if (signal.aborted) refuse('declined', 'It was cancelled.');
      const making = await store.make();
      try {
        const reader = valueOf(await readers.start({
          chunk: (index) => pieceOf(file, bytes, index),
          async sealed(index, chunk) {
            if (signal.aborted) refuse('declined', 'It was cancelled.');
            await making.put(index, chunk);
            become({ bytes: Math.min(bytes, (index + 1) * CHUNK_BYTES) });
          },
        }));
        const ended = (): void => void reader.close();
        signal.addEventListener('abort', ended, { once: true });
        try {
          const sealed = valueOf(await reader.calls['publication.seal']({ mediaType: MEDIA[format], size: bytes, vaultKey, cover }));
          if (signal.aborted) refuse('declined', 'It was cancelled.');
          await making.finish(sealed.manifest);
          if (cover) await keepCover(sealed.content, cover);
          // A vault that ended may have made the copies all the same: what becomes of the files follows from the shelf.
          const publication = await publish({ ...wanted, format, bytes, content: sealed.content, sealedKey: Buffer.from(sealed.sealedKey).toString('hex') }).catch(async (error: unknown) => {
            store.abandon(sealed.content);
            await tidy().catch(() => undefined);
            throw error;
          });
          await store.signed(sealed.content);
          return publication;
        } finally {
          signal.removeEventListener('abort', ended);
          await reader.close();
        }
      } catch (error) {
        await making.discard();
        throw error;
      }
    });
  }

  /** Also shows that the file can be opened at all, before anything is made of it. @throws Refusal those of the reader */
  async #ownCover(file: FileHandle, format: Format, bytes: number): Promise<Uint8Array | null> {
    const reader = valueOf(await this.#options.readers.start({ chunk: (index) => pieceOf(file, bytes, index) }));
    try {
      valueOf(await reader.calls['book.open']({ source: { kind: 'file', mediaType: MEDIA[format], size: bytes } }));
      const cover = await reader.calls['book.cover'](COVER_BOX);
      return cover.ok ? cover.value.bytes : null;
    } finally {
      await reader.close();
    }
  }
}

const failureOf = (error: unknown): Failure => (error instanceof Refusal ? error.failure : fail('internal', error instanceof Error ? error.message : String(error)).failure);

async function withFile<T>({ path, name }: BookFile, use: (file: FileHandle, format: Format, bytes: number) => Promise<T>): Promise<T> {
  return await reading(path, name, async (file, size) => {
    if (size > MAX_PUBLICATION_BYTES) refuse('book_too_large', `The file is larger than ${Math.floor(MAX_PUBLICATION_BYTES / 1024 / 1024)} MB.`);
    return await use(file, await formatOf(file), size);
  });
}

async function reading<T>(path: string, name: string, use: (file: FileHandle, bytes: number) => Promise<T>): Promise<T> {
  const file = await open(path, 'r').catch((error: unknown) => refuse('bad_input', `The file ${name} cannot be read (${systemCodeOf(error) ?? 'unknown error'}).`));
  try {
    const { size } = await file.stat();
    if (size === 0) refuse('bad_input', `The file ${name} is empty.`);
    return await use(file, size);
  } finally {
    await file.close();
  }
}

async function formatOf(file: FileHandle): Promise<Format> {
  const start = Buffer.alloc(FORMAT_BYTES);
  await file.read(start, 0, start.length, 0);
  return formatIn(start) ?? refuse('book_unreadable', 'This is neither an EPUB nor a PDF.');
}

/** Piece `index` of a file; the reader asks for the pieces that there are. */
async function pieceOf(file: FileHandle, bytes: number, index: number): Promise<Uint8Array> {
  if (index >= chunkCountOf(bytes)) return refuse('bad_input', 'The file has no such piece.');
  const piece = new Uint8Array(Math.min(CHUNK_BYTES, bytes - index * CHUNK_BYTES));
  const { bytesRead } = await file.read(piece, 0, piece.length, index * CHUNK_BYTES);
  if (bytesRead < piece.length) refuse('chunk_damaged', 'The file became shorter while it was read.', { chunk: index });
  return piece;
}

/** What a file says of itself, as far as a publication can bear it: what is cut is not cut through a letter of two halves. */
function titlesOf({ title, authors, language }: BookDescription, name: string) {
  const plain = (text: string): string => text.normalize('NFC').replace(/[\p{Cc}\p{Cs}\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]/gu, ' ').slice(0, MAX_TITLE_CHARS).replace(/\p{Cs}$/u, '').trim();
  const named = plain(name.slice(0, name.length - extname(name).length));
  return { title: plain(title ?? '') || named || 'Untitled', author: plain(authors.join(', ')), language: /^[A-Za-z]{2,8}(-[A-Za-z0-9]{1,8}){0,4}$/.test(language ?? '') ? (language ?? '') : '' };
}
