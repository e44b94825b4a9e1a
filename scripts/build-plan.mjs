/**
 * What is built from what (design §4): the entry, the inputs that make a part stale, and what must exist afterwards.
 * Folders are inputs as a whole; asking the bundler which files it read would be finer but slower to check at each start.
 */

/** Inputs of every part: the versions of what is bundled, and how. */
const everywhere = ['package-lock.json', 'package.json', 'tsconfig.json', 'scripts/build-plan.mjs', 'scripts/build-part.mjs'];

/** @type {Record<string, { entry: string, inputs: string[], outputs: string[] }>} */
export const PARTS = {
  enclave: {
    entry: 'enclave/runtime/vault-main.ts',
    // Nothing but what is in the bundle or shapes it: what is measured must not depend on the rest of the tree.
    inputs: ['enclave', 'protocol', 'scripts/bundle-enclave.mjs', 'package-lock.json', 'scripts/build-plan.mjs', 'scripts/build-part.mjs'],
    outputs: ['out/enclave/vault.mjs', 'out/enclave/vault.modules.json'],
  },
  reader: {
    entry: 'enclave/runtime/reader-main.ts',
    inputs: ['enclave', 'protocol', 'scripts/bundle-enclave.mjs', 'scripts/bundle-reader.mjs', 'scripts/reader-parts.mjs', 'scripts/export-stack-pointer.mjs', 'package-lock.json', 'scripts/build-plan.mjs', 'scripts/build-part.mjs'],
    outputs: ['out/reader/reader.mjs', 'out/reader/reader.modules.json', 'out/reader/mupdf.wasm'],
  },
  cli: {
    entry: 'cli/tallystick.ts',
    inputs: ['cli', 'main/host', 'protocol', 'scripts/bundle-cli.mjs', ...everywhere],
    outputs: ['out/cli/tallystick.mjs'],
  },
  desktop: {
    entry: 'main/desktop/index.ts',
    inputs: ['main', 'preload', 'protocol', 'electron.vite.config.ts', 'scripts/bundle-desktop-entry.mjs', ...everywhere],
    outputs: ['out/main/index.cjs', 'out/main/desktop.js', 'out/preload/index.cjs'],
  },
  renderer: {
    entry: 'renderer/index.html',
    inputs: ['renderer', 'protocol', ...everywhere],
    outputs: ['out/renderer/index.html'],
  },
};

/** Names of all parts, in building order. */
export const ALL_PARTS = Object.keys(PARTS);
