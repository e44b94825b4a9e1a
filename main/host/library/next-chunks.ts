/** Which chunks of a book to ask somebody for, and which not again (design §7). */
import { coverIndexOf } from '../../../protocol/publication.codec.ts';
import type { HeldContent } from './content-store.ts';

/** Chunks of one question: 4 MiB, small enough to be shared by several who have the book. */
const BATCH = 16;

/** What to ask for next: the cover first, so that a shelf shows it while the book is still on its way. */
export function nextOf({ manifest, have }: HeldContent, taken: ReadonlySet<number>): number[] {
  const cover = coverIndexOf(manifest);
  if (cover === null || have.has(cover) || taken.has(cover)) return have.missing(BATCH, taken);
  return [cover, ...have.missing(BATCH - 1, new Set([...taken, cover]))];
}

/** What a peer was seen to lack. */
export function lacksOf(lacks: Map<string, Set<number>>, peer: string): Set<number> {
  const known = lacks.get(peer) ?? new Set();
  lacks.set(peer, known);
  return known;
}
