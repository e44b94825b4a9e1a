/**
 * What a row of the assurance matrix is here: an attack or a fault, what must come of it, the guards that see to it, and
 * the tests that fail when a guard is taken out. Data only; run.ts takes the guards out, document.ts writes docs/ASSURANCE.md.
 */

/** How a test goes about it; the letters are the matrix's. `case`: one example, or a table of them. */
export const KINDS = {
  E: 'every crash point, or every frame, one at a time', S: 'seeded simulation', X: 'state space explored', F: 'fuzz and properties', R: 'real processes, real disk',
  T: 'a real TPM', U: 'the running app', N: 'network namespaces', case: 'cases',
} as const;
export type Kind = keyof typeof KINDS;

export interface NamedTest {
  readonly kind: Kind;
  readonly file: string;
  /** The test's name with those of the groups it is in, outermost first: `group › test`. */
  readonly name: string;
}

/** A replacement that takes a guard out and leaves code that compiles. */
export interface Edit {
  /** There exactly once in the guard's file. */
  readonly from: string;
  readonly to: string;
}

export interface Guard {
  readonly file: string;
  /** The function, method or constant in which the guard stands. */
  readonly function: string;
  /** What it does, in one sentence. */
  readonly what: string;
  /** Several where one cannot say it, or where guards stand in for each other and only the loss of all is noticed. */
  readonly remove: Edit | readonly Edit[];
  /** Each must fail, by an assertion of its own, when the guard is out. */
  readonly tests: readonly [NamedTest, ...NamedTest[]];
}

/** `credits`: covered here. The others wait; `lacking` says for what. */
export type Status = 'credits' | 'needs a TPM' | 'books not covered yet' | 'needs moving a wallet';

export interface Row {
  readonly number: number;
  /** The attack or the fault, and where it strikes. */
  readonly attack: string;
  readonly expected: string;
  /** Kinds of tests that the matrix asks for. */
  readonly asks: readonly Kind[];
  readonly status: Status;
  /** What of the row is not there yet, or not proved here. */
  readonly lacking?: string;
  /** Kinds that the matrix asks for and that `lacking` explains. */
  readonly without?: readonly Kind[];
  readonly guards: readonly Guard[];
  /** Further tests of the row; they pass, and no removal is tried on them. */
  readonly also?: readonly NamedTest[];
}

export const editsOf = ({ remove }: Guard): readonly Edit[] => ('from' in remove ? [remove] : remove);
/** Every test of a row once, those of its guards first. */
export function testsOf({ guards, also = [] }: Row): NamedTest[] {
  const all = [...guards.flatMap(({ tests }) => [...tests]), ...also];
  return [...new Map(all.map((test) => [`${test.file} ${test.name}`, test])).values()];
}
