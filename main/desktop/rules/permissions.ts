/**
 * What a page may ask the browser for (assurance row 42): to put text on the clipboard (copying an address or a link) and
 * to have the whole screen (reading a book), from our own main frame. Everything else is refused without asking: camera,
 * notifications, devices, downloads.
 */
import type { Session } from 'electron';
import { appOrigin, isAppUrl } from './app-origin.ts';
import { noteRefusal } from './refusal-log.ts';

const PERMITTED: readonly string[] = ['clipboard-sanitized-write', 'fullscreen'];

/** The whole policy. */
export const isPermitted = (permission: string, from: { readonly url: string; readonly isMainFrame: boolean }): boolean =>
  PERMITTED.includes(permission) && from.isMainFrame && isAppUrl(from.url);

export function restrictPermissions(session: Session): void {
  const decide = (permission: string, url: string, isMainFrame: boolean): boolean => {
    const permitted = isPermitted(permission, { url, isMainFrame });
    if (!permitted) noteRefusal('permission', `${permission} for ${url || 'an unknown page'}`);
    return permitted;
  };
  session.setPermissionRequestHandler((_contents, permission, callback, { requestingUrl, isMainFrame }) => {
    callback(decide(permission, requestingUrl, isMainFrame));
  });
  // Chromium gives an origin here, with or without a slash at its end.
  session.setPermissionCheckHandler((_contents, permission, requestingOrigin, { isMainFrame }) =>
    decide(permission, requestingOrigin === appOrigin() ? `${appOrigin()}/` : requestingOrigin, isMainFrame));
  session.setDevicePermissionHandler(() => false);
  session.setDisplayMediaRequestHandler((_request, callback) => {
    noteRefusal('permission', 'display-capture');
    callback({});
  });
  session.on('will-download', (event, item) => {
    event.preventDefault();
    noteRefusal('download', item.getURL());
  });
}
