/**
 * How the reader's bundle is made (design §4): like the vault's, with the hashes of the files beside it inside, so that its
 * measurement covers code, WASM and fonts. MuPDF's own loader could read files where it runs under Node: those lines are
 * taken out, and the build fails if they are no longer where they were.
 */
import { build } from 'vite';
import { PARTS } from './build-plan.mjs';
import { moduleConfig } from './bundle-enclave.mjs';
import { root } from './project-root.mjs';
import { copyParts, partHashes } from './reader-parts.mjs';

/** What is replaced in which file of the package `mupdf`. */
const TAKEN_OUT = {
  'mupdf.js': [
    ['if (typeof process !== "undefined" && process.versions && process.versions.node)\n\tnode_fs = await import("node:fs");', ''],
  ],
  'mupdf-wasm.js': [
    ['m="object"==typeof process&&"object"==typeof process.versions&&"string"==typeof process.versions.node&&"renderer"!=process.type', 'm=false'],
    ['const{createRequire:_}=await(import("module"));var o=_(import.meta.url)', 'var o'],
  ],
};

/** @returns {import('vite').Plugin} */
const withoutFiles = () => ({
  name: 'mupdf-without-files',
  enforce: 'pre',
  transform(code, id) {
    const [, file] = /\/node_modules\/mupdf\/dist\/(mupdf(?:-wasm)?\.js)$/.exec(id.replaceAll('\\', '/')) ?? [];
    if (file === undefined) return null;
    let out = code.replaceAll('\r\n', '\n');
    for (const [lines, instead] of TAKEN_OUT[file]) {
      if (out.split(lines).length !== 2) this.error(`${file} of mupdf has changed: the lines that reach for files are not where they were`);
      out = out.replace(lines, () => instead);
    }
    return { code: out, map: null };
  },
});

/** @param {string} outDir absolute @param {string} [tree] another checkout, for the test that compares two */
export const readerConfig = (outDir, tree = root) => moduleConfig({
  name: 'reader', entry: PARTS.reader.entry, plugins: [withoutFiles()], define: { READER_PARTS: JSON.stringify(partHashes(tree)) },
}, outDir, tree);

/** The bundle, and beside it its parts. @param {string} outDir absolute @param {string} [tree] */
export async function buildReader(outDir, tree = root) {
  await build(readerConfig(outDir, tree));
  copyParts(tree, outDir);
}
