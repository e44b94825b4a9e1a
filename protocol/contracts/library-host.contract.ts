/**
 * The host's part in books (design §7): files on their way to be published, ciphertext on its way here, and open books,
 * each with a reader of its own. What may be done with a copy is the vault's to say (library.methods.ts); what may be
 * seen of an open one, the reader's (reader.contract.ts).
 */
import { z } from 'zod';
import { FailureSchema, command, nothing, query } from './contract.ts';
import { LicenceIdSchema, PublicationIdSchema } from '../identifiers.ts';
import { AuthorSchema, CopiesSchema, FormatSchema, LanguageSchema, PublicationTermsSchema, TitleSchema } from '../licence.codec.ts';
import { ContentIdSchema } from '../publication.codec.ts';
import { BookDescriptionSchema, LayoutSchema, LinkTargetSchema, OmissionSchema, RectSchema, THEMES, readerContract } from './reader.contract.ts';
import { PositiveMinorSchema } from './plain.ts';
import { CurrencyIdSchema } from '../identifiers.ts';

/** Names a file that a person chose; only the shell they chose it in can make one. */
export const FileTokenSchema = z.string().regex(/^[0-9a-f]{32}$/);
const base64 = z.string();
const book = z.int().positive();
const page = z.int().nonnegative();
const side = z.int().min(16).max(8000);
const content = z.strictObject({ content: ContentIdSchema });

/** A page as an image: PNG in base64, since replies are text. */
export const PagePictureSchema = z.strictObject({ width: z.int(), height: z.int(), png: base64 });

/** What a shell answers to whoever offers it a file, by whatever way the file comes. */
export const OfferReplySchema = z.discriminatedUnion('ok', [
  z.strictObject({ ok: z.literal(true), value: z.strictObject({ file: FileTokenSchema }) }),
  z.strictObject({ ok: z.literal(false), failure: FailureSchema }),
]);
export type OfferReply = z.output<typeof OfferReplySchema>;

export const FetchViewSchema = z.strictObject({
  content: ContentIdSchema,
  /** whole: all of it is here · fetching · waiting: nobody who has it is there · paused: by the person, or for want of room */
  state: z.enum(['waiting', 'fetching', 'paused', 'whole']),
  bytes: z.int().nonnegative(), total: z.int().nonnegative().nullable(), bytesPerSecond: z.int().nonnegative(), secondsLeft: z.int().nonnegative().nullable(),
  trouble: FailureSchema.nullable(),
});
export type FetchView = z.output<typeof FetchViewSchema>;

export const PublishingViewSchema = z.strictObject({
  job: z.int().positive(), title: z.string(), bytes: z.int().nonnegative(), total: z.int().nonnegative(),
  state: z.enum(['running', 'done', 'failed', 'cancelled']), publication: PublicationIdSchema.nullable(), failure: FailureSchema.nullable(),
});
export type PublishingView = z.output<typeof PublishingViewSchema>;

export const BookmarkSchema = z.strictObject({ position: z.string().max(64), label: z.string().max(200), at: z.int() });
/**
 * Where a person was in a book, what they marked, and how many times as large as the window they looked at it. `within`: the
 * share of that page that was above the window, where pages are scrolled; less than nothing if the page began further down.
 * Stays on this computer.
 */
export const MarksSchema = z.strictObject({ position: z.string().max(64).nullable(), within: z.number().min(-8).max(1).default(0), bookmarks: z.array(BookmarkSchema).max(500), zoom: z.number().min(1).max(4).default(1) });
export type Marks = z.output<typeof MarksSchema>;

/** How a person likes to read; one for all books. */
export const ReadingSettingsSchema = z.strictObject({
  theme: z.enum(THEMES), fontSize: z.number().min(4).max(72), margin: z.number().min(0).max(0.3), lineSpacing: z.number().min(1).max(3).nullable(),
  typeface: z.enum(['book', 'serif', 'sans', 'mono']), spread: z.enum(['single', 'double', 'column']),
});
export type ReadingSettings = z.output<typeof ReadingSettingsSchema>;

/** Where the cover comes from: the book itself (its cover, or its first page), another picture, or nowhere. */
export const CoverChoiceSchema = z.discriminatedUnion('from', [
  z.strictObject({ from: z.literal('book') }), z.strictObject({ from: z.literal('picture'), picture: FileTokenSchema }), z.strictObject({ from: z.literal('nothing') }),
]);
export type CoverChoice = z.output<typeof CoverChoiceSchema>;

