/**
 * The host's part in books as a whole: ciphertext that comes and goes, files on their way to be published, and open
 * books. It holds nothing of value and decides nothing: who may do what with a copy is the vault's word.
 */
import { join } from 'node:path';
import { refuse } from '../../../protocol/errors.ts';
import type { Client, Handlers } from '../../../protocol/contracts/contract.ts';
import type { LibraryHostContract } from '../../../protocol/contracts/library-host.contract.ts';
import type { LicenceView } from '../../../protocol/contracts/library.views.ts';
import type { VaultContract } from '../../../protocol/contracts/vault.contract.ts';
import type { LicenceId } from '../../../protocol/identifiers.ts';
import type { ContentId } from '../../../protocol/publication.codec.ts';
import { ContentIdSchema } from '../../../protocol/publication.codec.ts';
import type { ReaderModule } from '../modules/reader-module.ts';
import { valueOf } from '../modules/vault-supervisor.ts';
import { inTurn } from '../slots.ts';
import { answer } from './content.protocol.ts';
import { ContentStore } from './content-store.ts';
import { Covers } from './covers.ts';
import { Fetching } from './fetching.ts';
import type { FrameStream } from './frame-stream.port.ts';
import { Leftovers } from './leftovers.ts';
import { openMarksFile } from './marks-file.ts';
import { OfferedFiles, type ReceiveFile } from './offered-files.ts';
import { OpenBooks } from './open-books.ts';
import { PeerLines, QUESTIONS_WAITING } from './peer-line.ts';
import { Publishing } from './publishing.ts';

/** Chunks come by the hundred a second; who watches wants to hear of them a few times. */
const TELL_EVERY_MS = 250;

/** Contacts' computers that are there, and a way to them. */
export interface LibraryNetwork {
  readonly peers: () => readonly string[];
  readonly open: (peerId: string, signal: AbortSignal) => Promise<FrameStream>;
}

/** Asks the person for files of this kind, in a dialog; one at most for a picture. */
export type ChooseFiles = (what: 'books' | 'picture') => Promise<readonly string[]>;

export interface LibraryOptions {
  readonly dataDir: string;
  readonly readers: ReaderModule;
  readonly vault: Client<VaultContract>;
  /** Lets the person choose files, where the shell can. */
  readonly chooseFiles: ChooseFiles | undefined;
  readonly onChange: (topic: 'contents' | 'covers') => void;
}

export interface Library {
  readonly handlers: Handlers<LibraryHostContract>;
  /** Lets a file be published. @returns the name by which the contract knows it */
  offerFile(path: string): string;
  /** The same for bytes that are sent. @throws Refusal */
  receiveFile(...file: Parameters<ReceiveFile>): Promise<string>;
  connect(network: LibraryNetwork): void;
  /** Another wallet asks for ciphertext. */
  asked(peerId: string, stream: FrameStream): void;
  /** The shelf may have changed, or somebody came. */
  refresh(): Promise<void>;
  closeBook(licence: LicenceId): void;
  /** The vault has ended: nobody would say any more that a book may not be read here. */
  closeBooks(): void;
  close(): Promise<void>;
}

