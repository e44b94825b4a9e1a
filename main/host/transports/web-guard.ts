/**
 * What a request to the local page must carry (assurance row 49): our own Host, so that no foreign name can be pointed at
 * 127.0.0.1 (DNS rebinding); our own Origin for anything but reading; a session cookie; and, for anything but reading, the
 * key that goes with it. Cookies are not bound to a port: a page of another process on 127.0.0.1, to which any site can lead
 * the browser, is sent ours. So the cookie alone opens the files of the interface, which are no secret, and nothing else;
 * the key lies where only pages of our own origin, port included, can read it (renderer/wallet/page-key.ts).
 */
import type { IncomingMessage } from 'node:http';
import type { WebSessions } from './web-sessions.ts';

/** Why a request is turned away. */
export type WebRefusal = 'foreign-host' | 'foreign-origin' | 'no-session';

export interface WebGuard {
  readonly cookieName: string;
  /** For a page or a file; for sending something, with its key. `null`: welcome. */
  checkRequest(request: IncomingMessage): WebRefusal | null;
  /** For a WebSocket: a browser always says where it comes from, so an Origin is required. */
  checkUpgrade(request: IncomingMessage): WebRefusal | null;
  /** Host and Origin only, before there is a session. */
  checkSite(request: IncomingMessage): WebRefusal | null;
}

export function createWebGuard(port: number, sessions: WebSessions): WebGuard {
  const hosts = new Set([`127.0.0.1:${port}`, `localhost:${port}`]);
  // The port is part of the name: two wallets on one computer share the cookies of 127.0.0.1.
  const cookieName = `tallystick_${port}`;

  const checkSite = (request: IncomingMessage, originRequired = false): WebRefusal | null => {
    const { host, origin } = request.headers;
    if (host === undefined || !hosts.has(host)) return 'foreign-host';
    const reading = request.method === 'GET' || request.method === 'HEAD';
    if (origin === undefined ? originRequired || !reading : origin !== `http://${host}`) return 'foreign-origin';
    // Browsers say how a request came about; following a link from elsewhere is fine, fetching from elsewhere is not.
    const site = request.headers['sec-fetch-site'];
    const isVisit = request.headers['sec-fetch-mode'] === 'navigate' && request.headers['sec-fetch-dest'] === 'document';
    return site === undefined || site === 'same-origin' || site === 'none' || (isVisit && !originRequired) ? null : 'foreign-origin';
  };
  const checkSession = (request: IncomingMessage, keyRequired: boolean): WebRefusal | null => {
    const secret = cookieOf(request.headers.cookie ?? '', cookieName);
    if (secret === null || !sessions.isSession(secret)) return 'no-session';
    return !keyRequired || sessions.isKey(secret, keyIn(request)) ? null : 'no-session';
  };
  return {
    cookieName,
    checkSite: (request) => checkSite(request),
    checkRequest: (request) => checkSite(request) ?? checkSession(request, request.method !== 'GET' && request.method !== 'HEAD'),
    checkUpgrade: (request) => checkSite(request, true) ?? checkSession(request, true),
  };
}

const keyIn = ({ url }: IncomingMessage): string => new URLSearchParams(url?.split('?')[1] ?? '').get('key') ?? '';

/** The value of one cookie; null if it is missing or there twice, for then someone else has set one. */
function cookieOf(header: string, name: string): string | null {
  const values = header.split(';').map((part) => part.trim()).filter((part) => part.startsWith(`${name}=`));
  return values.length === 1 ? (values[0]?.slice(name.length + 1) ?? null) : null;
}
