/** A disk that has no room for a book is said to the person as that. */
import { Refusal } from '../../../protocol/errors.ts';
import { isNoRoom } from '../storage/atomic-file.ts';

/** @throws Refusal `disk_full`, or whatever else the work fails with */
export async function roomOrRefusal<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (isNoRoom(error)) throw new Refusal('disk_full', 'There is no room for the book on this disk.', undefined, error);
    throw error;
  }
}
