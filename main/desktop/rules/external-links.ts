/**
 * The only ways out of the app to another program (assurance row 42), both started by the shell, never by a page: a web
 * page from this list, and the wallet's own folder in the file manager.
 */
import { resolve } from 'node:path';
import { shell } from 'electron';
import { noteRefusal } from './refusal-log.ts';

/** Compared whole: no query, fragment or path can be added by anyone. */
export const EXTERNAL_LINKS = {
  licence: 'https://www.gnu.org/licenses/agpl-3.0.html',
} as const;

const allowed: ReadonlySet<string> = new Set(Object.values(EXTERNAL_LINKS));

/** True for the addresses that may be handed to the system's browser. */
export const isAllowedLink = (url: string): boolean => url.startsWith('https://') && allowed.has(url);

/** Opens a page from the list in the system's browser; anything else is refused and noted. */
export async function openLink(url: string): Promise<void> {
  if (!isAllowedLink(url)) return noteRefusal('external-link', url);
  await shell.openExternal(url);
}

/** @returns a function that opens `dataDir` in the file manager and refuses every other path. */
export function folderOpener(dataDir: string): (path: string) => void {
  return (path) => {
    if (resolve(path) !== resolve(dataDir)) return noteRefusal('external-link', 'a folder that is not the data folder');
    void shell.openPath(resolve(dataDir));
  };
}
