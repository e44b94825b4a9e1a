/**
 * What a file exports, another one names: an export that nobody takes is either dead or no concern of anybody else's.
 * By names alone, so two of one name hide each other. Types are left out: they belong to what is exported with them.
 */
import { expect, it } from 'vitest';
import { sourceFiles, textOf } from './source-tree.ts';

/** Taken without being named. */
const TAKEN: readonly RegExp[] = [
  // The fuzzer takes every schema of a boundary (test/fuzz/targets).
  /^(protocol|enclave\/grants)\/.*Schema$/,
  // A packager's configuration; there is no packager yet.
  /^main\/desktop\/rules\/fuses\.ts: /,
];
const EXPORTED = /^export (?:async )?(?:const|let|function\*?|(?:abstract )?class) ([A-Za-z_$][\w$]*)/gm;

it('what a file exports, another one names', () => {
  const files = sourceFiles.filter((path) => /\.(ts|mjs|js|vue)$/.test(path));
  const namedIn = new Map<string, number>();
  for (const path of files) for (const name of new Set(textOf(path).match(/[A-Za-z_$][\w$]*/g))) namedIn.set(name, (namedIn.get(name) ?? 0) + 1);
  const unnamed = files.filter((path) => path.endsWith('.ts')).flatMap((path) => [...textOf(path).matchAll(EXPORTED)].filter(([, name]) => namedIn.get(name ?? '') === 1).map(([, name]) => `${path}: ${name}`));
  expect(unnamed.filter((name) => !TAKEN.some((taken) => taken.test(name)))).toEqual([]);
  expect(TAKEN.filter((taken) => !unnamed.some((name) => taken.test(name))), 'needed no longer').toEqual([]);
});
