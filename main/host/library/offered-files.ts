/**
 * Files that a person chose and has not published yet: books, and pictures for their covers. The contract knows each by a
 * random name, so that a page can name neither file nor folder. One that the shell vouches for (dialog, drop, command line)
 * is read where it lies; one that a browser sent is kept in a private folder of ours until it is published or let go, by its
 * page or because that is gone (transports/page-files.ts), at the latest until the next start.
 *
 *   offered ──take──▶ being published ──done──▶ gone
 *      └──forget, or too many──▶ gone           (a file of the person's own is only forgotten, never removed)
 */
import { randomBytes } from 'node:crypto';
import { mkdir, open, rm, statfs } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { Refusal, refuse } from '../../../protocol/errors.ts';
import { MAX_PICTURE_FILE_BYTES, MAX_PUBLICATION_BYTES } from '../../../protocol/limits.ts';
import { isNoRoom } from '../storage/atomic-file.ts';
import { FORMAT_BYTES, formatIn, isPicture } from './book-format.ts';

/** Files chosen but not published yet. */
const MAX_OFFERED_FILES = 64;

/** Of these, how many may lie here because a browser sent them: each may take half a gigabyte of the disk. */
export const MAX_RECEIVED_FILES = 4;

/** Longer names are cut: this one is only shown. */
const MAX_NAME_CHARS = 200;

export interface BookFile {
  readonly path: string;
  /** What its person calls it. */
  readonly name: string;
}

/** What is known of a file that is being sent. */
export interface Sender {
  /** Bytes that it announced. */
  readonly size: number;
  /** False once it has gone: there is nobody left to tell the name to. */
  readonly isThere: () => boolean;
}
/** Keeps the bytes; @returns the name by which the contract knows the file. @throws Refusal */
export type ReceiveFile = (name: string, bytes: AsyncIterable<Uint8Array>, sender: Sender) => Promise<string>;

/** How much room there is where a folder lies. */
type FreeBytes = (folder: string) => Promise<number>;

async function freeBytes(folder: string): Promise<number> {
  const { bavail, bsize } = await statfs(folder);
  return bavail * bsize;
}

interface Taken { readonly file: BookFile; readonly done: () => Promise<void> }

interface Offered extends BookFile { readonly ours: boolean }

export class OfferedFiles {
  readonly #folder: string;
  readonly #free: FreeBytes;
  readonly #files = new Map<string, Offered>();
  /** Ours that lie here or are coming in, published ones included until they are gone. */
  #received = 0;

  private constructor(folder: string, free: FreeBytes) {
    this.#folder = folder;
    this.#free = free;
  }

  /** Removes what an earlier run left behind. */
  static async open(folder: string, free: FreeBytes = freeBytes): Promise<OfferedFiles> {
    await rm(folder, { recursive: true, force: true });
    return new OfferedFiles(folder, free);
  }

  /** @returns the name by which the contract knows it */
  offer(path: string): string {
    return this.#add({ path, name: basename(path), ours: false });
  }

  /**
   * Keeps what is sent. @returns the name by which the contract knows it
   * @throws Refusal `too_many`, `book_too_large`, `book_unreadable`, `picture_unreadable`, `disk_full`, and what the sender's end throws; nothing stays behind
   */
  async receive(name: string, bytes: AsyncIterable<Uint8Array>, sender?: Sender): Promise<string> {
    if (this.#received >= MAX_RECEIVED_FILES) refuse('too_many', 'Too many files wait to be published. Publish or close some first.');
    this.#received += 1;
    const path = join(this.#folder, randomBytes(16).toString('hex'));
    try {
      await mkdir(this.#folder, { recursive: true, mode: 0o700 });
      if (sender && sender.size > await this.#free(this.#folder)) refuse('disk_full', 'There is no room for the file.');
      await store(path, bytes);
      if (sender?.isThere() === false) refuse('declined', 'Whoever sent it is gone.');
      return this.#add({ path, name: basename(name.replaceAll('\\', '/')).slice(0, MAX_NAME_CHARS), ours: true });
    } catch (error) {
      await this.#remove(path);
      if (isNoRoom(error)) throw new Refusal('disk_full', 'There is no room for the file.', undefined, error);
      throw error;
    }
  }

  /** @throws Refusal `bad_input` */
  get(token: string): BookFile {
    return this.#files.get(token) ?? refuse('bad_input', 'Choose the file again.');
  }

  /** Hands files over to whoever publishes them, who says when they are not needed any more: all of them or none. @throws Refusal `bad_input` */
  take<Tokens extends readonly string[]>(...tokens: Tokens): { [K in keyof Tokens]: Taken } {
    if (new Set(tokens).size < tokens.length) refuse('bad_input', 'One file cannot be both the book and its cover.');
    const files = tokens.map((token) => this.#files.get(token) ?? refuse('bad_input', 'Choose the file again.'));
    for (const token of tokens) this.#files.delete(token);
    return files.map((file): Taken => ({ file, done: async () => { if (file.ours) await this.#remove(file.path); } })) as { [K in keyof Tokens]: Taken };
  }

  async forget(token: string): Promise<void> {
    const file = this.#files.get(token);
    this.#files.delete(token);
    if (file?.ours) await this.#remove(file.path);
  }

  async close(): Promise<void> {
    this.#files.clear();
    await rm(this.#folder, { recursive: true, force: true });
  }

  #add(file: Offered): string {
    const token = randomBytes(16).toString('hex');
    for (const oldest of this.#files.keys()) if (this.#files.size >= MAX_OFFERED_FILES) this.forget(oldest).catch(() => undefined);
    this.#files.set(token, file);
    return token;
  }

  async #remove(path: string): Promise<void> {
    this.#received -= 1;
    await rm(path, { force: true });
  }
}

async function store(path: string, bytes: AsyncIterable<Uint8Array>): Promise<void> {
  const file = await open(path, 'wx', 0o600);
  try {
    let start: Uint8Array | null = new Uint8Array(0);
    let size = 0;
    let picture = false;
    for await (const chunk of bytes) {
      size += chunk.byteLength;
      if (picture && size > MAX_PICTURE_FILE_BYTES) refuse('picture_unreadable', `The picture is larger than ${MAX_PICTURE_FILE_BYTES / 1024 / 1024} MB.`);
      if (size > MAX_PUBLICATION_BYTES) refuse('book_too_large', `The file is larger than ${Math.floor(MAX_PUBLICATION_BYTES / 1024 / 1024)} MB.`);
      if (start) start = Buffer.concat([start, chunk.subarray(0, FORMAT_BYTES)]);
      if (start && start.byteLength >= FORMAT_BYTES) {
        picture = isPicture(start);
        start = requireKnown(start);
      }
      await file.writeFile(chunk);
    }
    if (start) requireKnown(start);
  } finally {
    await file.close();
  }
}

/** Turns away what is neither a book nor a picture for its cover before the rest of it fills the disk. */
const requireKnown = (start: Uint8Array): null => (formatIn(start.subarray(0, FORMAT_BYTES)) || isPicture(start) ? null : refuse('book_unreadable', 'This is neither an EPUB nor a PDF.'));
