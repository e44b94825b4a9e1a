/**
 * Folders that belong to one person (assurance row 49): made with mode 0700, and refused where another user could have
 * changed what is in them.
 *
 * Not guaranteed: the folders above are not looked at, and access lists beyond the mode bits are not understood. On
 * Windows the folders of a profile are private by inheritance and nothing is checked here.
 */
import { chmod, mkdir, readdir, stat } from 'node:fs/promises';
import { dirname } from 'node:path';
import { Refusal, refuse } from '../../../protocol/errors.ts';
import { syncFolder, systemCodeOf } from './atomic-file.ts';

const OTHERS_WRITE = 0o022;
const OTHERS_ANY = 0o077;
/** Files by which a folder is known to be ours, so that its mode may be tightened. */
const OURS = ['wallet-id', 'lock', 'packages'];

/**
 * Makes the folder (and those above it) if missing, durably, and checks that only its owner can write it. A folder of
 * ours, or an empty one, that others can read is closed to them; one that holds other things keeps its mode, and the
 * files put there are 0600 each.
 * @throws Refusal `forbidden` if another user owns or can write it, `bad_input` if it is no folder, `disk_full`
 */
export async function ensurePrivateFolder(folder: string): Promise<void> {
  const first = await makeFolders(folder).catch((error: unknown) => {
    const code = systemCodeOf(error);
    if (code === 'ENOSPC' || code === 'EDQUOT') throw new Refusal('disk_full', `There is no room to make ${folder}.`, { folder }, error);
    if (code === 'EEXIST' || code === 'ENOTDIR') throw new Refusal('bad_input', `${folder} is a file, not a folder.`, { folder }, error);
    throw new Refusal('forbidden', `The folder ${folder} could not be made (${code ?? 'unknown error'}). Choose one that you may write.`, { folder }, error);
  });
  if (first !== undefined) {
    // Every new name on the way down must outlive a power cut before something of value is kept below it.
    for (let at = folder; ; at = dirname(at)) {
      await syncFolder(dirname(at));
      if (at === first || dirname(at) === at) break;
    }
  }
  if (process.platform === 'win32') return;
  const found = await stat(folder);
  if (!found.isDirectory()) refuse('bad_input', `${folder} is a file, not a folder.`, { folder });
  if (found.uid !== process.getuid?.()) refuse('forbidden', `The folder ${folder} belongs to another user of this computer. Choose one of your own.`, { folder });
  if (found.mode & OTHERS_WRITE) {
    refuse('forbidden', `Other users of this computer can write to ${folder}. If its content is yours alone, run: chmod 700 "${folder}"`, { folder });
  }
  if (found.mode & OTHERS_ANY) {
    const names = await readdir(folder);
    if (names.length === 0 || names.some((name) => OURS.includes(name))) await chmod(folder, 0o700);
  }
}

/**
 * Makes a folder and those above it. Node's own recursive mkdir never returns where the system says that a folder does
 * not exist although the one above it does, as in /proc; here such a folder is tried once more and then given up.
 * @returns the topmost folder that was made, or undefined if all were there
 * @throws the system's error
 */
async function makeFolders(folder: string): Promise<string | undefined> {
  try {
    await mkdir(folder, { mode: 0o700 });
    return folder;
  } catch (error) {
    if ((await stat(folder).catch(() => null))?.isDirectory()) return undefined;
    if (systemCodeOf(error) !== 'ENOENT' || dirname(folder) === folder) throw error;
  }
  const first = await makeFolders(dirname(folder));
  await mkdir(folder, { mode: 0o700 }).catch((error: unknown) => {
    // Another process was quicker; what it made is looked at like any folder that was there.
    if (systemCodeOf(error) !== 'EEXIST') throw error;
  });
  return first ?? folder;
}
