/** The part of the vault's contract that is about books (design §7). Amounts are minor units, times milliseconds since 1970. */
import { z } from 'zod';
import { CurrencyIdSchema, InstanceIdSchema, LicenceIdSchema } from '../identifiers.ts';
import { AuthorSchema, CopiesSchema, FormatSchema, LanguageSchema, PublicationTermsSchema, TitleSchema } from '../licence.codec.ts';
import { MAX_PUBLICATION_BYTES } from '../limits.ts';
import { command, query } from './contract.ts';
import { LicenceViewSchema, PublicationViewSchema } from './library.views.ts';
import { MemoSchema, PinSchema, PositiveMinorSchema } from './plain.ts';
import { TransferViewSchema } from './views.ts';

const licence = { licence: LicenceIdSchema };
/** A copy that leaves asks for the PIN, if one is set; one that goes home to its lender does not. */
const toPerson = { ...licence, contact: InstanceIdSchema, memo: MemoSchema.default(''), pin: PinSchema.optional() };
const due = z.int().nonnegative();
const price = z.strictObject({ currency: CurrencyIdSchema, amount: PositiveMinorSchema });
/** Sealed by one module for the other; the host only carries it. */
const sealed = z.string().regex(/^([0-9a-f]{2}){1,2048}$/);

export const libraryMethods = {
  /** X25519 key for which the reader module seals the keys of files that it encrypted. */
  'books.publishingKey': query(z.strictObject({}), z.strictObject({ key: z.string() })),
  /** Makes the copies of a publication. `sealedKey`: the content key, from the module that encrypted the file. */
  'books.publish': command(z.strictObject({
    title: TitleSchema, author: AuthorSchema, language: LanguageSchema, format: FormatSchema, bytes: z.int().min(1).max(MAX_PUBLICATION_BYTES),
    content: z.string().regex(/^[0-9a-f]{64}$/), sealedKey: sealed, copies: CopiesSchema, terms: PublicationTermsSchema, price: price.nullable(),
  }), PublicationViewSchema),
  /** Every copy that is here, lent out or on its way, by title. */
  'books.shelf': query(z.strictObject({}), z.array(LicenceViewSchema)),
  'books.give': command(z.strictObject(toPerson), TransferViewSchema),
  /** Offered for credits: book and price change hands in one transfer, or neither does. */
  'books.sell': command(z.strictObject({ ...toPerson, price }), TransferViewSchema),
  'books.lend': command(z.strictObject({ ...toPerson, due: due.nullable() }), TransferViewSchema),
  'books.return': command(z.strictObject(licence), TransferViewSchema),
  /** The borrower asks to keep it until `due`. */
  'books.askRenewal': command(z.strictObject({ ...licence, due }), LicenceViewSchema),
  /** The lender decides: `agree` to what was asked, or not. */
  'books.answerRenewal': command(z.strictObject({ ...licence, agree: z.boolean() }), LicenceViewSchema),
  /** The lender would like it back; nothing is forced. */
  'books.recall': command(z.strictObject({ ...licence, wanted: z.boolean() }), LicenceViewSchema),
  /** Notes that the book is opened and seals a grant for the reader module. */
  'books.open': command(z.strictObject({ ...licence, reader: sealed }), z.strictObject({ grant: sealed, content: z.string(), closesAt: z.int().nullable() })),
  /** Seals a grant for the cover alone. Nothing is opened by it, and nothing is noted. */
  'books.cover': command(z.strictObject({ ...licence, reader: sealed }), z.strictObject({ grant: sealed })),
  'books.closed': command(z.strictObject(licence), z.strictObject({})),
} as const;
