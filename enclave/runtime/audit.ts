/**
 * The audit of a journal (design §1.3, §5.3, §8): replays the whole trace, from the first package or from where a compaction
 * has it begin (compaction.ts), compares where it ends with the freshness register, and says who this wallet is, what it holds against whom, and what has stopped it. It needs the store, the
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
import type { Base } from '../vault/state.ts';
import { type Beginning, baseAt, beforeEverything } from './beginning.ts';
import { walkChain } from './chain.ts';
import { changesOf, decodeSnapshot } from './packages.codec.ts';
import { knowsReleasedHeads } from './released-heads.ts';
import type { Sealer } from './sealing.ts';

export interface AuditPorts {
  readonly store: Pick<PackageStore, 'packages' | 'latestSnapshot' | 'kept'>;
  readonly register: Pick<FreshnessRegister, 'read'>;
  readonly sealer: Sealer;
}

export interface Audited { readonly journal: JournalView; /** Everything durable, as the packages alone say. */ readonly state: Base }

/**
 * @param from the package after which the audit begins, as a copy of older packages may have it; where the journal's own trace begins if left out
 * @throws Refusal `data_too_new`, and what the ports throw
 */
export async function auditJournal(ports: AuditPorts, from?: number): Promise<Audited> {
  const registered = await ports.register.read();
  if (from !== undefined) {
    const beginning = from === 0 ? beforeEverything() : await baseAt(ports, from);
    const { audited, letGo } = await replay(ports, registered, beginning ?? beforeEverything(), beginning ? null : BASE_GONE);
    if (!audited.journal.verified || from === 0 || letGo) return audited;
    return { ...audited, journal: { ...audited.journal, verified: false, trouble: NOT_LET_GO } };
  }
  const whole = await replay(ports, registered, beforeEverything(), null);
  if (whole.audited.journal.verified) return whole.audited;
  // A crash leaves more than one base, and a release that was cut off some packages before the one that counts.
  let furthest = whole;
  for (let beginning = await baseAt(ports, null); beginning; ) {
    const found = await replay(ports, registered, beginning, null);
    const counts = found.audited.state.get('compacted', 'self');
    const { journal } = found.audited;
    if (counts && counts.upTo < beginning.n) {
      beginning = await baseAt(ports, counts.upTo);
      continue;
    }
    // What begins somewhere else than the journal says was cut off by the host, however well it leads on.
    const agrees = counts?.upTo === beginning.n && equalBytes(counts.head, found.start);
    if (journal.verified && agrees) return found.audited;
    if (journal.n > furthest.audited.journal.n) furthest = agrees ? found : { ...found, audited: { ...found.audited, journal: { ...journal, verified: false, trouble: NOT_LET_GO } } };
    break;
  }
  return furthest.audited;
}

interface Replayed {
  readonly audited: Audited;
  /** The head at its beginning. */
  readonly start: Uint8Array;
  /** A package after it says that everything up to there was let go of. */
  readonly letGo: boolean;
}

/** Replays from a beginning as far as it leads. @param known what is wrong before anything is replayed */
async function replay(ports: AuditPorts, registered: Uint8Array | null, beginning: Beginning, known: Failure | null): Promise<Replayed> {
  const { store, register, sealer } = ports;
  const start = beginning.hash;
  const { state } = beginning;
  const snapshot = await snapshotIn(store, sealer);
  let [n, hash]: [number, Uint8Array] = [beginning.n, start];
  const fits = (): boolean => typeof snapshot === 'object' && snapshot.n === n && equalBytes(snapshot.head, hash);
  let snapshotFits = snapshot === 'none' || fits();
  let letGo = false;
  for await (const link of walkChain({ store, sealer }, beginning)) {
    // What lies beyond the register was never released.
    if (registered && equalBytes(hash, registered)) break;
    const changes = changesOf(link.entry.changes);
    state.apply(changes);
    letGo ||= changes.some(({ table, value }) => table === 'compacted' && value?.upTo === beginning.n && equalBytes(value.head, start));
    ({ n, hash } = link);
    snapshotFits ||= fits();
  }
  const compacted = state.get('compacted', 'self');
  const trouble = known ?? (registered === null ? REGISTER_GONE : !equalBytes(hash, registered) ? await whyNot(store, n) : await beyond(store, register, registered, n)
    ?? (!snapshotFits ? SNAPSHOT_DAMAGED : compacted && !(await knowsReleasedHeads(store, compacted)) ? HEADS_GONE : null));
  const self = state.get('self', 'self');
  const journal = {
    instance: self ? instanceIdOf(self.publicKey) : null, name: self?.name ?? null, n, head: bytesToHex(hash),
    carried: beginning.n === 0 ? null : { n: beginning.n, at: compacted?.upTo === beginning.n ? compacted.at : beginning.time.clock },
    verified: trouble === null, trouble, contradiction: contradictionIn(state),
  };
  return { audited: { state, journal }, start, letGo };
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
const BASE_GONE = fail('store_corrupt', 'What the trace begins with is missing or damaged.').failure;
const NOT_LET_GO = fail('store_corrupt', 'The trace is broken: packages are missing at its beginning that this wallet has not let go of.').failure;
const HEADS_GONE = fail('store_corrupt', 'All packages are whole, but what this wallet remembers of those it has let go of is missing or damaged.').failure;
