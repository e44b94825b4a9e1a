/** Gives one target its corpus and as many mutations as asked for, and stops at the first thing that must not be. */
import type { Corpus } from './corpus.ts';
import { inputAt } from './mutate.ts';
import { shrink } from './shrink.ts';
import { expectNoStray } from './stray.ts';
import type { Target, Verdict } from './target.ts';
import { toHex } from './written-input.ts';

export interface Found {
  readonly message: string;
  /** Number of the mutation, or null for a file of the corpus. */
  readonly index: number | null;
  /** As found, and made small, as `--input` takes them. */
  readonly input: string;
  readonly shrunk: string;
}

export interface TargetReport {
  readonly target: string;
  readonly inputs: number;
  readonly accepted: number;
  readonly refused: number;
  /** How often each code was the answer. */
  readonly codes: Readonly<Record<string, number>>;
  readonly found: Found | null;
}

export interface Run {
  readonly corpus: Corpus;
  /** Mutations at most. */
  readonly runs: number;
  /** Time for them, in milliseconds; the corpus is tried whatever it takes. */
  readonly timeMs?: number;
  readonly seed: string;
  /** Called before each input with what identifies it. */
  readonly onInput?: (index: number) => void;
}

/** Mutations for which there is always time. */
const LEAST = 10;

const told = (verdict: Verdict): string => (verdict.accepted ? 'accepted' : `refused ${verdict.code}`);

/** Two problems are the same if they differ in numbers and quoted input at most. */
const sortOf = (message: string): string => message.replace(/[0-9a-f]{8,}|[0-9]+|"[^"]*"/g, '#').slice(0, 120);

export async function fuzzTarget(target: Target, { corpus, runs, timeMs = Infinity, seed, onInput }: Run): Promise<TargetReport> {
  let [inputs, accepted, refused] = [0, 0, 0];
  const codes: Record<string, number> = {};

  const tryOut = async (input: unknown, expected?: string): Promise<string | null> => {
    try {
      const verdict = await watched(() => target.run(input));
      if (expected !== undefined && told(verdict) !== expected) return `${told(verdict)}, not ${expected}`;
      inputs += 1;
      if (verdict.accepted) accepted += 1;
      else {
        refused += 1;
        codes[verdict.code] = (codes[verdict.code] ?? 0) + 1;
      }
      return null;
    } catch (error) {
      return error instanceof Error ? `${error.name}: ${error.message}${error.name === 'Finding' ? '' : `\n${(error.stack ?? '').split('\n').slice(1, 5).join('\n')}`}` : `threw ${String(error)}`;
    }
  };

  const report = (found: Found | null): TargetReport => ({ target: target.name, inputs, accepted, refused, codes: { ...codes }, found });
  const finding = async (message: string, input: unknown, index: number | null, expected?: string): Promise<TargetReport> => {
    const [before, sort] = [report(null), sortOf(message)];
    const small = expected === undefined ? await shrink(target.kind, input, async (smaller) => { const again = await tryOut(smaller); return again !== null && sortOf(again) === sort; }) : input;
    return { ...before, found: { message, index, input: toHex(target.kind, input), shrunk: toHex(target.kind, small) } };
  };

  const known = [...corpus.valid.map((input) => ({ input, expect: 'accepted', was: '' })), ...corpus.cases];
  for (const { input, expect, was } of known) {
    onInput?.(-1);
    const trouble = await tryOut(input, expect);
    if (trouble !== null) return await finding(was === '' ? `a valid sample: ${trouble}` : `a case of the corpus (“${was}”): ${trouble}`, input, null, expect);
  }
  const samples = known.map(({ input }) => input);
  if (samples.length === 0) return await finding('it has no sample', target.kind === 'bytes' ? new Uint8Array() : '', null, 'a sample');
  const until = performance.now() + timeMs;
  for (let index = 0; index < runs && (index < LEAST || performance.now() < until); index++) {
    onInput?.(index);
    const input = inputAt(target, samples, seed, index);
    const trouble = await tryOut(input);
    if (trouble !== null) return await finding(trouble, input, index);
  }
  return report(null);
}

/** What every object, list, function and text has, and the names in them before any input. */
const BUILT_IN = [Object.prototype, Array.prototype, Function.prototype, String.prototype].map((prototype) => ({ prototype, names: new Set(Reflect.ownKeys(prototype)) }));

/** Takes names out of built-in prototypes that were not there, so that the next input finds none. @returns whether there were any */
function unpolluted(): boolean {
  const added = BUILT_IN.flatMap(({ prototype, names }) => Reflect.ownKeys(prototype).filter((name) => !names.has(name)).map((name) => [prototype, name] as const));
  for (const [prototype, name] of added) Reflect.deleteProperty(prototype, name);
  return added.length > 0;
}

/** What no input may do to the process, whatever the target looks at. */
export async function watched(run: () => Verdict | Promise<Verdict>): Promise<Verdict> {
  const verdict = await Promise.resolve().then(run).catch((error: unknown) => ({ error }));
  // Of two troubles this is the worse.
  if (unpolluted()) throw new Error('a built-in prototype has been changed');
  if ('error' in verdict) throw verdict.error;
  await expectNoStray();
  return verdict;
}
