/**
 * XML of a book, read with bounds and without entities of its own (assurance row 47): nothing is fetched, nothing expands.
 * Books are often not quite well-formed; what can be read is.
 */
import { SaxesParser } from 'saxes';
import { Refusal } from '../../../protocol/errors.ts';

/** Elements inside elements; real books stay below fifty. */
const MAX_DEPTH = 256;
/** Elements of one document: a table of contents or a package document of the largest books. */
const MAX_ELEMENTS = 500_000;
/** Mistakes after which a document is noise. */
const MAX_MISTAKES = 1000;

export interface XmlListener {
  /** `name` without prefix; attribute names without prefix, except `epub:type`. */
  open?(name: string, attributes: Readonly<Record<string, string>>): void;
  close?(name: string): void;
  text?(text: string): void;
}

const localName = (name: string): string => name.slice(name.indexOf(':') + 1);

/** @throws Refusal `book_unreadable`, `book_too_large` */
export function readXml(bytes: Uint8Array, listener: XmlListener): void {
  let depth = 0;
  let elements = 0;
  let mistakes = 0;
  const parser = new SaxesParser({ xmlns: false, fragment: false, position: false });
  parser.on('error', (error) => {
    if (++mistakes > MAX_MISTAKES) throw error;
  });
  parser.on('opentag', ({ name, attributes }) => {
    if (++depth > MAX_DEPTH || ++elements > MAX_ELEMENTS) throw new Refusal('book_too_large', 'A document in the book is nested too deeply, or has too many parts.');
    if (!listener.open) return;
    const plain: Record<string, string> = {};
    for (const [key, value] of Object.entries(attributes)) plain[key === 'epub:type' ? key : localName(key)] = value;
    listener.open(localName(name), plain);
  });
  parser.on('closetag', ({ name }) => {
    depth--;
    listener.close?.(localName(name));
  });
  if (listener.text) parser.on('text', (text) => listener.text?.(text));
  try {
    parser.write(decodeText(bytes)).close();
  } catch (error) {
    if (error instanceof Refusal) throw error;
    throw new Refusal('book_unreadable', 'A document in the book is not XML.');
  }
}

/** UTF-8 or UTF-16, by the mark at the beginning. */
export function decodeText(bytes: Uint8Array): string {
  const encoding = bytes[0] === 0xff && bytes[1] === 0xfe ? 'utf-16le' : bytes[0] === 0xfe && bytes[1] === 0xff ? 'utf-16be' : 'utf-8';
  return new TextDecoder(encoding).decode(bytes);
}
