/** The shapes in which publications, licences and loans show themselves (design §7). Times are milliseconds since 1970. */
import { z } from 'zod';
import { InstanceIdSchema, LicenceIdSchema, PublicationIdSchema } from '../identifiers.ts';
import { CopiesSchema, FormatSchema, PublicationTermsSchema } from '../licence.codec.ts';
import { CurrencyCodeSchema, DecimalsSchema, PositiveMinorSchema } from './plain.ts';

const Time = z.int().nonnegative();

/** What a transfer or a list row says about a copy. */
export const PublicationTitleViewSchema = z.strictObject({
  licence: LicenceIdSchema, publication: PublicationIdSchema, title: z.string(), author: z.string(), copy: CopiesSchema, copies: CopiesSchema,
  /** What may be done with it: whoever is only offered a copy does not have it on a shelf to look it up. */
  terms: PublicationTermsSchema,
});

export const LicenceMoveViewSchema = z.discriminatedUnion('as', [
  z.strictObject({ as: z.literal('own') }),
  z.strictObject({ as: z.literal('loan'), due: Time.nullable() }),
  /** `unopened`: the borrower's vault signed that the book was never opened there. */
  z.strictObject({ as: z.literal('return'), unopened: z.boolean() }),
]);

export const PublicationViewSchema = z.strictObject({
  id: PublicationIdSchema,
  title: z.string(), author: z.string(), language: z.string(), format: FormatSchema,
  /** Size of the file in bytes. */
  bytes: z.int(),
  /** Names the ciphertext, as hexadecimal. */
  content: z.string(),
  publisher: InstanceIdSchema,
  /** The publisher's name if it is a contact or this wallet, else null. */
  publisherName: z.string().nullable(),
  mine: z.boolean(),
  copies: CopiesSchema,
  terms: PublicationTermsSchema,
  price: z.strictObject({ currency: z.string(), code: CurrencyCodeSchema, decimals: DecimalsSchema, amount: PositiveMinorSchema }).nullable(),
});
export type PublicationView = z.output<typeof PublicationViewSchema>;

/**
 * held: mine and here · borrowed: here until `due`, to be returned · lent: mine, with `contact` · in-transit: on its way
 * to `contact`, readable nowhere until it arrives.
 */
export const LicenceViewSchema = z.strictObject({
  id: LicenceIdSchema,
  publication: PublicationViewSchema,
  copy: CopiesSchema,
  state: z.enum(['held', 'borrowed', 'lent', 'in-transit']),
  /** The lender, the borrower, or whom it is on its way to. */
  contact: InstanceIdSchema.nullable(),
  contactName: z.string().nullable(),
  since: Time,
  due: Time.nullable(),
  /** A loan whose time is over: it does not open any more and goes home at the next meeting. */
  overdue: z.boolean(),
  /** The lender would like it back. */
  recalled: z.boolean(),
  /** A new date that the borrower asked for and the lender has not decided on. */
  asked: Time.nullable(),
  opened: z.boolean(),
  /** It can be opened here and now. */
  readable: z.boolean(),
  /** What may be done with it here, by its terms and its state. */
  may: z.strictObject({ give: z.boolean(), lend: z.boolean() }),
});
export type LicenceView = z.output<typeof LicenceViewSchema>;
