/**
 * A copy of a wallet's history in one file (docs/PROTOCOL.md, appendix A): the sealed packages as they are, for when they
 * are let go of (design §5.6). A CBOR sequence (RFC 8742) of byte strings: what it is, the base if it begins with one, and
 * each package in its order.
 *
 * The file says nothing that is believed. Only the vault that sealed what is in it can read it, and that vault checks
 * that it leads to where its own trace begins.
 */
import { randomBytes } from 'node:crypto';
import { type FileHandle, link, open, rename, rm } from 'node:fs/promises';
import { dirname } from 'node:path';
import { encode } from 'cborg';
import { z } from 'zod';
import { decodeStrict, encodeStrict } from '../../../protocol/cbor.codec.ts';
import { Refusal } from '../../../protocol/errors.ts';
import { MAX_PACKAGE_BYTES } from '../../../protocol/limits.ts';
import type { PackageStore, SealedPackage } from '../../../protocol/module-port.ts';
import { isNoRoom, syncFolder, systemCodeOf } from '../storage/atomic-file.ts';

const HeaderSchema = z.strictObject({
  tallystick: z.literal('history'), version: z.literal(1),
  /** Whose it is, for people: nobody relies on it. */
  instance: z.string().max(128),
  from: z.int().positive(), to: z.int().positive(),
}).refine(({ from, to }) => from <= to);
export type HistoryHeader = z.output<typeof HeaderSchema>;

/** What a header may weigh: five short fields. */
const MAX_HEADER_BYTES = 512;
/** Packages read from the store at once, and bytes from the file. */
const CHUNK = 256;
const READ_BYTES = 256 * 1024;

/**
 * Writes packages `from` to `to` of a store, durably, whole or not at all.
 * @param replace whether a file of that name may be there already
 * @returns the bytes written
 * @throws Refusal `bad_input` for a file that is there, `disk_full`, `forbidden`, `store_corrupt` for a history with gaps
 */
export async function writeHistoryCopy(path: string, store: Pick<PackageStore, 'packages' | 'kept'>, header: Omit<HistoryHeader, 'tallystick' | 'version'>, replace: boolean): Promise<number> {
  const beside = `${path}.${randomBytes(6).toString('hex')}.tmp`;
  try {
    const file = await open(beside, 'wx', 0o600);
    let bytes = 0;
    const write = async (item: Uint8Array): Promise<void> => {
      const encoded = encode(item);
      bytes += encoded.length;
      await file.writeFile(encoded);
    };
    try {
      await write(encodeStrict({ tallystick: 'history', version: 1, ...header }));
      if (header.from > 1) await write((await store.kept('base', header.from - 1))?.bytes ?? gap(header.from - 1));
      for (let next = header.from; next <= header.to;) {
        const found = await store.packages(next, Math.min(CHUNK, header.to + 1 - next));
        if (found.length === 0) gap(next);
        for (const { n, sealed } of found) await write(n === next++ ? sealed : gap(next - 1));
      }
      await file.sync();
    } finally {
      await file.close();
    }
    // A link refuses a name that is there; what is replaced was shown to the person, who said yes.
    await (replace ? rename(beside, path) : link(beside, path));
    await syncFolder(dirname(path));
    return bytes;
  } catch (error) {
    throw error instanceof Refusal ? error : writeRefusal(path, error);
  } finally {
    await rm(beside, { force: true }).catch(() => undefined);
  }
}

const gap = (n: number): never => {
  throw new Refusal('store_corrupt', `Package ${n} of the history is missing, so no copy was made. An audit says more.`);
};

const writeRefusal = (path: string, error: unknown): Refusal => {
  const code = systemCodeOf(error);
  if (code === 'EEXIST') return new Refusal('bad_input', `${path} exists already. Name another file.`, undefined, error);
  if (isNoRoom(error)) return new Refusal('disk_full', `There is no room for the copy at ${path}. Nothing was written.`, undefined, error);
  return new Refusal('forbidden', `${path} cannot be written: ${code ?? String(error)}.`, undefined, error);
};

/** An open copy. */
export interface HistoryCopy {
  readonly header: HistoryHeader;
  /** Null if it begins with the first package. */
  base(): Promise<Uint8Array | null>;
  /** As of a store, as far as the copy goes. */
  packages(from: number, limit: number): Promise<SealedPackage[]>;
  close(): Promise<void>;
}

