/**
 * One publication's file of chunks (design §7), for whoever reads and writes at it at the same time: opened when it is first
 * needed, once for reading and once for writing, and closed when the last who holds it lets go. Opening it for each chunk took
 * as long as writing one.
 */
import { type FileHandle, open } from 'node:fs/promises';
import { systemCodeOf } from '../storage/atomic-file.ts';

type Way = 'read' | 'write';

export class ChunkFile {
  readonly #path: string;
  readonly #open = new Map<Way, Promise<FileHandle>>();
  /** Who has said that they go on. */
  holders = 0;

  constructor(path: string) {
    this.#path = path;
  }

  /** The file, open; made if it is to be written and is not there. @throws the system's error */
  open(way: Way): Promise<FileHandle> {
    const known = this.#open.get(way);
    if (known) return known;
    const opening = way === 'read' ? open(this.#path, 'r') : openOrMake(this.#path);
    this.#open.set(way, opening);
    // Another try may find it.
    opening.catch(() => this.#open.delete(way));
    return opening;
  }

  /** What is under way at it ends first. It opens again when it is needed again. */
  async close(): Promise<void> {
    const handles = [...this.#open.values()];
    this.#open.clear();
    await Promise.all(handles.map((handle) => handle.then((file) => file.close(), () => undefined)));
  }
}

const openOrMake = (path: string): Promise<FileHandle> =>
  open(path, 'r+').catch((error: unknown) => (systemCodeOf(error) === 'ENOENT' ? open(path, 'wx+', 0o600) : Promise.reject(error)));
