/**
 * Functions that never compute the same thing twice, for tests that tell one story a thousand times: each asks for the
 * same few keys and signatures again. The shipped function is asked the first time, and what it gives is given again; what
 * throws is not remembered. Only for functions whose result follows from their arguments.
 */
import type { ed25519 as ShippedEd25519, x25519 as ShippedX25519 } from '@noble/curves/ed25519.js';

/** About 50 MB of answers; beyond it everything is forgotten and computed anew. */
const MAX_REMEMBERED = 200_000;

const inWords = (part: unknown): string => (part instanceof Uint8Array ? Buffer.from(part).toString('latin1') : JSON.stringify(part) ?? '');
const copied = <T>(value: T): T => (value instanceof Uint8Array ? (value.slice() as T) : value);

export function remembering<Args extends unknown[], Value>(compute: (...args: Args) => Value): (...args: Args) => Value {
  const known = new Map<string, Value>();
  return (...args) => {
    const question = args.map(inWords).join('\0/');
    if (known.has(question)) return copied(known.get(question) as Value);
    const value = compute(...args);
    if (known.size >= MAX_REMEMBERED) known.clear();
    known.set(question, copied(value));
    return value;
  };
}

interface Curves { readonly ed25519: typeof ShippedEd25519; readonly x25519: typeof ShippedX25519 }

/** The curves that are shipped, with a memory. */
export const rememberingCurves = ({ ed25519, x25519 }: Curves) => ({
  ed25519: { ...ed25519, getPublicKey: remembering(ed25519.getPublicKey), sign: remembering(ed25519.sign), verify: remembering(ed25519.verify) },
  x25519: { ...x25519, getPublicKey: remembering(x25519.getPublicKey), getSharedSecret: remembering(x25519.getSharedSecret) },
});
