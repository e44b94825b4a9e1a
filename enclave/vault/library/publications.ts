/**
 * Publications: what a publisher signed about a book, and the key to its content for as long as a copy of it is here
 * (design §7). The key goes when the last copy has left for good.
 */
import { ed25519 } from '@noble/curves/ed25519.js';
import { refuse } from '../../../protocol/errors.ts';
import type { CurrencyId, LicenceId, PublicationId } from '../../../protocol/identifiers.ts';
import { type PublicationDescriptor, type PublicationTerms, publicationStatement } from '../../../protocol/licence.codec.ts';
import { MAX_PUBLICATIONS } from '../../../protocol/limits.ts';
import { signingInput } from '../../../protocol/statements.codec.ts';
import { STRICT, bytesToHex, derive, digest, equalBytes, hexToBytes } from '../bytes.ts';
import { descriptorOf, requireCurrency } from '../credits/currencies.ts';
import { type State, must } from '../state.ts';
import type { Turn } from '../turn.ts';

export const publicationIdOf = (descriptor: Omit<PublicationDescriptor, 'signature'>): PublicationId =>
  bytesToHex(digest('tallystick publication id', publicationStatement(descriptor))) as PublicationId;

export const licenceIdOf = (publication: PublicationId, copy: number): LicenceId => `${publication}/${copy}` as LicenceId;

/** Opens what the reader module sealed for this vault: the keys of files that it encrypted. */
export const publishingSecret = (state: State): Uint8Array => derive(must(state, 'self', 'self').secretKey, 'publishing key');

export const contentKeyHash = (key: Uint8Array): Uint8Array => digest('tallystick content key', key);

/** True if its publisher signed it, and the copy is one of those there are. */
export const isGenuine = (descriptor: PublicationDescriptor, copy: number): boolean =>
  copy <= descriptor.copies && ed25519.verify(descriptor.signature, signingInput('publication', publicationStatement(descriptor)), descriptor.publisher, STRICT);

export const isOwnPublication = (state: State, { publisher }: PublicationDescriptor): boolean => equalBytes(publisher, must(state, 'self', 'self').publicKey);

export interface NewPublication extends Pick<PublicationDescriptor, 'title' | 'author' | 'language' | 'format' | 'bytes' | 'copies'> {
  readonly content: string;
  readonly terms: PublicationTerms;
  readonly price: { readonly currency: CurrencyId; readonly amount: string } | null;
}

/** Signs a publication and makes all its copies, held here. @throws Refusal `already_published`, `unknown_currency`, `too_many` */
export function publish(turn: Turn, wanted: NewPublication, contentKey: Uint8Array): PublicationId {
  const self = must(turn.state, 'self', 'self');
  if ([...turn.state.all('publication')].length >= MAX_PUBLICATIONS) refuse('too_many', 'This wallet keeps as many publications as it can.');
  const { title, author, language, format, bytes, copies, terms, price } = wanted;
  if (price) requireCurrency(turn.state, price.currency);
  const unsigned = {
    publisher: self.publicKey, content: hexToBytes(wanted.content), keyHash: contentKeyHash(contentKey), title, author, language, format, bytes, copies, terms,
    price: price && { currency: descriptorOf(turn.state, price.currency), amount: price.amount },
  };
  const id = publicationIdOf(unsigned);
  if (turn.state.get('publication', id)) refuse('already_published', 'This file was published already, on the same terms.');
  const signature = ed25519.sign(signingInput('publication', publicationStatement(unsigned)), self.secretKey);
  for (let copy = 1; copy <= copies; copy++) turn.state.put('licence', licenceIdOf(id, copy), { state: 'held', publication: id, copy, since: turn.time.clock, opened: false });
  turn.state.put('publication', id, { descriptor: { ...unsigned, signature }, contentKey, licences: copies });
  return id;
}