interface Place { readonly at: number; readonly length: number }

/** @throws Refusal `bad_input` for what is no copy of a history, or is cut off; `data_too_new` */
export async function openHistoryCopy(path: string): Promise<HistoryCopy> {
  const file = await open(path, 'r').catch((error: unknown) => { throw new Refusal('bad_input', `${path} cannot be read: ${systemCodeOf(error) ?? String(error)}.`); });
  try {
    const places = placesIn(file);
    const header = headerIn(path, await bytesAt(file, (await places.next()).value, MAX_HEADER_BYTES));
    const base = header.from > 1 ? (await places.next()).value : null;
    const packages: Place[] = [];
    for await (const place of places) {
      if (place.length > MAX_PACKAGE_BYTES || packages.push(place) > header.to + 1 - header.from) throw notACopy(path);
    }
    if (base === undefined || packages.length !== header.to + 1 - header.from) throw new Refusal('bad_input', `${path} is not whole: packages ${header.from} to ${header.to} should be in it.`);
    return {
      header,
      base: async () => base && (await bytesAt(file, base)),
      packages: async (from, limit) => {
        const first = Math.max(from, header.from);
        return await Promise.all(packages.slice(first - header.from, Math.max(first - header.from, 0) + limit).map(async (place, index) => ({ n: first + index, sealed: await bytesAt(file, place) })));
      },
      close: () => file.close(),
    };
  } catch (error) {
    await file.close();
    if (error instanceof Refusal) throw error;
    throw error instanceof NotBytes ? notACopy(path) : new Refusal('bad_input', `${path} cannot be read: ${systemCodeOf(error) ?? String(error)}.`, undefined, error);
  }
}

const notACopy = (path: string): Refusal => new Refusal('bad_input', `${path} is not a copy of a wallet's history.`);

function headerIn(path: string, bytes: Uint8Array): HistoryHeader {
  const decoded = decodeStrict(bytes);
  const parsed = decoded.ok ? HeaderSchema.safeParse(decoded.value) : null;
  if (parsed?.success) return parsed.data;
  const { tallystick, version } = (decoded.ok ? decoded.value : {}) as { tallystick?: unknown; version?: unknown };
  throw tallystick === 'history' && version !== 1 ? new Refusal('data_too_new', `${path} was written by a newer Tallystick. Update this one to read it.`) : notACopy(path);
}

/** The file has something else where a byte string should be. */
class NotBytes extends Error {}

/** Where each byte string of the sequence lies; no more is read of it than its head. @throws NotBytes */
async function* placesIn(file: FileHandle): AsyncGenerator<Place, undefined> {
  const { size } = await file.stat();
  const window = Buffer.alloc(READ_BYTES);
  let [start, held] = [0, 0];
  for (let at = 0; at < size;) {
    // The longest head is nine bytes.
    if (at < start || at + 9 > start + held) [start, held] = [at, (await file.read(window, 0, READ_BYTES, at)).bytesRead];
    const place = headAt(window.subarray(at - start, held), at);
    if (!place || place.at + place.length > size) throw new NotBytes();
    yield place;
    at = place.at + place.length;
  }
}

/** The head of a byte string of known length (RFC 8949 §3, major type 2), shortest form or not; null for anything else. */
function headAt(bytes: Buffer, at: number): Place | null {
  const first = bytes[0] ?? 0;
  const info = first & 0x1f;
  if (first >> 5 !== 2 || info > 27) return null;
  if (info < 24) return { at: at + 1, length: info };
  const width = 1 << (info - 24);
  if (bytes.length < 1 + width) return null;
  const length = width === 8 ? Number(bytes.readBigUInt64BE(1)) : bytes.readUIntBE(1, width);
  return Number.isSafeInteger(length) ? { at: at + 1 + width, length } : null;
}

async function bytesAt(file: FileHandle, place: Place | undefined, most = Infinity): Promise<Uint8Array> {
  if (!place || place.length > most) throw new NotBytes();
  const bytes = new Uint8Array(place.length);
  const { bytesRead } = await file.read(bytes, 0, place.length, place.at);
  if (bytesRead !== place.length) throw new NotBytes();
  return bytes;
}
