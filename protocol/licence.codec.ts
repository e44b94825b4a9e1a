/**
 * Publications and licences as they cross between vaults (design §7). A publication is what its publisher signed: what
 * it is, under which terms, and how many copies there are. A licence names one of these copies; the key that opens the
 * content travels beside it, in a COMMIT or an ACK only, never in an offer.
 */
import { z } from 'zod';
import { bytesOf } from './bytes.schema.ts';
import { encodeStrict } from './cbor.codec.ts';
import { CurrencyDescriptorSchema } from './currency.codec.ts';
import { MAX_COPIES, MAX_INSTANT_MS, MAX_LOAN_DAYS, MAX_PUBLICATION_BYTES, MAX_TITLE_CHARS } from './limits.ts';
import { PositiveMinorSchema, plainText } from './contracts/plain.ts';

/** What a holder may do with a copy. The publisher itself is not bound by these, but for the length of loans. */
export const PublicationTermsSchema = z.strictObject({
  give: z.boolean(), lend: z.boolean(),
  /** Days that one loan may last; null for as long as the two agree. */
  maxLoanDays: z.int().min(1).max(MAX_LOAN_DAYS).nullable(),
  /** The text may leave the reader: for screen readers and for snippets around what was searched for. */
  text: z.boolean(),
});
export type PublicationTerms = z.output<typeof PublicationTermsSchema>;

const FORMATS = ['epub', 'pdf'] as const;
export const FormatSchema = z.enum(FORMATS);
export type Format = z.output<typeof FormatSchema>;

export const TitleSchema = plainText(MAX_TITLE_CHARS).refine((v) => v.length > 0, 'a title is needed');
export const AuthorSchema = plainText(MAX_TITLE_CHARS);
/** A BCP 47 language tag, or nothing. */
export const LanguageSchema = z.string().regex(/^([A-Za-z]{2,8}(-[A-Za-z0-9]{1,8}){0,4})?$/);
export const CopiesSchema = z.int().min(1).max(MAX_COPIES);

/** All that the publisher signs; the publication's id is the hash of it. */
const unsigned = {
  publisher: bytesOf(32),
  /** Names the ciphertext: SHA-256 of its manifest (publication.codec.ts). */
  content: bytesOf(32),
  /** SHA-256 of the content key under its own context, so that a licence without its true key is noticed at once. */
  keyHash: bytesOf(32),
  title: TitleSchema, author: AuthorSchema, language: LanguageSchema, format: FormatSchema,
  /** Size of the plaintext file. */
  bytes: z.int().min(1).max(MAX_PUBLICATION_BYTES),
  copies: CopiesSchema,
  terms: PublicationTermsSchema,
  price: z.strictObject({ currency: CurrencyDescriptorSchema, amount: PositiveMinorSchema }).nullable(),
};
export const PublicationDescriptorSchema = z.strictObject({ ...unsigned, signature: bytesOf(64) });
export type PublicationDescriptor = z.output<typeof PublicationDescriptorSchema>;

/** Milliseconds since 1970, as far as there are dates: a day that cannot be shown is a peer's fault. */
export const InstantSchema = z.int().nonnegative().max(MAX_INSTANT_MS);

/** In which sense a copy changes hands. */
export const LicenceMoveSchema = z.discriminatedUnion('as', [
  /** For good: given or sold. */
  z.strictObject({ as: z.literal('own') }),
  /**
   * With the duty to return. `due`: milliseconds since 1970, `lastsMs`: how long that was when it was lent; both null
   * for a loan without a date. The shorter of the two counts.
   */
  z.strictObject({ as: z.literal('loan'), due: InstantSchema.nullable(), lastsMs: z.int().nonnegative().nullable() }),
  /** Home to the lender. `unopened`: the borrower's vault signs that the book was never opened there. */
  z.strictObject({ as: z.literal('return'), unopened: bytesOf(64).nullable() }),
]);
export type LicenceMove = z.output<typeof LicenceMoveSchema>;

export const WireLicenceSchema = z.strictObject({
  kind: z.literal('licence'), publication: PublicationDescriptorSchema, copy: CopiesSchema, move: LicenceMoveSchema,
});
export type WireLicence = z.output<typeof WireLicenceSchema>;

/** What a publication's id is the SHA-256 of, and its publisher signs. */
export const publicationStatement = ({ publisher, content, keyHash, title, author, language, format, bytes, copies, terms, price }: Omit<PublicationDescriptor, 'signature'>): Uint8Array =>
  encodeStrict({ publisher, content, keyHash, title, author, language, format, bytes, copies, terms, price });

/** What a borrower's vault signs when a book goes home unopened. */
export const unopenedStatement = (loan: { publication: Uint8Array; copy: number; lender: Uint8Array; borrower: Uint8Array; transfer: string }): Uint8Array =>
  encodeStrict({ publication: loan.publication, copy: loan.copy, lender: loan.lender, borrower: loan.borrower, transfer: loan.transfer });
