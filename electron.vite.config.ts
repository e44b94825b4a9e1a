/**
 * How the desktop shell is made (design §4: main/desktop, preload, renderer). Targets are those of the oldest Electron the app
 * runs on (33: Node 20.18, Chromium 130), not of the one in package.json. The build script makes the interface by itself,
 * because the command line serves it too; `electron-vite dev` uses all three.
 */
import { join } from 'node:path';
import { defineConfig } from 'electron-vite';
import renderer from './renderer/vite.config.ts';

const out = process.env['TALLYSTICK_BUILD_DIR'] ?? 'out';
const shellOnly = process.env['TALLYSTICK_BUILD_SHELL_ONLY'] === '1';

export default defineConfig({
  main: {
    // Dependencies stay in node_modules: one of them is a native addon.
    build: {
      outDir: join(out, 'main'),
      target: 'node20',
      sourcemap: true,
      rolldownOptions: {
        // Its entry, index.cjs, is made apart: scripts/bundle-desktop-entry.mjs.
        input: { desktop: 'main/desktop/desktop.ts' },
        output: { format: 'es', entryFileNames: '[name].js', chunkFileNames: '[name]-[hash].js' },
      },
    },
  },
  preload: {
    // A sandboxed preload script can load nothing but Electron: everything is in the one file.
    build: {
      outDir: join(out, 'preload'),
      target: 'node20',
      externalizeDeps: false,
      rolldownOptions: {
        input: { index: 'preload/index.ts' },
        output: { format: 'cjs', entryFileNames: '[name].cjs', codeSplitting: false },
      },
    },
  },
  ...(shellOnly ? {} : { renderer }),
});
