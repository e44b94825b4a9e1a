/**
 * What a vault remembers: one table per kind of thing, plain data only, so that a state can be sealed, cloned, hashed
 * and compared. Tables in VOLATILE live as long as the process and are never sealed (sessions, pairings).
 */
import type { CurrencyId, InstanceId, LaneId, LicenceId, PublicationId, RequestId, TransferId } from '../../protocol/identifiers.ts';
import type { LicenceMove, PublicationDescriptor } from '../../protocol/licence.codec.ts';
import type { ForkProof, SignedPosition } from '../../protocol/messages.codec.ts';
import type { Rule, Tier, TransferState } from '../../protocol/contracts/views.ts';
import type { Session } from './sessions/session.ts';
import type { Pairing } from './people/pairing.machine.ts';

/** The vault itself; the one record that is always there (key `self`). */
export interface Self {
  readonly name: string;
  readonly createdAt: number;
  /** Ed25519 seed of the attestation key. Never leaves the vault. */
  readonly secretKey: Uint8Array;
  readonly publicKey: Uint8Array;
  readonly pin: Pin | null;
  /** Failed pairings in a row, and until when pairing is refused because of them. */
  readonly pairingFailures: number;
  readonly pairingLockedUntil: number;
}

export interface Pin {
  readonly salt: Uint8Array;
  readonly hash: Uint8Array;
  /** argon2id cost: memory in KiB, passes. Kept so that it can be raised later. */
  readonly memoryKiB: number;
  readonly passes: number;
  /** Tries in a row that were not right, or of which it was never learnt. */
  readonly failures: number;
  readonly retryAt: number;
}

export interface Contact {
  readonly instance: InstanceId;
  /** The name I gave; null to use theirs. */
  readonly petname: string | null;
  readonly theirName: string;
  readonly tier: Tier;
  readonly measurement: Uint8Array;
  readonly rule: Rule;
  readonly pairedAt: number;
  /** They have confirmed the words too. Until then nothing is exchanged. */
  readonly mutual: boolean;
  readonly keyChanged: { readonly seen: InstanceId; readonly at: number } | null;
}

export interface Currency {
  readonly issuer: Uint8Array;
  readonly code: string;
  readonly decimals: number;
  readonly name: string;
  readonly signature: Uint8Array;
}

/**
 * The books of one currency, in minor units. Always: held + transit + writtenOff + sent + redeemed = issued + received.
 */
export interface Book {
  readonly held: bigint;
  readonly transit: bigint;
  readonly writtenOff: bigint;
  readonly sent: bigint;
  readonly received: bigint;
  readonly issued: bigint;
  readonly redeemed: bigint;
}

export interface StoredCredit { readonly kind: 'credit'; readonly currency: CurrencyId; readonly amount: bigint }
/** A copy under way brings what it is with it, so that an offer which comes to nothing leaves nothing behind. */
export interface StoredLicence { readonly kind: 'licence'; readonly id: LicenceId; readonly copy: number; readonly publication: PublicationDescriptor; readonly move: LicenceMove }
export type StoredAsset = StoredCredit | StoredLicence;

/** A publication of which a copy is here, lent out or on its way, and the key to its content. */
export interface Publication {
  readonly descriptor: PublicationDescriptor;
  readonly contentKey: Uint8Array;
  /** How many licence records name it; with the last one it goes, and the key with it. */
  readonly licences: number;
}

interface LicenceBase {
  readonly publication: PublicationId;
  readonly copy: number;
  /** When it came into this state, by the host's clock. */
  readonly since: number;
  /** It has been opened here since it came. */
  readonly opened: boolean;
}

/** `due` as it was agreed, on the host's clock; null for a loan without a date. */
interface Loan { readonly contact: InstanceId; readonly due: number | null; readonly recalled: boolean; /** A new date the borrower asked for. */ readonly asked: number | null }

/** See library/licences.ts for the picture. */
export type Licence =
  | (LicenceBase & { readonly state: 'held' })
  /** `deadline`: when it closes, in the vault's own time. `over`: the lender's vault says so. */
  | (LicenceBase & Loan & { readonly state: 'borrowed'; readonly deadline: number | null; readonly over: boolean })
  /** `answered`: the last date asked for that was decided, for as long as the borrower may not have heard. */
  | (LicenceBase & Loan & { readonly state: 'lent'; readonly deadline: number | null; readonly answered: number | null })
  | (LicenceBase & { readonly state: 'in-transit'; readonly contact: InstanceId; readonly transfer: TransferId; readonly was: Here });
/** A copy that is here to be opened or passed on. */
export type Here = Extract<Licence, { state: 'held' | 'borrowed' }>;

export interface Terms {
  readonly give: readonly StoredAsset[];
  readonly take: readonly StoredAsset[];
  readonly memo: string;
  readonly purpose: 'payment' | 'redemption';
  readonly request: RequestId | null;
}

interface TransferBase extends Terms {
  readonly id: TransferId;
  readonly contact: InstanceId;
  readonly timeline: readonly { readonly state: TransferState; readonly at: number }[];
}

/** Source side; see sending.machine.ts for the picture. */
export type Outgoing =
  | (TransferBase & { readonly direction: 'out'; readonly state: 'offered' })
  | (TransferBase & {
      readonly direction: 'out'; readonly state: 'in-transit' | 'written-off';
      readonly lane: LaneId; readonly seq: number; readonly package: number;
      /** The COMMIT's exact bytes: every repeat is this. */
      readonly frame: Uint8Array;
    });

