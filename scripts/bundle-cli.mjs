/**
 * How the command line is made: our own files joined, dependencies left in node_modules, where native addons must stay.
 * All files lie beside each other, so that `new URL('../enclave/vault.mjs', import.meta.url)` means the same in each.
 */
import { builtinModules } from 'node:module';
import { PARTS } from './build-plan.mjs';
import { root } from './project-root.mjs';

/** @param {string} outDir @returns {import('vite').InlineConfig} */
export const cliConfig = (outDir) => ({
  root,
  configFile: false,
  logLevel: 'warn',
  publicDir: false,
  ssr: { external: true },
  build: {
    ssr: PARTS.cli.entry,
    outDir,
    emptyOutDir: true,
    target: 'node22',
    minify: false,
    sourcemap: true,
    rolldownOptions: {
      external: builtinModules.flatMap((name) => [name, `node:${name}`]),
      output: { format: 'es', entryFileNames: 'tallystick.mjs', chunkFileNames: '[name]-[hash].mjs' },
    },
  },
});
