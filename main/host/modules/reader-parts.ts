/** The files beside the reader's bundle: its WASM and its fonts. The reader checks them itself. */
import { readFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { refuse } from '../../../protocol/errors.ts';

const NAME = /^[a-z0-9]+(-[a-z0-9]+)*$/;

/** @param name as the reader asks for it @throws Refusal `not_supported` if the installation lacks it */
export async function readPart(bundlePath: string, name: string): Promise<Uint8Array> {
  if (!NAME.test(name)) return refuse('bad_input', 'This is no part of the reader.');
  const file = join(dirname(bundlePath), name === 'mupdf' ? 'mupdf.wasm' : `${name}.ttf`);
  try {
    // A view of Node's own buffer would carry more along than it shows.
    return new Uint8Array(await readFile(file));
  } catch {
    return refuse('not_supported', `A part of the reader is missing (${name}). Build it, or install Tallystick again.`);
  }
}
