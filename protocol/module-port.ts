/**
 * The one message port between a host and its vault (design §4). The vault has no other way in or out. Both ends check
 * what they receive; the vault assumes that the host lies.
 *
 *   host ──boot (or inspect), call, connected, received, disconnected, tick, answer──▶ vault
 *   host ◀──ready, reply, send, hang-up, changed, fault, ask──────────── vault
 *
 * `ask`/`answer` are the vault's own calls on the store and the freshness register.
 */
import { z } from 'zod';
import { bytesOf, bytesUpTo } from './bytes.schema.ts';
import { LicenceIdSchema } from './identifiers.ts';
import { FailureSchema, TOPICS } from './contracts/contract.ts';
import { MAX_FRAME_BYTES, MAX_PACKAGE_BYTES, MAX_TRANSFERS_PER_RECORD } from './limits.ts';

const digest = bytesOf(32);
const time = z.int().nonnegative();
const connection = z.int().positive();
/** How a carrier names one of its ends, which both vaults bind their session to: a PeerId has 52 characters, others may have more. */
const peer = z.string().regex(/^[ -~]{1,128}$/);

/** A sealed package and its number; `n` counts from 1. */
export interface SealedPackage { readonly n: number; readonly sealed: Uint8Array }
/** Finished transfers, sealed together and kept out of the vault's memory; each is found by its id. `order` grows with time. */
export const ArchivedRecordSchema = z.strictObject({ order: z.int().nonnegative(), ids: z.array(z.string()).min(1).max(MAX_TRANSFERS_PER_RECORD), sealed: bytesUpTo(MAX_PACKAGE_BYTES) });
export type ArchivedRecord = z.output<typeof ArchivedRecordSchema>;

/**
 * What a compaction of the journal keeps (enclave/runtime/compaction.ts). base: the sealed snapshot at which the trace
 * begins from then on, by the number of its package · digests: SHA-256 of the packages let go of, in full blocks, by the
 * block's number · tail: the digests after the last full block, by the number of the last package let go of.
 */
export const KEPT_KINDS = ['base', 'digests', 'tail'] as const;
export type KeptKind = (typeof KEPT_KINDS)[number];
export interface Kept { readonly n: number; readonly bytes: Uint8Array }

/**
 * Durable storage for what the vault sealed. Implementations are hostile until proven otherwise: the vault checks all
 * of it against the freshness register.
 */
export interface PackageStore {
  /** Newest snapshot, or null. */
  latestSnapshot(): Promise<SealedPackage | null>;
  /** Packages with number ≥ `from`, ascending, at most `limit`. */
  packages(from: number, limit: number): Promise<SealedPackage[]>;
  /**
   * Stores package `n` and its archive records as one durable unit: when this resolves they survive a power cut.
   * Overwrites a stray package with the same number (design §5.2). Rejects with code `disk_full` if nothing was
   * written for want of room; any other rejection means the state on disk is unknown.
   */
  append(entry: SealedPackage & { readonly archive: readonly ArchivedRecord[] }): Promise<void>;
  /** Stores a snapshot taken after package `n`; older snapshots may go. */
  putSnapshot(snapshot: SealedPackage): Promise<void>;
  /** Archive records with order < `before` (or the newest), descending, until they have `transfers` ids together, or all there are. */
  archive(before: number | null, transfers: number): Promise<ArchivedRecord[]>;
  /** The newest archive record with this among its ids, or null. */
  archived(id: string): Promise<ArchivedRecord | null>;
  /** Keeps this durably, in the place of what had its kind and number. */
  keep(kind: KeptKind, kept: Kept): Promise<void>;
  /** What was kept under this number, or under the highest (null); null if nothing was. */
  kept(kind: KeptKind, n: number | null): Promise<Kept | null>;
  /**
   * Lets go of every package up to and including `upTo`, from the first on, then of every base and every tail but those at
   * `upTo`. May be cut off anywhere and asked for again; does nothing where nothing is left to do. The archive stays.
   */
  release(upTo: number): Promise<void>;
}

/**
 * The one value that the disk cannot roll back: the hash which the newest package must have (design §5.4).
 */
export interface FreshnessRegister {
  /** The current value, or null if the register was never set. */
  read(): Promise<Uint8Array | null>;
  /**
   * Moves from `from` (null: never set) to `to`, durably. Rejects with `register_failed` and changes nothing if the
   * current value is not `from`.
   */
  advance(from: Uint8Array | null, to: Uint8Array): Promise<void>;
}

