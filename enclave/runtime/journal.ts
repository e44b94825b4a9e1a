/**
 * The journal: the hash chain of sealed packages, and the one order in which anything becomes true (design §5.2):
 *
 *   store durably ──▶ advance the freshness register ──▶ apply, release the outputs
 *        │                     │
 *   crash: old state      crash: new state; what is unfinished is said again from its stored bytes
 *
 * On start the chain must end exactly at the register's hash. One package beyond it was stored but never released and
 * is dropped; anything else is a fail-stop.
 */
import { type ErrorCode, Refusal } from '../../protocol/errors.ts';
import type { InstanceId } from '../../protocol/identifiers.ts';
import type { SignedPosition } from '../../protocol/messages.codec.ts';
import type { FreshnessRegister, PackageStore } from '../../protocol/module-port.ts';
import { sha256 } from '@noble/hashes/sha2.js';
import { equalBytes } from '../vault/bytes.ts';
import { assertAllBooks } from '../vault/credits/books.ts';
import { assertLibrary } from '../vault/library/licences.ts';
import { type Finished, VOLATILE } from '../vault/records.ts';
import { Base, type Change } from '../vault/state.ts';
import { NO_TIME, type Time } from '../vault/time.ts';
import type { Head, LedgerEvent } from '../vault/turn.ts';
import { sealArchive } from './archive.ts';
import { changesOf, decodePackage, decodeSnapshot, encodePackage, encodeSnapshot, type Package, rowsOf } from './packages.codec.ts';
import { headAfterDigest, releasedHead, ZERO_HASH } from './released-heads.ts';
import type { Sealer } from './sealing.ts';

/** Packages asked for at once while loading: enough to hide the round trip, few enough to bound memory. */
const LOAD_CHUNK = 256;
/** Of so many heads that were seen to lead here one is remembered: who shows old positions again and again has us read no more than these packages each time. */
const SHOWN_EVERY = LOAD_CHUNK;
/** A snapshot is due when the packages since the last one outweigh this, and that one so many times: its cost is spread evenly over them, and opening replays no more than they weigh. */
const SNAPSHOT_MIN_BYTES = 512 * 1024;
const SNAPSHOT_TIMES = 2;

export interface JournalPorts {
  readonly store: PackageStore;
  readonly register: FreshnessRegister;
  readonly sealer: Sealer;
  /** Cryptographically strong random bytes. */
  readonly random: (length: number) => Uint8Array;
}

/** Everything that one package makes true. */
export interface Entry {
  readonly time: Time;
  readonly inputs: readonly unknown[];
  readonly said: readonly unknown[];
  readonly events: readonly LedgerEvent[];
  readonly archive: readonly Finished[];
  readonly changes: readonly Change[];
}

/** The head after a package: SHA-256(head before ‖ SHA-256(package)). */
export const headAfter = (previous: Uint8Array, sealed: Uint8Array): Uint8Array => headAfterDigest(previous, sha256(sealed));

const stop = (code: ErrorCode, detail: string): never => {
  throw new Refusal(code, detail);
};

export class Journal {
  readonly state: Base;
  readonly #ports: JournalPorts;
  #head: Head;
  #time: Time;
  #registered: Uint8Array | null;
  /** Heads of our past, in order, that were seen to lead here. */
  #shown: ReadonlyMap<number, Uint8Array> = new Map();
  #bytesSinceSnapshot = 0;
  #snapshotBytes = 0;

  private constructor(ports: JournalPorts, state: Base, head: Head, time: Time, registered: Uint8Array | null) {
    this.#ports = ports;
    this.state = state;
    this.#head = head;
    this.#time = time;
    this.#registered = registered;
  }

  /** Number and hash of the newest durable, fresh package; n = 0 for none. */
  get head(): Head {
    return this.#head;
  }

  /** The vault's time. What a package has kept of it survives restarts. */
  get time(): Time {
    return this.#time;
  }

