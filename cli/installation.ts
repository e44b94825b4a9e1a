/**
 * Where the parts of this installation lie: beside the built command line (out/cli), or under out/ for sources that Node
 * runs as they are (cli/).
 */
import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { Refusal } from '../protocol/errors.ts';

// Every chunk of the built command line lies in one folder, so this means the same in each.
const isSource = import.meta.url.endsWith('.ts');
const partOf = (path: string): string => fileURLToPath(new URL(isSource ? `../out/${path}` : `../${path}`, import.meta.url));

/** Folder of the built interface. */
export const interfaceFolder = (): string => partOf('renderer');

/** The vault's bundle. @throws Refusal `not_supported` if it is not built */
export function vaultBundle(): string {
  const path = partOf('enclave/vault.mjs');
  if (!existsSync(path)) throw new Refusal('not_supported', 'The vault is not built. Run `npm run build` first.');
  return path;
}

/** The reader's bundle; whether it is built shows when a book is opened. */
export const readerBundle = (): string => partOf('reader/reader.mjs');

/** The book that the demo publishes. */
export const demoBook = (): string => fileURLToPath(new URL(isSource ? './demo/a-split-stick.epub' : './a-split-stick.epub', import.meta.url));