/** The vault's calls on the host. */
export const AskSchema = z.discriminatedUnion('op', [
  z.strictObject({ op: z.literal('store.latestSnapshot') }),
  z.strictObject({ op: z.literal('store.packages'), from: z.int(), limit: z.int() }),
  z.strictObject({ op: z.literal('store.append'), n: z.int(), sealed: bytesUpTo(MAX_PACKAGE_BYTES), archive: z.array(ArchivedRecordSchema) }),
  z.strictObject({ op: z.literal('store.putSnapshot'), n: z.int(), sealed: bytesUpTo(Number.MAX_SAFE_INTEGER) }),
  z.strictObject({ op: z.literal('store.archive'), before: z.int().nullable(), transfers: z.int() }),
  z.strictObject({ op: z.literal('store.archived'), id: z.string() }),
  z.strictObject({ op: z.literal('store.keep'), kind: z.enum(KEPT_KINDS), n: z.int(), bytes: bytesUpTo(Number.MAX_SAFE_INTEGER) }),
  z.strictObject({ op: z.literal('store.kept'), kind: z.enum(KEPT_KINDS), n: z.int().nullable() }),
  z.strictObject({ op: z.literal('store.release'), upTo: z.int() }),
  z.strictObject({ op: z.literal('register.read') }),
  z.strictObject({ op: z.literal('register.advance'), from: digest.nullable(), to: digest }),
]);
export type Ask = z.output<typeof AskSchema>;

export const HostMessageSchema = z.discriminatedUnion('type', [
  /** First message. `create` makes a new wallet if the register was never set and the store is empty. */
  z.strictObject({ type: z.literal('boot'), now: time, rootSecret: digest, measurement: digest, tier: z.enum(['software', 'tpm2']), create: z.strictObject({ name: z.string() }).nullable() }),
  /** Instead of `boot`: nothing runs, nothing is written or sent; answers the contract's INSPECTIONS of a wallet that has stopped. */
  z.strictObject({ type: z.literal('inspect'), rootSecret: digest }),
  /** A contract call; the reply carries the same id. */
  z.strictObject({ type: z.literal('call'), now: time, id: z.int().nonnegative(), method: z.string(), input: z.unknown() }),
  /** A carrier stream to another vault stands. `expect`: the instance we mean to meet, if any. */
  z.strictObject({ type: z.literal('connected'), now: time, connection, role: z.enum(['initiator', 'responder']), localPeer: peer, remotePeer: peer, expect: z.string().nullable(), strangersWelcome: z.boolean() }),
  z.strictObject({ type: z.literal('received'), now: time, connection, frame: bytesUpTo(MAX_FRAME_BYTES) }),
  z.strictObject({ type: z.literal('disconnected'), now: time, connection }),
  /** Now and then, so that meetings that got nowhere are ended. */
  z.strictObject({ type: z.literal('tick'), now: time }),
  z.discriminatedUnion('ok', [
    z.strictObject({ type: z.literal('answer'), id: z.int(), ok: z.literal(true), value: z.unknown() }),
    z.strictObject({ type: z.literal('answer'), id: z.int(), ok: z.literal(false), failure: FailureSchema }),
  ]),
]);
export type HostMessage = z.output<typeof HostMessageSchema>;

export const VaultMessageSchema = z.discriminatedUnion('type', [
  /** State is loaded and fresh; calls are served from here on. */
  z.strictObject({ type: z.literal('ready'), instance: z.string(), n: z.int(), created: z.boolean() }),
  z.discriminatedUnion('ok', [
    z.strictObject({ type: z.literal('reply'), id: z.int().nonnegative(), ok: z.literal(true), value: z.unknown() }),
    z.strictObject({ type: z.literal('reply'), id: z.int().nonnegative(), ok: z.literal(false), failure: FailureSchema }),
  ]),
  z.strictObject({ type: z.literal('send'), connection, frame: bytesUpTo(MAX_FRAME_BYTES) }),
  /** Close this connection; `failure` says why, null for an ordinary end. */
  z.strictObject({ type: z.literal('hang-up'), connection, failure: FailureSchema.nullable() }),
  /** A session stands: whom we met. */
  z.strictObject({ type: z.literal('met'), connection, instance: z.string(), name: z.string(), paired: z.boolean() }),
  z.strictObject({ type: z.literal('changed'), topics: z.array(z.enum(TOPICS)) }),
  /** Something a person may want a notification about. */
  z.strictObject({ type: z.literal('notify'), event: z.enum(['offer', 'received', 'done', 'returned', 'request', 'pairing', 'paired', 'recalled', 'renewed', 'renew-asked']), contact: z.string(), name: z.string(), text: z.string() }),
  /** A copy that is open may not be read here any more: close its reader. */
  z.strictObject({ type: z.literal('close-book'), licence: LicenceIdSchema }),
  /** The vault has stopped for good in this process. A fail-stop code means: do not restart. */
  z.strictObject({ type: z.literal('fault'), failure: FailureSchema }),
  z.strictObject({ type: z.literal('ask'), id: z.int(), ask: AskSchema }),
]);
export type VaultMessage = z.output<typeof VaultMessageSchema>;
