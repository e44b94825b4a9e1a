/** What targets need while they run: folders that go with the run, and things to be closed at its end. */
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { tmpdir } from 'node:os';
import { workerData } from 'node:worker_threads';

let made = 0;
const closing: (() => Promise<unknown>)[] = [];

/** An empty folder of its own, removed by whoever started the run. */
export function scratchFolder(name: string): string {
  const base = (workerData as { folder?: string } | null)?.folder ?? join(tmpdir(), `tally-fuzz-${process.pid}`);
  const folder = join(base, `${name}-${++made}`);
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  return folder;
}

/** Has something closed when the thread ends its work. */
export const atTheEnd = (close: () => Promise<unknown>): void => void closing.push(close);

export async function letGo(): Promise<void> {
  for (const close of closing.splice(0).reverse()) await close().catch(() => undefined);
}

/** Makes something once, when it is first asked for. */
export function once<T>(make: () => Promise<T>): () => Promise<T> {
  let made: Promise<T> | null = null;
  return () => (made ??= make());
}
