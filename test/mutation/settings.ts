/** What is mutated, by which tests it is tried, and what is asked of them. */

export const MUTATED: readonly string[] = ['enclave/vault'];

/**
 * Tests that are functions of their seeds and finish quickly. Left out: those that choose at random each time or run
 * for seconds (the fuzz tests, the simulator), and one that starts a process (noise-lockdown).
 */
export const TEST_FILES: readonly string[] = [
  'test/unit/vault/*.test.ts',
  'test/attacks/vault-{before-resume,contact,hostile-contact,made-up-position,old-receiver,pairing-anew,pairing-undone,relayed-lane,rollback,secrets,session}.test.ts',
  'test/vectors/{noise,noise-attacks,protocol}.test.ts',
  'test/simulation/simulator-findings.test.ts',
];

/**
 * Tests among these that fill a limit with hundreds of sessions or commits. Each would be called for every mutant that
 * survives; the same limits are met in test/unit/vault by writing a state that has almost reached them.
 */
export const TOO_SLOW: readonly string[] = [];

/** Below this the run fails. */
export const FLOOR_PERCENT = 90;

/** One for each processor of the smallest machine that this is run on. */
export const WORKERS = 2;
