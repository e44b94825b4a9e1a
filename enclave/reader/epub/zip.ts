/**
 * Reads a ZIP archive's directory and single entries (PKWARE APPNOTE 6.3.x, as far as EPUB's OCF 3.3 allows it: stored or
 * deflated, no ZIP64, no encryption). Everything is bounded before it is inflated, so that a bomb is refused and not unpacked
 * (assurance row 47). Names are kept as they are; nothing is ever written anywhere.
 */
import { Inflate } from 'fflate/browser';
import { Refusal } from '../../../protocol/errors.ts';
import type { BookBytes } from '../source/book-bytes.ts';
import { CENTRAL, CENTRAL_BYTES, END, END_BYTES, LOCAL, LOCAL_BYTES, OFFSET_AT } from './zip-format.ts';

/** Files in a book; the largest that are sold have some thousands. */
const MAX_ENTRIES = 20_000;
/** The directory of that many files with long names. */
const MAX_DIRECTORY_BYTES = 8 * 1024 * 1024;
/** All files of a book together, unpacked: no honest book has more, and MuPDF would try. */
const MAX_TOTAL_BYTES = 1024 * 1024 * 1024;
/** One file of a book that MuPDF unpacks by itself, which it does at once and as a whole. */
export const MAX_ENTRY_BYTES = 48 * 1024 * 1024;

const MAX_COMMENT_BYTES = 65_535;
/** So much is unpacked at once, so that no step can grow into a bomb: deflate makes at most 1032 bytes of one. */
const STEP_BYTES = 16 * 1024;
/** The same where only the beginning is wanted: at most a megabyte comes of it. */
const HEAD_STEP_BYTES = 1024;

export interface ZipEntry {
  readonly name: string;
  readonly method: number;
  readonly encrypted: boolean;
  readonly packedSize: number;
  readonly size: number;
  readonly headerAt: number;
  /** Its record in the directory, as it is there. */
  readonly record: Uint8Array;
}

export interface Zip {
  readonly entries: ReadonlyMap<string, ZipEntry>;
  /** Where the directory begins; everything before is entries. */
  readonly directoryAt: number;
  /** A file's content. @throws Refusal `book_unreadable`, `book_too_large` for more than `most` bytes */
  content(name: string, most?: number): Promise<Uint8Array>;
  /** The first bytes of a file's content, at most `most`. @throws Refusal `book_unreadable` */
  head(name: string, most: number): Promise<Uint8Array>;
  /** A file as it lies in the archive, with its local header. @throws Refusal `book_unreadable` */
  stored(name: string): Promise<Uint8Array>;
}

const broken = (what: string): Refusal => new Refusal('book_unreadable', `The book's archive is damaged (${what}).`);
const viewOf = (bytes: Uint8Array): DataView => new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);

async function endRecord(book: BookBytes): Promise<{ count: number; size: number; at: number }> {
  const tailSize = Math.min(book.size, END_BYTES + MAX_COMMENT_BYTES);
  const tail = await book.read(book.size - tailSize, tailSize);
  const view = viewOf(tail);
  for (let at = tail.length - 4; at >= 0; at--) {
    if (view.getUint32(at, true) !== END) continue;
    // MuPDF takes the last one, and does without the end of it: what is looked at here must be what it reads.
    if (at > tail.length - END_BYTES) throw broken('an end cut short');
    return { count: view.getUint16(at + 10, true), size: view.getUint32(at + 12, true), at: view.getUint32(at + 16, true) };
  }
  throw broken('no directory');
}

/** @throws Refusal `book_unreadable`, `book_too_large` */
export async function openZip(book: BookBytes): Promise<Zip> {
  const end = await endRecord(book);
  if (end.count > MAX_ENTRIES || end.size > MAX_DIRECTORY_BYTES) throw new Refusal('book_too_large', 'The book has too many files in it.');
  if (end.at + end.size > book.size) throw broken('directory beyond the end');
  const entries = readDirectory(await book.read(end.at, end.size), end.count);
  let total = 0;
  for (const { size, packedSize, headerAt } of entries.values()) {
    total += size;
    if (headerAt + packedSize > end.at) throw broken('a file beyond the end');
  }
  if (total > MAX_TOTAL_BYTES) throw new Refusal('book_too_large', 'The book unpacks to more than a reader takes.');
  return {
    entries, directoryAt: end.at,
    content: (name, most = MAX_ENTRY_BYTES) => contentOf(book, entries.get(name), most),
    head: (name, most) => headOf(book, entries.get(name), most),
    stored: async (name) => {
      const entry = entries.get(name);
      return entry ? await book.read(entry.headerAt, (await contentAt(book, entry)) + entry.packedSize - entry.headerAt) : Promise.reject(broken('a file is missing'));
    },
  };
}

