/**
 * The key that a browser's page needs beside its cookie to do anything (main/host/transports/web-guard.ts): it comes behind
 * the address to which the one-time address leads, which no server is told, and is kept where only pages of this origin,
 * port included, find it again. Where storage is refused it lasts as long as the page.
 */
const STORED = 'tallystick.key';
const BROUGHT = '#key=';

let ofThisPage = '';

/** To be called before anything else reads the page's address; what was in it is gone from there afterwards. */
export function pageKey({ location, history, localStorage }: Partial<Pick<Window, 'location' | 'history' | 'localStorage'>>): string {
  const hash = location?.hash ?? '';
  if (hash.startsWith(BROUGHT)) {
    ofThisPage = hash.slice(BROUGHT.length);
    history?.replaceState(null, '', `${location?.pathname ?? ''}${location?.search ?? ''}`);
    try { localStorage?.setItem(STORED, ofThisPage); } catch { /* storage refused */ }
  }
  try { return localStorage?.getItem(STORED) ?? ofThisPage; } catch { return ofThisPage; }
}
