/**
 * Field names and other short words, each turned into bytes once: the library does it anew for every comparison while it
 * sorts the keys of a map, which was a tenth of what a vault did with a transfer. Only saves work; says nothing about
 * which text may be written.
 */
import { Token, Type } from 'cborg';

/** Longer than every field name there is; what is longer is hardly ever said twice. */
const MAX_LENGTH = 20;
/** More than there are field names. Peers' words get in too, hence the end. */
const MAX_NAMES = 512;
const NAME = /^[a-zA-Z][a-zA-Z-]*$/;

const names = new Map<string, Token>();

/** @returns what the library writes for this word; null leaves it to the library */
export function nameToken(text: string): Token | null {
  const known = names.get(text);
  if (known) return known;
  if (text.length > MAX_LENGTH || names.size >= MAX_NAMES || !NAME.test(text)) return null;
  const token = new Token(Type.string, text);
  names.set(text, token);
  return token;
}
