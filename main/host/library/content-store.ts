/**
 * Ciphertext of publications on disk (design §7): public bytes, which anyone may hold. A publication lies in a folder
 * named by its content id:
 *
 *   books/<content id>/manifest   the hashes of all chunks
 *   books/<content id>/chunks     each chunk at its place; gaps where one is missing
 *   books/<content id>/have       one bit for each chunk that is there; gone once all are
 *   books/<content id>/unsigned   encrypted here; the vault has not made copies of it yet
 *   books/<content id>/left       no copy is on the shelf any more; since the time of this file
 *
 * A chunk is checked against its hash when it comes and when it is read (assurance row 50); one that no longer fits is
 * forgotten, to be fetched again. Bits are written after the chunks they stand for were synced, so a crash only costs fetching
 * again; that is done now and then, while further chunks come.
 */
import { hash, randomBytes } from 'node:crypto';
import { mkdir, readFile, readdir, rename, rm, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { refuse } from '../../../protocol/errors.ts';
import { type ContentId, ContentIdSchema, MAX_CHUNK_BYTES, type Manifest, cipherLengthOf, contentIdOf, coverIndexOf, decodeManifest, isChunkOf, piecesOf } from '../../../protocol/publication.codec.ts';
import { replaceFile, syncFolder, systemCodeOf } from '../storage/atomic-file.ts';
import { ChunkFiles } from './chunk-files.ts';
import { ChunkMap } from './chunk-map.ts';
import { type ContentInMaking, makeContent } from './content-making.ts';
import { roomOrRefusal } from './room-or-refusal.ts';

/** Chunks between two writes of the map: 16 MiB; twice as much is what a crash makes us fetch again at most, since more come during a write. */
const NOTE_EVERY_CHUNKS = 64;

export interface HeldContent {
  /** Encrypted here, and no copies made yet: by a job that runs, or by one that is over without a word. */
  readonly unsigned: 'no' | 'running' | 'abandoned';
  /** Since when no copy is on the shelf, as milliseconds since 1970; null while there is one. */
  readonly leftAt: number | null;
  readonly manifest: Manifest;
  readonly manifestBytes: Uint8Array;
  readonly have: ChunkMap;
}

/** A publication that is out of use, to be removed or put back. */
export interface SetAside { remove(): Promise<void>; putBack(): Promise<void> }

/** Several times as fast as what the modules have. */
const sha256 = (bytes: Uint8Array): Uint8Array => hash('sha256', bytes, 'buffer');

const UNFINISHED = '.making-';
/** What is about to be removed, until nobody needs it for sure; a crash in between brings it back. */
const ASIDE = '.aside-';

export class ContentStore {
  readonly #folder: string;
  readonly #held = new Map<ContentId, HeldContent>();
  readonly #beginning = new Map<ContentId, Promise<HeldContent>>();
  readonly #files = new ChunkFiles();
  /** The last writing of each map, while it is under way or has failed. */
  readonly #noting = new Map<ContentId, Promise<void>>();
  /** Of which the map on the disk is not up to date. */
  readonly #unnoted = new Set<ContentId>();

  private constructor(folder: string) {
    this.#folder = folder;
  }

  /** Opens the folder, which is made with the first book, and clears away what a crash left half made. */
  static async open(folder: string): Promise<ContentStore> {
    const store = new ContentStore(folder);
    for (const name of await readdir(folder).catch(() => [])) {
      if (!name.startsWith(ASIDE)) continue;
      // Where somebody began to fetch it anew, what was set aside is worth more. What cannot be moved now stays for the next start.
      const place = join(folder, name.slice(ASIDE.length));
      await rm(place, { recursive: true, force: true }).then(() => rename(join(folder, name), place)).catch(() => undefined);
    }
    for (const name of await readdir(folder).catch(() => [])) {
      if (name.startsWith(UNFINISHED)) await rm(join(folder, name), { recursive: true, force: true });
      const id = ContentIdSchema.safeParse(name);
      if (id.success) await store.#load(id.data);
    }
    return store;
  }

  get(content: ContentId): HeldContent | undefined {
    return this.#held.get(content);
  }

  isWhole(content: ContentId): boolean {
    return this.#held.get(content)?.have.isFull ?? false;
  }

  /** True if the cover can be shown already; false also for a publication without one. */
  hasCover(content: ContentId): boolean {
    const held = this.#held.get(content);
    const index = held && coverIndexOf(held.manifest);
    return index !== undefined && index !== null && held?.have.has(index) === true;
  }

  contents(): ContentId[] {
    return [...this.#held.keys()];
  }

  /** Makes room for a publication whose chunks are to be fetched. @throws Refusal `peer_protocol`, `disk_full` */
  async begin(content: ContentId, manifestBytes: Uint8Array): Promise<HeldContent> {
    const known = this.#held.get(content);
    if (known) return known;
    const manifest = decodeManifest(manifestBytes);
    if (!manifest.ok || contentIdOf(manifestBytes) !== content) return refuse('peer_protocol', 'The list of the book’s parts is not the one that its licence names.');
    // Several who have it say so at the same time: what came of it since must not begin anew.
    const beginning = this.#beginning.get(content) ?? this.#begin(content, manifest.value, manifestBytes).finally(() => this.#beginning.delete(content));
    this.#beginning.set(content, beginning);
    return await beginning;
  }

  async #begin(content: ContentId, manifest: Manifest, manifestBytes: Uint8Array): Promise<HeldContent> {
    await roomOrRefusal(async () => {
      await mkdir(this.#pathOf(content), { recursive: true, mode: 0o700 });
      await replaceFile(this.#pathOf(content, 'manifest'), manifestBytes);
      await replaceFile(this.#pathOf(content, 'have'), new ChunkMap(piecesOf(manifest)).bytes);
      await syncFolder(this.#folder);
    });
    const held: HeldContent = { manifest, manifestBytes, have: new ChunkMap(piecesOf(manifest)), unsigned: 'no', leftAt: null };
    this.#held.set(content, held);
    return held;
  }

  /** Keeps a chunk. @throws Refusal `chunk_damaged` if it is not that chunk, `disk_full` */
  async put(content: ContentId, index: number, chunk: Uint8Array): Promise<void> {
    const held = this.#must(content);
    if (!isChunkOf(held.manifest, index, chunk, sha256)) refuse('chunk_damaged', 'A part of the book arrived damaged.', { chunk: index });
    await roomOrRefusal(() => this.#files.at(this.#chunksOf(content), async (file) => void (await (await file.open('write')).write(chunk, 0, chunk.length, index * MAX_CHUNK_BYTES))));
    held.have.add(index);
    this.#unnoted.add(content);
    if (held.have.isFull) return await this.note(content);
    if (held.have.count % NOTE_EVERY_CHUNKS !== 0) return;
    // Further chunks come meanwhile; a disk that does not keep up holds them back the next time.
    await this.#noting.get(content);
    this.note(content).catch(() => undefined);
  }

  /** Writes down which chunks are there. One writing after the other, or the later one would be the older. */
  note(content: ContentId): Promise<void> {
    const before = this.#noting.get(content) ?? Promise.resolve();
    const noting = before.catch(() => undefined).then(() => this.#note(content));
    this.#noting.set(content, noting);
    // What has failed is kept for whoever puts the next chunk.
    noting.then(() => { if (this.#noting.get(content) === noting) this.#noting.delete(content); }, () => undefined);
    return noting;
  }

  async #note(content: ContentId): Promise<void> {
    const held = this.#held.get(content);
    if (!held || !this.#unnoted.delete(content)) return;
    try {
      await roomOrRefusal(async () => {
        // Those that come from now on may be written, and may not be synced with the others.
        const { isFull, bytes } = held.have;
        await this.#files.at(this.#chunksOf(content), async (file) => (await file.open('write')).datasync());
        if (isFull && held.have.isFull) await rm(this.#pathOf(content, 'have'), { force: true });
        else await replaceFile(this.#pathOf(content, 'have'), bytes);
      });
    } catch (error) {
      this.#unnoted.add(content);
      throw error;
    }
  }

  /** Keeps the file of its chunks open for whoever puts or takes many of them, until they call what is returned. */
  hold(content: ContentId): () => Promise<void> {
    return this.#files.hold(this.#chunksOf(content));
  }

  /** @param into where to put it, if it is given and long enough @throws Refusal `chunk_damaged` if it is missing, or is not any more what it was */
  async chunk(content: ContentId, index: number, into?: Uint8Array): Promise<Uint8Array> {
    const held = this.#must(content);
    const missing = (): never => refuse('chunk_damaged', 'A part of the book is missing here. It is fetched again from whoever has it.', { chunk: index });
    if (!held.have.has(index)) return missing();
    const length = cipherLengthOf(held.manifest, index);
    const chunk = into && length <= into.length ? into.subarray(0, length) : new Uint8Array(length);
    const bytesRead = await this.#files.at(this.#chunksOf(content), async (kept) => {
      const file = await kept.open('read').catch(() => null);
      return file === null ? 0 : (await file.read(chunk, 0, length, index * MAX_CHUNK_BYTES)).bytesRead;
    });
    if (bytesRead === length && isChunkOf(held.manifest, index, chunk, sha256)) return chunk;
    held.have.remove(index);
    this.#unnoted.add(content);
    await this.note(content);
    return missing();
  }

  async remove(content: ContentId): Promise<void> {
    this.#held.delete(content);
    await this.#letGo(content);
    await rm(this.#pathOf(content), { recursive: true, force: true });
  }

  /** Its copies are made: it is a book on the shelf like others. */
  async signed(content: ContentId): Promise<void> {
    await rm(this.#pathOf(content, 'unsigned'), { force: true });
    this.#change(content, { unsigned: 'no' });
  }

  /** The job that encrypted it is over, and whether its copies were made is not known. */
  abandon(content: ContentId): void {
    this.#change(content, { unsigned: 'abandoned' });
  }

  /** Notes that its last copy has left, or that one is back. */
  async noteLeft(content: ContentId, left: boolean): Promise<void> {
    if (left) await roomOrRefusal(() => writeFile(this.#pathOf(content, 'left'), '', { mode: 0o600 }));
    else await rm(this.#pathOf(content, 'left'), { force: true });
    this.#change(content, { leftAt: left ? Date.now() : null });
  }

  /** Bytes of ciphertext that lie here of it. */
  bytesOf(content: ContentId): number {
    const held = this.#held.get(content);
    let bytes = 0;
    for (let index = 0; held && index < held.have.total; index++) if (held.have.has(index)) bytes += cipherLengthOf(held.manifest, index);
    return bytes;
  }

  /** Takes it out of use, to be removed or put back. Who needs it meanwhile finds nothing, and fetches it anew. */
  async setAside(content: ContentId): Promise<SetAside> {
    const held = this.#must(content);
    const aside = join(this.#folder, `${ASIDE}${content}`);
    this.#held.delete(content);
    await this.#letGo(content);
    await rename(this.#pathOf(content), aside);
    return {
      remove: () => rm(aside, { recursive: true, force: true }),
      putBack: async () => {
        // Somebody began to fetch it anew: what is whole is worth more.
        await this.remove(content);
        await rename(aside, this.#pathOf(content));
        this.#held.set(content, held);
      },
    };
  }

  /** A place for a publication that is being encrypted. */
  make(): Promise<ContentInMaking> {
    return makeContent(join(this.#folder, `${UNFINISHED}${randomBytes(8).toString('hex')}`), async (folder, content, manifest, manifestBytes) => {
      if (this.#held.has(content)) return await rm(folder, { recursive: true, force: true });
      await rename(folder, this.#pathOf(content));
      await syncFolder(this.#folder);
      const have = new ChunkMap(piecesOf(manifest));
      have.fill();
      this.#held.set(content, { manifest, manifestBytes, have, unsigned: 'running', leftAt: null });
    });
  }

  async #load(content: ContentId): Promise<void> {
    const manifestBytes = new Uint8Array(await readFile(this.#pathOf(content, 'manifest')).catch(() => new Uint8Array()));
    const manifest = decodeManifest(manifestBytes);
    // A folder that a crash left without its manifest, or that somebody put here, holds nothing that could be used.
    if (!manifest.ok || contentIdOf(manifestBytes) !== content) return;
    const count = piecesOf(manifest.value);
    const bits = await readFile(this.#pathOf(content, 'have')).catch((error: unknown) => (systemCodeOf(error) === 'ENOENT' ? null : new Uint8Array()));
    const have = new ChunkMap(count, bits === null ? undefined : new Uint8Array(bits));
    // Without a map it is whole; or a crash came between the manifest and the map, and there is nothing yet.
    if (bits === null && (await sizeOf(this.#chunksOf(content))) === (count - 1) * MAX_CHUNK_BYTES + cipherLengthOf(manifest.value, count - 1)) have.fill();
    const unsigned = await stat(this.#pathOf(content, 'unsigned')).then(() => 'abandoned' as const, () => 'no' as const);
    const leftAt = await stat(this.#pathOf(content, 'left')).then(({ mtimeMs }) => mtimeMs, () => null);
    this.#held.set(content, { manifest: manifest.value, manifestBytes, have, unsigned, leftAt });
  }

  #change(content: ContentId, change: Partial<Pick<HeldContent, 'unsigned' | 'leftAt'>>): void {
    const held = this.#held.get(content);
    if (held) this.#held.set(content, { ...held, ...change });
  }

  /** Whoever works at it comes to an end: its folder is about to go. */
  async #letGo(content: ContentId): Promise<void> {
    await this.#noting.get(content)?.catch(() => undefined);
    this.#noting.delete(content);
    this.#unnoted.delete(content);
    await this.#files.close(this.#chunksOf(content));
  }

  #must(content: ContentId): HeldContent {
    return this.#held.get(content) ?? refuse('chunk_damaged', 'The book itself is not here yet. It is fetched from whoever has it.');
  }

  #pathOf(content: ContentId, name = ''): string {
    return join(this.#folder, content, name);
  }

  #chunksOf(content: ContentId): string {
    return this.#pathOf(content, 'chunks');
  }
}

const sizeOf = (path: string): Promise<number> => stat(path).then(({ size }) => size, () => 0);
