/** Books among real vaults behind hosts made of memory: publishing without a file, opening as a reader would, and each shelf. */
import { createHash } from 'node:crypto';
import { x25519 } from '@noble/curves/ed25519.js';
import { sealContentKey } from '../../enclave/grants/grants.codec.ts';
import type { LicenceView } from '../../protocol/contracts/library.views.ts';
import type { Result } from '../../protocol/errors.ts';
import type { LicenceId } from '../../protocol/identifiers.ts';
import type { MemoryHost } from './memory-host.ts';

const bytes = (text: string): Uint8Array => new Uint8Array(createHash('sha256').update(text).digest());
const hex = (data: Uint8Array): string => Buffer.from(data).toString('hex');

/** @returns the copies, first to last; they may be given and lent, for as long as their holders like */
export async function publishOn(host: MemoryHost, title: string, copies = 1): Promise<LicenceId[]> {
  const { key } = await host.must('books.publishingKey', {});
  const content = bytes(`content of ${title}`);
  const sealed = sealContentKey(Buffer.from(key, 'hex'), { version: 1, content, key: bytes(`key of ${title}`) }, bytes(`ephemeral ${title}`));
  const terms = { give: true, lend: true, maxLoanDays: null, text: true };
  const { id } = await host.must('books.publish', { title, author: 'A. Uthor', language: 'en', format: 'epub', bytes: 1000, content: hex(content), sealedKey: hex(sealed), copies, terms, price: null });
  return Array.from({ length: copies }, (_, at) => `${id}/${at + 1}` as LicenceId);
}

/** Opens a copy for a reader's key. */
export const openOn = async (host: MemoryHost, licence: LicenceId): Promise<Result<unknown>> => await host.call('books.open', { licence, reader: hex(x25519.getPublicKey(bytes(`reader of ${host.name}`))) });

export async function shelfOf(host: MemoryHost): Promise<LicenceView[]> {
  const shelf: LicenceView[] = await host.must('books.shelf', {});
  return shelf;
}
