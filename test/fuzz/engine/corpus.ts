/**
 * The corpus: for each target a folder with `valid.jsonl`, samples that real runs left and that must be taken, and
 * `cases.jsonl`, every input that once led to a bug, with what the bug was and what must come of the input now.
 */
import { appendFileSync, existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import type { Target } from './target.ts';
import { readInput, writeInput } from './written-input.ts';

export const CORPUS = fileURLToPath(new URL('../corpus/', import.meta.url));

export interface Case {
  /** The bug, in a sentence. */
  readonly was: string;
  /** `accepted`, or `refused CODE`. */
  readonly expect: string;
  readonly input: unknown;
}
export interface Corpus { readonly valid: readonly unknown[]; readonly cases: readonly Case[] }

type Inputs = Pick<Target, 'name' | 'kind'>;
const fileOf = (folder: string, target: string, name: string): string => `${folder}${target}/${name}.jsonl`;
const linesOf = (path: string): string[] => (existsSync(path) ? readFileSync(path, 'utf8').split('\n').filter((line) => line !== '') : []);

/** @param folder where the corpus lies, with a slash at its end */
export function corpusOf({ name, kind }: Inputs, folder = CORPUS): Corpus {
  return {
    valid: linesOf(fileOf(folder, name, 'valid')).map((line) => readInput(kind, JSON.parse(line))),
    cases: linesOf(fileOf(folder, name, 'cases')).map((line) => {
      const { was, expect, input } = JSON.parse(line) as { was: string; expect: string; input: never };
      return { was, expect, input: readInput(kind, input) };
    }),
  };
}

/** Adds an input that led to a bug. @param expect what must come of it from now on */
export function keepCase({ name, kind }: Inputs, { was, expect, input }: Case): void {
  mkdirSync(`${CORPUS}${name}`, { recursive: true });
  appendFileSync(fileOf(CORPUS, name, 'cases'), `${JSON.stringify({ was, expect, input: writeInput(kind, input) })}\n`);
}

/** Replaces the valid samples of a target; each is kept once. */
export function writeValid({ name, kind }: Inputs, samples: readonly unknown[]): void {
  mkdirSync(`${CORPUS}${name}`, { recursive: true });
  writeFileSync(fileOf(CORPUS, name, 'valid'), [...new Set(samples.map((sample) => JSON.stringify(writeInput(kind, sample))))].map((line) => `${line}\n`).join(''));
}
