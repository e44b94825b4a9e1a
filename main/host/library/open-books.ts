/**
 * Books that are open: each has a reader of its own, which alone sees the text. The vault says who may open what, notes
 * it, and closes a book that is handed on or whose time is over; this host only carries the sealed grant.
 */
import { Refusal, refuse } from '../../../protocol/errors.ts';
import type { LicenceId } from '../../../protocol/identifiers.ts';
import type { BookDescription } from '../../../protocol/contracts/reader.contract.ts';
import type { ContentId } from '../../../protocol/publication.codec.ts';
import type { OpenReader, ReaderModule } from '../modules/reader-module.ts';
import { valueOf } from '../modules/vault-supervisor.ts';
import { createSlots } from '../slots.ts';
import type { ContentStore } from './content-store.ts';

/**
 * Readers at once: each may take 400 MB. For one more, the one that was asked for nothing the longest is closed: a window that
 * is gone does not say so, and a window that still shows that book opens it again.
 */
export const MAX_OPEN_BOOKS = 4;

interface OpenBook { readonly licence: LicenceId; readonly content: ContentId; readonly reader: OpenReader; readonly description: BookDescription; readonly closesAt: number | null }

/** `withdrawn`: the vault took it back meanwhile. `unsaid`: a reader of this copy ended, and the vault has not been told. */
interface Opening { readonly licence: LicenceId; withdrawn: boolean; unsaid: boolean }

export interface OpenBooksOptions {
  readonly store: ContentStore;
  readonly readers: ReaderModule;
  readonly contentOf: (licence: LicenceId) => Promise<ContentId>;
  /** The vault's grant for a reader with this key. */
  readonly grant: (licence: LicenceId, readerKey: Uint8Array) => Promise<{ grant: Uint8Array; closesAt: number | null }>;
  readonly closed: (licence: LicenceId) => void;
  /** A chunk was found damaged: it has to be fetched again. */
  readonly onDamaged: (content: ContentId) => void;
}

export class OpenBooks {
  readonly #options: OpenBooksOptions;
  readonly #open = new Map<number, OpenBook>();
  /** One after the other, so that there are never more readers than may be. */
  readonly #turn = createSlots(1);
  /** What is being opened. */
  #opening: Opening | null = null;
  #last = 0;

  constructor(options: OpenBooksOptions) {
    this.#options = options;
  }

  /** @throws Refusal of the vault or the reader; `chunk_damaged` while not all of it is here; `not_here` if it leaves meanwhile */
  async open(licence: LicenceId): Promise<{ book: number } & Pick<OpenBook, 'content' | 'closesAt' | 'description'>> {
    await this.#turn.take();
    const opening: Opening = { licence, withdrawn: false, unsaid: false };
    this.#opening = opening;
    try {
      return await this.#openNow(opening);
    } finally {
      this.#opening = null;
      if (opening.unsaid) this.#ended(licence);
      this.#turn.give();
    }
  }

  async #openNow(opening: Opening): Promise<{ book: number } & Pick<OpenBook, 'content' | 'closesAt' | 'description'>> {
    const { licence } = opening;
    const { store, readers, contentOf, grant, onDamaged } = this.#options;
    const content = await contentOf(licence);
    const held = store.get(content);
    if (!held || !store.isWhole(content)) return refuse('chunk_damaged', 'The book itself is still on its way. It opens as soon as all of it is here.');
    for (const longestAgo of this.#open.keys()) if (this.#open.size >= MAX_OPEN_BOOKS) await this.close(longestAgo);
    const reader = valueOf(await readers.start({
      chunk: (index) => store.chunk(content, index).catch((error: unknown) => {
        if (error instanceof Refusal && error.failure.code === 'chunk_damaged') onDamaged(content);
        throw error;
      }),
    }));
    try {
      const granted = await grant(licence, reader.key);
      const description = valueOf(await reader.calls['book.open']({ source: { kind: 'publication', manifest: held.manifestBytes, grant: granted.grant } }));
      // The vault's word came after its grant: the book was handed on, or its time ended, while the reader was opening it.
      if (opening.withdrawn) return refuse('not_here', 'This copy left, or its time ended, while it was being opened.');
      const book = ++this.#last;
      this.#open.set(book, { licence, content, reader, description, closesAt: granted.closesAt });
      return { book, content, closesAt: granted.closesAt, description };
    } catch (error) {
      await reader.close();
      opening.unsaid = true;
      throw error;
    }
  }

  /** The reader of an open book. @throws Refusal `session_closed` */
  reader(book: number): OpenReader {
    const open = this.#open.get(book) ?? refuse('session_closed', 'This book is closed.');
    // The order of the map is that of the last calls.
    this.#open.delete(book);
    this.#open.set(book, open);
    return open.reader;
  }

  async close(book: number): Promise<void> {
    const open = this.#open.get(book);
    if (!open) return;
    this.#open.delete(book);
    await open.reader.close();
    this.#ended(open.licence);
  }

  /**
   * The vault is told when no reader has this copy any more, not before: it would not say that the copy leaves while
   * another window still shows it, or is about to.
   */
  #ended(licence: LicenceId): void {
    if (this.#opening?.licence === licence) this.#opening.unsaid = true;
    else if (![...this.#open.values()].some((open) => open.licence === licence)) this.#options.closed(licence);
  }

  /** The vault's word: this copy may not be read here any more. */
  async closeLicence(licence: LicenceId): Promise<void> {
    if (this.#opening?.licence === licence) this.#opening.withdrawn = true;
    await Promise.all([...this.#open].filter(([, open]) => open.licence === licence).map(([book]) => this.close(book)));
  }

  /** Also what is being opened: a vault that ended knows of no reader when it starts again. */
  async closeAll(): Promise<void> {
    if (this.#opening) this.#opening.withdrawn = true;
    await Promise.all([...this.#open.keys()].map((book) => this.close(book)));
  }
}
