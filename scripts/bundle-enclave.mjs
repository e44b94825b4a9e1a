/**
 * How a module's bundle is made (design §4): one self-contained file that is measured, so the same tree must give the same
 * bytes, wherever it lies. Not minified: who wants to know what runs with their money can read it.
 */
import { builtinModules } from 'node:module';
import { relative } from 'node:path';
import { PARTS } from './build-plan.mjs';
import { root } from './project-root.mjs';

const posix = (path) => path.replaceAll('\\', '/');

/** Writes the list of modules beside the bundle, for the house test; fails on anything that was left outside. */
function moduleList(name, tree) {
  // A module's path in the tree, or the bundler's own name for what it adds.
  const moduleName = (id) => (id.startsWith('\0') ? id.slice(1) : posix(relative(tree, id.replace(/\?.*$/, ''))));
  return {
    name: 'module-list',
    generateBundle(_options, bundle) {
      const chunks = Object.values(bundle).filter((file) => file.type === 'chunk');
      if (chunks.length !== 1) this.error(`the ${name} must be one file, not ${chunks.length}`);
      const [chunk] = chunks;
      // The bundler also names the file itself, for what is loaded later from it, and what it then did not need after all.
      const outside = [...chunk.imports, ...chunk.dynamicImports].filter((imported) => imported !== chunk.fileName && chunk.code.includes(imported));
      if (outside.length > 0) this.error(`the ${name}'s bundle imports ${outside.join(', ')}; it may import nothing`);
      const modules = chunk.moduleIds.map(moduleName).sort();
      this.emitFile({ type: 'asset', fileName: `${name}.modules.json`, source: `${JSON.stringify(modules, null, 2)}\n` });
    },
  };
}

/**
 * @param {{ name: string, entry: string, define?: Record<string, string>, plugins?: import('vite').Plugin[] }} module
 * @param {string} outDir absolute
 * @param {string} tree the checkout
 * @returns {import('vite').InlineConfig}
 */
export const moduleConfig = ({ name, entry, define = {}, plugins = [] }, outDir, tree) => ({
  root: tree,
  configFile: false,
  logLevel: 'warn',
  publicDir: false,
  define: { 'process.env.NODE_ENV': '"production"', ...define },
  plugins: [...plugins, moduleList(name, tree)],
  ssr: { noExternal: true, target: 'node' },
  // No condition that asks for Node's own modules: a module has none.
  // Links are not followed: names in the bundle must not tell where node_modules lies.
  resolve: { conditions: ['import', 'default'], mainFields: ['module', 'main'], preserveSymlinks: true },
  build: {
    ssr: entry,
    outDir,
    emptyOutDir: true,
    target: 'node20',
    minify: false,
    sourcemap: false,
    rolldownOptions: {
      // Names in the bundle are relative to this, not to wherever the build was started.
      cwd: tree,
      external: builtinModules.flatMap((builtin) => [builtin, `node:${builtin}`]),
      output: { format: 'es', entryFileNames: `${name}.mjs`, codeSplitting: false },
    },
  },
});

/** The vault. @param {string} outDir absolute @param {string} [tree] another checkout, for the test that compares two */
export const enclaveConfig = (outDir, tree = root) => moduleConfig({ name: 'vault', entry: PARTS.enclave.entry }, outDir, tree);
