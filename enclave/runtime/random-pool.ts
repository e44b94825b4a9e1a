/**
 * Random bytes drawn a page at a time: a draw of the platform's source costs as much for a nonce as for a page of them.
 * What was handed out is wiped from the page at once, and nothing is handed out twice.
 */
const PAGE_BYTES = 4096;

/** @param draw cryptographically strong random bytes of this length */
export function randomPool(draw: (length: number) => Uint8Array): (length: number) => Uint8Array {
  let page: Uint8Array = new Uint8Array();
  let at = 0;
  return (length) => {
    if (length > PAGE_BYTES) return draw(length);
    if (page.length - at < length) [page, at] = [draw(PAGE_BYTES), 0];
    const bytes = page.slice(at, at + length);
    page.fill(0, at, at + length);
    at += length;
    return bytes;
  };
}
