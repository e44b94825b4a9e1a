/** Nothing in the tree may tell where, or from which mirror, it was made: it must work the same for everyone. */
import { describe, expect, it } from 'vitest';
import { allFiles, textOf } from './source-tree.ts';

// In two pieces each, so that this file is not its own counterexample.
const HOMES = ['home', 'Users', 'root', 'work'].join('|');
/** People who live in examples. */
const FICTIONAL = ['someone', 'ada', 'ann', 'anna', 'ben', 'bob', 'alice', 'me'].join('|');
const MACHINE_PATH = new RegExp(`(?<![\\w./:-])/(?:${HOMES})/(?!(?:${FICTIONAL})\\b)[\\w.-]+|[A-Z]:\\\\${'Users'}\\\\(?!(?:${FICTIONAL})\\b)`, 'i');
const REGISTRY_HOST = new RegExp(['registry', '\\.', '(npmjs|yarnpkg|npmmirror)', '|', 'npm', '\\.', 'pkg', '\\.'].join(''));

const texts = allFiles.filter((path) => /\.(ts|mjs|js|vue|css|sh|md|json|html|ya?ml)$|^\.(npmrc|ci\/run|gitignore)$/.test(path));

describe('the tree', () => {
  it('names no path of the machine it was written on', () => {
    const found = texts.flatMap((path) => (MACHINE_PATH.exec(textOf(path)) ?? []).map((match) => `${path}: ${match}`));
    expect(found).toEqual([]);
  });

  it('names no registry host, in the lockfile least of all', () => {
    expect(texts.filter((path) => REGISTRY_HOST.test(textOf(path)))).toEqual([]);
    expect(textOf('package-lock.json')).not.toContain('"resolved"');
  });

  it('would notice both', () => {
    expect(MACHINE_PATH.test(`open('/${'home'}/jdoe/wallet')`)).toBe(true);
    expect(MACHINE_PATH.test(`open('/${'home'}/ann/wallet')`)).toBe(false);
    expect(MACHINE_PATH.test('https://example.org/home/x and ./work/y')).toBe(false);
    expect(REGISTRY_HOST.test(`https://registry.${'npmjs'}.org/zod`)).toBe(true);
  });
});
