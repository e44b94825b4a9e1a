/**
 * Chance for the exploration: random bytes are a hash of what they are for, so that the same thing done on two paths gives
 * the same bytes and the paths can meet again. On one path nothing gets the same bytes twice unless it is the same thing
 * done again after a restart that had lost nothing. Not for anything that must be unguessable.
 */
import { createHash } from 'node:crypto';

const BLOCK = 32;

export function bytesFor(purpose: string, length: number): Uint8Array {
  const bytes = new Uint8Array(length);
  for (let at = 0; at < length; at += BLOCK) bytes.set(createHash('sha256').update(`${at}/${purpose}`).digest().subarray(0, length - at), at);
  return bytes;
}
