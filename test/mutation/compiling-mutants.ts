/**
 * Stryker's checker: a mutant that the compiler refuses is no mistake anyone can make here, so it is not tried and does
 * not count. Judged by its own file alone: one that breaks the types of another file only is tried all the same.
 */
import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { type Checker, type CheckResult, CheckStatus } from '@stryker-mutator/api/check';
import type { Mutant } from '@stryker-mutator/api/core';
import { declareClassPlugin, PluginKind } from '@stryker-mutator/api/plugin';
import ts from 'typescript';

const CONFIG = 'tsconfig.json';

class CompilingMutants implements Checker {
  #versions = new Map<string, number>();
  #mutated = new Map<string, string>();
  /** As they were when their first mutant came. */
  #sources = new Map<string, string>();
  #service!: ts.LanguageService;

  async init(): Promise<void> {
    const root = process.cwd();
    const { options } = ts.parseJsonConfigFileContent(ts.readConfigFile(CONFIG, ts.sys.readFile).config, { ...ts.sys, readDirectory: () => [] }, root);
    this.#service = ts.createLanguageService({
      fileExists: ts.sys.fileExists,
      readFile: ts.sys.readFile,
      directoryExists: ts.sys.directoryExists,
      getDirectories: ts.sys.getDirectories,
      getCompilationSettings: () => options,
      getScriptFileNames: () => [...this.#sources.keys()],
      getScriptVersion: (file) => String(this.#versions.get(file) ?? 0),
      getScriptSnapshot: (file) => {
        const text = this.#mutated.get(file) ?? this.#sources.get(file) ?? ts.sys.readFile(file);
        return text === undefined ? undefined : ts.ScriptSnapshot.fromString(text);
      },
      getCurrentDirectory: () => root,
      getDefaultLibFileName: ts.getDefaultLibFilePath,
    });
  }

  async check(mutants: Mutant[]): Promise<Record<string, CheckResult>> {
    return Object.fromEntries(mutants.map((mutant) => [mutant.id, this.#check(mutant)]));
  }

  #check({ fileName, location: { start, end }, replacement }: Mutant): CheckResult {
    const file = resolve(fileName).replaceAll('\\', '/');
    const source = this.#sources.get(file) ?? readFileSync(file, 'utf8');
    this.#sources.set(file, source);
    const offset = ({ line, column }: { line: number; column: number }): number => source.split('\n').slice(0, line).reduce((sum, text) => sum + text.length + 1, column);
    this.#mutated.set(file, source.slice(0, offset(start)) + replacement + source.slice(offset(end)));
    this.#versions.set(file, (this.#versions.get(file) ?? 0) + 1);
    const [trouble] = [...this.#service.getSyntacticDiagnostics(file), ...this.#service.getSemanticDiagnostics(file)];
    this.#mutated.delete(file);
    this.#versions.set(file, (this.#versions.get(file) ?? 0) + 1);
    return trouble ? { status: CheckStatus.CompileError, reason: ts.flattenDiagnosticMessageText(trouble.messageText, ' ') } : { status: CheckStatus.Passed };
  }
}

export const strykerPlugins = [declareClassPlugin(PluginKind.Checker, 'compiling-mutants', CompilingMutants)];
