/**
 * Walks the chain of packages from a beginning, checking what can be checked without the freshness register: that each
 * opens under this wallet's key and names the head before it (design §5.1). Ends where that ends; why is for the caller,
 * who knows where it should.
 */
import type { PackageStore } from '../../protocol/module-port.ts';
import { sha256 } from '@noble/hashes/sha2.js';
import { equalBytes } from '../vault/bytes.ts';
import type { Beginning } from './beginning.ts';
import { decodePackage, type Package } from './packages.codec.ts';
import { headAfterDigest } from './released-heads.ts';
import type { Sealer } from './sealing.ts';

/** Packages read at once. */
const CHUNK = 256;

export interface ChainPorts { readonly store: Pick<PackageStore, 'packages'>; readonly sealer: Sealer }

/** A package that follows the one before, its SHA-256, and the head after it. */
export interface ChainLink { readonly n: number; readonly hash: Uint8Array; readonly digest: Uint8Array; readonly entry: Package }

/** @throws Refusal `data_too_new` at a package of a later version */
export async function* walkChain({ store, sealer }: ChainPorts, from: Pick<Beginning, 'n' | 'hash'>): AsyncGenerator<ChainLink, void> {
  let { n, hash } = from;
  for (;;) {
    const chunk = await store.packages(n + 1, CHUNK);
    if (chunk.length === 0) return;
    for (const { n: number, sealed } of chunk) {
      const plaintext = number === n + 1 ? sealer.open('package', number, sealed) : null;
      const entry = plaintext && decodePackage(plaintext);
      if (!entry || entry.n !== number || !equalBytes(entry.previous, hash)) return;
      const digest = sha256(sealed);
      hash = headAfterDigest(hash, digest);
      n = number;
      yield { n, hash, digest, entry };
    }
  }
}
