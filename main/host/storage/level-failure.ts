/** Turns what level throws into the store's codes (port in protocol/module-port.ts). */
import { Refusal } from '../../../protocol/errors.ts';
import { isNoRoom, systemCodeOf } from './atomic-file.ts';

/** What went wrong, with level's own words. */
const wordsOf = (error: unknown): string => {
  const inner = error instanceof Error && error.cause instanceof Error ? error.cause : error;
  return inner instanceof Error ? inner.message : String(inner);
};

function codesOf(error: unknown): string[] {
  const codes: string[] = [];
  for (let at: unknown = error; at instanceof Error; at = at.cause) codes.push(systemCodeOf(at) ?? '');
  return codes;
}

export const isLocked = (error: unknown): boolean => codesOf(error).includes('LEVEL_LOCKED');

const corrupt = (folder: string, error: unknown) => new Refusal(
  'store_corrupt',
  `The wallet's data in ${folder} is damaged (${wordsOf(error)}). Nothing was changed. Keep a copy of the folder as it is; if the disk is failing, copy it off first. An older copy of the folder will be recognised as old.`,
  { folder }, error,
);

export const inUse = (folder: string, cause?: unknown): Refusal =>
  new Refusal('wallet_locked', `The wallet's data in ${folder} is in use already. Close the other one first.`, { folder }, cause);

/** While opening: nothing of the wallet's has been written. */
export function openFailure(folder: string, error: unknown): Refusal {
  if (error instanceof Refusal) return error;
  if (isLocked(error)) return inUse(folder, error);
  if (isNoRoom(error)) return new Refusal('disk_full', `There is not enough room to open the wallet's data in ${folder}. Free some room and try again; nothing is lost.`, { folder }, error);
  // A file that the database's own list names and that is gone, or no list at all, is damage, not a fresh start.
  if (codesOf(error).includes('LEVEL_CORRUPTION') || /Invalid argument|No such file|NotFound/i.test(wordsOf(error))) return corrupt(folder, error);
  return new Refusal('store_failed', `The wallet's data in ${folder} could not be opened (${wordsOf(error)}). Check the disk and the folder's permissions.`, { folder }, error);
}

export function readFailure(folder: string, error: unknown): Refusal {
  if (error instanceof Refusal) return error;
  if (codesOf(error).includes('LEVEL_CORRUPTION')) return corrupt(folder, error);
  return new Refusal('store_failed', `The wallet's data in ${folder} could not be read (${wordsOf(error)}). Check the disk.`, { folder }, error);
}

/** After a write that failed half-way: what the disk holds is not known. */
export const writeFailure = (folder: string, error: unknown): Refusal =>
  new Refusal('store_failed', `The disk failed while the wallet was being stored in ${folder} (${wordsOf(error)}). Check the disk, then start the wallet again; it finds out by itself what was stored.`, { folder }, error);

export const noRoom = (folder: string, cause?: unknown): Refusal =>
  new Refusal('disk_full', `The disk that holds ${folder} is full. Nothing was changed; free some room and try again.`, { folder }, cause);
