/** Books among pure vaults: publishing without a file, and what each shelf says of a copy. */
import { createHash } from 'node:crypto';
import { x25519 } from '@noble/curves/ed25519.js';
import { openGrant, type OpeningGrant, sealContentKey } from '../../enclave/grants/grants.codec.ts';
import type { LicenceView, PublicationView } from '../../protocol/contracts/library.views.ts';
import type { CurrencyId, LicenceId } from '../../protocol/identifiers.ts';
import type { PublicationTerms } from '../../protocol/licence.codec.ts';
import { viewShelf } from '../../enclave/vault/views/library.views.ts';
import { publishingSecret } from '../../enclave/vault/library/publications.ts';
import type { PureVault } from './pure-vault.ts';

const bytes = (text: string): Uint8Array => new Uint8Array(createHash('sha256').update(text).digest());
const hex = (data: Uint8Array): string => Buffer.from(data).toString('hex');

export const OPEN_TERMS: PublicationTerms = { give: true, lend: true, maxLoanDays: null, text: true };

export interface Published { readonly publication: PublicationView; readonly key: Uint8Array; copy(number: number): LicenceId }

export function publish(vault: PureVault, title: string, { copies = 2, terms = OPEN_TERMS, price = null }: { copies?: number; terms?: PublicationTerms; price?: { currency: CurrencyId; amount: string } | null } = {}): Published {
  const [content, key] = [bytes(`content of ${title}`), bytes(`key of ${title}`)];
  const sealed = sealContentKey(x25519.getPublicKey(publishingSecret(vault.state)), { version: 1, content, key }, bytes(`ephemeral ${title}`));
  const made = vault.must('books.publish', { title, author: 'A. Uthor', language: 'en', format: 'epub', bytes: 1000, content: hex(content), sealedKey: hex(sealed), copies, terms, price });
  return { publication: made, key, copy: (number) => `${made.id}/${number}` as LicenceId };
}

/** How a copy stands on a vault's shelf, if it is there. */
export const onShelf = (vault: PureVault, id: LicenceId): LicenceView | undefined => viewShelf({ state: vault.state, time: vault.time }).find((licence) => licence.id === id);

/** Opens a copy as a reader would: with a key of its own. */
export function read(vault: PureVault, id: LicenceId): { ok: true; grant: OpeningGrant } | { ok: false; code: string } {
  const secret = bytes(`reader of ${vault.name}`);
  const opened = vault.call('books.open', { licence: id, reader: hex(x25519.getPublicKey(secret)) });
  if (!opened.ok) return { ok: false, code: opened.failure.code };
  const grant = openGrant(secret, Buffer.from(opened.value.grant, 'hex'));
  if (!grant) throw new Error('the grant was not for this reader');
  return { ok: true, grant };
}
