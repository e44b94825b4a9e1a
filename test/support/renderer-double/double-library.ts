/** The pretend wallet's books: a shelf with every state a copy can be in, files that can be published, loans that can be settled. */
import { createHash } from 'node:crypto';
import type { Handlers, Topic } from '../../../protocol/contracts/contract.ts';
import type { FetchView, PublishingView } from '../../../protocol/contracts/library-host.contract.ts';
import type { LicenceView, PublicationView } from '../../../protocol/contracts/library.views.ts';
import type { ContactView, CurrencyView, TransferView } from '../../../protocol/contracts/views.ts';
import type { WalletContract } from '../../../protocol/contracts/wallet.contract.ts';
import { refuse } from '../../../protocol/errors.ts';
import type { InstanceId } from '../../../protocol/identifiers.ts';
import { coverPicture } from './picture-of-cover.ts';

export interface DoubleLibrary {
  shelf: LicenceView[]; contents: FetchView[]; jobs: PublishingView[];
  /** Content whose cover is known. */
  covers: string[];
  /** Files that were sent or chosen, by the name they were given. */
  files: Map<string, string>;
  /** Jobs stay under way until the test ends them. */
  slow: boolean;
  /** Files of books that are no longer here. */
  left: { books: number; bytes: number };
  /** Where the covers of what was published came from. */
  chosenCovers: string[];
}

const DAY = 24 * 3_600_000;
const as = <T>(value: unknown): T => value as T;
const idOf = (text: string): string => createHash('sha256').update(text).digest('hex');

export const emptyLibrary = (): DoubleLibrary => ({ shelf: [], contents: [], jobs: [], covers: [], files: new Map(), slow: false, left: { books: 0, bytes: 0 }, chosenCovers: [] });

export interface Circle { readonly me: InstanceId; readonly people: readonly Pick<ContactView, 'instance' | 'name'>[]; readonly currency: CurrencyView; readonly now: number }

interface Copy { readonly by?: number; readonly state?: LicenceView['state']; readonly who?: number; readonly part?: Partial<LicenceView>; readonly terms?: Partial<PublicationView['terms']>; readonly price?: string; readonly copies?: number; readonly copy?: number; readonly opened?: boolean }

/** @param by place of the publisher among the people; left out for this wallet */
function copyOf({ me, people, currency, now }: Circle, title: string, author: string, { by, state = 'held', who, part = {}, terms = {}, price, copies = 1, copy = 1 }: Copy): LicenceView {
  const person = who === undefined ? null : people[who];
  const publisher = by === undefined ? null : people[by];
  const mine = by === undefined;
  const publication: PublicationView = as({
    id: idOf(`publication ${title}`), title, author, language: 'en', format: 'epub', bytes: 1_240_000, content: idOf(`content ${title}`), publisher: publisher?.instance ?? me, publisherName: mine ? 'Ada' : publisher?.name ?? null, mine, copies,
    terms: { give: true, lend: true, maxLoanDays: null, text: true, ...terms },
    price: price === undefined ? null : { currency: currency.id, code: currency.code, decimals: currency.decimals, amount: price },
  });
  const here = state === 'held' || (state === 'borrowed' && !part.overdue);
  return as({
    id: `${publication.id}/${copy}`, publication, copy, state, contact: person?.instance ?? null, contactName: person?.name ?? null, since: now - 3 * DAY, due: null, overdue: false, recalled: false, asked: null, opened: false, readable: here,
    may: { give: state === 'held' && (mine || publication.terms.give), lend: state === 'held' && (mine || publication.terms.lend) }, ...part,
  });
}

