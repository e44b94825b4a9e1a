/**
 * The shipped curves and argon2id, which never compute the same thing twice: the tests are deterministic, so a thousand
 * runs of one test ask for the same few signatures. Same bytes, same refusals; what throws is not remembered.
 */
import { ed25519 as shippedEd25519, x25519 as shippedX25519 } from '@noble/curves/ed25519.js';
import { argon2id as shippedArgon2id } from '@noble/hashes/argon2.js';

/** About 50 MB of answers; beyond it everything is forgotten and computed anew. */
const MAX_REMEMBERED = 200_000;

const inWords = (part: unknown): string => (part instanceof Uint8Array ? Buffer.from(part).toString('latin1') : JSON.stringify(part) ?? '');
const copied = <T>(value: T): T => (value instanceof Uint8Array ? (value.slice() as T) : value);

function remembering<Args extends unknown[], Value>(compute: (...args: Args) => Value): (...args: Args) => Value {
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

export const ed25519 = {
  ...shippedEd25519,
  getPublicKey: remembering(shippedEd25519.getPublicKey),
  sign: remembering(shippedEd25519.sign),
  verify: remembering(shippedEd25519.verify),
};

export const x25519 = {
  ...shippedX25519,
  getPublicKey: remembering(shippedX25519.getPublicKey),
  getSharedSecret: remembering(shippedX25519.getSharedSecret),
};

export const argon2id = remembering(shippedArgon2id);
