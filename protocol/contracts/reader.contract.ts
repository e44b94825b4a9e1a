/**
 * What a host may ask of a reader (design §4, §7): one book, opened once, and images of its pages. Text leaves only where
 * the terms in the opening grant allow it; the host's own wish counts for nothing there (assurance row 48).
 *
 * Rectangles are shares of the page, 0 to 1 from its upper left corner, so that they fit an image of any size. Pages count
 * from 0. Two pages side by side are put together by the interface; the reader knows single pages only.
 */
import { z } from 'zod';
import { bytesOf, bytesUpTo } from '../bytes.schema.ts';
import { MAX_CONTENTS_ENTRIES, MAX_COVER_BYTES, MAX_PAGE_LINES, MAX_PAGE_PIXELS, MAX_PICTURE_FILE_BYTES, MAX_SEARCH_HITS } from '../limits.ts';
import { ContentIdSchema, MEDIA_TYPES, SizeSchema } from '../publication.codec.ts';
import { command, nothing, query } from './contract.ts';

/** A manifest is one frame; a grant is a few hundred bytes. */
const manifestBytes = bytesUpTo(65_535, 1);
const sealedBytes = bytesUpTo(1024, 1);
/** A PNG that a reader made. */
const coverBytes = bytesUpTo(MAX_COVER_BYTES, 1);
const page = z.int().min(0).max(1_000_000);
const share = z.number().min(-1).max(2);

export const RectSchema = z.tuple([share, share, share, share]);
export type Rect = z.output<typeof RectSchema>;

/**
 * Where the book comes from. `publication`: ciphertext, with a grant that the vault sealed to this reader. `file`: a file
 * of the person's own, in the clear, before it is published; its text is theirs already.
 */
export const BookSourceSchema = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('publication'), manifest: manifestBytes, grant: sealedBytes }),
  z.strictObject({ kind: z.literal('file'), mediaType: z.enum(MEDIA_TYPES), size: SizeSchema }),
]);
export type BookSource = z.output<typeof BookSourceSchema>;

/** What a book has and this reader does not show. Codes are stable; the interface has the words. */
export const OMISSIONS = [
  'mathml', 'svg', 'picture', 'audio', 'video', 'media-overlay', 'script', 'form', 'remote-resource', 'fixed-layout-text', 'vertical-writing',
  'embedded-font', 'missing-page', 'encrypted-file', 'annotation', 'contents-cut',
] as const;
export type OmissionCode = (typeof OMISSIONS)[number];
/** `count`: in how many files of the book (0: of the book as a whole). */
export const OmissionSchema = z.strictObject({ code: z.enum(OMISSIONS), count: z.int().nonnegative() });

const plainText = (max: number) => z.string().max(max);

/** What is known of a book once it is open. All texts come from the book: without control characters, cut to length. */
export const BookDescriptionSchema = z.strictObject({
  mediaType: z.enum(MEDIA_TYPES),
  /** `flowing` is laid out anew for every `book.layout`; `pictures` and `pdf` have the pages that they have. */
  kind: z.enum(['flowing', 'pictures', 'pdf']),
  title: plainText(500).nullable(),
  authors: z.array(plainText(200)).max(20),
  language: plainText(35).nullable(),
  /** Which way pages are turned. */
  direction: z.enum(['ltr', 'rtl']),
  /** Null until the first `book.layout` of a flowing book. */
  pages: z.int().positive().nullable(),
  omissions: z.array(OmissionSchema),
  terms: z.strictObject({ text: z.boolean(), until: z.int().nullable() }),
});
export type BookDescription = z.output<typeof BookDescriptionSchema>;

/** Empty room above and below the text of a page, compared with that on each side: pages are taller than wide, and so are their margins. */
export const UPRIGHT_MARGIN = 1.2;

export const LayoutSchema = z.strictObject({
  /** The page, in points: a ratio, and with the font size how much fits on it. */
  width: z.number().min(120).max(2000),
  height: z.number().min(120).max(2000),
  /** Points. */
  fontSize: z.number().min(4).max(72),
  /** Share of the page's width that stays empty on each side, and `UPRIGHT_MARGIN` times as much above and below. */
  margin: z.number().min(0).max(0.3),
  /** Multiple of the font size, or null for the book's own. */
  lineSpacing: z.number().min(1).max(3).nullable(),
  /** `book`: as the book says. */
  typeface: z.enum(['book', 'serif', 'sans', 'mono']),
});
export type Layout = z.output<typeof LayoutSchema>;

export const THEMES = ['light', 'sepia', 'dark'] as const;
export type Theme = (typeof THEMES)[number];

