/**
 * Mutants that no test can kill because they change nothing that can be observed, each with the reason. They do not count
 * in the score. A line that is not in the file any more, or a mutant that a test kills, fails the run: then the entry goes.
 */
export interface Equivalent {
  readonly file: string;
  /** The source line, or a part of it that occurs in no other. */
  readonly line: string;
  /** As the run lists them: what is there → what stands in its place. */
  readonly mutants: readonly string[];
  readonly because: string;
}

export const EQUIVALENT: readonly Equivalent[] = [
  {
    file: 'enclave/vault/bytes.ts', line: 'for (let i = 0; i < a.length; i++) difference |=', mutants: ['i < a.length → i <= a.length'],
    because: 'beyond their ends both are read as zero',
  },
  {
    file: 'enclave/vault/library/loans.ts', line: "if (licence.state === 'borrowed' && isOver(licence, turn.time)) returnIfPossible", mutants: ["licence.state === 'borrowed' → true"],
    because: 'the return of a copy that is not borrowed is refused, and that refusal is expected',
  },
  {
    file: 'enclave/vault/noise/cipher-state.ts', line: 'if (ciphertext.length < TAG_BYTES', mutants: ['ciphertext.length < TAG_BYTES → false'],
    because: 'the cipher itself refuses what is shorter than a tag',
  },
  {
    file: 'enclave/vault/sessions/dispatch.ts', line: 'if (!fault) resendOffers(turn, from);', mutants: ['!fault → true'],
    because: 'a fault ends the session, and offers said before that are said again anyway',
  },
  {
    file: 'enclave/vault/people/contacts.ts', line: "const limitOf = (currency: string)", mutants: ["'0' → \"\""],
    because: 'an empty text counts as zero',
  },
  {
    file: 'enclave/vault/people/forks.ts', line: '.sort(([a], [b]) => (a < b ? -1 : 1))', mutants: ['a < b → a <= b'],
    because: 'no two proofs have the same key',
  },
  {
    file: 'enclave/vault/people/pairing.machine.ts', line: 'return [53n, 42n, 31n].map(', mutants: ["'' → \"Stryker was here!\""],
    because: 'eleven bits always name a word of the list',
  },
  {
    file: 'enclave/vault/people/pairing.machine.ts', line: 'const mineStands = ', mutants: ['instance < ownInstance(turn) → instance <= ownInstance(turn)'],
    because: 'nobody meets themselves',
  },
  {
    file: 'enclave/vault/people/pairing.machine.ts', line: 'if (self.pairingFailures > 0)', mutants: ['self.pairingFailures > 0 → true', 'self.pairingFailures > 0 → self.pairingFailures >= 0'],
    because: 'it writes the same record once more, in a package that is written anyway',
  },
  {
    file: 'enclave/vault/people/witnesses.ts', line: 'message.acquaintances.flatMap(', mutants: ['[] → ["Stryker was here"]'],
    because: 'nothing is remembered of somebody who is no instance',
  },
  {
    file: 'enclave/vault/state.ts', line: 'if (was !== undefined) {', mutants: ['was !== undefined → true'],
    because: 'nothing is noted of what belongs to nobody',
  },
  {
    file: 'enclave/vault/sessions/speaking.ts', line: "const session = table === 'session'", mutants: ["table === 'session' → true"],
    because: 'only a session has a phase that is open',
  },
  {
    file: 'enclave/vault/state.ts', line: 'if (keys?.size === 0) this.#owned.delete', mutants: ['keys?.size === 0 → false', '`${table}/${was}` → ``'],
    because: 'an empty set is shown as no set is; only its memory stays',
  },
  {
    file: 'enclave/vault/state.ts', line: 'if (is === undefined) return;', mutants: ['is === undefined → false'],
    because: 'nobody asks for what belongs to nobody; only its memory stays',
  },
  {
    file: 'enclave/vault/transfers/receiving.machine.ts', line: 'if (frame.seq < lane.ratchet) turn.state.remove', mutants: ['frame.seq < lane.ratchet → true', 'frame.seq < lane.ratchet → frame.seq <= lane.ratchet'],
    because: 'of a seq that the chain has not come to no key is laid aside',
  },
  {
    file: 'enclave/vault/transfers/receiving.machine.ts', line: "reason: transfer.reason ?? 'declined'", mutants: ["'declined' → \"\""],
    because: 'what was declined has a reason on record',
  },
  {
    file: 'enclave/vault/transfers/receiving.machine.ts', line: 'const NO_TERMS: Terms', mutants: ["'' → \"Stryker was here!\""],
    because: 'a transfer without terms is not put on record',
  },
  {
    file: 'enclave/vault/transfers/receiving.machine.ts', line: 'if (seq > lane.closedUpTo || seq <= lane.silentUpTo', mutants: ['seq > lane.closedUpTo → false'],
    because: 'the answer of a consumed seq that is not closed is always kept',
  },
  {
    file: 'enclave/vault/turn.ts', line: "super('a try at the PIN is counted first');", mutants: ["'a try at the PIN is counted first' → \"\""],
    because: 'a text for whoever reads a stack',
  },
  {
    file: 'enclave/vault/turn.ts', line: "this.name = 'TryToCount';", mutants: ["'TryToCount' → \"\""],
    because: 'a text for whoever reads a stack',
  },
];
