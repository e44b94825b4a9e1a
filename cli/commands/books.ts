/** `tallystick publish`, `library`, `give`, `lend`, `sell`, `return`, `renew`, `recall`, `page`: books from the command line. */
import { stat, writeFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import type { Command } from 'commander';
import { Refusal, refuse } from '../../protocol/errors.ts';
import type { CoverChoice, FetchView } from '../../protocol/contracts/library-host.contract.ts';
import type { LicenceView } from '../../protocol/contracts/library.views.ts';
import { SHELF_FILTERS, SHELF_ORDERS, type ShelfFilter, type ShelfOrder, matches, passesFilter, shelfOrder } from '../../protocol/contracts/shelf.ts';
import { PIN_OPTION, addCommand, withSession } from '../command.ts';
import { type PinChoices, withPin } from '../pin.ts';
import { typed } from '../invocation.ts';
import { untilEnd } from '../end-signal.ts';
import type { FollowOptions } from '../follow.ts';
import { followJob } from '../publish-job.ts';
import { day } from '../present.ts';
import { resolveLicence, shortLicenceId } from '../resolve-licence.ts';
import { minorOf, resolveCurrency } from '../resolve-currency.ts';
import { type Session, need } from '../session.ts';
import { contactNamed } from './contacts.ts';
import { knownCurrencies } from './currency.ts';
import { FOLLOW_OPTIONS, tell } from './send.ts';

const shelfOf = async ({ client }: Session): Promise<LicenceView[]> => await need(client['books.shelf']({}));
const copyNamed = async (session: Session, text: string, fit?: (copy: LicenceView) => boolean): Promise<LicenceView> => resolveLicence(text, await shelfOf(session), fit);

/** Everything else is said in English too. */
const LOCALE = 'en';

/** The end of that day, here. @throws Refusal `bad_input` */
export function dueOf(text: string): number {
  const [, year, month, date] = /^(\d{4})-(\d{2})-(\d{2})$/.exec(text) ?? [];
  const due = new Date(Number(year), Number(month) - 1, Number(date), 23, 59, 59, 999);
  // Date takes years of two digits for those of the last century.
  if (year === undefined || due.getFullYear() !== Number(year) || due.getMonth() !== Number(month) - 1) throw new Refusal('bad_input', 'A date is YYYY-MM-DD.');
  return due.getTime();
}

function stateWords(copy: LicenceView, content: FetchView | undefined): string {
  const here = copy.state === 'held' || copy.state === 'borrowed';
  const missing = here && content && content.state !== 'whole' ? `, ${content.total === null ? 'not here yet' : `${Math.floor((100 * content.bytes) / content.total)} % here`}` : '';
  const due = copy.due === null ? '' : copy.overdue ? `, was due ${day(copy.due)}` : ` until ${day(copy.due)}`;
  const asked = copy.asked === null ? '' : `, asked for until ${day(copy.asked)}`;
  switch (copy.state) {
    case 'held': return `yours${missing}`;
    case 'borrowed': return `borrowed from ${copy.contactName ?? 'someone'}${due}${copy.recalled ? ', wanted back' : ''}${asked}${missing}`;
    case 'lent': return `lent to ${copy.contactName ?? 'someone'}${due}${copy.recalled ? ', asked back' : ''}${asked}`;
    case 'in-transit': return `on its way to ${copy.contactName ?? 'someone'}`;
  }
}

const copyLine = (copy: LicenceView, content?: FetchView) => ({ type: 'licence', ...copy, content: content ?? null });
const copyWords = (copy: LicenceView, content?: FetchView): string =>
  `${shortLicenceId(copy.id)}  ${copy.publication.title}${copy.publication.author ? `, ${copy.publication.author}` : ''}  (copy ${copy.copy} of ${copy.publication.copies}): ${stateWords(copy, content)}`;

interface PublishOptions { cover?: string; copies?: number; price?: string; title?: string; author?: string; language?: string; give: boolean; lend: boolean; text: boolean; loanDays?: number }
const whole = (text: string): number => {
  const number = Number(text);
  if (!Number.isSafeInteger(number) || number < 1) throw new Refusal('bad_input', `"${text}" is not a number from 1.`);
  return number;
};

const oneOf = <T extends string>(choices: readonly T[]) => (text: string): T =>
  choices.find((choice) => choice === text) ?? refuse('bad_input', `"${text}" is none of ${choices.join(', ')}.`);

export function bookCommands(program: Command): void {
  addCommand<PublishOptions>(program, 'publish <file>', {
    about: 'make a book (EPUB or PDF) into copies that can be lent, given and sold',
    options: [
      ['--copies <n>', 'how many there are, for ever (1)', whole], ['--price <amount code>', 'what a copy costs, for example "5 GLD"'],
      ['--title <text>', 'instead of what the file says'], ['--author <text>', 'instead of what the file says'], ['--language <tag>', 'instead of what the file says'],
      ['--cover <picture>', 'a PNG or a JPEG instead of the cover in the file, or none'],
      ['--no-give', 'copies may not be passed on'], ['--no-lend', 'copies may not be lent'], ['--loan-days <n>', 'longest loan', whole], ['--no-text', 'no text for screen readers and search results'],
    ],
    more: 'Ctrl-C calls it off, and nothing of it stays.',
    run: (call) => withSession(call, { network: false }, async (session) => {
      const { copies = 1, price, title, author, language, give, lend, text, loanDays = null } = call.options;
      const path = resolve(call.args[0] ?? '');
      if (!(await stat(path).catch(() => null))?.isFile()) throw new Refusal('bad_input', `There is no file ${path}.`);
      const cover = await coverOf(session, call.options.cover);
      const file = await session.offerFile(path);
      const found = await need(session.client['publishing.inspect']({ file }));
      const asked = price === undefined ? null : await priceOf(session, price);
      const { job } = await need(session.client['publishing.start']({
        file, title: title ?? found.title, author: author ?? found.author, language: language ?? found.language, copies, price: asked, terms: { give, lend, maxLoanDays: loanDays, text }, cover,
      }));
      const ended = await followJob({ session, output: call.output, job, enough: untilEnd(false, new Promise(() => undefined)) });
      const made = (await shelfOf(session)).filter(({ publication }) => publication.id === ended.publication);
      const [first] = made;
      if (!first) throw new Refusal('internal', 'It was published, but is not on the shelf.');
      call.output.result({ type: 'publication', ...first.publication, licences: made.map(({ id }) => id), cover: cover.from === 'picture' || (cover.from === 'book' && found.cover !== null) }, `"${first.publication.title}" is published, ${copies === 1 ? 'one copy' : `${copies} copies`}: ${shortLicenceId(first.id)}${cover.from === 'book' && found.cover === null ? `\nThe cover in the file cannot be drawn here, so it has none. Another: ${typed('publish FILE --cover PICTURE')}` : ''}\nLend it: ${typed(`lend ${shortLicenceId(first.id)} CONTACT`)}`);
    }),
  });

  addCommand<{ search?: string; show?: ShelfFilter; sort?: ShelfOrder; leftovers?: boolean; free?: boolean }>(program, 'library', {
    about: 'the books that are here, lent out or on their way',
    options: [
      ['--search <text>', 'those with these words in title or author'], ['--show <which>', `${SHELF_FILTERS.join(', ')}; lent is lent out`, oneOf(SHELF_FILTERS)], ['--sort <by>', `${SHELF_ORDERS.join(', ')}; author by last name`, oneOf(SHELF_ORDERS)],
      ['--leftovers', 'how much room files of books take that are no longer here'], ['--free', 'remove those files'],
    ],
    more: 'When the last copy of a book leaves, its file stays for others to fetch, up to a bound. --free never touches a book on the shelf.',
    run: (call) => withSession(call, { network: false }, async (session) => {
      if (call.options.leftovers || call.options.free) {
        const left = await need(call.options.free ? session.client['contents.freeLeftovers']({}) : session.client['contents.leftovers']({}));
        return call.output.result({ type: call.options.free ? 'freed' : 'leftovers', ...left }, leftWords(left, call.options.free === true));
      }
      const { search = '', show = 'all', sort } = call.options;
      const [copies, contents] = [await shelfOf(session), await need(session.client['contents.list']({}))];
      const found = copies.filter((copy) => passesFilter(show, copy) && matches(copy.publication, search));
      const shelf = sort ? found.toSorted(shelfOrder(sort, LOCALE)) : found;
      const contentOf = (copy: LicenceView) => contents.find(({ content }) => content === copy.publication.content);
      call.output.result(shelf.map((copy) => copyLine(copy, contentOf(copy))), shelf.map((copy) => copyWords(copy, contentOf(copy))).join('\n') || (copies.length > 0 ? 'No book is like that.' : `No books yet. Publish one: ${typed('publish FILE')}`));
    }),
  });

  addCommand<FollowOptions & PinChoices & { memo?: string }>(program, 'give <licence> <contact>', {
    about: 'give a copy away for good',
    options: [['--memo <text>', 'a note for them'], PIN_OPTION, ...FOLLOW_OPTIONS],
    more: 'LICENCE is a title, or the beginning of a copy\'s id as `library` shows it.',
    run: (call) => withSession(call, { network: true }, async (session) => {
      const contact = await contactNamed(session, call.args[1] ?? '');
      const copy = await copyNamed(session, call.args[0] ?? '', ({ may }) => may.give);
      return tell(call, session, await withPin(call.options, (pin) => session.client['books.give']({ licence: copy.id, contact: contact.instance, memo: call.options.memo ?? '', ...pin })));
    }),
  });

  addCommand<FollowOptions & PinChoices & { memo?: string; due?: string }>(program, 'lend <licence> <contact>', {
    about: 'lend a copy: it is readable there until it comes back',
    options: [['--due <date>', 'YYYY-MM-DD; after that day it goes home by itself'], ['--memo <text>', 'a note for them'], PIN_OPTION, ...FOLLOW_OPTIONS],
    run: (call) => withSession(call, { network: true }, async (session) => {
      const contact = await contactNamed(session, call.args[1] ?? '');
      const copy = await copyNamed(session, call.args[0] ?? '', ({ may }) => may.lend);
      const due = call.options.due === undefined ? null : dueOf(call.options.due);
      return tell(call, session, await withPin(call.options, (pin) => session.client['books.lend']({ licence: copy.id, contact: contact.instance, due, memo: call.options.memo ?? '', ...pin })));
    }),
  });

  addCommand<FollowOptions & PinChoices & { memo?: string }>(program, 'sell <licence> <contact> [amount] [code]', {
    about: 'offer a copy for credits: both change hands, or neither does',
    options: [['--memo <text>', 'a note for them'], PIN_OPTION, ...FOLLOW_OPTIONS],
    more: 'Without AMOUNT and CODE, for the price it was published with.',
    run: (call) => withSession(call, { network: true }, async (session) => {
      const [text = '', who = '', amount, code] = call.args;
      const contact = await contactNamed(session, who);
      const copy = await copyNamed(session, text, ({ may }) => may.give);
      const price = amount !== undefined && code !== undefined ? await priceOf(session, `${amount} ${code}`) : copy.publication.price && { currency: copy.publication.price.currency as never, amount: copy.publication.price.amount };
      if (!price) throw new Refusal('bad_input', 'Say for how much: sell LICENCE CONTACT AMOUNT CODE.');
      return tell(call, session, await withPin(call.options, (pin) => session.client['books.sell']({ licence: copy.id, contact: contact.instance, price, memo: call.options.memo ?? '', ...pin })));
    }),
  });

  addCommand<FollowOptions>(program, 'return <licence>', {
    about: 'bring a borrowed copy home',
    options: FOLLOW_OPTIONS,
    run: (call) => withSession(call, { network: true }, async (session) => {
      const copy = await copyNamed(session, call.args[0] ?? '', ({ state }) => state === 'borrowed');
      return tell(call, session, await need(session.client['books.return']({ licence: copy.id })));
    }),
  });

  addCommand<{ until?: string; agree?: boolean; refuse?: boolean }>(program, 'renew <licence>', {
    about: 'ask to keep a borrowed copy longer, or answer who asks',
    options: [['--until <date>', 'the borrower: YYYY-MM-DD'], ['--agree', 'the lender: yes'], ['--refuse', 'the lender: no']],
    run: (call) => withSession(call, { network: true }, async (session) => {
      const { until, agree, refuse } = call.options;
      if ([until, agree, refuse].filter((choice) => choice !== undefined).length !== 1) throw new Refusal('bad_input', 'Say one of --until DATE, --agree and --refuse.');
      const copy = await copyNamed(session, call.args[0] ?? '', ({ state }) => state === (until === undefined ? 'lent' : 'borrowed'));
      const now = until === undefined
        ? await need(session.client['books.answerRenewal']({ licence: copy.id, agree: agree === true }))
        : await need(session.client['books.askRenewal']({ licence: copy.id, due: dueOf(until) }));
      call.output.result(copyLine(now), copyWords(now));
    }),
  });

  addCommand<{ withdraw?: boolean }>(program, 'recall <licence>', {
    about: 'ask for a lent copy; nothing is forced',
    options: [['--withdraw', 'it may stay after all']],
    run: (call) => withSession(call, { network: true }, async (session) => {
      const copy = await copyNamed(session, call.args[0] ?? '', ({ state }) => state === 'lent');
      const now = await need(session.client['books.recall']({ licence: copy.id, wanted: call.options.withdraw !== true }));
      call.output.result(copyLine(now), copyWords(now));
    }),
  });

  addCommand<{ out?: string; width?: number; fontSize?: number; theme?: 'light' | 'sepia' | 'dark' }>(program, 'page <licence> <number>', {
    about: 'draw one page of a book that is here, as a PNG',
    options: [['--out <file>', 'where to write it'], ['--width <px>', 'width of the picture (1000)', whole], ['--font-size <pt>', 'where the book flows (12)', whole], ['--theme <name>', 'light, sepia or dark']],
    run: (call) => withSession(call, { network: false }, async (session) => {
      const { out, width = 1000, fontSize = 12, theme = 'light' } = call.options;
      if (!out) throw new Refusal('bad_input', 'Say where to: --out FILE.png');
      const copy = await copyNamed(session, call.args[0] ?? '', ({ readable }) => readable);
      const { book, description } = await need(session.client['reading.open']({ licence: copy.id }));
      try {
        const { pages } = await need(session.client['reading.layout']({ book, width: 420, height: 595, fontSize, margin: 0.08, lineSpacing: null, typeface: 'book' }));
        const number = whole(call.args[1] ?? '');
        if (number > pages) throw new Refusal('bad_input', `The book has ${pages} pages.`, { pages });
        const page = await need(session.client['reading.page']({ book, page: number - 1, width, height: Math.min(8000, width * 2), theme }));
        await writeFile(out, Buffer.from(page.png, 'base64'));
        call.output.result({ type: 'page', licence: copy.id, page: number, pages, width: page.width, height: page.height, out, kind: description.kind }, `Page ${number} of ${pages}: ${out}`);
      } finally {
        await session.client['reading.close']({ book });
      }
    }),
  });
}

const leftWords = ({ books, bytes }: { books: number; bytes: number }, freed: boolean): string =>
  books === 0 ? 'There are no files of books that are no longer here.' : `${freed ? 'Removed: files' : 'Files'} of ${books} ${books === 1 ? 'book that is' : 'books that are'} no longer here, ${(bytes / 1e6).toFixed(1)} MB.${freed ? '' : `\nRemove them: ${typed('library --free')}`}`;

/** @throws Refusal `bad_input` if there is no such picture */
async function coverOf(session: Session, text: string | undefined): Promise<CoverChoice> {
  if (text === undefined) return { from: 'book' };
  if (text === 'none') return { from: 'nothing' };
  const path = resolve(text);
  if (!(await stat(path).catch(() => null))?.isFile()) throw new Refusal('bad_input', `There is no picture ${path}.`);
  return { from: 'picture', picture: await session.offerFile(path) };
}

/** "5 GLD" as a price. @throws Refusal `bad_input`, and those of amounts and currencies */
async function priceOf(session: Session, text: string) {
  const [amount, code, ...rest] = text.trim().split(/\s+/);
  if (amount === undefined || code === undefined || rest.length > 0) throw new Refusal('bad_input', 'A price is an amount and a currency, for example "5 GLD".');
  const currency = resolveCurrency(code, await knownCurrencies(session));
  return { currency: currency.id, amount: minorOf(amount, currency) };
}
