/**
 * Where a trace can be replayed from: before the first package, or the base that a compaction left (compaction.ts). A base
 * is a snapshot like those from which the vault opens, kept apart from them for as long as the trace begins there.
 *
 * Its seal says that this vault wrote it. That it belongs to this past is shown by replaying from it to the register.
 */
import type { PackageStore } from '../../protocol/module-port.ts';
import { Base } from '../vault/state.ts';
import { NO_TIME, type Time } from '../vault/time.ts';
import { changesOf, decodeSnapshot } from './packages.codec.ts';
import { ZERO_HASH } from './released-heads.ts';
import type { Sealer } from './sealing.ts';

export interface Beginning {
  /** The package after which it is; 0 for none. */
  readonly n: number;
  readonly hash: Uint8Array;
  readonly time: Time;
  /** The durable state there, its own copy. */
  readonly state: Base;
}

export const beforeEverything = (): Beginning => ({ n: 0, hash: ZERO_HASH, time: NO_TIME, state: new Base() });

/** The base after package `n`, or the newest (null); null if there is none that this vault wrote. */
export async function baseAt({ store, sealer }: { readonly store: Pick<PackageStore, 'kept'>; readonly sealer: Sealer }, n: number | null): Promise<Beginning | null> {
  const kept = await store.kept('base', n);
  const plaintext = kept && sealer.open('snapshot', kept.n, kept.bytes);
  if (!plaintext) return null;
  const { n: at, head, records, ...time } = decodeSnapshot(plaintext);
  // Whoever is asked for one and brings another would keep an audit going round for ever.
  if (n !== null && at !== n) return null;
  const state = new Base();
  state.apply(changesOf(records));
  return { n: at, hash: head, time: { now: time.at, clock: time.clock }, state };
}
