/**
 * How the command line is made: our own files joined, dependencies left in node_modules, where native addons must stay.
 * All files lie beside each other, so that `new URL('../enclave/vault.mjs', import.meta.url)` means the same in each.
 */
import { readFileSync } from 'node:fs';
import { builtinModules } from 'node:module';
import { join } from 'node:path';
import { PARTS } from './build-plan.mjs';
import { root } from './project-root.mjs';

/** The book that the demo publishes lies beside the command line. */
const demoBook = {
  name: 'demo-book',
  generateBundle() {
    this.emitFile({ type: 'asset', fileName: 'a-split-stick.epub', source: readFileSync(join(root, 'cli/demo/a-split-stick.epub')) });
  },
};

/** @param {string} outDir @returns {import('vite').InlineConfig} */
export const cliConfig = (outDir) => ({
  root,
  configFile: false,
  logLevel: 'warn',
  publicDir: false,
  plugins: [demoBook],
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
