/** What records of a ZIP archive begin with, and how long each is without the names in it (PKWARE APPNOTE 6.3.x, §4.3). */

/** A file's own header (§4.3.7). */
export const LOCAL = 0x04034b50;
export const LOCAL_BYTES = 30;

/** A file's record in the directory (§4.3.12). */
export const CENTRAL = 0x02014b50;
export const CENTRAL_BYTES = 46;
/** In such a record: where the file's own header begins. */
export const OFFSET_AT = 42;

/** The end of the directory (§4.3.16). */
export const END = 0x06054b50;
export const END_BYTES = 22;
