/**
 * Book files of books that are no longer here (design §7). A sold, given or returned copy leaves its ciphertext behind: it
 * is public, and whoever has the book now may still lack parts of it, so it stays to be asked for, up to a bound, and its
 * person may remove it. What a crash left between encrypting a book and making its copies is removed at the start.
 *
 *   on the shelf ◀──a copy comes──▶ left ──too much of it, the oldest first; or its person says so──▶ removed
 *   encrypted, no copies made ──start──▶ removed
 *
 * What a copy on the shelf needs is never removed, wherever that copy is: held, borrowed, lent or on its way. The vault is
 * asked for that while the files are set aside already, so that a copy which comes at that moment finds them again.
 */
import { Refusal } from '../../../protocol/errors.ts';
import type { ContentId } from '../../../protocol/publication.codec.ts';
import { createSlots, inTurn } from '../slots.ts';
import type { ContentStore, SetAside } from './content-store.ts';

/** Two of the largest books, or some hundred novels. */
const MAX_LEFT_BYTES = 1024 * 1024 * 1024;

export interface Leftover { readonly books: number; readonly bytes: number }

export interface LeftoversOptions {
  readonly store: ContentStore;
  /** Contents of all copies on the shelf, now. */
  readonly needed: () => Promise<ReadonlySet<ContentId>>;
  readonly onChange: () => void;
  readonly maxBytes?: number;
}

export class Leftovers {
  readonly #options: LeftoversOptions;
  readonly #turn = createSlots(1);

  constructor(options: LeftoversOptions) {
    this.#options = options;
  }

  /** Of how many books there are files that no copy here needs, and how many bytes. */
  view(): Leftover {
    const left = this.#left();
    return { books: left.length, bytes: left.reduce((sum, content) => sum + this.#options.store.bytesOf(content), 0) };
  }

  /** Notes what has left, and removes what is too much. @param shelf contents of all copies that are on it */
  tidy(shelf: ReadonlySet<ContentId>): Promise<void> {
    return inTurn(this.#turn, async () => {
      const { store, onChange, maxBytes = MAX_LEFT_BYTES } = this.#options;
      const before = this.#left().length;
      for (const content of store.contents()) {
        const held = store.get(content);
        if (!held || held.unsigned === 'running') continue;
        if (held.unsigned === 'abandoned') await (shelf.has(content) ? store.signed(content) : this.#remove([content]));
        else if ((held.leftAt === null) !== shelf.has(content)) await store.noteLeft(content, !shelf.has(content));
      }
      const oldestFirst = this.#left().sort((a, b) => (store.get(a)?.leftAt ?? 0) - (store.get(b)?.leftAt ?? 0));
      let bytes = this.view().bytes;
      for (const content of oldestFirst) if (bytes > maxBytes) bytes -= (await this.#remove([content])).bytes;
      if (this.#left().length !== before) onChange();
    });
  }

  /** Removes all of it. @returns what is gone */
  free(): Promise<Leftover> {
    return inTurn(this.#turn, async () => {
      const gone = await this.#remove(this.#left());
      if (gone.books > 0) this.#options.onChange();
      return gone;
    });
  }

  #left(): ContentId[] {
    const { store } = this.#options;
    return store.contents().filter((content) => typeof store.get(content)?.leftAt === 'number');
  }

  async #remove(contents: readonly ContentId[]): Promise<Leftover> {
    const { store, needed } = this.#options;
    const aside: { readonly content: ContentId; readonly bytes: number; readonly files: SetAside }[] = [];
    let shelf: ReadonlySet<ContentId> | null = null;
    try {
      for (const content of contents) aside.push({ content, bytes: store.bytesOf(content), files: await store.setAside(content) });
      shelf = await needed().catch((error: unknown) => (error instanceof Refusal ? null : Promise.reject(error)));
    } catch (error) {
      for (const { files } of aside) await files.putBack();
      throw error;
    }
    // Unless the vault says that nobody needs them, they all stay.
    const gone = aside.filter(({ content }) => shelf !== null && !shelf.has(content));
    for (const one of aside) await (gone.includes(one) ? one.files.remove() : one.files.putBack());
    return { books: gone.length, bytes: gone.reduce((sum, { bytes }) => sum + bytes, 0) };
  }
}
