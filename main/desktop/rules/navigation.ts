/**
 * A page of ours never leaves our origin, by whatever means, and holds no webview (assurance row 42). What is inside
 * the origin is moved about by the interface's own router, which does not navigate.
 */
import type { WebContents } from 'electron';
import { isAppUrl } from './app-origin.ts';
import { noteRefusal } from './refusal-log.ts';

export function forbidNavigation(contents: WebContents): void {
  contents.on('will-navigate', (event) => {
    if (isAppUrl(event.url) && event.isMainFrame) return;
    event.preventDefault();
    noteRefusal('navigation', event.url);
  });
  contents.on('will-frame-navigate', (event) => {
    if (event.isMainFrame) return; // will-navigate decides about this one
    event.preventDefault();
    noteRefusal('navigation', `frame to ${event.url}`);
  });
  contents.on('will-redirect', (event) => {
    event.preventDefault();
    noteRefusal('navigation', `redirect to ${event.url}`);
  });
  contents.on('will-attach-webview', (event) => {
    event.preventDefault();
    noteRefusal('navigation', 'webview');
  });
}
