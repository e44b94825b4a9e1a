/**
 * Keeps the files in the shape that their readers expect: heads, sizes, names (design §4 and the project's style).
 * A test that is listed in an exception must still need it.
 */
import { describe, expect, it } from 'vitest';
import { LONG_FILES } from './long-files.ts';
import { allFiles, sourceFiles, textOf } from './source-tree.ts';

/** Longer than this, a file must say why it is one file. */
const LONG_LINES = 300;
const MEDIAN_LINES = 100;

const linesOf = (path: string): number => textOf(path).split('\n').length - 1;
/** A comment before anything else; in a component it may stand first in the script. */
const HEAD = /^(#!.*\n|<script\b[^>]*>\s*)?\s*(\/\*|\/\/|<!--|#)/;

describe('source files', () => {
  it('begin by saying what they are for', () => {
    expect(sourceFiles.filter((path) => !path.endsWith('.d.ts') && !HEAD.test(textOf(path)))).toEqual([]);
  });

  it('are short, or are on the list of long ones with a reason', () => {
    const long = sourceFiles.filter((path) => linesOf(path) > LONG_LINES);
    expect(long.filter((path) => !(path in LONG_FILES))).toEqual([]);
    expect(Object.keys(LONG_FILES).filter((path) => !long.includes(path)), 'no longer long').toEqual([]);
  });

  it(`have a median of fewer than ${MEDIAN_LINES} lines`, () => {
    const sizes = sourceFiles.map(linesOf).sort((a, b) => a - b);
    expect(sizes[Math.floor(sizes.length / 2)]).toBeLessThan(MEDIAN_LINES);
  });

  it('have names in kebab-case; components may be in PascalCase', () => {
    const name = (path: string): string => path.slice(path.lastIndexOf('/') + 1);
    const wellNamed = (path: string): boolean => /^([a-z0-9]+([-.][a-z0-9]+)*|[A-Z][A-Za-z0-9]*\.vue)$/.test(name(path));
    expect(sourceFiles.filter((path) => !wellNamed(path))).toEqual([]);
  });

  it('have names that say something', () => {
    expect(sourceFiles.filter((path) => /(^|[/.-])(utils?|helpers?|common|managers?|misc)([/.-]|$)/i.test(path))).toEqual([]);
  });

  it('of tests run whole: nothing is singled out', () => {
    const only = new RegExp(`\\b(it|test|describe|suite)(\\.\\w+)*\\.${'only'}\\b`);
    expect(allFiles.filter((path) => path.endsWith('.test.ts') && only.test(textOf(path)))).toEqual([]);
  });

  it('take types seriously: no suppressed check', () => {
    const suppressed = new RegExp(`@ts-${'(ignore|nocheck)'}`);
    expect(sourceFiles.filter((path) => /\.(ts|vue)$/.test(path) && suppressed.test(textOf(path)))).toEqual([]);
  });
});
