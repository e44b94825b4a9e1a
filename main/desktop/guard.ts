/** Puts the security rules (rules/) on the one session that shows pages, and on every page that ever comes to be. */
import { type App, type Session } from 'electron';
import { serveAppProtocol } from './rules/app-protocol.ts';
import { forbidNavigation } from './rules/navigation.ts';
import { forbidNewWindows } from './rules/new-window.ts';
import { forbidPageRequests, forbidPeerConnections } from './rules/page-network.ts';
import { restrictPermissions } from './rules/permissions.ts';
import { BUNDLED } from './bundled-files.ts';

/** The session of the wallet's window: the only one in which the app protocol exists. */
export function guardSession(session: Session, developing: boolean): void {
  closeSession(session, developing);
  serveAppProtocol(session, BUNDLED.renderer);
}

/** Rules for every page and every other session, whoever may make one, now or later. */
export function guardContents(app: App, developing: boolean): void {
  app.on('session-created', (session) => { closeSession(session, developing); });
  app.on('web-contents-created', (_event, contents) => {
    forbidNavigation(contents);
    forbidNewWindows(contents);
    forbidPeerConnections(contents);
  });
}

function closeSession(session: Session, developing: boolean): void {
  restrictPermissions(session);
  forbidPageRequests(session, developing);
}
