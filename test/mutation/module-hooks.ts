/**
 * How the tests' modules are loaded while mutants are tried: `vitest`, the curves and argon2id are taken from this folder,
 * mutated files come with their mutants, and everything in the checkout carries a generation in its address, so that all of
 * it can be loaded anew in one process (needed for mutants of what a module computes once, when it is loaded).
 */
import { readFileSync } from 'node:fs';
import { registerHooks } from 'node:module';
import { fileURLToPath } from 'node:url';

const here = new URL('./', import.meta.url).href;
const checkout = new URL('../../', import.meta.url).href;
const STAND_INS: Readonly<Record<string, string>> = {
  vitest: `${here}collected-tests.ts`,
  '@noble/curves/ed25519.js': `${here}remembered-primitives.ts`,
  '@noble/hashes/argon2.js': `${here}remembered-primitives.ts`,
};

let generation = 0;

/** Modules of the checkout that are imported from now on are loaded anew. */
export const beginGeneration = (): void => void generation++;

/** The address under which this generation knows a file of the checkout. */
export const addressOf = (file: string): string => `${checkout}${file}?generation=${generation}`;

const isTold = (url: string | undefined): boolean => url !== undefined && url.startsWith(checkout) && !url.startsWith(here) && !url.includes('/node_modules/');

/** @param mutated sources that stand in for files, by path in the checkout */
export function hookModules(mutated: Readonly<Record<string, string>>): void {
  // Read once: somebody may be working on the files meanwhile.
  const sources = new Map(Object.entries(mutated).map(([file, source]) => [`${checkout}${file}`, source]));
  registerHooks({
    resolve(specifier, context, next) {
      const standIn = isTold(context.parentURL) ? STAND_INS[specifier] : undefined;
      if (standIn) return { url: standIn, shortCircuit: true, format: 'module-typescript' };
      const found = next(specifier, context);
      return isTold(found.url) ? { ...found, url: `${found.url.split('?')[0]}?generation=${generation}` } : found;
    },
    load(url, context, next) {
      const file = url.split('?')[0] ?? url;
      if (!isTold(url) || !file.endsWith('.ts')) return next(url, context);
      const source = sources.get(file) ?? readFileSync(fileURLToPath(file), 'utf8');
      sources.set(file, source);
      return { format: 'module-typescript', source, shortCircuit: true };
    },
  });
}
