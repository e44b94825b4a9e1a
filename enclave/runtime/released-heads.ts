/**
 * The heads after packages that were let go of (design §5.6, §5.7): peers remember positions of ours for years, and a
 * position whose package is gone must still be told from one that was never in our past. The host keeps SHA-256 of each
 * such package, in blocks; the journal keeps the head at the end of each block. A head is SHA-256(head before ‖ digest),
 * so a block is right exactly if it leads from one of these heads to the next, and needs neither seal nor signature.
 * A full block is never written again; the tail behind the last one lies under the number at which it ends, so that the
 * next compaction, which needs a longer one, writes it beside it and not over it.
 *
 *   0 ──digests 1 … 1024──▶ joint ──digests 1025 … 2048──▶ joint ──tail … upTo──▶ head
 *
 * Not guaranteed: that the host still has a block. One that is gone or wrong is noticed where it is needed, and by an audit.
 */
import type { PackageStore } from '../../protocol/module-port.ts';
import { sha256 } from '@noble/hashes/sha2.js';
import { concatBytes, equalBytes } from '../vault/bytes.ts';
import type { Compacted } from '../vault/records.ts';

/** Digests in one block, 32 KiB of them: read at once to look up one head, and a million packages have 31 KB of joints. */
export const DIGESTS_PER_BLOCK = 1024;
const DIGEST_BYTES = 32;

/** The head before the first package. */
export const ZERO_HASH = new Uint8Array(DIGEST_BYTES);

/** The head after a package whose SHA-256 is `digest`, which is what a TPM's extend index computes (design §5.4). */
export const headAfterDigest = (previous: Uint8Array, digest: Uint8Array): Uint8Array => sha256(concatBytes(previous, digest));

type Store = Pick<PackageStore, 'kept'>;

/** In which block package `n` is, from 0, and in which place of it. */
export const placeOf = (n: number): { readonly block: number; readonly index: number } => ({ block: Math.floor((n - 1) / DIGESTS_PER_BLOCK), index: (n - 1) % DIGESTS_PER_BLOCK });

/** The digests in a block that the journal vouches for; null if the host does not have them. */
export async function digestsIn(store: Store, { upTo, head, joints }: Compacted, block: number): Promise<Uint8Array | null> {
  const count = Math.min(DIGESTS_PER_BLOCK, upTo - block * DIGESTS_PER_BLOCK);
  const bytes = (await (count < DIGESTS_PER_BLOCK ? store.kept('tail', upTo) : store.kept('digests', block)))?.bytes;
  if (bytes?.length !== count * DIGEST_BYTES) return null;
  const end = headIn(bytes, headBefore(joints, block), count);
  return equalBytes(end, joints[block] ?? head) ? bytes : null;
}

/** The head after package `n`, which was let go of; null if the host does not have what it takes to know. */
export async function releasedHead(store: Store, compacted: Compacted, n: number): Promise<Uint8Array | null> {
  const { block, index } = placeOf(n);
  const digests = await digestsIn(store, compacted, block);
  return digests && headIn(digests, headBefore(compacted.joints, block), index + 1);
}

/** True if every head after a package that was let go of can still be told. */
export async function knowsReleasedHeads(store: Store, compacted: Compacted): Promise<boolean> {
  for (let block = 0; block * DIGESTS_PER_BLOCK < compacted.upTo; block++) if (!(await digestsIn(store, compacted, block))) return false;
  return true;
}

const headBefore = (joints: readonly Uint8Array[], block: number): Uint8Array => joints[block - 1] ?? ZERO_HASH;

function headIn(digests: Uint8Array, start: Uint8Array, count: number): Uint8Array {
  let head = start;
  for (let at = 0; at < count; at++) head = headAfterDigest(head, digests.subarray(at * DIGEST_BYTES, (at + 1) * DIGEST_BYTES));
  return head;
}
