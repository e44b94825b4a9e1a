/**
 * `app://tallystick/`: serves the built interface from the app's own folder, so that no page ever has a file: origin
 * (design §8). Every answer carries the Content Security Policy and forbids guessing types.
 */
import { readFile } from 'node:fs/promises';
import { type Session, protocol } from 'electron';
import { appFileOf } from './app-files.ts';
import { APP_SCHEME, appScheme } from './app-origin.ts';
import { CONTENT_SECURITY_POLICY } from './content-security-policy.ts';
import { noteRefusal } from './refusal-log.ts';

const HEADERS: Readonly<Record<string, string>> = {
  'content-security-policy': CONTENT_SECURITY_POLICY,
  'x-content-type-options': 'nosniff',
  'referrer-policy': 'no-referrer',
  'cross-origin-opener-policy': 'same-origin',
  'cross-origin-embedder-policy': 'require-corp',
  'cross-origin-resource-policy': 'same-origin',
  'permissions-policy': 'camera=(), geolocation=(), microphone=(), usb=(), serial=(), hid=(), bluetooth=()',
  'cache-control': 'no-store',
};

/** Must run before the app is ready: a scheme cannot become a secure origin later. */
export function declareAppScheme(): void {
  protocol.registerSchemesAsPrivileged([{ scheme: APP_SCHEME, privileges: { standard: true, secure: true, supportFetchAPI: true } }]);
}

/** Serves the files under `root` to pages of `session`. */
export function serveAppProtocol(session: Session, root: string): void {
  session.protocol.handle(appScheme(), async (request) => {
    const file = request.method === 'GET' || request.method === 'HEAD' ? appFileOf(request.url, root) : null;
    if (!file) {
      noteRefusal('app-protocol', `${request.method} ${request.url}`);
      return new Response(null, { status: 404, headers: HEADERS });
    }
    try {
      const body = await readFile(file.path);
      return new Response(new Uint8Array(body), { status: 200, headers: { ...HEADERS, 'content-type': file.mimeType } });
    } catch {
      return new Response(null, { status: 404, headers: HEADERS });
    }
  });
}
