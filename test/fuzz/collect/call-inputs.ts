/** One call, or a few, of every method of the contracts, with the `@names` of the worlds in which they are made. */
import type { z } from 'zod';
import type { HostContract } from '../../../protocol/contracts/host.contract.ts';
import type { LibraryHostContract } from '../../../protocol/contracts/library-host.contract.ts';
import type { ReaderContract } from '../../../protocol/contracts/reader.contract.ts';
import type { ShellContract } from '../../../protocol/contracts/shell.contract.ts';
import type { VaultContract } from '../../../protocol/contracts/vault.contract.ts';
import { EPUB } from '../targets/small-book.ts';

type Inputs<C extends Record<string, { input: z.ZodType }>> = { readonly [M in keyof C]: readonly z.input<C[M]['input']>[] };

/** Ids are names here, whatever their type says. */
const name = (text: string): never => text as never;
const [contact, currency] = [name('@contact'), name('@tea')];
/** After everything that happens in that world. */
const DUE = 1_850_000_000_000;

export const VAULT_INPUTS: Inputs<VaultContract> = {
  'wallet.identity': [{}], 'wallet.rename': [{ name: 'Ada Lovelace' }, { name: '茶' }],
  'credits.balances': [{}], 'credits.createCurrency': [{ code: 'GLD', decimals: 2, name: 'Gold' }], 'credits.issue': [{ currency, amount: '100' }], 'credits.retire': [{ currency, amount: '10' }],
  'transfers.send': [{ contact, currency, amount: '5' }, { contact, currency, amount: '2', take: [{ currency: name('@theirs'), amount: '3' }] }, { contact, currency, amount: '1', memo: 'tea', purpose: 'payment', request: name('@request-in') }],
  'transfers.accept': [{ id: name('@offer-in') }], 'transfers.decline': [{ id: name('@offer-in') }], 'transfers.cancel': [{ id: name('@offer-out') }], 'transfers.writeOff': [{ id: name('@in-transit') }],
  'transfers.get': [{ id: name('@done') }, { id: name('@offer-in') }], 'transfers.pending': [{}], 'transfers.history': [{}, { cursor: null, limit: 2 }],
  'requests.create': [{ contact, currency, amount: '7', memo: 'please' }], 'requests.decline': [{ id: name('@request-in') }], 'requests.cancel': [{ id: name('@request-out') }], 'requests.list': [{}],
  'books.publishingKey': [{}],
  'books.publish': [{ title: 'Another', author: 'A. Uthor', language: 'en', format: 'epub', bytes: 1000, content: name('@content'), sealedKey: name('@sealed-key'), copies: 2, terms: { give: true, lend: true, maxLoanDays: 30, text: false }, price: { currency, amount: '5' } }],
  'books.shelf': [{}], 'books.give': [{ licence: name('@licence'), contact }], 'books.sell': [{ licence: name('@licence'), contact, price: { currency, amount: '3' } }], 'books.lend': [{ licence: name('@licence'), contact, due: DUE }],
  'books.return': [{ licence: name('@borrowed') }], 'books.askRenewal': [{ licence: name('@borrowed'), due: DUE }], 'books.answerRenewal': [{ licence: name('@lent'), agree: true }], 'books.recall': [{ licence: name('@lent'), wanted: true }],
  'books.open': [{ licence: name('@licence'), reader: name('@reader') }], 'books.cover': [{ licence: name('@licence'), reader: name('@reader') }], 'books.closed': [{ licence: name('@licence') }],
  'people.contacts': [{}], 'people.strangers': [{}], 'people.rename': [{ contact, name: 'Benny' }, { contact, name: null }], 'people.setRule': [{ contact, rule: { mode: 'auto', upTo: [{ currency, amount: '5' }] } }, { contact, rule: { mode: 'ask' } }],
  'people.forget': [{ contact: name('@idle') }], 'people.dismissKeyChange': [{ contact }],
  'pairing.start': [{ instance: name('@stranger') }], 'pairing.confirm': [{ instance: name('@comparing'), matches: true }, { instance: name('@comparing'), matches: false }], 'pairing.cancel': [{ instance: name('@comparing') }], 'pairing.list': [{}], 'pairing.status': [{}],
  'safety.status': [{}], 'safety.setPin': [{ next: '1234' }, { next: null }], 'safety.setLimit': [{ currency, amount: '10' }, { currency, amount: null }],
  'history.extent': [{}], 'history.compact': [{ upTo: 3 }],
  'audit.journal': [{}, { from: 0 }], 'audit.forks': [{}], 'audit.importProof': [{ proof: name('@proof') }], 'audit.explain': [{}, { currency }],
};

