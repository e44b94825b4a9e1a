/**
 * Who may import whom (design §4), as a pure function of two names; the lint rule beside it and the house tests use it.
 * Electron may appear only where the app's shell is: main/desktop and preload.
 */
import { posix } from 'node:path';

/** Packages that may be in the vault's bundle: lock-down, curves and ciphers, encodings, schemas. Each is code we trust. */
export const ENCLAVE_PACKAGES = [/^ses$/, /^@noble\/(curves|ciphers|hashes)$/, /^@scure\/(base|bip39)$/, /^cbor2$/, /^zod$/];

/** What the reader holds besides: MuPDF, and what unpacks and reads an EPUB's package. */
const READER_PACKAGES = [/^mupdf$/, /^fflate$/, /^saxes$/];

/** What crosses a boundary needs schemas, encodings and hashes, no more. */
const PROTOCOL_PACKAGES = [/^@noble\/(curves|hashes)$/, /^@scure\/(base|bip39)$/, /^cbor2$/, /^zod$/];

const starts = (path, ...folders) => folders.some((folder) => path === folder || path.startsWith(`${folder}/`));

/** `@scope/name/deep/file.js` → `@scope/name`. */
const packageOf = (specifier) => specifier.split('/').slice(0, specifier.startsWith('@') ? 2 : 1).join('/');

/** `features/send/x` → `send`; null outside of the features. */
const featureOf = (path) => /^renderer\/features\/([^/]+)\//.exec(path)?.[1] ?? null;

/** Folders of ours that files of a folder may import; test/ may import anything and is not here. */
const NEIGHBOURS = {
  'enclave/grants': ['enclave/grants', 'protocol'],
  'enclave/vault': ['enclave/vault', 'enclave/grants', 'protocol'],
  'enclave/reader': ['enclave/reader', 'enclave/grants', 'protocol'],
  'enclave/runtime': ['enclave', 'protocol'],
  protocol: ['protocol'],
  'main/host': ['main/host', 'protocol'],
  'main/desktop': ['main', 'protocol'],
  preload: ['preload', 'protocol'],
  renderer: ['renderer', 'protocol'],
  cli: ['cli', 'main/host', 'protocol'],
};

/**
 * @param {string} from the importing file, relative to the checkout, with forward slashes
 * @param {string} specifier as written in the import
 * @param {(name: string) => boolean} isBuiltin true for names of Node's own modules
 * @returns {string | null} why this import is against the rules, or null
 */
export function importTrouble(from, specifier, isBuiltin) {
  const home = Object.keys(NEIGHBOURS).find((folder) => starts(from, folder));
  // How a folder is built is no part of it.
  if (!home || from.endsWith('.config.ts')) return null;
  if (specifier.startsWith('.')) return neighbourTrouble(from, home, posix.join(posix.dirname(from), specifier.replace(/\?.*$/, '')));
  if (specifier.startsWith('/') || /^[a-z]+:\/\//.test(specifier)) return 'imports are relative or name a package';
  const isolated = starts(home, 'enclave') || home === 'protocol';
  if (specifier.startsWith('node:') || isBuiltin(specifier)) {
    return isolated || home === 'renderer' || home === 'preload' ? `${home} may not use Node's own modules` : null;
  }
  return packageTrouble(home, packageOf(specifier));
}

function neighbourTrouble(from, home, target) {
  // The build's own output has no types and no rules; nothing of ours is there to be imported.
  if (!starts(target, ...NEIGHBOURS[home])) return `${home} may import only ${NEIGHBOURS[home].join(' and ')}`;
  const own = featureOf(from);
  const other = featureOf(target);
  if (own && other && own !== other) return 'features never import each other; what both need lies outside of them';
  if (starts(from, 'renderer/ui') && other) return 'renderer/ui knows no feature';
  return null;
}

function packageTrouble(home, name) {
  if (name === 'electron' && home !== 'main/desktop' && home !== 'preload') return 'Electron is for main/desktop and preload only';
  const held = home === 'enclave/reader' ? [...ENCLAVE_PACKAGES, ...READER_PACKAGES] : ENCLAVE_PACKAGES;
  if (starts(home, 'enclave') && !held.some((allowed) => allowed.test(name))) return `${name} is not on the list of packages a module may hold`;
  if (home === 'protocol' && !PROTOCOL_PACKAGES.some((allowed) => allowed.test(name))) return `${name} is not on the list of packages for protocol/`;
  if (home === 'preload' && name !== 'electron' && name !== 'zod') return 'a sandboxed preload script holds nothing but the contract';
  return null;
}
