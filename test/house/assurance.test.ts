/**
 * docs/ASSURANCE.md and what it is made from: each row of the matrix once, each guard where it is said to be, each test with
 * the name that it is said to have. That each guard is noticed when it is gone, `npm run assurance` shows.
 */
import ts from 'typescript';
import { describe, expect, it } from 'vitest';
import { times, withoutGuard } from '../assurance/applied.ts';
import { assuranceDocument } from '../assurance/document.ts';
import { judge } from '../assurance/outcome.ts';
import { type Guard, type NamedTest, editsOf, testsOf } from '../assurance/row.ts';
import { rows } from '../assurance/rows.ts';
import { hasTest } from '../assurance/test-names.ts';
import { allFiles, textOf } from './source-tree.ts';

const guards: readonly Guard[] = rows.flatMap((row) => [...row.guards]);
const nameOf = (guard: Guard): string => `${guard.file} › ${guard.function}: ${guard.what}`;

describe('the assurance matrix', () => {
  it('has each of its rows once, in order', () => {
    expect(rows.map(({ number }) => number)).toEqual(Array.from({ length: 50 }, (_, at) => at + 1));
  });

  it('has a guard in every row that concerns what there is today, and says of the others what they wait for', () => {
    expect(rows.filter(({ status, guards: own }) => status === 'credits' && own.length === 0).map(({ number }) => number)).toEqual([]);
    expect(rows.filter(({ status, lacking }) => status !== 'credits' && !lacking).map(({ number }) => number)).toEqual([]);
  });

  it('names a test of every kind that a row asks for, or says why there is none', () => {
    const open = rows.flatMap((row) => row.asks.filter((kind) => !testsOf(row).some((test) => test.kind === kind) && !row.without?.includes(kind)).map((kind) => `row ${row.number}: ${kind}`));
    expect(open).toEqual([]);
    const needless = rows.flatMap((row) => (row.without ?? []).filter((kind) => testsOf(row).some((test) => test.kind === kind)).map((kind) => `row ${row.number}: ${kind}`));
    expect(needless, 'said to be without, and there').toEqual([]);
    expect(rows.filter(({ without, lacking }) => without && !lacking).map(({ number }) => number), 'without a reason').toEqual([]);
  });
});

describe('a guard', () => {
  it('is where it is said to be: each text that is replaced is there once', () => {
    const lost = guards.flatMap((guard) => editsOf(guard).filter(({ from }) => !allFiles.includes(guard.file) || times(textOf(guard.file), from) !== 1).map(({ from }) => `${nameOf(guard)}: ${JSON.stringify(from)} is there ${allFiles.includes(guard.file) ? times(textOf(guard.file), from) : 'in no such file'} times`));
    expect(lost).toEqual([]);
  });

  it('leaves a program when it is taken out', () => {
    const broken = guards.filter(({ file }) => file.endsWith('.ts')).flatMap((guard) => {
      const parsed = ts.createSourceFile(guard.file, withoutGuard(textOf(guard.file), guard), ts.ScriptTarget.Latest) as ts.SourceFile & { readonly parseDiagnostics: readonly ts.Diagnostic[] };
      return parsed.parseDiagnostics.map(({ messageText }) => `${nameOf(guard)}: ${String(messageText)}`);
    });
    expect(broken).toEqual([]);
  });

  it('is listed with one removal of its own: no two take out the same', () => {
    const removals = guards.map((guard) => `${guard.file}: ${JSON.stringify(editsOf(guard))} ${guard.tests.map(({ name }) => name).join()}`);
    expect(removals.filter((removal, at) => removals.indexOf(removal) !== at)).toEqual([]);
  });
});

it('every test that a row names is in the file that it names', () => {
  const lost = rows.flatMap((row) => testsOf(row).filter(({ file, name }) => !hasTest(file, name)).map(({ file, name }) => `row ${row.number}: ${file}: ${name}`));
  expect(lost).toEqual([]);
  expect(hasTest('test/house/assurance.test.ts', 'the assurance matrix › has each of its rows once, in order')).toBe(true);
  expect(hasTest('test/house/assurance.test.ts', 'the assurance matrix › has no such test')).toBe(false);
});

describe('a removal', () => {
  const test: NamedTest = { kind: 'case', file: 'test/a.test.ts', name: 'group › test' };
  const line = { name: 'test/a.test.ts > group > test' };

  it('is noticed only by an assertion of the named test', () => {
    expect(judge([{ ...line, state: 'failed', asserted: true }], test)).toEqual({ is: 'noticed' });
    expect(judge([{ ...line, state: 'passed' }], test)).toEqual({ is: 'passed' });
    expect(judge([{ ...line, state: 'skipped' }], test)).toMatchObject({ is: 'skipped' });
    for (const record of [
      [{ ...line, state: 'failed', asserted: false, reason: 'Test timed out in 60000ms.' }], [{ name: 'test/a.test.ts', state: 'failed', reason: 'SyntaxError' }],
      [{ name: 'test/a.test.ts > group > another test', state: 'failed', asserted: true }], [], [{ ...line, state: 'failed', asserted: true }, { ...line, state: 'passed' }],
    ] as const) expect(judge(record, test)).toMatchObject({ is: 'otherwise' });
  });

  it('is refused where the guard is not there exactly once', () => {
    const guard: Guard = { file: 'a.ts', function: 'f', what: 'w', remove: { from: 'a', to: 'b' }, tests: [test] };
    expect(withoutGuard('cat', guard)).toBe('cbt');
    expect(() => withoutGuard('dog', guard)).toThrow('0 times');
    expect(() => withoutGuard('banana', guard)).toThrow('3 times');
  });
});

it('docs/ASSURANCE.md is what its rows and the recorded runs make of it (npm run assurance -- --only-generate)', () => {
  expect(textOf('docs/ASSURANCE.md')).toBe(assuranceDocument());
});
