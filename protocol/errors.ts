/**
 * The one table of error codes. A code is stable: scripts and translations key on it. The detail says what the caller
 * can do and never holds a secret. Exit statuses are those of design §8.
 */

/** Exit statuses of the command line. */
export const EXIT = { done: 0, failed: 1, usage: 2, refused: 3, integrity: 4, unreachable: 5 } as const;

const table = {
  // Malformed or impossible input: the caller can correct it.
  bad_input: EXIT.usage,
  bad_amount: EXIT.usage,
  bad_link: EXIT.usage,
  bad_address: EXIT.usage,
  bad_proof: EXIT.usage,
  unknown_method: EXIT.usage,
  unknown_currency: EXIT.usage,
  unknown_contact: EXIT.usage,
  unknown_transfer: EXIT.usage,
  unknown_request: EXIT.usage,
  unknown_pairing: EXIT.usage,
  unknown_licence: EXIT.usage,
  ambiguous_name: EXIT.usage,
  wallet_exists: EXIT.usage,
  no_wallet: EXIT.usage,

  // Refused by policy, state or the peer: nothing changed.
  insufficient_funds: EXIT.refused,
  amount_overflow: EXIT.refused,
  not_issuer: EXIT.refused,
  currency_exists: EXIT.refused,
  wrong_state: EXIT.refused,
  already_committed: EXIT.refused,
  too_many: EXIT.refused,
  pin_required: EXIT.refused,
  pin_wrong: EXIT.refused,
  pin_delayed: EXIT.refused,
  pairing_locked: EXIT.refused,
  pairing_failed: EXIT.refused,
  already_paired: EXIT.refused,
  not_paired: EXIT.refused,
  contact_in_transit: EXIT.refused,
  contact_has_loan: EXIT.refused,
  already_published: EXIT.refused,
  not_here: EXIT.refused,
  terms_forbid: EXIT.refused,
  key_changed: EXIT.refused,
  measurement_unknown: EXIT.refused,
  tier_weaker: EXIT.refused,
  fork_proven: EXIT.refused,
  not_a_fork: EXIT.refused,
  proof_forged: EXIT.refused,
  declined: EXIT.refused,
  licence_expired: EXIT.refused,
  grant_refused: EXIT.refused,
  forbidden: EXIT.refused,
  busy: EXIT.refused,

  // The peer or the network.
  peer_unreachable: EXIT.unreachable,
  peer_protocol: EXIT.refused,
  session_closed: EXIT.unreachable,

  // This computer.
  disk_full: EXIT.failed,
  wallet_locked: EXIT.failed,
  keychain_unavailable: EXIT.failed,
  module_crashed: EXIT.failed,
  reader_failed: EXIT.failed,
  reader_timeout: EXIT.failed,
  book_unreadable: EXIT.failed,
  book_protected: EXIT.failed,
  book_too_large: EXIT.failed,
  picture_unreadable: EXIT.failed,
  chunk_damaged: EXIT.failed,
  not_supported: EXIT.failed,
  internal: EXIT.failed,

  // Integrity: the vault has stopped and stays stopped.
  rollback_detected: EXIT.integrity,
  store_corrupt: EXIT.integrity,
  store_failed: EXIT.integrity,
  register_missing: EXIT.integrity,
  register_failed: EXIT.integrity,
  data_too_new: EXIT.integrity,
  invariant_broken: EXIT.integrity,
} as const;

/** A stable error code. */
export type ErrorCode = keyof typeof table;

/** Why something did not happen. `detail` is for a person, `params` for a translation of it. */
export interface Failure {
  readonly code: ErrorCode;
  readonly detail: string;
  readonly params?: Readonly<Record<string, string | number>>;
}

/** A value, or why there is none. */
export type Result<T> = { readonly ok: true; readonly value: T } | { readonly ok: false; readonly failure: Failure };

export const ok = <T>(value: T): Result<T> => ({ ok: true, value });

export const fail = (code: ErrorCode, detail: string, params?: Failure['params']): { ok: false; failure: Failure } => ({
  ok: false,
  failure: params ? { code, detail, params } : { code, detail },
});

/** All codes, for schemas. */
export const ERROR_CODES = Object.keys(table) as [ErrorCode, ...ErrorCode[]];

/** The command line's exit status for a failure with this code. */
export const exitStatusOf = (code: ErrorCode): number => table[code];

/** True for failures after which the vault stays stopped until a person acts (design §5.3). */
export const isFailStop = (code: ErrorCode): boolean => table[code] === EXIT.integrity;

/**
 * A failure on its way up the stack to the nearest boundary, where it becomes a value again.
 * Used for refusals only; anything else that is thrown is a defect.
 */
export class Refusal extends Error {
  readonly failure: Failure;
  constructor(code: ErrorCode, detail: string, params?: Failure['params'], cause?: unknown) {
    super(`${code}: ${detail}`, cause === undefined ? undefined : { cause });
    this.name = 'Refusal';
    this.failure = params ? { code, detail, params } : { code, detail };
  }
}

/** Ends the current operation with a failure. @throws Refusal always */
export const refuse = (code: ErrorCode, detail: string, params?: Failure['params']): never => {
  throw new Refusal(code, detail, params);
};
