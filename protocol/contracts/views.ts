/**
 * The shapes in which a wallet shows itself. Amounts are decimal strings of minor units (JSON has no integers this
 * large), times are milliseconds since 1970 by the host's clock, ids are those of identifiers.ts.
 */
import { z } from 'zod';
import { FailureSchema } from './contract.ts';
import { CurrencyIdSchema, InstanceIdSchema, RequestIdSchema, TransferIdSchema } from '../identifiers.ts';
import { LicenceMoveViewSchema, PublicationTitleViewSchema } from './library.views.ts';
import { CurrencyCodeSchema, DecimalsSchema, MinorSchema, PositiveMinorSchema, TotalSchema } from './plain.ts';

export const TierSchema = z.enum(['software', 'tpm2']);
export type Tier = z.output<typeof TierSchema>;
const Time = z.int().nonnegative();

export const CurrencyViewSchema = z.strictObject({
  id: CurrencyIdSchema,
  code: CurrencyCodeSchema,
  decimals: DecimalsSchema,
  name: z.string(),
  issuer: InstanceIdSchema,
  /** Display name of the issuer if it is a contact; own name if it is this wallet; else null. */
  issuerName: z.string().nullable(),
  mine: z.boolean(),
});
export type CurrencyView = z.output<typeof CurrencyViewSchema>;

/** One currency's books. `held + inTransit + writtenOff + sent + redeemed = issued + received`, always. */
export const BalanceViewSchema = z.strictObject({
  currency: CurrencyViewSchema,
  held: MinorSchema,
  inTransit: MinorSchema,
  writtenOff: MinorSchema,
  sent: TotalSchema,
  received: TotalSchema,
  issued: TotalSchema,
  redeemed: TotalSchema,
  /** Above this, sending asks for the PIN; null for no limit. */
  pinAbove: MinorSchema.nullable(),
});
export type BalanceView = z.output<typeof BalanceViewSchema>;

export const AssetViewSchema = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('credit'), currency: CurrencyViewSchema, amount: PositiveMinorSchema }),
  z.strictObject({ kind: z.literal('licence'), ...PublicationTitleViewSchema.shape, move: LicenceMoveViewSchema }),
]);
export type AssetView = z.output<typeof AssetViewSchema>;

/** outgoing: offered → in-transit → done | declined | cancelled | returned | written-off; incoming: offered → accepted → done | declined | withdrawn | refused. */
export const TRANSFER_STATES = ['offered', 'accepted', 'in-transit', 'done', 'declined', 'cancelled', 'returned', 'written-off', 'withdrawn', 'refused'] as const;
export const TransferStateSchema = z.enum(TRANSFER_STATES);
export type TransferState = z.output<typeof TransferStateSchema>;

/** What an unfinished transfer waits for. */
export const WaitsForSchema = z.enum(['their-answer', 'your-answer', 'their-device', 'their-commit']);

export const TransferViewSchema = z.strictObject({
  id: TransferIdSchema,
  direction: z.enum(['out', 'in']),
  contact: InstanceIdSchema,
  contactName: z.string(),
  give: z.array(AssetViewSchema),
  take: z.array(AssetViewSchema),
  memo: z.string(),
  purpose: z.enum(['payment', 'redemption']),
  state: TransferStateSchema,
  waitsFor: WaitsForSchema.nullable(),
  /** Code and detail of why it was declined, returned or refused. */
  reason: z.string().nullable(),
  /** Every state it has been in, oldest first. */
  timeline: z.array(z.strictObject({ state: TransferStateSchema, at: Time })),
  /** Where it stands in the lane and in this wallet's journal, once committed. */
  receipt: z.strictObject({ lane: z.string(), seq: z.int(), package: z.int() }).nullable(),
});
export type TransferView = z.output<typeof TransferViewSchema>;

