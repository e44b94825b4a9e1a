/**
 * The name that this page bears for as long as it is open, at the host that served it: in the address of its connection and
 * of each file that it sends, so that files of a page that crashed do not stay behind. Not a secret, and no right to anything.
 */
const BYTES = 16;

export const PAGE_NAME = Array.from(crypto.getRandomValues(new Uint8Array(BYTES)), (byte) => byte.toString(16).padStart(2, '0')).join('');
