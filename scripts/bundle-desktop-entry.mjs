/**
 * How the desktop app's entry is made: one CommonJS file that loads and runs in one go, because what it settles must be
 * settled before Electron is ready (main/desktop/index.ts). The rest of the shell is made by electron-vite.
 */
import { builtinModules } from 'node:module';
import { root } from './project-root.mjs';
import { PARTS } from './build-plan.mjs';

/** @param {string} outDir @returns {import('vite').InlineConfig} */
export const desktopEntryConfig = (outDir) => ({
  root,
  configFile: false,
  logLevel: 'warn',
  publicDir: false,
  ssr: { noExternal: true, target: 'node' },
  build: {
    ssr: PARTS.desktop.entry,
    outDir,
    // The rest of the shell lies there already.
    emptyOutDir: false,
    target: 'node20',
    minify: false,
    sourcemap: true,
    rolldownOptions: {
      external: ['electron', ...builtinModules.flatMap((name) => [name, `node:${name}`])],
      output: { format: 'cjs', entryFileNames: 'index.cjs', codeSplitting: false },
    },
  },
});
