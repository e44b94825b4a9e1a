/** Books: published, given, lent, sold, returned, kept longer, wanted back, and opened by whoever has them. */
import { x25519 } from '@noble/curves/ed25519.js';
import { sealContentKey } from '../../../../enclave/grants/grants.codec.ts';
import { bytesToHex } from '../../../../enclave/vault/bytes.ts';
import { publishingSecret } from '../../../../enclave/vault/library/publications.ts';
import { DAY_MS } from '../../../../enclave/vault/library/terms.ts';
import type { Licence } from '../../../../enclave/vault/records.ts';
import type { State } from '../../../../enclave/vault/state.ts';
import type { SimHost } from '../host.ts';
import type { Seeded } from '../seeded.ts';
import { contactsOf, type Deed, knownCurrencies, pinOf } from './deed.ts';

/** As few as currencies: the same copies shall meet again and again. */
const MOST_PUBLICATIONS = 2;

const copies = (state: State, ...wanted: Licence['state'][]): string[] => [...state.all('licence')].filter(([, { state: at }]) => wanted.includes(at)).map(([id]) => id);

export const publish: Deed = (host, state, dice) => {
  const own = [...state.all('publication')].filter(([, { descriptor }]) => Buffer.compare(descriptor.publisher, state.get('self', 'self')?.publicKey ?? new Uint8Array()) === 0);
  if (own.length >= MOST_PUBLICATIONS) return null;
  const [content, key] = [dice.bytes(32), dice.bytes(32)];
  const sealedKey = sealContentKey(x25519.getPublicKey(publishingSecret(state)), { version: 1, content, key }, dice.bytes(32));
  host.call('books.publish', {
    title: `${host.name}'s ${own.length}`, author: host.name, language: 'en', format: 'epub', bytes: 1000, content: bytesToHex(content), sealedKey: bytesToHex(sealedKey), copies: 1 + dice.below(2),
    terms: { give: dice.chance(0.8), lend: dice.chance(0.8), maxLoanDays: dice.chance(0.3) ? 7 : null, text: true }, price: null,
  });
  return 'publishes';
};

export const handOn: Deed = (host, state, dice) => {
  const contact = dice.pick(contactsOf(state));
  const licence = dice.pick(copies(state, 'held', dice.chance(0.3) ? 'borrowed' : 'held'));
  if (!contact || !licence) return null;
  const currency = dice.pick(knownCurrencies(state));
  if (currency && dice.chance(0.3)) {
    host.call('books.sell', { licence, contact, price: { currency, amount: String(1 + dice.below(10)) }, ...pinOf(state, dice) });
    return 'offers a book for sale';
  }
  if (dice.chance(0.4)) {
    host.call('books.give', { licence, contact, ...pinOf(state, dice) });
    return 'gives a book';
  }
  host.call('books.lend', { licence, contact, due: dice.chance(0.2) ? null : host.clock + 1 + dice.below(dice.chance(0.5) ? 5_000 : 5 * DAY_MS), ...pinOf(state, dice) });
  return 'lends a book';
};

export const bringBack: Deed = (host, state, dice) => {
  const licence = dice.pick(copies(state, 'borrowed'));
  if (!licence) return null;
  const loan = state.get('licence', licence);
  const due = loan?.state === 'borrowed' ? loan.due : null;
  if (dice.chance(due === null ? 0.1 : 0.5)) host.call('books.askRenewal', { licence, due: (due ?? host.clock) + dice.below(9 * DAY_MS) });
  else host.call('books.return', { licence });
  return 'returns a book, or asks to keep it longer';
};

export const lookAfterLoans: Deed = (host, state, dice) => {
  const asked = [...state.all('licence')].flatMap(([id, one]) => (one.state === 'lent' && one.asked !== null ? [id] : []));
  const licence = dice.pick(asked) ?? dice.pick(copies(state, 'lent'));
  if (!licence) return null;
  if (dice.chance(asked.length > 0 ? 0.8 : 0.2)) host.call('books.answerRenewal', { licence, agree: dice.chance(0.6) });
  else host.call('books.recall', { licence, wanted: dice.chance(0.8) });
  return 'sees to a loan';
};

export function readBook(host: SimHost, licence: string, dice: Seeded): void {
  host.call('books.open', { licence, reader: bytesToHex(x25519.getPublicKey(dice.bytes(32))) });
}

/** Also what is not here, or over: that must be refused. */
export const read: Deed = (host, state, dice) => {
  const licence = (dice.chance(0.6) ? dice.pick(copies(state, 'borrowed')) : undefined) ?? dice.pick(copies(state, 'held', 'borrowed', 'lent', 'in-transit'));
  if (!licence) return null;
  if (dice.chance(0.2)) host.call('books.closed', { licence });
  else readBook(host, licence, dice);
  return 'opens or closes a book';
};
