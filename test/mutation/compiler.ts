/**
 * A mutant that the compiler refuses is no mistake anyone can make here, so it is not tried and does not count. Judged by
 * its own file alone: one that breaks the types of another file only is tried all the same.
 *
 * Each mutant becomes a file beside the original, in memory, and many are compiled together: what the libraries' types come
 * to is then worked out once and not a thousand times.
 */
import { readFileSync } from 'node:fs';
import ts from 'typescript';
import type { Mutant } from './mutants.ts';

/** Files in one program: more need more memory, fewer more time. */
const TOGETHER = 200;

/** @param root the checkout, with a slash at its end. @returns ids of those that do not compile */
export function refusedByCompiler(root: string, mutants: readonly Mutant[]): Set<string> {
  const { options } = ts.parseJsonConfigFileContent(ts.readConfigFile(`${root}tsconfig.json`, ts.sys.readFile).config, { ...ts.sys, readDirectory: () => [] }, root);
  const refused = new Set<string>();
  const written = new Map<string, string>();
  const host = ts.createCompilerHost(options);
  const parsed = new Map<string, ts.SourceFile | undefined>();
  const compilerHost: ts.CompilerHost = {
    ...host,
    fileExists: (path) => written.has(path) || host.fileExists(path),
    readFile: (path) => written.get(path) ?? host.readFile(path),
    getSourceFile: (path, languageVersion, onError) => {
      const text = written.get(path);
      if (text !== undefined) return ts.createSourceFile(path, text, languageVersion);
      if (!parsed.has(path)) parsed.set(path, host.getSourceFile(path, languageVersion, onError));
      return parsed.get(path);
    },
  };
  let before: ts.Program | undefined;
  const waiting = [...mutants];
  while (waiting.length > 0) {
    written.clear();
    const idOf = new Map<string, string>();
    for (const { id, file, start, end, replacement } of waiting.splice(0, TOGETHER)) {
      const path = `${root}${file.replace(/\.ts$/, '')}.mutant-${id}.ts`;
      written.set(path, withChange(readFileSync(`${root}${file}`, 'utf8'), start, end, replacement));
      idOf.set(path, id);
    }
    before = ts.createProgram({ rootNames: [...written.keys()], options, host: compilerHost, ...(before ? { oldProgram: before } : {}) });
    for (const [path, id] of idOf) {
      const source = before.getSourceFile(path);
      if (before.getSyntacticDiagnostics(source).length > 0 || before.getSemanticDiagnostics(source).length > 0) refused.add(id);
    }
  }
  return refused;
}

function withChange(source: string, start: Mutant['start'], end: Mutant['end'], replacement: string): string {
  const lines = source.split('\n');
  const offset = ({ line, column }: Mutant['start']): number => lines.slice(0, line).reduce((sum, text) => sum + text.length + 1, column);
  return source.slice(0, offset(start)) + replacement + source.slice(offset(end));
}
