/** META-INF/encryption.xml (OCF 3.3 §4.2.6.3.2): which files of the book are encrypted, and whether only fonts are disguised. */
import { readXml } from './xml.ts';
import type { Zip } from './zip.ts';

const FILE = 'META-INF/encryption.xml';
/** Fonts that are made unusable outside of the book: no protection of the text. */
const OBFUSCATION = new Set(['http://www.idpf.org/2008/embedding', 'http://ns.adobe.com/pdf/enc#RC']);
const MAX_BYTES = 4 * 1024 * 1024;

export interface Encrypted { readonly files: ReadonlySet<string>; readonly disguisedFonts: ReadonlySet<string> }

export async function readEncryption(zip: Zip): Promise<Encrypted> {
  const files = new Set<string>();
  const disguisedFonts = new Set<string>();
  if (!zip.entries.has(FILE)) return { files, disguisedFonts };
  let algorithm = '';
  readXml(await zip.content(FILE, MAX_BYTES), {
    open(name, attributes) {
      if (name === 'EncryptionMethod') algorithm = attributes['Algorithm'] ?? '';
      if (name === 'CipherReference') (OBFUSCATION.has(algorithm) ? disguisedFonts : files).add(decodeURI(attributes['URI'] ?? ''));
    },
  });
  return { files, disguisedFonts };
}
