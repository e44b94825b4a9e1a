/**
 * The interface's files, listed once at the start: a request can only name an entry of this list, so no path in it ever
 * reaches the file system. Links are not followed.
 */
import { readdir } from 'node:fs/promises';
import { extname, join, relative, sep } from 'node:path';
import { MEDIA_TYPES } from '../interface-files.ts';


export interface WebFile {
  readonly path: string;
  readonly type: string;
}

/** @returns the files under `root` by the path of their URL; files of unknown type are left out. `/` is index.html. */
export async function listWebFiles(root: string): Promise<ReadonlyMap<string, WebFile>> {
  const files = new Map<string, WebFile>();
  for (const entry of await readdir(root, { recursive: true, withFileTypes: true })) {
    const type = MEDIA_TYPES[extname(entry.name)];
    if (!entry.isFile() || !type) continue;
    const path = join(entry.parentPath, entry.name);
    files.set(`/${relative(root, path).split(sep).join('/')}`, { path, type });
  }
  const index = files.get('/index.html');
  if (index) files.set('/', index);
  return files;
}
