/**
 * Files of chunks (design §7), for whoever reads and writes at them at the same time: opened when they are first needed, once
 * for reading and once for writing, and closed when the last who holds one lets go. Opening one for each chunk took as long as
 * writing it.
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
    opening.catch(() => { if (this.#open.get(way) === opening) this.#open.delete(way); });
    return opening;
  }

  /** What is under way at it ends first. It opens again when it is needed again. */
  async close(): Promise<void> {
    const handles = [...this.#open.values()];
    this.#open.clear();
    await Promise.all(handles.map((handle) => handle.then((file) => file.close(), () => undefined)));
  }
}

export class ChunkFiles {
  readonly #held = new Map<string, ChunkFile>();

  /** Keeps it open until what is returned is called. */
  hold(path: string): () => Promise<void> {
    const file = this.#fileAt(path);
    file.holders++;
    return async () => {
      if (--file.holders > 0) return;
      this.#held.delete(path);
      await file.close();
    };
  }

  /** Works at the file, which stays open as long at least. */
  async at<T>(path: string, work: (file: ChunkFile) => Promise<T>): Promise<T> {
    const release = this.hold(path);
    try {
      return await work(this.#fileAt(path));
    } finally {
      await release();
    }
  }

  /** Whoever is at it comes to an end: the file is about to go. */
  async close(path: string): Promise<void> {
    await this.#held.get(path)?.close();
  }

  #fileAt(path: string): ChunkFile {
    const file = this.#held.get(path) ?? new ChunkFile(path);
    this.#held.set(path, file);
    return file;
  }
}

const openOrMake = (path: string): Promise<FileHandle> =>
  open(path, 'r+').catch((error: unknown) => (systemCodeOf(error) === 'ENOENT' ? open(path, 'wx+', 0o600) : Promise.reject(error)));
