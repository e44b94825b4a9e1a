/**
 * One step under way: the draft it works on, what came with the input, and what it wants to come of it. Nothing here
 * takes effect before the journal has made the draft durable (design §5.2).
 */
import type { CurrencyId, InstanceId, TransferId } from '../../protocol/identifiers.ts';
import type { Message, SignedPosition } from '../../protocol/messages.codec.ts';
import type { VaultMessage } from '../../protocol/module-port.ts';
import type { Tier } from '../../protocol/contracts/views.ts';
import type { Entropy } from './entropy.ts';
import type { Finished, Self } from './records.ts';
import type { Change, Draft } from './state.ts';
import type { Time } from './time.ts';

/** What the platform says of this vault, the same for every step. */
export interface Attested {
  readonly measurement: Uint8Array;
  readonly tier: Tier;
  /** Measurements of peers that are accepted: reference values, in RATS terms. */
  readonly referenceValues: readonly Uint8Array[];
}

/** Number and hash of the newest durable package. */
export interface Head {
  readonly n: number;
  readonly hash: Uint8Array;
}

/** What leaves the vault once the step is durable. */
export type Output = Extract<VaultMessage, { type: 'reply' | 'send' | 'hang-up' | 'met' | 'notify' | 'close-book' }>;

/** Money that moved, for the audit trace. */
export interface LedgerEvent {
  readonly event: 'issued' | 'retired' | 'redeemed' | 'committed' | 'delivered' | 'returned' | 'written-off' | 'received';
  readonly currency: CurrencyId;
  readonly amount: bigint;
  readonly contact: InstanceId | null;
  readonly transfer: TransferId | null;
}

export interface Turn {
  readonly state: Draft;
  readonly time: Time;
  readonly entropy: Entropy;
  readonly attested: Attested;
  readonly head: Head;
  readonly outputs: Output[];
  readonly events: LedgerEvent[];
  readonly archive: Finished[];
  /** Positions that others hold of us, to be compared with the journal; null where a person brought one. */
  readonly checks: { readonly position: SignedPosition; readonly shownBy: InstanceId | null }[];
  /** What was said to whom, in the clear, for the journal. */
  readonly said: { readonly to: InstanceId; readonly message: Message }[];
  /** The call's try at the PIN has been counted, durably; only now may the PIN be looked at. */
  readonly tryCounted: boolean;
  /** What stays even if the call is refused: the count of a right PIN, cleared. */
  readonly kept: Change[];
}

/**
 * Ends the turn with one durable mark and nothing else of what was under way: `self` with one more try at the PIN. Once
 * that is stored and fresh, the same call is taken again with `tryCounted`.
 */
export class TryToCount extends Error {
  readonly self: Self;
  constructor(self: Self) {
    super('a try at the PIN is counted first');
    this.name = 'TryToCount';
    this.self = self;
  }
}
