/**
 * Which file of the built interface a URL of the app protocol names. Pure, so that hostile paths can be tried without a
 * window: nothing outside `root`, and nothing of a kind that the interface does not consist of.
 */
import { extname, join, resolve, sep } from 'node:path';
import { MEDIA_TYPES } from '../../host/interface-files.ts';
import { isAppUrl } from './app-origin.ts';

export interface AppFile { readonly path: string; readonly mimeType: string }

/**
 * @param url as asked for, for example `app://tallystick/assets/index.js`
 * @param root absolute path of the built interface
 * @returns the file to serve, or null for anything that is not ours to serve. A path without an extension is a place
 * inside the interface, which `index.html` finds by itself.
 */
export function appFileOf(url: string, root: string): AppFile | null {
  if (!isAppUrl(url)) return null;
  let path: string;
  try {
    path = decodeURIComponent(new URL(url).pathname);
  } catch {
    return null;
  }
  // After decoding, neither a second separator, a drive or stream (`c:`), a NUL nor a step upwards may be left.
  if (/[\\:\0]/.test(path) || path.split('/').some((part) => part === '..' || part === '.')) return null;
  if (extname(path) === '') path = '/index.html';
  const file = resolve(join(root, path));
  if (!file.startsWith(resolve(root) + sep)) return null;
  const mimeType = MEDIA_TYPES[extname(file).toLowerCase()];
  return mimeType ? { path: file, mimeType } : null;
}
