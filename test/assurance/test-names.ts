/**
 * The names of the tests in a file, read from its text without running it: calls of `describe`, `it` and `test` in all their
 * forms, names put together with `%s`, `$name` or an expression, and suites that live in a file beside it.
 */
import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import ts from 'typescript';
import { ROOT } from '../house/source-tree.ts';

interface Calls { readonly groups: ReadonlySet<string>; readonly tests: ReadonlySet<string> }
/** A title by its fixed parts, in order; between any two of them vitest fills something in. */
type Title = readonly string[];
/** One test: the titles of its groups and its own, outermost first. */
type Named = readonly Title[];

/** What vitest fills in: `%s` and its kin, `$name`, `$name.part`. */
const fixedPartsOf = (text: string): Title => text.split(/%[sdifjoc]|\$[A-Za-z_]\w*(?:\.\w+)*/);
const ANYTHING: Title = ['', ''];

function titleOf(title: ts.Expression | undefined): Title {
  if (!title) return ANYTHING;
  if (ts.isStringLiteralLike(title)) return fixedPartsOf(title.text);
  if (ts.isTemplateExpression(title)) return [title.head.text, ...title.templateSpans.map(({ literal }) => literal.text)].flatMap(fixedPartsOf);
  return ANYTHING;
}

/** True if `text` is the title with something filled in between its parts. Takes each part as early as it can, so it is quick. */
function fits(text: string, [first = '', ...rest]: Title): boolean {
  const last = rest.pop();
  if (last === undefined) return text === first;
  if (!text.startsWith(first)) return false;
  let at = first.length;
  for (const part of rest) {
    const found = text.indexOf(part, at);
    if (found < 0) return false;
    at = found + part.length;
  }
  return text.length - at >= last.length && text.endsWith(last);
}

/** The word that a chain of calls begins with: `it` in `it.skipIf(x).each(y)('…', …)`. */
function rootOf(callee: ts.Expression): string | null {
  if (ts.isIdentifier(callee)) return callee.text;
  if (ts.isPropertyAccessExpression(callee) || ts.isCallExpression(callee)) return rootOf(callee.expression);
  return null;
}

/** `const onUnix = test.skipIf(…)`, and functions that a file beside it exports to describe something. */
function callsIn(source: ts.SourceFile): Calls {
  const [groups, tests] = [new Set(['describe']), new Set(['it', 'test'])];
  source.forEachChild(function look(node): void {
    if (ts.isVariableDeclaration(node) && ts.isIdentifier(node.name) && node.initializer && ts.isCallExpression(node.initializer)) {
      const root = rootOf(node.initializer);
      if (root && groups.has(root)) groups.add(node.name.text);
      if (root && tests.has(root)) tests.add(node.name.text);
    }
    node.forEachChild(look);
  });
  return { groups, tests };
}

function namesIn(path: string, seen: Set<string>): Named[] {
  if (seen.has(path) || !existsSync(join(ROOT, path))) return [];
  seen.add(path);
  const text = readFileSync(join(ROOT, path), 'utf8');
  // What a test file imports is read only where it describes something itself.
  if (seen.size > 1 && !/\b(describe|it|test)\b/.test(text)) return [];
  const source = ts.createSourceFile(path, text, ts.ScriptTarget.Latest, true);
  const { groups, tests } = callsIn(source);
  const found: Named[] = [];
  function walk(node: ts.Node, within: Named): void {
    if (ts.isCallExpression(node) && node.arguments.length > 0) {
      const root = rootOf(node.expression);
      const title = titleOf(node.arguments[0]);
      // `describeInBrowser('every screen', …)` of a file beside it is a group as well.
      const isGroup = root !== null && (groups.has(root) || /^describe[A-Z]/.test(root));
      if (root !== null && tests.has(root) && node.arguments.length > 1) return void found.push([...within, title]);
      if (isGroup) return node.forEachChild((child) => walk(child, [...within, title]));
    }
    node.forEachChild((child) => walk(child, within));
  }
  walk(source, []);
  for (const statement of source.statements) {
    if (!ts.isImportDeclaration(statement) || !ts.isStringLiteral(statement.moduleSpecifier) || !statement.moduleSpecifier.text.startsWith('.')) continue;
    const beside = join(dirname(path), statement.moduleSpecifier.text);
    if (beside.startsWith('test/') && beside.endsWith('.ts')) found.push(...namesIn(beside, seen));
  }
  return found;
}

const known = new Map<string, readonly Named[]>();

/** True if a test of this name (`group › test`) is written in the file, as far as its text tells. */
export function hasTest(path: string, name: string): boolean {
  let written = known.get(path);
  if (!written) known.set(path, (written = namesIn(path, new Set())));
  const titles = name.split(' › ');
  return written.some((parts) => parts.length === titles.length && parts.every((part, at) => fits(titles[at] ?? '', part)));
}
