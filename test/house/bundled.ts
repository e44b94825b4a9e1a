/** How a module's bundle is looked at (design §4): what is in it, what it reaches for, and the same sources in another place to make it from again. */
import { cpSync, mkdirSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { ROOT } from './source-tree.ts';

/** The bundler's few lines for modules that are wrapped. */
const BUNDLER = /^(rolldown|vite)\//;

const packageOf = (path: string): string | null => /^node_modules\/((?:@[^/]+\/)?[^/]+)\//.exec(path)?.[1] ?? null;

/** Whether a module may be in the bundle: one of these folders of ours, or of these packages. */
export const allowing = (ours: RegExp, packages: readonly string[]) => (path: string): boolean => ours.test(path) || BUNDLER.test(path) || packages.includes(packageOf(path) ?? '');

/** The sources of the modules, copied to a folder below `work`. */
export function sourcesElsewhere(work: string): string {
  const elsewhere = join(work, 'some', 'other', 'place');
  mkdirSync(elsewhere, { recursive: true });
  for (const name of ['enclave', 'protocol', 'package.json', 'tsconfig.json']) cpSync(join(ROOT, name), join(elsewhere, name), { recursive: true });
  symlinkSync(join(ROOT, 'node_modules'), join(elsewhere, 'node_modules'), 'junction');
  return elsewhere;
}

/** What bundled code loads by itself: imports, what it exports of others, `require`. */
export const loadedBy = (code: string): string[] => [...(code.match(/^(import\b(?!\.meta)|export\b.*\bfrom\b).*$/gm) ?? []), ...(code.match(/\brequire\(["'][^"']+["']\)/g) ?? [])];
