/**
 * The folder in which a local socket lies: nobody but this user can enter it (assurance row 49). Stricter than
 * storage/private-folder.ts, which only makes sure that nobody else can write: whoever can enter could connect. On Windows
 * modes mean nothing: there the profile's access list protects the data folder, and the local socket asks for a key
 * besides (local-endpoint.ts).
 */
import { chmod, lstat, mkdir } from 'node:fs/promises';
import { Refusal } from '../../../protocol/errors.ts';

/**
 * Makes the folder if missing and closes it to others.
 * @throws Refusal `forbidden` if it is a link, not a folder, or someone else's: another user may have put it there first.
 */
export async function ensureSocketFolder(path: string): Promise<void> {
  await mkdir(path, { recursive: true, mode: 0o700 });
  if (process.platform === 'win32') return;
  const trouble = await socketFolderTrouble(path);
  if (trouble === 'open to others') await chmod(path, 0o700);
  else if (trouble) throw new Refusal('forbidden', `The folder ${path} is ${trouble}. Choose another folder, or remove it.`, { path });
}

/** What lets others in, or null. */
export async function socketFolderTrouble(path: string): Promise<string | null> {
  const found = await lstat(path);
  if (!found.isDirectory()) return 'not a plain folder';
  if (process.platform === 'win32') return null;
  if (found.uid !== process.getuid?.()) return 'owned by another user';
  return (found.mode & 0o077) === 0 ? null : 'open to others';
}
