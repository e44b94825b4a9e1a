/** What there is to see of the books: the shelf, a copy in each of its states, publishing, handing over. */
import type { Page } from 'playwright-core';
import { type DoubleState, emptyState, livedInState } from './double-state.ts';
import type { Screen } from './screens-to-see.ts';

const german = (): DoubleState => { const made = livedInState(); made.settings.language = 'de'; return made; };
/** Titles and names as long as they may be: nothing may scroll sideways. */
const extreme = (): DoubleState => {
  const made = livedInState();
  const long = 'W'.repeat(200);
  made.library.shelf = made.library.shelf.map((copy) => ({ ...copy, contactName: copy.contactName && 'W'.repeat(40), publication: { ...copy.publication, title: long, author: long, publisherName: 'W'.repeat(40), price: copy.publication.price && { ...copy.publication.price, code: 'WWWWWWWW', amount: '9223372036854775807' } } }));
  return made;
};
/** Somebody lends one book and sells another; both wait for an answer. */
export const offers = (): DoubleState => {
  const made = livedInState();
  const [offer] = made.pending;
  if (!offer) return made;
  const book = (title: string, author: string, move: object) => ({ kind: 'licence', licence: `${'ab'.repeat(32)}/1`, publication: 'ab'.repeat(32), title, author, copy: 1, copies: 3, terms: { give: true, lend: true, maxLoanDays: 14, text: true }, move }) as unknown as typeof offer.give[number];
  made.pending = [
    { ...offer, id: '7'.repeat(32) as typeof offer.id, give: [book('The Voyage Out', 'Virginia Woolf', { as: 'loan', due: Date.now() + 14 * 24 * 3_600_000 })], memo: 'You will like the river' },
    { ...offer, id: '8'.repeat(32) as typeof offer.id, give: [book('Middlemarch', 'George Eliot', { as: 'own' })], take: offer.give, memo: '' },
    ...made.pending,
  ];
  return made;
};
/** Where a book of that title is, with so much more of its path. */
export const bookPath = (title: string, state: LicenceState = 'held', more = ''): string => `/library/${livedInState().library.shelf.find((copy) => copy.publication.title === title && copy.state === state)?.id ?? ''}${more}`;
type LicenceState = DoubleState['library']['shelf'][number]['state'];

/** Drops files of these names on the window. */
export const dropFiles = (page: Page, names: readonly string[]): Promise<void> => page.evaluate((dropped) => {
  const dataTransfer = new DataTransfer();
  for (const name of dropped) dataTransfer.items.add(new File([name.endsWith('.pdf') ? '%PDF-1.7' : name.endsWith('.epub') ? 'PK\u0003\u0004' : 'nothing'], name));
  window.dispatchEvent(new DragEvent('dragover', { dataTransfer, bubbles: true, cancelable: true }));
  window.dispatchEvent(new DragEvent('drop', { dataTransfer, bubbles: true, cancelable: true }));
}, names);

/** Drops a picture on the cover of the form. */
export const dropCover = (page: Page, name: string): Promise<void> => page.getByRole('group', { name: 'Cover' }).evaluate((field, dropped) => {
  const dataTransfer = new DataTransfer();
  dataTransfer.items.add(new File([dropped.endsWith('.png') ? Uint8Array.of(0x89, 0x50, 0x4e, 0x47) : 'GIF89a'], dropped));
  field.dispatchEvent(new DragEvent('drop', { dataTransfer, bubbles: true, cancelable: true }));
}, name);

/** A large file of which not all has reached the wallet. */
const sending = async (page: Page): Promise<void> => {
  await page.evaluate(() => { XMLHttpRequest.prototype.send = function () { this.upload.dispatchEvent(new ProgressEvent('progress', { lengthComputable: true, loaded: 42, total: 100 })); }; });
  await dropFiles(page, ['wasteland.epub']);
  await page.getByRole('dialog').getByRole('progressbar').waitFor();
};
const formOf = (name: string) => async (page: Page): Promise<void> => { await dropFiles(page, [name]); await page.getByRole('dialog').getByRole('textbox').first().waitFor(); };
const step = async (page: Page, button: string | RegExp): Promise<void> => { await page.getByRole('main').getByRole('button', { name: button }).first().click(); };
const bruno = (page: Page): Promise<void> => step(page, /^B?\s*Bruno/);

