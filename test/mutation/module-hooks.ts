/**
 * How the tests' modules are loaded while mutants are tried: `vitest`, the curves and argon2id are taken from this folder,
 * and everything below the sandbox carries a generation in its address, so that all of it can be loaded anew in the same
 * process (needed for mutants of what a module computes once, when it is loaded).
 */
import { registerHooks } from 'node:module';

const here = new URL('./', import.meta.url).href;
const STAND_INS: Readonly<Record<string, string>> = {
  vitest: `${here}collected-tests.ts`,
  '@noble/curves/ed25519.js': `${here}remembered-primitives.ts`,
  '@noble/hashes/argon2.js': `${here}remembered-primitives.ts`,
};

let generation = 0;

/** Modules of the sandbox that are imported from now on are loaded anew. */
export const beginGeneration = (): number => ++generation;

/** @param sandbox address of the folder whose modules are told apart by generation, with a slash at its end */
export function hookModules(sandbox: string): void {
  registerHooks({
    resolve(specifier, context, next) {
      const standIn = context.parentURL?.startsWith(sandbox) && !context.parentURL.startsWith(here) ? STAND_INS[specifier] : undefined;
      if (standIn) return { url: standIn, shortCircuit: true, format: 'module-typescript' };
      const found = next(specifier, context);
      return found.url.startsWith(sandbox) && !found.url.includes('/node_modules/') ? { ...found, url: `${found.url.split('?')[0]}?generation=${generation}` } : found;
    },
  });
}
