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

export const EQUIVALENT: readonly Equivalent[] = [];