  /**
   * Loads the chain and checks it against the register.
   * @throws Refusal `no_wallet`, `register_missing`, `rollback_detected`, `store_corrupt`
   */
  static async load(ports: JournalPorts): Promise<Journal> {
    const registered = await ports.register.read();
    if (registered === null) return await Journal.#unregistered(ports);
    const state = new Base();
    let head: Head = { n: 0, hash: ZERO_HASH };
    let time = NO_TIME;
    let snapshotBytes = 0;
    const stored = await ports.store.latestSnapshot();
    if (stored) {
      const plaintext = ports.sealer.open('snapshot', stored.n, stored.sealed) ?? stop('store_corrupt', DAMAGED);
      const snapshot = decodeSnapshot(plaintext);
      state.apply(changesOf(snapshot.records));
      head = { n: snapshot.n, hash: snapshot.head };
      time = { now: snapshot.at, clock: snapshot.clock };
      snapshotBytes = stored.sealed.length;
    }
    const journal = new Journal(ports, state, head, time, registered);
    journal.#snapshotBytes = snapshotBytes;
    await journal.#replay(registered);
    if (state.get('contradiction', 'self')) stop('rollback_detected', COPIED);
    assertAllBooks(state);
    assertLibrary(state);
    return journal;
  }

  static async #unregistered(ports: JournalPorts): Promise<Journal> {
    const snapshot = await ports.store.latestSnapshot();
    const packages = await ports.store.packages(1, 2);
    // One package alone may be what a crash left while the wallet was being made; it holds nothing of value.
    if (snapshot || packages.length > 1) {
      stop('register_missing', 'The freshness record of this wallet is gone. The folder may have been copied from another computer, or the record was deleted. It is not opened, because it might be an older copy.');
    }
    return new Journal(ports, new Base(), { n: 0, hash: ZERO_HASH }, NO_TIME, null);
  }

  async #replay(registered: Uint8Array): Promise<void> {
    let hash = this.#head.hash;
    let n = this.#head.n;
    while (!equalBytes(hash, registered)) {
      const chunk = await this.#ports.store.packages(n + 1, LOAD_CHUNK);
      if (chunk.length === 0) stop('rollback_detected', ROLLED_BACK);
      for (const { n: number, sealed } of chunk) {
        if (equalBytes(hash, registered)) break;
        if (number !== n + 1) stop('store_corrupt', DAMAGED);
        const plaintext = this.#ports.sealer.open('package', number, sealed) ?? stop('store_corrupt', DAMAGED);
        const entry = decodePackage(plaintext);
        if (entry.n !== number || !equalBytes(entry.previous, hash)) stop('rollback_detected', ROLLED_BACK);
        this.state.apply(changesOf(entry.changes));
        hash = headAfter(hash, sealed);
        n = number;
        this.#time = { now: entry.at, clock: entry.clock };
        this.#bytesSinceSnapshot += sealed.length;
      }
    }
    this.#head = { n, hash };
    const beyond = await this.#ports.store.packages(n + 1, 2);
    if (beyond.length > 1) stop('rollback_detected', 'The freshness record is older than the wallet. It may have been restored from a backup. The wallet is not opened.');
  }

  /**
   * Makes `entry` true: stored, fresh, applied, in this order. When this resolves, outputs may go.
   * @throws Refusal `disk_full`: nothing changed, the wallet goes on
   * @throws Refusal with any other code: fail-stop
   */
  async commit(entry: Entry): Promise<void> {
    const { store, register, sealer, random } = this.#ports;
    const n = this.#head.n + 1;
    const durable = entry.changes.filter(({ table }) => !VOLATILE.has(table));
    const body: Package = { version: 1, n, previous: this.#head.hash, at: entry.time.now, clock: entry.time.clock, inputs: entry.inputs, said: entry.said, events: entry.events, changes: rowsOf(durable) };
    const sealed = sealer.seal('package', n, random(24), encodePackage(body));
    const archive = sealArchive(sealer, random, n, entry.archive);
    await store.append({ n, sealed, archive });
    const hash = headAfter(this.#head.hash, sealed);
    await register.advance(this.#registered, hash);
    this.#registered = hash;
    this.#head = { n, hash };
    this.#time = entry.time;
    this.#bytesSinceSnapshot += sealed.length;
    this.state.apply(entry.changes);
  }

  /** Applies changes that need not survive (sessions and the like). */
  applyVolatile(changes: readonly Change[]): void {
    this.state.apply(changes);
  }

  /** Time that passed without anything to keep. Not given back while the program runs, wherever the clock is turned; the next package keeps it. */
  passTime(time: Time): void {
    this.#time = time;
  }

  /**
   * Compares a position that someone else holds of us, signed by us, with our own past. If it is not in it, this vault
   * is an older copy or one of two; that is kept durably, so that it stays closed when it is started again.
   * @throws Refusal `rollback_detected`
   */
  async checkPast(position: SignedPosition, shownBy: InstanceId | null): Promise<void> {
    if (await this.#isPast(position)) return;
    const contradiction: Change = { table: 'contradiction', key: 'self', value: { ...position, ...(shownBy ? { shownBy } : {}) } };
    try {
      await this.commit({ time: this.#time, inputs: [{ input: 'contradiction' }], said: [], events: [], archive: [], changes: [contradiction] });
    } catch (error) {
      // Nowhere to keep it: stop all the same; the next meeting will say it again.
      if (!(error instanceof Refusal && error.failure.code === 'disk_full')) throw error;
    }
    stop('rollback_detected', COPIED);
  }

  async #isPast({ n, head }: SignedPosition): Promise<boolean> {
    if (n > this.#head.n) return false;
    // What the host does not have any more is no excuse: a fork is noticed by comparing, and it would be its to choose.
    const ours = await this.#headAt(n) ?? stop('store_corrupt', DAMAGED);
    return equalBytes(head, ours);
  }

  /** The head after package `n` of our past; null if the host does not have what it takes to know. */
  async #headAt(n: number): Promise<Uint8Array | null> {
    if (n === this.#head.n) return this.#head.hash;
    const compacted = this.state.get('compacted', 'self');
    if (n > 0 && compacted && n <= compacted.upTo) return await releasedHead(this.#ports.store, compacted, n);
    if (n === 0) return ZERO_HASH;
    const [next] = await this.#ports.store.packages(n + 1, 1);
    const plaintext = next?.n === n + 1 ? this.#ports.sealer.open('package', n + 1, next.sealed) : null;
    const head = plaintext && decodePackage(plaintext).previous;
    return head && (await this.#leadsHere(n, head)) ? head : null;
  }

  /**
   * True if the packages after `n` lead from this head to where we are. That the next one opens is not enough: one of a copy
   * of this wallet does, too, and a host that has both could show whichever agrees with who remembers it.
   */
  async #leadsHere(n: number, head: Uint8Array): Promise<boolean> {
    const [end, known] = [...this.#shown].find(([at]) => at > n) ?? [this.#head.n, this.#head.hash];
    const passed: [number, Uint8Array][] = [];
    let hash = head;
    for (let at = n; at < end; ) {
      const chunk = await this.#ports.store.packages(at + 1, Math.min(LOAD_CHUNK, end - at));
      if (chunk.length === 0) return false;
      for (const { n: number, sealed } of chunk) {
        if (number !== ++at) return false;
        hash = headAfter(hash, sealed);
        if (at % SHOWN_EVERY === 0) passed.push([at, hash]);
      }
    }
    if (!equalBytes(hash, known)) return false;
    this.#shown = new Map([...this.#shown, ...passed].sort(([a], [b]) => a - b));
    return true;
  }

  /** Stores a snapshot if one is due, so that opening does not get slower with history. */
  async snapshotIfDue(): Promise<void> {
    if (this.#bytesSinceSnapshot < Math.max(SNAPSHOT_MIN_BYTES, SNAPSHOT_TIMES * this.#snapshotBytes)) return;
    const { store, sealer, random } = this.#ports;
    const { n, hash } = this.#head;
    const sealed = sealer.seal('snapshot', n, random(24), encodeSnapshot({ version: 1, n, head: hash, at: this.#time.now, clock: this.#time.clock, records: rowsOf(this.state.records()) }));
    await store.putSnapshot({ n, sealed });
    this.#snapshotBytes = sealed.length;
    this.#bytesSinceSnapshot = 0;
  }
}

const ROLLED_BACK = 'The data folder does not go with this wallet\'s freshness record: an older copy of one of them was put in its place, from a backup or by synchronising. Opening it could spend the same credits twice, so it stays closed. Put the newest copy back.';
const COPIED = 'Someone you met remembers another past of this wallet, or a later state than it is in: it was copied, or an older copy was put in its place. It stays closed, because it might spend the same credits twice.';
const DAMAGED = 'The wallet\'s store is damaged: a part of it is not what this wallet wrote. It stays closed. Put an undamaged copy of the newest folder back.';
