/** Publications of anybody, as their publisher signed them, and copies of them on a pure vault's shelf. */
import { createHash } from 'node:crypto';
import { ed25519 } from '@noble/curves/ed25519.js';
import { contentKeyHash, licenceIdOf, publicationIdOf } from '../../enclave/vault/library/publications.ts';
import type { Licence, StoredLicence } from '../../enclave/vault/records.ts';
import type { LicenceId } from '../../protocol/identifiers.ts';
import { type LicenceMove, type PublicationDescriptor, publicationStatement, type WireLicence } from '../../protocol/licence.codec.ts';
import { signingInput } from '../../protocol/statements.codec.ts';
import type { PureVault } from './pure-vault.ts';
import { OPEN_TERMS } from './pure-library.ts';

interface Publisher { readonly publicKey: Uint8Array; readonly secretKey: Uint8Array }

const bytes = (text: string): Uint8Array => new Uint8Array(createHash('sha256').update(text).digest());

export class MadeBook {
  readonly descriptor: PublicationDescriptor;
  readonly key: Uint8Array;

  constructor(publisher: Publisher, title: string, more: Partial<Omit<PublicationDescriptor, 'signature' | 'publisher'>> = {}) {
    this.key = bytes(`key of ${title}`);
    const unsigned = {
      publisher: publisher.publicKey, content: bytes(`content of ${title}`), keyHash: contentKeyHash(this.key), title, author: 'A. Uthor', language: 'en', format: 'epub' as const, bytes: 1000,
      copies: 3, terms: OPEN_TERMS, price: null, ...more,
    };
    this.descriptor = { ...unsigned, signature: ed25519.sign(signingInput('publication', publicationStatement(unsigned)), publisher.secretKey) };
  }

  id(copy = 1): LicenceId {
    return licenceIdOf(publicationIdOf(this.descriptor), copy);
  }

  stored(move: LicenceMove = { as: 'own' }, copy = 1): StoredLicence {
    return { kind: 'licence', id: this.id(copy), copy, publication: this.descriptor, move };
  }

  wire(move: LicenceMove = { as: 'own' }, copy = 1): WireLicence {
    return { kind: 'licence', publication: this.descriptor, copy, move };
  }

  /** Puts a copy on a shelf, in whatever state. */
  shelve(vault: PureVault, state: ShelfState = { state: 'held' }, copy = 1): LicenceId {
    const publication = publicationIdOf(this.descriptor);
    vault.within((turn) => {
      const known = turn.state.get('publication', publication);
      const here = turn.state.get('licence', this.id(copy)) !== undefined;
      turn.state.put('publication', publication, { descriptor: this.descriptor, contentKey: this.key, licences: (known?.licences ?? 0) + (here ? 0 : 1) });
      turn.state.put('licence', this.id(copy), { publication, copy, since: 0, opened: false, ...state } as Licence);
    });
    return this.id(copy);
  }
}

type ShelfState = { [S in Licence['state']]: { readonly state: S } & Partial<Extract<Licence, { state: S }>> }[Licence['state']];