/** Where the packed content of a file begins. */
async function contentAt(book: BookBytes, { headerAt }: ZipEntry): Promise<number> {
  const header = await book.read(headerAt, LOCAL_BYTES);
  const view = viewOf(header);
  if (view.getUint32(0, true) !== LOCAL) throw broken('a file');
  return headerAt + LOCAL_BYTES + view.getUint16(26, true) + view.getUint16(28, true);
}

async function headOf(book: BookBytes, entry: ZipEntry | undefined, most: number): Promise<Uint8Array> {
  if (!entry || entry.encrypted) throw broken('a file is missing');
  const packed = await book.read(await contentAt(book, entry), Math.min(entry.packedSize, most));
  if (entry.method === 0) return packed;
  if (entry.method !== 8) throw broken('an unknown compression');
  const out = new Uint8Array(Math.min(most, entry.size));
  let done = 0;
  const inflater = new Inflate((piece) => {
    out.set(piece.subarray(0, out.length - done), done);
    done = Math.min(out.length, done + piece.length);
  });
  try {
    for (let at = 0; at < packed.length && done < out.length; at += HEAD_STEP_BYTES) inflater.push(packed.subarray(at, at + HEAD_STEP_BYTES), false);
  } catch {
    throw broken('a file does not unpack');
  }
  return out.subarray(0, done);
}

function readDirectory(directory: Uint8Array, count: number): Map<string, ZipEntry> {
  const entries = new Map<string, ZipEntry>();
  const folded = new Set<string>();
  const view = viewOf(directory);
  // Names in other encodings come out wrong and are then not found.
  const text = new TextDecoder();
  let at = 0;
  for (let i = 0; i < count; i++) {
    if (at + CENTRAL_BYTES > directory.length || view.getUint32(at, true) !== CENTRAL) throw broken('directory');
    const nameLength = view.getUint16(at + 28, true);
    const length = CENTRAL_BYTES + nameLength + view.getUint16(at + 30, true) + view.getUint16(at + 32, true);
    if (at + length > directory.length) throw broken('directory');
    const name = text.decode(directory.subarray(at + CENTRAL_BYTES, at + CENTRAL_BYTES + nameLength));
    // Two files of one name are two opinions of what the book is; MuPDF, and OCF 3.3 (§4.2.3), do not tell capital letters apart.
    const plain = name.normalize('NFC').toLowerCase();
    if (folded.has(plain)) throw broken('a name twice');
    folded.add(plain);
    entries.set(name, {
      name, method: view.getUint16(at + 10, true), encrypted: (view.getUint16(at + 8, true) & 1) !== 0,
      packedSize: view.getUint32(at + 20, true), size: view.getUint32(at + 24, true), headerAt: view.getUint32(at + OFFSET_AT, true),
      record: directory.slice(at, at + length),
    });
    at += length;
  }
  return entries;
}

async function contentOf(book: BookBytes, entry: ZipEntry | undefined, most: number): Promise<Uint8Array> {
  if (!entry) throw broken('a file is missing');
  if (entry.encrypted) throw new Refusal('book_protected', 'The book is protected with a password.');
  if (entry.size > most || entry.packedSize > most) throw new Refusal('book_too_large', 'A file in the book is larger than a reader takes.');
  // What was allowed by the one size must not turn out to have the other.
  if (entry.method === 0 && entry.size !== entry.packedSize) throw broken('a file of two sizes');
  const packed = await book.read(await contentAt(book, entry), entry.packedSize);
  if (entry.method === 0) return packed;
  if (entry.method !== 8) throw broken('an unknown compression');
  return inflate(packed, entry.size);
}

/** Inflates to exactly `size` bytes, and stops as soon as there are more. */
function inflate(packed: Uint8Array, size: number): Uint8Array {
  const out = new Uint8Array(size);
  let done = 0;
  const inflater = new Inflate((piece) => {
    if (done + piece.length > size) throw broken('a file is larger than it says');
    out.set(piece, done);
    done += piece.length;
  });
  try {
    for (let at = 0; at < packed.length; at += STEP_BYTES) inflater.push(packed.subarray(at, at + STEP_BYTES), at + STEP_BYTES >= packed.length);
  } catch (error) {
    throw error instanceof Refusal ? error : broken('a file does not unpack');
  }
  if (done !== size) throw broken('a file is shorter than it says');
  return out;
}
