/**
 * Walks the chain of packages from the first one, checking what can be checked without the freshness register: that each
 * opens under this wallet's key and names the head before it (design §5.1). Ends where that ends; why is for the caller,
 * who knows where it should.
 */
import type { PackageStore } from '../../protocol/module-port.ts';
import { equalBytes } from '../vault/bytes.ts';
import { headAfter, ZERO_HASH } from './journal.ts';
import { decodePackage, type Package } from './packages.codec.ts';
import type { Sealer } from './sealing.ts';

/** Packages read at once. */
const CHUNK = 256;

export interface ChainPorts { readonly store: Pick<PackageStore, 'packages'>; readonly sealer: Sealer }

/** A package that follows the one before, and the head after it. */
export interface ChainLink { readonly n: number; readonly hash: Uint8Array; readonly entry: Package }

/** @throws Refusal `data_too_new` at a package of a later version */
export async function* walkChain({ store, sealer }: ChainPorts): AsyncGenerator<ChainLink, void> {
  let hash: Uint8Array = ZERO_HASH;
  let n = 0;
  for (;;) {
    const chunk = await store.packages(n + 1, CHUNK);
    if (chunk.length === 0) return;
    for (const { n: number, sealed } of chunk) {
      const plaintext = number === n + 1 ? sealer.open('package', number, sealed) : null;
      const entry = plaintext && decodePackage(plaintext);
      if (!entry || entry.n !== number || !equalBytes(entry.previous, hash)) return;
      hash = headAfter(hash, sealed);
      n = number;
      yield { n, hash, entry };
    }
  }
}
