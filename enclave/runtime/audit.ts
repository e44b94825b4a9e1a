/**
 * The audit of a journal (design §1.3, §5.3, §8): replays the whole trace, compares where it ends with the freshness
 * register, and says who this wallet is, what it holds against whom, and what has stopped it. It needs the store, the
 * register and the key, and neither a state nor a driver: a wallet that has stopped is audited like one that runs.
 *
 * Reads only; its ports cannot write. What it says is as true as what the host gave it to read is authentic and whole;
 * that it is also the newest is the register's word.
 */
import type { Failure } from '../../protocol/errors.ts';
import { fail } from '../../protocol/errors.ts';
import { type InstanceId, instanceIdOf } from '../../protocol/identifiers.ts';
import type { JournalView } from '../../protocol/contracts/views.ts';
import type { FreshnessRegister, PackageStore } from '../../protocol/module-port.ts';
import { bytesToHex, equalBytes } from '../vault/bytes.ts';
import { Base } from '../vault/state.ts';
import { walkChain } from './chain.ts';
import { ZERO_HASH } from './journal.ts';
import { changesOf, decodeSnapshot } from './packages.codec.ts';
import type { Sealer } from './sealing.ts';

export interface AuditPorts {
  readonly store: Pick<PackageStore, 'packages' | 'latestSnapshot'>;
  readonly register: Pick<FreshnessRegister, 'read'>;
  readonly sealer: Sealer;
}

export interface Audited { readonly journal: JournalView; /** Everything durable, as the packages alone say. */ readonly state: Base }

/** @throws Refusal `data_too_new`, and what the ports throw */
export async function auditJournal({ store, register, sealer }: AuditPorts): Promise<Audited> {
  const registered = await register.read();
  const state = new Base();
  const snapshot = await snapshotIn(store, sealer);
  let [n, hash]: [number, Uint8Array] = [0, ZERO_HASH];
  let snapshotFits = snapshot === 'none';
  for await (const link of walkChain({ store, sealer })) {
    // What lies beyond the register was never released.
    if (registered && equalBytes(hash, registered)) break;
    state.apply(changesOf(link.entry.changes));
    ({ n, hash } = link);
    if (typeof snapshot === 'object' && snapshot.n === n && equalBytes(snapshot.head, hash)) snapshotFits = true;
  }
  const trouble = registered === null ? REGISTER_GONE : !equalBytes(hash, registered) ? await whyNot(store, n) : await beyond(store, register, registered, n) ?? (snapshotFits ? null : SNAPSHOT_DAMAGED);
  const self = state.get('self', 'self');
  return {
    state,
    journal: {
      instance: self ? instanceIdOf(self.publicKey) : null, name: self?.name ?? null, n, head: bytesToHex(hash),
      verified: trouble === null, trouble, contradiction: contradictionIn(state),
    },
  };
}

type Found = 'none' | 'damaged' | { readonly n: number; readonly head: Uint8Array };

async function snapshotIn(store: AuditPorts['store'], sealer: Sealer): Promise<Found> {
  const stored = await store.latestSnapshot();
  if (!stored) return 'none';
  const plaintext = sealer.open('snapshot', stored.n, stored.sealed);
  return plaintext ? decodeSnapshot(plaintext) : 'damaged';
}

/** The chain does not come to the register's head: packages are missing at its end, or the next one is not what it should be. */
const whyNot = async (store: AuditPorts['store'], n: number): Promise<Failure> => ((await store.packages(n + 1, 1)).length > 0 ? DAMAGED : ENDS_EARLY);

/** One package beyond the register is what a crash leaves; more, while nobody writes, mean that the register is the older one. */
async function beyond(store: AuditPorts['store'], register: AuditPorts['register'], registered: Uint8Array, n: number): Promise<Failure | null> {
  if ((await store.packages(n + 1, 2)).length < 2) return null;
  const now = await register.read();
  return now && equalBytes(now, registered) ? REGISTER_OLDER : null;
}

function contradictionIn(state: Base): JournalView['contradiction'] {
  const found = state.get('contradiction', 'self');
  if (!found) return null;
  const contact = found.shownBy && state.get('contact', found.shownBy);
  return {
    n: found.n, head: bytesToHex(found.head), signature: bytesToHex(found.signature),
    shownBy: (found.shownBy ?? null) as InstanceId | null, shownByName: contact ? (contact.petname ?? contact.theirName) : null,
  };
}

const REGISTER_GONE = fail('register_missing', 'The freshness record of this wallet is gone, so nobody can say whether this is its newest state.').failure;
const ENDS_EARLY = fail('rollback_detected', 'The journal is whole as far as it goes, and ends before the state that the freshness record names: newer packages are missing.').failure;
const REGISTER_OLDER = fail('rollback_detected', 'The freshness record is older than the journal: it was put back, or the journal is of another copy.').failure;
const DAMAGED = fail('store_corrupt', 'The package after this one is missing, damaged, or does not follow it.').failure;
const SNAPSHOT_DAMAGED = fail('store_corrupt', 'All packages are whole, but the snapshot from which the wallet starts is not what this wallet wrote.').failure;
