/**
 * The files that lie beside the reader's bundle (design §4): MuPDF's WASM, and fonts of the Noto family in the styles that
 * enclave/reader/engine/fonts.ts names. Their hashes go into the bundle, so that its measurement covers them.
 */
import { createHash } from 'node:crypto';
import { copyFileSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { exportStackPointer } from './export-stack-pointer.mjs';

const FONTS = '@expo-google-fonts';
/** One style each: MuPDF keeps the first that it is given for a script. */
const SCRIPTS = ['noto-naskh-arabic', ...['armenian', 'bengali', 'devanagari', 'ethiopic', 'georgian', 'gujarati', 'gurmukhi', 'hebrew', 'kannada', 'khmer', 'malayalam', 'tamil', 'telugu', 'thai'].map((script) => `noto-sans-${script}`)];
const TEXT = ['noto-serif', 'noto-sans'];
const STYLES = { regular: '400Regular', bold: '700Bold', 'regular-italic': '400Regular_Italic', 'bold-italic': '700Bold_Italic' };

/** noto-sans-symbols-2 → NotoSansSymbols2 */
const camel = (name) => name.split('-').map((word) => word[0].toUpperCase() + word.slice(1)).join('');

function font(family, style) {
  const folder = STYLES[style];
  return { name: `${family}-${style}`, file: `${family}-${style}.ttf`, source: `node_modules/${FONTS}/${family}/${folder}/${camel(family)}_${folder}.ttf` };
}

/** Name (as the reader asks for it), file beside the bundle, and where it comes from. */
export const READER_PARTS = [
  { name: 'mupdf', file: 'mupdf.wasm', source: 'node_modules/mupdf/dist/mupdf-wasm.wasm' },
  ...TEXT.flatMap((family) => Object.keys(STYLES).map((style) => font(family, style))),
  ...[...SCRIPTS, 'noto-sans-symbols-2'].map((family) => font(family, 'regular')),
];

/** Licences that go where the files go. */
const LICENCES = [
  { file: 'OFL.txt', source: `node_modules/${FONTS}/noto-serif/LICENSE_FONT` },
  { file: 'AGPL.txt', source: 'node_modules/mupdf/LICENSE' },
];

/** A part as it lies beside the bundle. @returns {Uint8Array} */
export function partBytes(tree, { name, source }) {
  const bytes = new Uint8Array(readFileSync(join(tree, source)));
  return name === 'mupdf' ? exportStackPointer(bytes, 'stackPointer') : bytes;
}

/** SHA-256 of every part by its name, for the bundle. */
export const partHashes = (tree) => Object.fromEntries(READER_PARTS.map((part) => [part.name, createHash('sha256').update(partBytes(tree, part)).digest('hex')]));

/** Puts the parts into a folder. */
export function copyParts(tree, folder) {
  mkdirSync(folder, { recursive: true });
  for (const part of READER_PARTS) writeFileSync(join(folder, part.file), partBytes(tree, part));
  for (const { file, source } of LICENCES) copyFileSync(join(tree, source), join(folder, file));
}
