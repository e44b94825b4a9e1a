/**
 * Where V8 puts what is new. It looks through that space when it is full, keeps what is still needed, and by and by makes it
 * larger, to look less often. A chunk of a book takes a few hundred bytes there and several times its length outside of it, for
 * libp2p's ciphers and buffers, which is let go of when V8 looks. With a large space that piles up until V8 goes through all
 * there is, half a dozen times in a book of 64 MB. With a small one it looks at little, often.
 */
import { setFlagsFromString } from 'node:v8';

/** Keeps the space as small as it is when a process starts, a megabyte or two: for the first line of a process that hosts a wallet. */
export function keepYoungSpaceSmall(): void {
  setFlagsFromString('--semi-space-growth-factor=1');
}
