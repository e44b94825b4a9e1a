/**
 * Pages have no network of their own: peers are reached by the host, over the carrier (design §4). A second wall behind
 * the Content Security Policy, for requests that the policy does not govern (prefetching, spelling dictionaries, DNS).
 */
import { type App, type Session, type WebContents } from 'electron';
import { isAppUrl } from './app-origin.ts';
import { noteRefusal } from './refusal-log.ts';

/** Must run before the app is ready: Chromium's own resolver finds nothing. The host's sockets do not use it. */
export function disableBrowserNetwork(app: App): void {
  app.commandLine.appendSwitch('host-resolver-rules', 'MAP * ~NOTFOUND');
  app.commandLine.appendSwitch('disable-background-networking');
  app.commandLine.appendSwitch('disable-component-update');
}

/** @param developing lets the developer tools load themselves */
export function forbidPageRequests(session: Session, developing: boolean): void {
  session.webRequest.onBeforeRequest((details, callback) => {
    const scheme = details.url.slice(0, details.url.indexOf(':'));
    const local = isAppUrl(details.url) || scheme === 'blob' || scheme === 'data' || (developing && scheme === 'devtools');
    if (!local) noteRefusal('page-network', details.url);
    callback({ cancel: !local });
  });
  session.setSpellCheckerEnabled(false);
}

export function forbidPeerConnections(contents: WebContents): void {
  contents.setWebRTCIPHandlingPolicy('disable_non_proxied_udp');
}