export function livedInLibrary(circle: Circle): DoubleLibrary {
  const { now } = circle;
  const copy = (title: string, author: string, more: Copy): LicenceView => copyOf(circle, title, author, more);
  const split = { copies: 5, terms: { maxLoanDays: 28 }, price: '450' };
  const shelf = [
    copy('A Split Stick', 'Ada', { ...split, copy: 1 }), copy('A Split Stick', 'Ada', { ...split, copy: 2 }), copy('A Split Stick', 'Ada', { ...split, copy: 3 }),
    copy('A Split Stick', 'Ada', { ...split, copy: 4, state: 'lent', who: 0, part: { due: now + 9 * DAY, asked: now + 23 * DAY } }),
    copy('The Adventures of Sherlock Holmes', 'Arthur Conan Doyle', { part: { since: now - 40 * DAY } }),
    copy('The Waste Land', 'T. S. Eliot', { by: 1, state: 'borrowed', who: 1, part: { due: now + 12 * DAY } }),
    copy('A Child’s Garden of Verses', 'Robert Louis Stevenson', { by: 1, state: 'borrowed', who: 0, part: { recalled: true } }),
    copy('Pond Life: Field Notes from a Very Small Lake, with Tables of Depth and Temperature for Every Month of the Year', 'Hanna Lindqvist and Olu Adeyemi', { by: 1, state: 'borrowed', who: 1, part: { due: now - 2 * DAY, overdue: true } }),
    copy('Bread', 'Emre', { state: 'lent', who: 2, part: { due: now - DAY, overdue: true, recalled: true } }),
    copy('Short Walks', 'Dmitri', { state: 'in-transit', who: 2 }),
    copy('Knots and How to Tie Them', '', { by: 0, terms: { give: false, lend: false, text: false }, part: { since: now } }),
    copy('The Voyage Out', 'Virginia Woolf', { by: 0, part: { since: now - DAY } }),
    copy('Middlemarch', 'George Eliot', { by: 0, part: { since: now - 2 * DAY } }),
  ];
  const content = (title: string, part: Partial<FetchView>): FetchView => as({ content: idOf(`content ${title}`), state: 'whole', bytes: 1_240_000, total: 1_240_000, bytesPerSecond: 0, secondsLeft: null, trouble: null, ...part });
  const special: Record<string, Partial<FetchView>> = {
    'Knots and How to Tie Them': { state: 'fetching', bytes: 768_000, bytesPerSecond: 96_000, secondsLeft: 5 }, 'The Voyage Out': { state: 'waiting', bytes: 0, total: null }, 'Middlemarch': { state: 'paused', bytes: 310_000 },
  };
  const titles = [...new Set(shelf.map(({ publication }) => publication.title))];
  return { ...emptyLibrary(), shelf, contents: titles.map((title) => content(title, special[title] ?? {})), covers: ['The Adventures of Sherlock Holmes', 'A Child’s Garden of Verses'].map((title) => idOf(`content ${title}`)) };
}

interface Surroundings { /** As the vault asks for it. */ readonly needPin: (pin: string | undefined) => void; readonly library: DoubleLibrary; readonly circle: Circle; readonly changed: (...topics: Topic[]) => void; readonly offer: (contact: InstanceId, give: TransferView['give'], take: TransferView['take'], memo: string) => TransferView; readonly currencyOf: (id: string) => CurrencyView }

/** Names of the pretend files and what they say of themselves. */
const SAMPLE_FILES: Readonly<Record<string, string>> = { 'wasteland.epub': 'The Waste Land', 'formulas.epub': 'Formulas for Everyone', 'plain.pdf': '' };

