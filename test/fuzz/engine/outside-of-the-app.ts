/**
 * Lets files of the shell and of the interface be loaded outside of Electron and of Vite: Electron by a stand-in, and the
 * address of a WebAssembly as one that carries it. Imported before they are.
 */
import { readFileSync } from 'node:fs';
import { registerHooks } from 'node:module';
import { fileURLToPath } from 'node:url';

const standIn = new URL('./electron-stand-in.ts', import.meta.url).href;
const AS_URL = '?url';

registerHooks({
  resolve(specifier, context, next) {
    if (specifier === 'electron') return { url: standIn, format: 'module-typescript', shortCircuit: true };
    if (!specifier.endsWith(AS_URL)) return next(specifier, context);
    return { url: `${next(specifier.slice(0, -AS_URL.length), context).url}${AS_URL}`, format: 'module', shortCircuit: true };
  },
  load(url, context, next) {
    if (!url.endsWith(AS_URL)) return next(url, context);
    const wasm = readFileSync(fileURLToPath(url.slice(0, -AS_URL.length)));
    return { format: 'module', source: `export default 'data:application/wasm;base64,${wasm.toString('base64')}'`, shortCircuit: true };
  },
});
