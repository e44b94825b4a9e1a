/**
 * What a page may ask the browser for (assurance row 42): to put text on the clipboard (copying an address or a link),
 * and the camera without the microphone (reading a QR code), both from our own main frame only. Everything else is
 * refused without asking, devices included.
 */
import type { Session, WebContents } from 'electron';
import { appOrigin, isAppUrl } from './app-origin.ts';
import { noteRefusal } from './refusal-log.ts';

interface Asked { readonly origin: string; readonly isMainFrame: boolean; readonly mediaTypes: readonly string[] }

/** The whole policy. `mediaTypes` is empty where the browser does not say. */
export function isPermitted(permission: string, asked: Asked): boolean {
  if (!asked.isMainFrame || asked.origin !== appOrigin()) return false;
  if (permission === 'clipboard-sanitized-write') return true;
  return permission === 'media' && asked.mediaTypes.length > 0 && asked.mediaTypes.every((type) => type === 'video');
}

const originOf = (url: string | undefined): string => (url !== undefined && isAppUrl(url) ? appOrigin() : (url ?? ''));

export function restrictPermissions(session: Session): void {
  const decide = (permission: string, asked: Asked): boolean => {
    const permitted = isPermitted(permission, asked);
    if (!permitted) noteRefusal('permission', `${permission} for ${asked.origin || 'an unknown origin'}`);
    return permitted;
  };
  session.setPermissionRequestHandler((_contents: WebContents, permission, callback, details) => {
    const mediaTypes = 'mediaTypes' in details ? (details.mediaTypes ?? []) : [];
    callback(decide(permission, { origin: originOf(details.requestingUrl), isMainFrame: details.isMainFrame, mediaTypes }));
  });
  session.setPermissionCheckHandler((_contents, permission, requestingOrigin, details) => {
    const mediaTypes = details.mediaType === undefined ? [] : [details.mediaType];
    return decide(permission, { origin: originOf(requestingOrigin), isMainFrame: details.isMainFrame, mediaTypes });
  });
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
