/**
 * Covers as pictures (design §7). The one that was chosen when a book was published is the last chunk of its ciphertext; a
 * reader of its own decrypts it and draws it anew, under a grant that opens nothing but the cover, the first time somebody
 * wants to see it. Pictures are kept beside the books for as long as a copy is on the shelf, and go with the last one.
 *
 * This host never decodes one: what it keeps is a PNG that a reader wrote.
 */
import { mkdir, readFile, readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { ContentId } from '../../../protocol/publication.codec.ts';
import type { ReaderModule } from '../modules/reader-module.ts';
import { valueOf } from '../modules/vault-supervisor.ts';
import { createSlots, inTurn } from '../slots.ts';
import { replaceFile } from '../storage/atomic-file.ts';
import type { ContentStore } from './content-store.ts';

/** The box that a cover fits into, in pixels: three times as wide as a narrow window shows it. */
export const COVER_BOX = { width: 480, height: 480 } as const;

export interface CoversOptions {
  readonly folder: string;
  readonly store: ContentStore;
  readonly readers: ReaderModule;
  /** The vault's grant for the cover of this content, for a reader with this key. @throws Refusal if no copy of it is on the shelf */
  readonly grant: (content: ContentId, readerKey: Uint8Array) => Promise<Uint8Array>;
}

export class Covers {
  readonly #options: CoversOptions;
  /** One reader at a time; a shelf asks for thirty covers at once. */
  readonly #turn = createSlots(1);
  readonly #coming = new Map<ContentId, Promise<Uint8Array | null>>();
  /** Those that no reader could make anything of; another run may try again. */
  readonly #hopeless = new Set<ContentId>();

  constructor(options: CoversOptions) {
    this.#options = options;
  }

  /** The cover as a PNG; null if the book has none, or it is not here yet. */
  async picture(content: ContentId): Promise<Uint8Array | null> {
    const known = await readFile(this.#pathOf(content)).catch(() => null);
    if (known || this.#hopeless.has(content) || !this.#options.store.hasCover(content)) return known;
    const coming = this.#coming.get(content) ?? inTurn(this.#turn, () => this.#make(content)).catch(() => null).finally(() => this.#coming.delete(content));
    this.#coming.set(content, coming);
    return await coming;
  }

  /** A book without its cover is a book all the same. */
  async put(content: ContentId, png: Uint8Array): Promise<void> {
    await mkdir(this.#options.folder, { recursive: true, mode: 0o700 }).then(() => replaceFile(this.#pathOf(content), png)).catch(() => undefined);
  }

  /** Removes the pictures of all other books. */
  async keepOnly(shelf: ReadonlySet<ContentId>): Promise<void> {
    for (const name of await readdir(this.#options.folder).catch(() => [])) {
      const content = name.replace(/\.png$/, '') as ContentId;
      if (!shelf.has(content) && this.#options.store.get(content)?.unsigned !== 'running') await rm(join(this.#options.folder, name), { force: true });
    }
  }

  async #make(content: ContentId): Promise<Uint8Array | null> {
    const { store, readers, grant } = this.#options;
    const held = store.get(content);
    if (!held) return null;
    const reader = valueOf(await readers.start({ chunk: (index) => store.chunk(content, index) }));
    try {
      const granted = await grant(content, reader.key);
      const cover = await reader.calls['publication.cover']({ manifest: held.manifestBytes, grant: granted, ...COVER_BOX });
      // A chunk that rotted here is fetched again; anything else stays what it is.
      if (!cover.ok && cover.failure.code !== 'chunk_damaged') this.#hopeless.add(content);
      if (!cover.ok) return null;
      await this.put(content, cover.value.bytes);
      return cover.value.bytes;
    } finally {
      await reader.close();
    }
  }

  #pathOf(content: ContentId): string {
    return join(this.#options.folder, `${content}.png`);
  }
}