/** Destination side; see receiving.machine.ts. `declined` stays until the source has closed the offer. */
export type Incoming = TransferBase & { readonly direction: 'in'; readonly state: 'offered' | 'accepted' | 'declined'; readonly reason: string | null };

export type Transfer = Outgoing | Incoming;

/** A transfer that has ended; leaves the vault's memory for the sealed archive. */
export interface Finished extends TransferBase {
  readonly direction: 'out' | 'in';
  readonly state: TransferState;
  readonly reason: string | null;
  readonly contactName: string;
  readonly receipt: { readonly lane: LaneId; readonly seq: number; readonly package: number } | null;
}

export interface Request {
  readonly id: RequestId;
  readonly direction: 'out' | 'in';
  readonly contact: InstanceId;
  readonly currency: CurrencyId;
  readonly amount: bigint;
  readonly memo: string;
  readonly at: number;
  readonly state: 'open' | 'declined';
}

/** My end of a lane to someone. `secret` exists only while phase 1 is under way. */
export type LaneOut =
  | { readonly direction: 'out'; readonly state: 'opening'; readonly contact: InstanceId; readonly secret: Uint8Array; readonly sourceKey: Uint8Array; readonly nonce: Uint8Array }
  | {
      readonly direction: 'out'; readonly state: 'ready'; readonly contact: InstanceId;
      readonly sourceKey: Uint8Array; readonly destinationKey: Uint8Array;
      /** Key of the next commit; older ones cannot be computed from it. */
      readonly chainKey: Uint8Array; readonly answerKey: Uint8Array; readonly nextSeq: number;
      /** Every seq up to here has its answer; above it, those in `closedAbove` have. */
      readonly closedUpTo: number; readonly closedAbove: readonly number[];
    };

/** My end of a lane from someone. What it has consumed is never forgotten (design §6). */
export interface LaneIn {
  readonly direction: 'in';
  readonly contact: InstanceId;
  readonly sourceKey: Uint8Array;
  readonly destinationKey: Uint8Array;
  readonly signature: Uint8Array;
  /** Chain key for seq `ratchet`; keys of gaps below it lie in `laneKey`. */
  readonly chainKey: Uint8Array;
  readonly answerKey: Uint8Array;
  readonly ratchet: number;
  readonly consumedUpTo: number;
  readonly consumedAbove: readonly number[];
  /** The source has closed every seq up to here: their answers can be dropped. */
  readonly closedUpTo: number;
  /** Closed seqs whose answer was not the plain ACK, newest last; a repeat of those gets silence. */
  readonly exceptions: readonly number[];
  /** Repeats of seqs up to here get silence, because exceptions that old were forgotten. */
  readonly silentUpTo: number;
}

export interface Contradiction extends SignedPosition {
  /** The contact who showed it; missing where a person brought it, and in wallets that were stopped by an earlier version. */
  readonly shownBy?: InstanceId;
}

/** What the vault has let go of: the packages up to `upTo`, when a person wanted it (runtime/compaction.ts). */
export interface Compacted {
  readonly upTo: number;
  /** The head after package `upTo`. */
  readonly head: Uint8Array;
  /** The head after each full block of packages that are gone (runtime/released-heads.ts). */
  readonly joints: readonly Uint8Array[];
  /** By the host's clock. */
  readonly at: number;
}

export interface Tables {
  self: Self;
  contact: Contact;
  currency: Currency;
  book: Book;
  /** PIN limit per currency. */
  limit: { readonly above: bigint };
  lane: LaneOut | LaneIn;
  /** Key of a seq that was skipped, `lane/seq`. */
  laneKey: Uint8Array;
  /** ACK or NACK of a seq that the source has not closed yet, `lane/seq`: the exact bytes, and whether it is a plain ACK. */
  answer: { readonly frame: Uint8Array; readonly plain: boolean };
  /** Which transfer a committed `lane/seq` of mine is. */
  inFlight: TransferId;
  /** My lane to someone. Outlives the contact: paired again, it is used again. */
  laneTo: LaneId;
  /** How many currencies someone has brought up. */
  currenciesFrom: number;
  /** A position of ours that someone showed and that is not in our past: this vault is a copy, and stays closed. */
  contradiction: Contradiction;
  /** Where the trace begins, once packages were let go of (key `self`). */
  compacted: Compacted;
  /** Lane in by the source's key, so that a repeated lane-open finds its answer. */
  laneBySource: LaneId;
  /** How many lanes someone has opened to me. */
  lanesFrom: number;
  /** Newest signed position seen of a contact, and the proof that it forked. */
  position: SignedPosition;
  forkProof: ForkProof;
  transfer: Transfer;
  request: Request;
  publication: Publication;
  licence: Licence;
  /** The vault's time when it was last noted for a borrowed book (library/reading.ts), so that a start does not give it back. */
  readUntil: number;
  // Volatile:
  session: Session;
  /** Connections with an open session, by instance, oldest first. */
  presence: readonly number[];
  pairing: Pairing;
  /** Ids of someone's transfers and requests that have ended while a session with them stands, newest last. */
  ended: readonly string[];
  /** Code of the failure that ended a contact's last session. */
  trouble: string;
  /** A copy that a reader has open. */
  reading: { readonly openedAt: number };
}

export type TableName = keyof Tables;
export const VOLATILE: ReadonlySet<TableName> = new Set(['session', 'presence', 'pairing', 'ended', 'trouble', 'reading']);

/** Tables that can be asked for by contact. */
export type ByContact = 'transfer' | 'request' | 'licence';