/** Files of books of which no copy is here any more. */
export const LeftoverSchema = z.strictObject({ books: z.int().nonnegative(), bytes: z.int().nonnegative() });

export const libraryHostContract = {
  /** Asks the person for files, in shells that have a dialog; none if they did not want to. */
  'publishing.choose': command(nothing, z.strictObject({ files: z.array(FileTokenSchema) })),
  /** The same for one picture, to be a cover. */
  'publishing.choosePicture': command(nothing, z.strictObject({ file: FileTokenSchema.nullable() })),
  /** Lets go of a file that will not be published. */
  'publishing.forget': command(z.strictObject({ file: FileTokenSchema }), nothing),
  /** Reads what a file says of itself, for the person to correct. */
  'publishing.inspect': command(z.strictObject({ file: FileTokenSchema }), z.strictObject({
    name: z.string(), bytes: z.int(), format: FormatSchema, title: z.string(), author: z.string(), language: z.string(), cover: base64.nullable(), omissions: z.array(OmissionSchema),
  })),
  /** How a picture file would look as a cover. */
  'publishing.cover': command(z.strictObject({ picture: FileTokenSchema }), z.strictObject({ name: z.string(), png: base64 })),
  /** Encrypts the file and makes its copies; goes on by itself, see `publishing.jobs`. The names of file and picture are used up. */
  'publishing.start': command(z.strictObject({
    file: FileTokenSchema, title: TitleSchema, author: AuthorSchema, language: LanguageSchema, copies: CopiesSchema, terms: PublicationTermsSchema,
    price: z.strictObject({ currency: CurrencyIdSchema, amount: PositiveMinorSchema }).nullable(),
    cover: CoverChoiceSchema.default({ from: 'book' }),
  }), z.strictObject({ job: z.int().positive() })),
  'publishing.jobs': query(nothing, z.array(PublishingViewSchema)),
  /** Leaves nothing behind. One that is done, failed or cancelled is taken off the list. */
  'publishing.cancel': command(z.strictObject({ job: z.int().positive() }), nothing),

  /** The ciphertext of every book on the shelf. */
  'contents.list': query(nothing, z.array(FetchViewSchema)),
  /** The same, of those that are not whole and should be here. Costs nothing, however long the shelf is. */
  'contents.underWay': query(nothing, z.array(FetchViewSchema)),
  /** Book files that stayed when their last copy left, for others to fetch. */
  'contents.leftovers': query(nothing, LeftoverSchema),
  /** Removes them. @returns what is gone */
  'contents.freeLeftovers': command(nothing, LeftoverSchema),
  'contents.pause': command(content, nothing),
  'contents.resume': command(content, nothing),

  'reading.open': command(z.strictObject({ licence: LicenceIdSchema }), z.strictObject({ book, content: ContentIdSchema, closesAt: z.int().nullable(), description: BookDescriptionSchema })),
  'reading.close': command(z.strictObject({ book }), nothing),
  'reading.layout': command(z.strictObject({ book, ...LayoutSchema.shape }), readerContract['book.layout'].output),
  'reading.contents': query(z.strictObject({ book }), readerContract['book.contents'].output),
  'reading.search': query(z.strictObject({ book, text: z.string().trim().min(1).max(200), from: page }), readerContract['book.search'].output),
  'reading.position': query(z.strictObject({ book, page }), readerContract['book.position'].output),
  'reading.locate': query(z.strictObject({ book, position: z.string().max(64) }), readerContract['book.locate'].output),
  'reading.page': query(z.strictObject({ book, page, width: side, height: side, theme: z.enum(THEMES) }), PagePictureSchema),
  'reading.links': query(z.strictObject({ book, page }), z.array(z.strictObject({ rect: RectSchema, target: LinkTargetSchema }))),
  'reading.text': query(z.strictObject({ book, page }), readerContract['page.text'].output),
  /** The cover that a book on the shelf was published with; null if it has none, or that is not here yet. */
  'reading.cover': query(content, z.strictObject({ png: base64.nullable() })),

  'marks.get': query(content, MarksSchema),
  'marks.set': command(z.strictObject({ content: ContentIdSchema, marks: MarksSchema }), nothing),
  'readingSettings.get': query(nothing, ReadingSettingsSchema),
  'readingSettings.set': command(ReadingSettingsSchema.partial(), ReadingSettingsSchema),
} as const;
export type LibraryHostContract = typeof libraryHostContract;
