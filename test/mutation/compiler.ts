/**
 * A mutant that the compiler refuses is no mistake anyone can make here, so it is not tried and does not count. Judged by
 * its own file alone: one that breaks the types of another file only is tried all the same.
 */
import { readFileSync } from 'node:fs';
import ts from 'typescript';
import type { Mutant } from './mutants.ts';

/** @param root the checkout, with a slash at its end. @returns true if the file with this mutant in it compiles */
export function compilerOf(root: string): (mutant: Mutant) => boolean {
  const { options } = ts.parseJsonConfigFileContent(ts.readConfigFile(`${root}tsconfig.json`, ts.sys.readFile).config, { ...ts.sys, readDirectory: () => [] }, root);
  /** As they were when their first mutant came. */
  const originals = new Map<string, string>();
  const mutated = new Map<string, string>();
  let version = 0;
  const service = ts.createLanguageService({
    fileExists: ts.sys.fileExists,
    readFile: ts.sys.readFile,
    directoryExists: ts.sys.directoryExists,
    getDirectories: ts.sys.getDirectories,
    getCompilationSettings: () => options,
    getScriptFileNames: () => [...originals.keys()],
    getScriptVersion: (path) => (originals.has(path) ? String(version) : '0'),
    getScriptSnapshot: (path) => {
      const text = mutated.get(path) ?? originals.get(path) ?? ts.sys.readFile(path);
      return text === undefined ? undefined : ts.ScriptSnapshot.fromString(text);
    },
    getCurrentDirectory: () => root,
    getDefaultLibFileName: ts.getDefaultLibFilePath,
  });
  return ({ file, start, end, replacement }) => {
    const path = `${root}${file}`;
    const source = originals.get(path) ?? readFileSync(path, 'utf8');
    originals.set(path, source);
    const lines = source.split('\n');
    const offset = ({ line, column }: Mutant['start']): number => lines.slice(0, line).reduce((sum, text) => sum + text.length + 1, column);
    mutated.set(path, source.slice(0, offset(start)) + replacement + source.slice(offset(end)));
    version++;
    const compiles = service.getSyntacticDiagnostics(path).length === 0 && service.getSemanticDiagnostics(path).length === 0;
    mutated.delete(path);
    return compiles;
  };
}
