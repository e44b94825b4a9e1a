/**
 * Makes the mutants: Stryker's mutators write every one of them into its file, behind a switch, so that the modules are
 * loaded once and a mutant is a number in a global variable.
 */
import { readFileSync } from 'node:fs';
import { type File, Instrumenter } from '@stryker-mutator/instrumenter';
import { toldTexts } from './told-texts.ts';

/** A place in a file; lines and columns from 0. */
interface Place { readonly line: number; readonly column: number }

export interface Mutant {
  readonly id: string;
  /** Relative to the checkout. */
  readonly file: string;
  readonly start: Place;
  readonly end: Place;
  /** What stands in place of what was there. */
  readonly replacement: string;
}

export interface Instrumented {
  /** Source with all mutants in it, by file. */
  readonly sources: Readonly<Record<string, string>>;
  readonly mutants: readonly Mutant[];
  /** How many were not made because of a rule. */
  readonly ignored: number;
}

/** Lines from 1, both included; null for all. */
export interface Wanted { readonly file: string; readonly lines: readonly [number, number] | null }

const silent = { isTraceEnabled: () => false, isDebugEnabled: () => false, isInfoEnabled: () => false, isWarnEnabled: () => false, isErrorEnabled: () => false, isFatalEnabled: () => false, trace() {}, debug() {}, info() {}, warn() {}, error() {}, fatal() {} };

/** @param root the checkout, with a slash at its end */
export async function instrument(root: string, wanted: readonly Wanted[]): Promise<Instrumented> {
  const files: File[] = wanted.map(({ file, lines }) => ({
    name: file, content: readFileSync(`${root}${file}`, 'utf8'),
    mutate: lines === null ? true : [{ start: { line: lines[0] - 1, column: 0 }, end: { line: lines[1] - 1, column: Number.MAX_SAFE_INTEGER } }],
  }));
  const made = await new Instrumenter(silent).instrument(files, { plugins: null, excludedMutations: [], ignorers: [toldTexts] });
  const kept = made.mutants.filter(({ status }) => status !== 'Ignored');
  return {
    sources: Object.fromEntries(made.files.map(({ name, content }) => [name, content])),
    mutants: kept.map(({ id, fileName, location: { start, end }, replacement }) => ({ id, file: fileName, start, end, replacement: replacement ?? '' })),
    ignored: made.mutants.length - kept.length,
  };
}