export async function openLibrary({ dataDir, readers, vault, chooseFiles, onChange: tell }: LibraryOptions): Promise<Library> {
  const onChange = atMostEvery(TELL_EVERY_MS, () => tell('contents'));
  const onCover = atMostEvery(TELL_EVERY_MS, () => tell('covers'));
  const store = await ContentStore.open(join(dataDir, 'books'));
  const marks = await openMarksFile(join(dataDir, 'reading.json'));
  const files = await OfferedFiles.open(join(dataDir, 'incoming'));
  let network: LibraryNetwork | null = null;
  const askers = new PeerLines();

  const fetching = new Fetching({
    store, onChange, onCover,
    peers: () => network?.peers() ?? [],
    open: (peerId, signal) => (network ? network.open(peerId, signal) : refuse('peer_unreachable', 'There is no network.')),
  });
  const shelf = async () => valueOf(await vault['books.shelf']({}));
  const contentsOn = (copies: readonly LicenceView[]): Set<ContentId> => new Set(copies.map(({ publication }) => ContentIdSchema.parse(publication.content)));
  const leftovers = new Leftovers({ store, onChange, needed: async () => contentsOn(await shelf()) });
  const refresh = async (): Promise<void> => {
    const copies = await shelf();
    const readable = copies.filter(({ state }) => state === 'held' || state === 'borrowed');
    fetching.want(readable.map(({ publication }) => ({ content: ContentIdSchema.parse(publication.content), bytes: publication.bytes })));
    const contents = contentsOn(copies);
    await leftovers.tidy(contents);
    await covers.keepOnly(contents);
  };
  const publishing = new Publishing({
    store, readers, onChange,
    publishingKey: async () => new Uint8Array(Buffer.from(valueOf(await vault['books.publishingKey']({})).key, 'hex')),
    publish: async (publication) => valueOf(await vault['books.publish'](publication)),
    keepCover: (content, cover) => covers.put(content, cover),
    tidy: refresh,
  });
  const covers = new Covers({
    folder: join(dataDir, 'covers'), store, readers,
    grant: async (content, readerKey) => {
      const copy = (await shelf()).find(({ publication }) => publication.content === content) ?? refuse('unknown_licence', 'There is no copy of this book here.');
      return new Uint8Array(Buffer.from(valueOf(await vault['books.cover']({ licence: copy.id, reader: Buffer.from(readerKey).toString('hex') })).grant, 'hex'));
    },
  });
  const choose = async (what: 'books' | 'picture'): Promise<readonly string[]> =>
    (await chooseFiles?.(what)) ?? refuse('not_supported', 'This shell has no dialog of its own. Use: tallystick publish FILE');
  const open = new OpenBooks({
    store, readers,
    contentOf: async (licence) => {
      const copy = (await shelf()).find(({ id }) => id === licence) ?? refuse('unknown_licence', 'There is no such copy in this wallet.');
      return ContentIdSchema.parse(copy.publication.content);
    },
    grant: async (licence, readerKey) => {
      const { grant, closesAt } = valueOf(await vault['books.open']({ licence, reader: Buffer.from(readerKey).toString('hex') }));
      return { grant: new Uint8Array(Buffer.from(grant, 'hex')), closesAt };
    },
    closed: (licence) => void vault['books.closed']({ licence }),
    onDamaged: () => void refresh().catch(() => undefined),
  });
  const reader = (book: number) => open.reader(book).calls;
  const handlers: Handlers<LibraryHostContract> = {
    'publishing.choose': async () => ({ files: (await choose('books')).map((path) => files.offer(path)) }),
    'publishing.choosePicture': async () => {
      const [picture] = await choose('picture');
      return { file: picture === undefined ? null : files.offer(picture) };
    },
    'publishing.inspect': ({ file }) => publishing.inspect(files.get(file)),
    'publishing.cover': async ({ picture }) => {
      const file = files.get(picture);
      return { name: file.name, png: Buffer.from(await publishing.coverOf(file)).toString('base64') };
    },
    'publishing.forget': async ({ file }) => {
      await files.forget(file);
      return {};
    },
    'publishing.start': ({ file: token, cover, ...wanted }) => {
      const [book, picture] = cover.from === 'picture' ? files.take(token, cover.picture) : files.take(token);
      const { job, ended } = publishing.start(book.file, { ...wanted, cover: picture?.file ?? (cover.from === 'book' ? 'book' : 'nothing') });
      // What cannot be removed now is removed at the next start.
      void ended.then(() => Promise.allSettled([book.done(), picture?.done()]));
      return { job };
    },
    'publishing.jobs': () => publishing.views(),
    'publishing.cancel': ({ job }) => {
      publishing.cancel(job);
      return {};
    },
    'contents.list': async () => [...contentsOn(await shelf())].map((content) => fetching.view(content)),
    'contents.underWay': () => fetching.underWay(),
    'contents.leftovers': () => leftovers.view(),
    'contents.freeLeftovers': () => leftovers.free(),
    'contents.pause': ({ content }) => {
      fetching.pause(content);
      return {};
    },
    'contents.resume': ({ content }) => {
      fetching.resume(content);
      return {};
    },
    'reading.open': ({ licence }) => open.open(licence),
    'reading.close': async ({ book }) => {
      await open.close(book);
      return {};
    },
    'reading.layout': async ({ book, ...layout }) => valueOf(await reader(book)['book.layout'](layout)),
    'reading.contents': async ({ book }) => valueOf(await reader(book)['book.contents']({})),
    'reading.search': async ({ book, ...search }) => valueOf(await reader(book)['book.search'](search)),
    'reading.position': async ({ book, page }) => valueOf(await reader(book)['book.position']({ page })),
    'reading.locate': async ({ book, position }) => valueOf(await reader(book)['book.locate']({ position })),
    'reading.page': async ({ book, ...wanted }) => {
      const { width, height, bytes } = valueOf(await reader(book)['page.render']({ ...wanted, format: 'png' }));
      return { width, height, png: Buffer.from(bytes).toString('base64') };
    },
    'reading.links': async ({ book, page }) => valueOf(await reader(book)['page.links']({ page })),
    'reading.text': async ({ book, page }) => valueOf(await reader(book)['page.text']({ page })),
    'reading.cover': async ({ content }) => {
      const cover = await covers.picture(content);
      return { png: cover && Buffer.from(cover).toString('base64') };
    },
    'marks.get': ({ content }) => marks.of(content),
    'marks.set': async ({ content, marks: next }) => {
      await marks.set(content, next);
      return {};
    },
    'readingSettings.get': () => marks.reading(),
    'readingSettings.set': (change) => marks.setReading(change),
  };

  return {
    handlers, refresh,
    offerFile: (path) => files.offer(path),
    receiveFile: (...file) => files.receive(...file),
    connect: (next) => void (network = next),
    asked(peerId, stream) {
      // Whom we would ask ourselves, we answer.
      if (!network?.peers().includes(peerId) || askers.users(peerId) >= QUESTIONS_WAITING) return stream.abort();
      // Each answer holds two chunks: how many they may ask for at once is for us to say.
      void askers.with(peerId, ({ questions }) => inTurn(questions, () => answer(stream, store)));
    },
    closeBook: (licence) => void open.closeLicence(licence),
    closeBooks: () => void open.closeAll(),
    async close() {
      const published = publishing.close();
      await fetching.close();
      await open.closeAll();
      await readers.close();
      await published;
      await files.close();
    },
  };
}

/** Calls `work` now, and again at the end of the time if it was asked for meanwhile. */
function atMostEvery(ms: number, work: () => void): () => void {
  let timer: ReturnType<typeof setTimeout> | null = null;
  let again = false;
  const run = (): void => {
    work();
    timer = setTimeout(() => {
      timer = null;
      if (again) run();
      again = false;
    }, ms);
    timer.unref();
  };
  return () => {
    if (timer) again = true;
    else run();
  };
}
