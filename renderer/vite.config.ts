/**
 * Builds the interface (design §4, renderer/). Shells load the result from a folder or over HTTP, so paths are relative.
 * Nothing is inlined: the page's policy allows fonts, styles and scripts from its own origin only.
 */
import { fileURLToPath } from 'node:url';
import vue from '@vitejs/plugin-vue';
import { defineConfig } from 'vite';

export default defineConfig({
  root: fileURLToPath(new URL('.', import.meta.url)),
  base: './',
  plugins: [vue()],
  define: {
    __VUE_OPTIONS_API__: 'false',
    __VUE_PROD_DEVTOOLS__: 'false',
    __VUE_I18N_FULL_INSTALL__: 'false',
    __VUE_I18N_LEGACY_API__: 'false',
    __INTLIFY_PROD_DEVTOOLS__: 'false',
  },
  build: {
    outDir: fileURLToPath(new URL('../out/renderer', import.meta.url)),
    emptyOutDir: true,
    assetsInlineLimit: 0,
    // The oldest engine it runs on: the Chromium 130 of Electron 33.
    target: 'chrome130',
    modulePreload: { polyfill: false },
    chunkSizeWarningLimit: 900,
  },
});
