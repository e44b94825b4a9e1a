/**
 * Every bound that a boundary enforces, in one place, each with its reason (design §4, §6).
 * A bound that only one file needs lives in that file.
 */

/** Largest amount of one currency that may exist, in minor units: fits a signed 64-bit integer everywhere. */
export const MAX_AMOUNT = 2n ** 63n - 1n;

/** More decimals than any currency in use needs; keeps the largest whole amount above nine billion. */
export const MAX_DECIMALS = 9;

/** A note on a transfer: two lines of text, not a document. */
export const MAX_MEMO_CHARS = 140;

/** A display name must fit a narrow list row. */
export const MAX_NAME_CHARS = 40;

/** Assets on one side of a transfer; a COMMIT must stay well inside one Noise message (65,535 bytes). */
export const MAX_ASSETS = 16;

/** Largest frame two vaults exchange: the Noise specification's message limit (§3). */
export const MAX_FRAME_BYTES = 65_535;

/** Largest plaintext in one frame: the frame less the 16-byte authentication tag. */
export const MAX_PLAINTEXT_BYTES = MAX_FRAME_BYTES - 16;

/** Committed but unanswered transfers on one lane; bounds the keys a receiver keeps for the gaps. */
export const MAX_LANE_WINDOW = 1024;

/** COMMITs and answers in one message: enough that sealing it costs nothing, few enough that the step which takes it in stays short. */
export const MAX_LANE_FRAMES = 64;

/** One of them, encoded: a message must have room for it. */
export const MAX_LANE_FRAME_BYTES = MAX_FRAME_BYTES - 256;

/** Offers from one contact that may wait for an answer. */
export const MAX_OPEN_OFFERS = 64;

/** Requests from one contact that may wait for an answer. */
export const MAX_OPEN_REQUESTS = 32;

/** Contacts one wallet keeps. */
export const MAX_CONTACTS = 10_000;

/** Currencies one wallet knows; strangers' currencies arrive with credits only, so this is generous. */
export const MAX_CURRENCIES = 4096;

/** Live sessions, paired or not; a table of people around one computer. */
export const MAX_SESSIONS = 256;

/** Sessions of people who are not contacts. */
export const MAX_STRANGER_SESSIONS = 32;

/** Contacts about which two contacts compare what they remember, at one meeting (design §5.7). */
export const MAX_WITNESSED_CONTACTS = 256;

/** A fork proof as text: 583 characters with the largest number there is, and room for little else. */
export const MAX_PROOF_CHARS = 640;

/** Proofs about wallets that are no contacts, which a person gave us by hand: enough for a village, not enough to fill a disk. */
export const MAX_STRANGER_PROOFS = 256;

/** Pairing attempts that failed before pairing is locked (assurance row 34). */
export const MAX_PAIRING_FAILURES = 3;

/** Copies of one publication: each is a record of its own, and all are made in one package. */
export const MAX_COPIES = 1000;

/** Publications one wallet knows: a large private library. */
export const MAX_PUBLICATIONS = 10_000;

/** Longest loan a publisher or a lender may set, in days: ten years. */
export const MAX_LOAN_DAYS = 3650;

/** The last instant that a date can name, in milliseconds since 1970 (ECMA-262, 21.4.1.1): nobody could be shown a later one. */
export const MAX_INSTANT_MS = 8_640_000_000_000_000;

/** Characters of a title, an author, a language: what a cover's caption holds. */
export const MAX_TITLE_CHARS = 200;

/** Packages, snapshots and their parts: what one store call may carry. */
export const MAX_PACKAGE_BYTES = 16 * 1024 * 1024;

/** Inputs that may share one package (group commit): bounds the work that one crash can undo. */
export const MAX_INPUTS_PER_PACKAGE = 512;

/** Finished transfers that are sealed together: many enough that sealing hardly counts, few enough that one is looked up at once. */
export const MAX_TRANSFERS_PER_RECORD = 32;

/** Inputs waiting for the vault before the host is told to slow down: more than all connections of an honest host may have under way. */
export const MAX_QUEUED_INPUTS = 10_240;

/** And their bytes: twice what all connections of an honest host may have under way (main/host/services/frame-credit.ts). */
export const MAX_QUEUED_BYTES = 64 * 1024 * 1024;

/** One contract call or reply as text over a socket. */
export const MAX_CALL_BYTES = 1024 * 1024;

/** Items a list method returns at once. */
export const MAX_PAGE_ITEMS = 200;

/** Bytes of a publication in one chunk: large enough that its 16-byte tag and 32-byte hash are nothing, small enough to be sent again. */
export const CHUNK_BYTES = 256 * 1024;

/** Chunks of one publication, 500 MiB in all: their hashes must fit a manifest of one frame. */
export const MAX_PUBLICATION_CHUNKS = 2000;

/** Largest publication, in bytes before encryption. */
export const MAX_PUBLICATION_BYTES = MAX_PUBLICATION_CHUNKS * CHUNK_BYTES;

/** A cover as it is published: one chunk, so that it comes with one answer. */
export const MAX_COVER_BYTES = CHUNK_BYTES;

/** A picture that a person chooses for a cover: a photograph as a camera makes it. The reader makes it small. */
export const MAX_PICTURE_FILE_BYTES = 16 * 1024 * 1024;

/** A book that the reader holds in memory as a whole; with what is made of it, it must stay below the reader's 400 MB. Of a larger one the reader holds a part. */
export const MAX_BOOK_IN_MEMORY_BYTES = 96 * 1024 * 1024;

/** Of a larger EPUB whose text flows: everything beside its pictures, which is held, and the pictures of the one chapter that is looked at. Together as much as a book that is held as a whole. */
export const MAX_LARGE_BOOK_TEXT_BYTES = MAX_BOOK_IN_MEMORY_BYTES / 2;
export const MAX_CHAPTER_PICTURES_BYTES = MAX_BOOK_IN_MEMORY_BYTES / 2;

/** Pixels of one page image: four times a full-HD screen and then some, 48 MB as raw pixels. */
export const MAX_PAGE_PIXELS = 12_000_000;

/** Entries of a table of contents; the rest is left out and said so. */
export const MAX_CONTENTS_ENTRIES = 5000;

/** Hits that one step of a search returns. */
export const MAX_SEARCH_HITS = 200;

/** Lines of text on one page, links on one page: a page of nothing but them. */
export const MAX_PAGE_LINES = 5000;