export const RequestViewSchema = z.strictObject({
  id: RequestIdSchema,
  direction: z.enum(['out', 'in']),
  contact: InstanceIdSchema,
  contactName: z.string(),
  currency: CurrencyViewSchema,
  amount: PositiveMinorSchema,
  memo: z.string(),
  state: z.enum(['open', 'paid', 'declined', 'cancelled']),
  at: Time,
});
export type RequestView = z.output<typeof RequestViewSchema>;

/** Ask each time, or accept on its own up to an amount per currency. */
export const RuleSchema = z.discriminatedUnion('mode', [
  z.strictObject({ mode: z.literal('ask') }),
  z.strictObject({ mode: z.literal('auto'), upTo: z.array(z.strictObject({ currency: CurrencyIdSchema, amount: PositiveMinorSchema })).min(1).max(32) }),
]);
export type Rule = z.output<typeof RuleSchema>;

export const ContactViewSchema = z.strictObject({
  instance: InstanceIdSchema,
  /** The name I gave, else the name they gave themselves. */
  name: z.string(),
  theirName: z.string(),
  tier: TierSchema,
  measurement: z.string(),
  rule: RuleSchema,
  pairedAt: Time,
  /** A live, attested session exists now. */
  online: z.boolean(),
  /** Set when something answered in this contact's place with another key (assurance row 35). */
  keyChanged: z.strictObject({ seen: InstanceIdSchema, at: Time }).nullable(),
  /** Fault that ended the last session, for example an unknown measurement. */
  trouble: z.string().nullable(),
});
export type ContactView = z.output<typeof ContactViewSchema>;

/** Someone with a live, attested session who is not a contact: they can only be paired with. */
export const StrangerViewSchema = z.strictObject({
  instance: InstanceIdSchema,
  name: z.string(),
  tier: TierSchema,
  measurement: z.string(),
  /** A contact already bears this name: perhaps not the person one thinks. */
  resembles: z.string().nullable(),
});
export type StrangerView = z.output<typeof StrangerViewSchema>;

/** waiting: for the other vault's part; compare: both screens show the words; confirmed: we said they match, they have not yet. */
export const PairingViewSchema = z.strictObject({
  instance: InstanceIdSchema,
  name: z.string(),
  tier: TierSchema,
  startedByMe: z.boolean(),
  state: z.enum(['waiting', 'compare', 'confirmed']),
  words: z.array(z.string()).nullable(),
});
export type PairingView = z.output<typeof PairingViewSchema>;

/** A proof that an instance ran as two. `name` is empty for somebody who is no contact; `proof` is all of it (fork-proof.codec.ts). */
export const ForkViewSchema = z.strictObject({
  instance: InstanceIdSchema, name: z.string(), n: z.int(),
  /** What the vault found when it checked the signatures just now; whoever doubts it checks `proof`. */
  verified: z.boolean(),
  heads: z.tuple([z.string(), z.string()]), proof: z.string(),
});
export type ForkView = z.output<typeof ForkViewSchema>;

/** What an audit of the journal found. */
export const JournalViewSchema = z.strictObject({
  /** Null where not even the first package can be read. */
  instance: InstanceIdSchema.nullable(), name: z.string().nullable(),
  /** The newest package up to which the chain is whole, and the head after it; 0 for none. */
  n: z.int(), head: z.string(),
  /** The package after which the trace begins, and when the ones before were let go of; null if it begins with the first. */
  carried: z.strictObject({ n: z.int(), at: Time }).nullable(),
  /** Every package opens, each names the one before, and the chain ends where the freshness register says. */
  verified: z.boolean(),
  /** What is wrong with it; null if it is verified. */
  trouble: FailureSchema.nullable(),
  /** A position that this very wallet has signed and that is not in its past: it was copied, and stays closed. */
  contradiction: z.strictObject({ n: z.int(), head: z.string(), signature: z.string(), shownBy: InstanceIdSchema.nullable(), shownByName: z.string().nullable() }).nullable(),
});
export type JournalView = z.output<typeof JournalViewSchema>;
