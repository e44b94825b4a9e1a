/**
 * The one origin that our own pages have: a custom scheme instead of file://, whose pages may read each other.
 *
 * A scheme can only be declared before Electron is ready. A launcher that loads the app later than that (a stand-in for
 * Electron's own) leaves one way to a secure origin: answering https:// ourselves, for this one name and for nobody else
 * in the session. Nothing of it reaches a network.
 */
export const APP_SCHEME = 'app';
const LATE_SCHEME = 'https';
const APP_HOST = 'tallystick';

let scheme: string = APP_SCHEME;

/** Called once, before the first page: from now on the origin is the one for a late start. */
export function settleForLateOrigin(): void {
  scheme = LATE_SCHEME;
}

/** The scheme in use: `app`, unless the start was late. */
export const appScheme = (): string => scheme;
/** The origin of our pages, as browsers write it. */
export const appOrigin = (): string => `${scheme}://${APP_HOST}`;
/** The page that the window opens. */
export const appStart = (): string => `${appOrigin()}/index.html`;

/** True if `url` lies within our origin. Never throws. */
export function isAppUrl(url: string): boolean {
  try {
    const { protocol, host, username, password } = new URL(url);
    // `origin` is "null" for schemes that Node's URL parser does not know, hence the parts.
    return protocol === `${scheme}:` && host === APP_HOST && username === '' && password === '';
  } catch {
    return false;
  }
}