export const HOST_INPUTS: Inputs<HostContract> = {
  'app.status': [{}], 'app.create': [{ name: 'Ada' }], 'app.retry': [{}], 'app.openDataFolder': [{}],
  'settings.get': [{}], 'settings.set': [{ theme: 'dark', language: 'de' }, { visibility: 'hidden', notifications: false }],
  'network.status': [{}], 'network.connect': [{ address: name('@address') }, { address: name('@link') }], 'network.invite': [{}],
  'app.saveProof': [{ proof: name('@proof') }], 'history.size': [{}], 'history.saveCopy': [{}], 'link.take': [{}], 'link.read': [{ text: name('@link') }],
};

const [book, content] = [name('@book'), name('@content')];
const LAYOUT = { width: 300, height: 400, fontSize: 12, margin: 0.05, lineSpacing: null, typeface: 'book' as const };
export const LIBRARY_INPUTS: Inputs<LibraryHostContract> = {
  'publishing.choose': [{}], 'publishing.choosePicture': [{}], 'publishing.cover': [{ picture: name('@picture') }], 'publishing.forget': [{ file: name('@file') }], 'publishing.inspect': [{ file: name('@file') }],
  'publishing.start': [{ file: name('@file'), title: 'Again', author: '', language: 'en', copies: 1, terms: { give: true, lend: false, maxLoanDays: null, text: true }, price: null }, { file: name('@file'), title: 'Again', author: '', language: 'en', copies: 1, terms: { give: true, lend: false, maxLoanDays: null, text: true }, price: null, cover: { from: 'picture', picture: name('@picture') } }], 'publishing.jobs': [{}], 'publishing.cancel': [{ job: name('@job') }],
  'contents.list': [{}], 'contents.underWay': [{}], 'contents.leftovers': [{}], 'contents.freeLeftovers': [{}], 'contents.pause': [{ content }], 'contents.resume': [{ content }],
  'reading.open': [{ licence: name('@licence') }], 'reading.close': [{ book }], 'reading.layout': [{ book, ...LAYOUT }], 'reading.contents': [{ book }], 'reading.search': [{ book, text: 'half', from: 0 }], 'reading.position': [{ book, page: 0 }],
  'reading.locate': [{ book, position: name('@position') }], 'reading.page': [{ book, page: 0, width: 64, height: 64, theme: 'light' }], 'reading.links': [{ book, page: 0 }], 'reading.text': [{ book, page: 0 }], 'reading.cover': [{ content }],
  'marks.get': [{ content }], 'marks.set': [{ content, marks: { position: 'p', bookmarks: [{ position: 'p', label: 'half', at: 1 }] } }], 'readingSettings.get': [{}], 'readingSettings.set': [{ theme: 'sepia', fontSize: 14 }],
};

const page = { page: 0 };
export const SHELL_INPUTS: Inputs<ShellContract> = { 'shell.uiLink': [{}], 'shell.offerFile': [{ path: '/home/ada/tallies.epub' }], 'shell.saveHistory': [{ path: '/home/ada/ada.history' }], 'shell.auditHistory': [{ paths: [name('@copy')] }] };

export const READER_INPUTS: Inputs<ReaderContract> = {
  'book.open': [{ source: { kind: 'file', mediaType: 'application/epub+zip', size: EPUB.length } }],
  'book.layout': [{ width: 300, height: 400, fontSize: 12, margin: 0.05, lineSpacing: null, typeface: 'book' }],
  'book.contents': [{}], 'book.search': [{ text: 'half', from: 0 }], 'book.position': [page], 'book.locate': [{ position: name('@position') }], 'book.cover': [{ width: 64, height: 64 }],
  'page.render': [{ page: 0, width: 64, height: 64, theme: 'sepia', format: 'png' }, { page: 1, width: 32, height: 64, theme: 'dark', format: 'raw' }], 'page.links': [page], 'page.text': [page],
  'picture.cover': [{ size: name('@size'), width: 64, height: 64 }], 'publication.cover': [{ manifest: name('@manifest'), grant: name('@cover-grant'), width: 64, height: 64 }],
  'publication.seal': [{ mediaType: 'application/epub+zip', size: EPUB.length, vaultKey: new Uint8Array(32).fill(9), cover: null }],
};
