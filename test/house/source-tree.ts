/** The files of the checkout as the house tests see them: what people wrote, without what was installed or built. */
import { readFileSync, readdirSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

/** Absolute path of the checkout, with a trailing slash. */
export const ROOT = fileURLToPath(new URL('../../', import.meta.url));

const NOT_OURS = new Set(['node_modules', 'out', 'dist', '.git', 'test-artifacts', '.DS_Store']);

function* walk(folder: string): Generator<string> {
  for (const entry of readdirSync(`${ROOT}${folder}`, { withFileTypes: true })) {
    if (NOT_OURS.has(entry.name)) continue;
    const path = folder === '' ? entry.name : `${folder}/${entry.name}`;
    if (entry.isDirectory()) yield* walk(path);
    else if (entry.isFile()) yield path;
  }
}

/** Every file, relative to the checkout, with forward slashes. */
export const allFiles: readonly string[] = [...walk('')].sort();

/** Files with program text. */
export const sourceFiles = allFiles.filter((path) => /\.(ts|mjs|js|vue|css|sh)$/.test(path));

export const textOf = (path: string): string => readFileSync(`${ROOT}${path}`, 'utf8');
