/** Guards of the vault taken out one at a time, to prove that the simulator notices (design §5, §6). */
export interface Edit {
  /** From the root of the tree. */
  readonly file: string;
  /** Must be there exactly once. */
  readonly search: string;
  readonly replace: string;
}
export interface Mutation { readonly rule: string; readonly edits: readonly Edit[] }

/** @throws Error if a text to be replaced is not there exactly once: the mutation no longer fits the source */
export function applyEdits(source: string, edits: readonly Edit[]): string {
  return edits.reduce((text, { file, search, replace }) => {
    const times = text.split(search).length - 1;
    if (times !== 1) throw new Error(`A mutation of ${file} no longer fits: ${JSON.stringify(search)} is there ${times} times.`);
    return text.replace(search, () => replace);
  }, source);
}

export const mutations: Record<string, Mutation> = {};
