/**
 * `tallystick://` links from other programs (assurance row 43). A link is text from a stranger: it is recognised, cut to
 * size and left with the host as a draft for the person to look at. It never starts anything by itself.
 */
import type { App } from 'electron';

export const LINK_SCHEME = 'tallystick';

/** As in the contract's `link.read`; a link with an address and a key has about 200 characters. */
export const MAX_LINK_CHARS = 4096;

/** The text of a link, or null if `value` is not one. Whether it makes sense, the host finds out. */
export function linkOf(value: unknown): string | null {
  if (typeof value !== 'string' || value.length > MAX_LINK_CHARS) return null;
  return value.toLowerCase().startsWith(`${LINK_SCHEME}:`) ? value : null;
}

/** Hears links that macOS hands to the running app. May be called before the app is ready, and should be. */
export function onOpenUrl(app: App, offer: (link: string) => void): void {
  app.on('open-url', (event, url) => {
    event.preventDefault();
    const link = linkOf(url);
    if (link !== null) offer(link);
  });
}

/**
 * Makes the app the one that opens such links. Installed apps only: a checkout would register the bare Electron binary,
 * which opens anything.
 */
export function claimLinkScheme(app: App): void {
  if (app.isPackaged) app.setAsDefaultProtocolClient(LINK_SCHEME);
}