const side = z.int().min(16).max(8000);
export const PageImageSchema = z.strictObject({
  format: z.enum(['png', 'raw']),
  width: side,
  height: side,
  /** A PNG, or width × height × 4 bytes, red, green, blue, 255. */
  bytes: bytesUpTo(MAX_PAGE_PIXELS * 4 + 65_536),
});
export type PageImage = z.output<typeof PageImageSchema>;

export const LinkTargetSchema = z.discriminatedUnion('kind', [
  /** `y`: share of the target page, where it is known. */
  z.strictObject({ kind: z.literal('page'), page, y: share.nullable() }),
  /** The reader follows nothing; whether a person wants to is theirs and the host's to say. */
  z.strictObject({ kind: z.literal('outside'), uri: z.string().max(2000) }),
]);
export type LinkTarget = z.output<typeof LinkTargetSchema>;

export const readerContract = {
  /** Once in the life of a reader: whatever came of it, the next book gets another. */
  'book.open': command(z.strictObject({ source: BookSourceSchema }), BookDescriptionSchema),
  /** Lays a flowing book out. Other kinds ignore it. */
  'book.layout': command(LayoutSchema, z.strictObject({ pages: z.int().positive() })),
  /** In reading order; `depth` counts from 0. `page` is null where the book points nowhere. */
  'book.contents': query(nothing, z.array(z.strictObject({ title: plainText(500), depth: z.int().min(0).max(64), page: page.nullable() })).max(MAX_CONTENTS_ENTRIES)),
  /** Hits on pages from `from` on. `next`: where to go on, or null at the end. `snippet` only where the terms allow text. */
  'book.search': query(
    z.strictObject({ text: z.string().trim().min(1).max(200), from: page }),
    z.strictObject({ hits: z.array(z.strictObject({ page, rects: z.array(RectSchema).max(64), snippet: plainText(300).nullable() })).max(MAX_SEARCH_HITS), next: page.nullable() }),
  ),
  /** A mark for the beginning of a page that survives another layout. Opaque, without any of the book's text. */
  'book.position': query(z.strictObject({ page }), z.strictObject({ position: z.string().max(64) })),
  'book.locate': query(z.strictObject({ position: z.string().max(64) }), z.strictObject({ page })),
  /** The cover, or the first page. Fits into the given size, and into one chunk. */
  'book.cover': query(z.strictObject({ width: side, height: side }), PageImageSchema),
  /**
   * The page as large as fits into `width` × `height` pixels; ask for more to zoom. Larger than `MAX_PAGE_PIXELS` is made
   * smaller, and a page that is a picture never larger than it is.
   */
  'page.render': query(z.strictObject({ page, width: side, height: side, theme: z.enum(THEMES), format: z.enum(['png', 'raw']) }), PageImageSchema),
  'page.links': query(z.strictObject({ page }), z.array(z.strictObject({ rect: RectSchema, target: LinkTargetSchema })).max(MAX_PAGE_LINES)),
  /** The lines of a page, for screen readers and selection. Refused with `forbidden` where the terms do not allow text. */
  'page.text': query(z.strictObject({ page }), z.array(z.strictObject({ text: plainText(2000), rect: RectSchema })).max(MAX_PAGE_LINES)),
  /** A picture file of the person's own, PNG or JPEG, made into a cover: as `book.cover`. Once in the life of a reader. */
  'picture.cover': command(z.strictObject({ size: z.int().min(1).max(MAX_PICTURE_FILE_BYTES), width: side, height: side }), PageImageSchema),
  /**
   * The cover of a publication, decrypted and drawn anew, for a grant that opens nothing but the cover. Once in the life of
   * a reader: a cover comes from strangers, too.
   */
  'publication.cover': command(z.strictObject({ manifest: manifestBytes, grant: sealedBytes, width: side, height: side }), PageImageSchema),
  /**
   * Encrypts a file of the person's own under a new key, asking for its pieces and handing out the chunks one after the
   * other. The key leaves sealed to `vaultKey` only. `cover`: a picture that a
   * reader made, encrypted likewise as the last chunk. Like `book.open`, once in the life of a reader.
   */
  'publication.seal': command(
    z.strictObject({ mediaType: z.enum(MEDIA_TYPES), size: SizeSchema, vaultKey: bytesOf(32), cover: coverBytes.nullable() }),
    z.strictObject({ content: ContentIdSchema, manifest: manifestBytes, sealedKey: sealedBytes }),
  ),
};
export type ReaderContract = typeof readerContract;
export type ReaderMethod = keyof ReaderContract;