export const LIBRARY_SCREENS: readonly Screen[] = [
  { name: 'shelf', path: '/library', act: (page) => page.locator('.shelf img').first().waitFor() },
  { name: 'shelf-de', path: '/library', state: german },
  { name: 'shelf-empty', path: '/library', state: () => emptyState() },
  { name: 'shelf-nothing-found', path: '/library', act: async (page) => { await page.getByRole('searchbox').fill('zzz'); await page.getByText('No book matches').waitFor(); } },
  { name: 'extreme-shelf', path: '/library', state: extreme },
  { name: 'publishing', path: '/library', state: () => { const made = livedInState(); made.library.jobs = [{ job: 2, title: 'A Second Stick', bytes: 470_000, total: 1_240_000, state: 'running', publication: null, failure: null }, { job: 1, title: 'Broken Stick', bytes: 0, total: 10, state: 'failed', publication: null, failure: { code: 'already_published', detail: 'It was.' } }]; return made; }, act: (page) => page.getByText('Encrypting, 37 %').waitFor() },
  { name: 'publish-sending', path: '/library', act: sending }, { name: 'publish-sending-de', path: '/library', state: german, act: sending },
  { name: 'publish-form', path: '/library', act: formOf('wasteland.epub') },
  { name: 'publish-form-de', path: '/', state: german, act: async (page) => { await formOf('plain.pdf')(page); await page.getByRole('switch', { name: 'Nur auf begrenzte Zeit' }).click(); await page.getByRole('switch', { name: 'Es hat einen Preis' }).click(); } },
  { name: 'publish-omissions', path: '/library', act: formOf('formulas.epub') },
  { name: 'publish-cover', path: '/library', act: async (page) => { await formOf('wasteland.epub')(page); await dropCover(page, 'cover.png'); await page.getByRole('button', { name: 'As in the file' }).waitFor(); } },
  { name: 'shelf-left-files', path: '/library', state: () => { const made = livedInState(); made.library.left = { books: 3, bytes: 120_400_000 }; return made; }, act: async (page) => { await page.getByText('120').waitFor(); await page.getByRole('button', { name: 'Remove' }).scrollIntoViewIfNeeded(); } },
  { name: 'publish-refused', path: '/library', act: async (page) => { await dropFiles(page, ['notes.txt', 'wasteland.epub']); await page.getByRole('alert').waitFor(); } },
  { name: 'book-own', path: bookPath('A Split Stick') },
  { name: 'book-lent', path: bookPath('A Split Stick', 'lent') },
  { name: 'book-lent-de', path: bookPath('A Split Stick', 'lent'), state: german },
  { name: 'book-borrowed', path: bookPath('The Waste Land', 'borrowed') },
  { name: 'book-recalled', path: bookPath('A Child’s Garden of Verses', 'borrowed'), act: (page) => page.locator('.cover img').first().waitFor() },
  { name: 'book-overdue', path: bookPath('Pond Life: Field Notes from a Very Small Lake, with Tables of Depth and Temperature for Every Month of the Year', 'borrowed') },
  { name: 'book-transit', path: bookPath('Short Walks', 'in-transit') },
  { name: 'book-fetching', path: bookPath('Knots and How to Tie Them') },
  { name: 'book-gone', path: `/library/${'0'.repeat(64)}/1` },
  { name: 'extreme-book', path: bookPath('A Split Stick', 'lent'), state: extreme },
  { name: 'book-keep', path: bookPath('The Waste Land', 'borrowed'), act: async (page) => { await step(page, 'Ask to keep it longer'); await page.getByRole('dialog').waitFor(); } },
  { name: 'book-return', path: bookPath('The Waste Land', 'borrowed'), act: async (page) => { await step(page, 'Return'); await page.getByRole('alertdialog').waitFor(); } },
  { name: 'lend-until', path: bookPath('A Split Stick', 'held', '/lend'), act: async (page) => { await bruno(page); await page.getByRole('radio', { name: 'Another day' }).check(); } },
  { name: 'lend-review', path: bookPath('The Adventures of Sherlock Holmes', 'held', '/lend'), act: async (page) => { await bruno(page); await step(page, 'Continue'); await page.getByRole('heading', { name: 'Look once more' }).waitFor(); } },
  { name: 'sell-price', path: bookPath('A Split Stick', 'held', '/sell'), act: bruno },
  { name: 'sell-review-de', path: bookPath('A Split Stick', 'held', '/sell'), state: german, act: async (page) => { await bruno(page); await step(page, 'Weiter'); await page.getByRole('heading', { name: 'Noch einmal ansehen' }).waitFor(); } },
  { name: 'lend-offered', path: bookPath('A Split Stick', 'held', '/lend'), state: () => ({ ...livedInState(), pin: null }), act: async (page) => { await bruno(page); await step(page, 'Continue'); await step(page, 'Lend it'); await page.getByText('Offered to Bruno').first().waitFor(); } },
  { name: 'book-offers', path: '/', state: offers },
  { name: 'book-offer', path: `/transfer/${'7'.repeat(32)}`, state: offers },
  { name: 'give-forbidden', path: bookPath('Knots and How to Tie Them', 'held', '/give') },
];