export function libraryHandlers({ library, circle, changed, offer, currencyOf, needPin }: Surroundings) {
  const find = (id: string): LicenceView => library.shelf.find((entry) => entry.id === id) ?? refuse('unknown_licence', 'No such copy.');
  const change = (id: string, part: Partial<LicenceView>): LicenceView => {
    const next = { ...find(id), ...part };
    library.shelf = library.shelf.map((entry) => (entry.id === id ? next : entry));
    changed('library');
    return next;
  };
  const asset = ({ id, copy, publication }: LicenceView, move: unknown): TransferView['give'][number] => as({ kind: 'licence', licence: id, publication: publication.id, title: publication.title, author: publication.author, copy, copies: publication.copies, terms: publication.terms, move });
  const content = (id: string, part: Partial<FetchView>) => {
    library.contents = library.contents.map((entry) => (entry.content === id ? { ...entry, ...part } : entry));
    changed('contents');
    return {};
  };
  const nameOf = (file: string): string => library.files.get(file) ?? refuse('bad_input', 'Choose the file again.');
  let jobs = 0;
  return {
    'books.shelf': () => library.shelf,
    'books.lend': ({ licence, contact, due, memo, pin }) => (needPin(pin), offer(contact, [asset(find(licence), { as: 'loan', due })], [], memo)),
    'books.give': ({ licence, contact, memo, pin }) => (needPin(pin), offer(contact, [asset(find(licence), { as: 'own' })], [], memo)),
    'books.sell': ({ licence, contact, price, memo, pin }) => (needPin(pin), offer(contact, [asset(find(licence), { as: 'own' })], [{ kind: 'credit', currency: currencyOf(price.currency), amount: price.amount }], memo)),
    'books.return': ({ licence }) => {
      const copy = find(licence);
      const sent = offer(copy.contact ?? refuse('wrong_state', 'It is not borrowed.'), [asset(copy, { as: 'return', unopened: !copy.opened })], [], '');
      change(licence, { state: 'in-transit', readable: false });
      return sent;
    },
    'books.askRenewal': ({ licence, due }) => change(licence, { asked: due }),
    'books.answerRenewal': ({ licence, agree }) => change(licence, { asked: null, ...(agree ? { due: find(licence).asked } : {}) }),
    'books.recall': ({ licence, wanted }) => change(licence, { recalled: wanted }),
    'publishing.inspect': ({ file }) => {
      const name = nameOf(file);
      const title = SAMPLE_FILES[name] ?? refuse('book_unreadable', 'Neither an EPUB nor a PDF.');
      return {
        name, bytes: 1_240_000, format: name.endsWith('.pdf') ? 'pdf' : 'epub', title: title || name.replace(/\.\w+$/, ''), author: title ? 'T. S. Eliot' : '', language: title ? 'en' : '', cover: title && !name.startsWith('formulas') ? coverPicture(0) : null,
        omissions: name.startsWith('formulas') ? [{ code: 'mathml', count: 3 }, { code: 'audio', count: 1 }, { code: 'embedded-font', count: 0 }] : [],
      };
    },
    'publishing.cover': ({ picture }) => ({ name: nameOf(picture), png: nameOf(picture).startsWith('broken') ? refuse('picture_unreadable', 'Damaged.') : coverPicture(1) }),
    'publishing.forget': ({ file }) => { library.files.delete(file); return {}; },
    'publishing.start': ({ file, title, author, copies, terms, price, cover }) => {
      nameOf(file);
      if (cover.from === 'picture') nameOf(cover.picture);
      library.chosenCovers = [...library.chosenCovers, cover.from];
      const job = ++jobs;
      const made = copyOf(circle, title, author, { copies, terms, ...(price ? { price: price.amount } : {}), part: { since: Date.now() } });
      const running: PublishingView = as({ job, title, bytes: library.slow ? 470_000 : 1_240_000, total: 1_240_000, state: 'running', publication: null, failure: null });
      library.jobs = [library.slow ? running : { ...running, state: 'done', publication: made.publication.id }, ...library.jobs];
      if (!library.slow) library.shelf = [...library.shelf, ...Array.from({ length: copies }, (_, i) => as<LicenceView>({ ...made, id: `${made.publication.id}/${i + 1}`, copy: i + 1 }))];
      queueMicrotask(() => changed('library', 'contents'));
      return { job };
    },
    'publishing.jobs': () => library.jobs,
    'publishing.cancel': ({ job }) => { library.jobs = library.jobs.flatMap((entry) => (entry.job !== job ? [entry] : entry.state === 'running' ? [{ ...entry, state: 'cancelled' as const }] : [])); changed('contents'); return {}; },
    'contents.list': () => library.contents,
    'contents.underWay': () => library.contents.filter(({ state }) => state !== 'whole'),
    'contents.leftovers': () => library.left,
    'contents.freeLeftovers': () => {
      const gone = library.left;
      library.left = { books: 0, bytes: 0 };
      changed('contents');
      return gone;
    },
    'contents.pause': ({ content: id }) => content(id, { state: 'paused', bytesPerSecond: 0, secondsLeft: null }),
    'contents.resume': ({ content: id }) => content(id, { state: 'fetching', bytesPerSecond: 96_000, secondsLeft: 9 }),
    'reading.cover': ({ content: id }) => ({ png: library.covers.includes(id) ? coverPicture(library.covers.indexOf(id)) : null }),
  } satisfies Partial<Handlers<WalletContract>>;
}
