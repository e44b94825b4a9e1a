/**
 * What can be asked of a vault. The host passes these calls on unchanged: it checks them on the way, the vault checks
 * them again, because it trusts neither the renderer nor the host (design §3).
 */
import { z } from 'zod';
import { command, nothing, query } from './contract.ts';
import { libraryMethods } from './library.methods.ts';
import { CurrencyCodeSchema, DecimalsSchema, MemoSchema, MinorSchema, NameSchema, PinSchema, PositiveMinorSchema } from './plain.ts';
import {
  BalanceViewSchema, ContactViewSchema, CurrencyViewSchema, ForkViewSchema, JournalViewSchema, PairingViewSchema, RequestViewSchema, RuleSchema,
  StrangerViewSchema, TierSchema, TransferViewSchema,
} from './views.ts';
import { CurrencyIdSchema, InstanceIdSchema, RequestIdSchema, TransferIdSchema } from '../identifiers.ts';
import { MAX_ASSETS, MAX_PAGE_ITEMS, MAX_PROOF_CHARS } from '../limits.ts';

const toPerson = { contact: InstanceIdSchema, currency: CurrencyIdSchema, amount: PositiveMinorSchema, memo: MemoSchema.default('') };
const withPin = { pin: PinSchema.optional() };

export const vaultContract = {
  // Identity
  'wallet.identity': query(nothing, z.strictObject({
    name: NameSchema, instance: InstanceIdSchema, tier: TierSchema, n: z.int(), head: z.string(), measurement: z.string(), createdAt: z.int(),
  })),
  'wallet.rename': command(z.strictObject({ name: NameSchema }), nothing),

  // Credits
  'credits.balances': query(nothing, z.array(BalanceViewSchema)),
  'credits.createCurrency': command(z.strictObject({ code: CurrencyCodeSchema, decimals: DecimalsSchema, name: NameSchema }), CurrencyViewSchema),
  'credits.issue': command(z.strictObject({ currency: CurrencyIdSchema, amount: PositiveMinorSchema, ...withPin }), BalanceViewSchema),
  /** Takes own credits of one's own currency out of existence. */
  'credits.retire': command(z.strictObject({ currency: CurrencyIdSchema, amount: PositiveMinorSchema, ...withPin }), BalanceViewSchema),

  // Transfers
  /** `take` makes it an exchange: what they are asked to give in return, in other currencies, in the same transfer. */
  'transfers.send': command(z.strictObject({
    ...toPerson, ...withPin, purpose: z.enum(['payment', 'redemption']).default('payment'), request: RequestIdSchema.optional(),
    take: z.array(z.strictObject({ currency: CurrencyIdSchema, amount: PositiveMinorSchema })).max(MAX_ASSETS).default([]),
  }), TransferViewSchema),
  'transfers.accept': command(z.strictObject({ id: TransferIdSchema, ...withPin }), TransferViewSchema),
  'transfers.decline': command(z.strictObject({ id: TransferIdSchema }), TransferViewSchema),
  'transfers.cancel': command(z.strictObject({ id: TransferIdSchema }), TransferViewSchema),
  'transfers.writeOff': command(z.strictObject({ id: TransferIdSchema }), TransferViewSchema),
  'transfers.get': query(z.strictObject({ id: TransferIdSchema }), TransferViewSchema),
  /** Unfinished ones, newest first. */
  'transfers.pending': query(nothing, z.array(TransferViewSchema)),
  /** Finished ones, newest first; `cursor` from the page before. */
  'transfers.history': query(
    z.strictObject({ cursor: z.int().nullable().default(null), limit: z.int().min(1).max(MAX_PAGE_ITEMS).default(50) }),
    z.strictObject({ items: z.array(TransferViewSchema), cursor: z.int().nullable() }),
  ),

  // Requests
  'requests.create': command(z.strictObject(toPerson), RequestViewSchema),
  'requests.decline': command(z.strictObject({ id: RequestIdSchema }), RequestViewSchema),
  'requests.cancel': command(z.strictObject({ id: RequestIdSchema }), RequestViewSchema),
  'requests.list': query(nothing, z.array(RequestViewSchema)),

  // Books
  ...libraryMethods,

  // People
  'people.contacts': query(nothing, z.array(ContactViewSchema)),
  'people.strangers': query(nothing, z.array(StrangerViewSchema)),
  'people.rename': command(z.strictObject({ contact: InstanceIdSchema, name: NameSchema.nullable() }), nothing),
  'people.setRule': command(z.strictObject({ contact: InstanceIdSchema, rule: RuleSchema, ...withPin }), nothing),
  'people.forget': command(z.strictObject({ contact: InstanceIdSchema }), nothing),
  'people.dismissKeyChange': command(z.strictObject({ contact: InstanceIdSchema }), nothing),

  // Pairing (one at a time per person)
  'pairing.start': command(z.strictObject({ instance: InstanceIdSchema }), nothing),
  'pairing.confirm': command(z.strictObject({ instance: InstanceIdSchema, matches: z.boolean() }), nothing),
  'pairing.cancel': command(z.strictObject({ instance: InstanceIdSchema }), nothing),
  'pairing.list': query(nothing, z.array(PairingViewSchema)),
  /** `lockedUntil`: pairing is refused until then, after too many failures. */
  'pairing.status': query(nothing, z.strictObject({ failures: z.int(), lockedUntil: z.int().nullable() })),

  // Safety
  'safety.status': query(nothing, z.strictObject({ pinSet: z.boolean(), failures: z.int(), retryAt: z.int().nullable() })),
  'safety.setPin': command(z.strictObject({ current: PinSchema.optional(), next: PinSchema.nullable() }), nothing),
  /** Above `amount`, sending asks for the PIN; null for no limit. Raising it needs the PIN. */
  'safety.setLimit': command(z.strictObject({ currency: CurrencyIdSchema, amount: MinorSchema.nullable(), ...withPin }), nothing),

  // Audit (design §5.7, §8). The first two are answered by a wallet that has stopped, too: see INSPECTIONS.
  /** Walks the whole journal, or all after package `from` if its base is there: who this is, where the chain ends, whether the register agrees, and what has stopped it, if anything. */
  'audit.journal': query(z.strictObject({ from: z.int().nonnegative().optional() }), JournalViewSchema),
  /** Proofs that an instance was copied, by instance; `after` is the last instance of the page before. */
  'audit.forks': query(z.strictObject({ after: InstanceIdSchema.nullable().default(null) }), z.array(ForkViewSchema).max(MAX_PAGE_ITEMS)),
  /** Takes a proof that a person was handed; the vault checks it itself and refuses that instance from then on. `known`: it had one already. */
  'audit.importProof': command(z.strictObject({ proof: z.string().max(MAX_PROOF_CHARS) }), z.strictObject({ instance: InstanceIdSchema, name: z.string(), n: z.int(), known: z.boolean() })),

  /** Every balance from its inputs, replayed from the journal (`explain`). */
  'audit.explain': query(
    z.strictObject({ currency: CurrencyIdSchema.optional() }),
    z.strictObject({
      packages: z.int(), head: z.string(), verified: z.boolean(),
      /** The balances with which the trace begins, where packages were let go of (`history.compact`). */
      carried: z.strictObject({ n: z.int(), at: z.int(), balances: z.array(z.strictObject({ currency: CurrencyIdSchema, held: MinorSchema, inTransit: MinorSchema })) }).nullable(),
      entries: z.array(z.strictObject({
        n: z.int(), at: z.int(), currency: CurrencyIdSchema, event: z.enum(['issued', 'retired', 'redeemed', 'committed', 'delivered', 'returned', 'written-off', 'received']),
        amount: PositiveMinorSchema, contact: InstanceIdSchema.nullable(), transfer: TransferIdSchema.nullable(), held: MinorSchema, inTransit: MinorSchema,
      })),
    }),
  ),

  // The trace itself (design §5.6)
  /** From which package it is kept, and since when the ones before are gone; 1 and null if nothing is. */
  'history.extent': query(nothing, z.strictObject({ n: z.int(), from: z.int(), since: z.int().nullable() })),
  /** Lets go of the packages up to `upTo` for good. `released`: the disk has let go of them too; otherwise it does at the next start. */
  'history.compact': command(z.strictObject({ upTo: z.int().positive() }), z.strictObject({ upTo: z.int(), released: z.boolean() })),
} as const;

/** What can be asked of a wallet that has stopped: the host starts its vault for this alone, and it changes nothing. */
export const INSPECTIONS = ['audit.journal', 'audit.forks'] as const satisfies readonly (keyof typeof vaultContract)[];
export type Inspection = (typeof INSPECTIONS)[number];

export type VaultContract = typeof vaultContract;
export type VaultMethod = keyof VaultContract;
