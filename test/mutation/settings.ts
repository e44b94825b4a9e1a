/** What is mutated, by which tests it is tried, and what is asked of them. */

export const MUTATED: readonly string[] = ['enclave/vault'];

/**
 * Tests that are functions of their seeds and finish quickly. Left out: those that choose at random each time or run
 * for seconds (the fuzz tests, the simulator), and one that starts a process (noise-lockdown).
 */
export const TEST_FILES: readonly string[] = [
  'test/unit/vault/*.test.ts',
  'test/attacks/vault-{before-resume,contact,hostile-contact,lane-flood,made-up-position,names,old-receiver,pairing-anew,pairing-undone,relayed-lane,rollback,secrets,session}.test.ts',
  'test/vectors/{noise,noise-attacks,protocol}.test.ts',
  'test/simulation/simulator-findings.test.ts',
];

/**
 * Tests among these that are not run: those about enclave/runtime, and those that fill a limit with hundreds of sessions or
 * commits. Each would be called for every mutant that survives; the same limits are met in test/unit/vault/limits-at-once
 * with a state that has almost reached them. Beginnings of `file#suite > test`.
 */
export const LEFT_OUT: readonly string[] = [
  'test/unit/vault/archive.test.ts', 'test/unit/vault/audit.test.ts', 'test/unit/vault/newer-data.test.ts', 'test/unit/vault/packages-codec.test.ts', 'test/unit/vault/queue.test.ts',
  'test/attacks/vault-contact.test.ts#a contact without scruples > cannot make answers pile up',
  'test/attacks/vault-contact.test.ts#a contact without scruples > hears of what I declined once',
  'test/attacks/vault-hostile-contact.test.ts#a vault > a contact cannot use up the table of currencies',
  'test/attacks/vault-hostile-contact.test.ts#a vault > makes no package that the host will not store',
  'test/attacks/vault-rollback.test.ts#a damaged disk',
  'test/attacks/vault-secrets.test.ts#a host > that asks for everything there is',
  'test/unit/vault/fork-proofs.test.ts#a proof that a person was handed > about strangers is kept only so many times',
  'test/unit/vault/limits.test.ts#a limit > of sessions with one contact',
  'test/unit/vault/limits.test.ts#a limit > of what is in transit on one lane',
  'test/unit/vault/many.test.ts#a wallet > keeps 10000 contacts',
];

/** Below this the run fails. */
export const FLOOR_PERCENT = 97;

/** One for each processor of the smallest machine that this is run on. */
export const WORKERS = 2;
