/**
 * argon2id (RFC 9106) by OpenSSL, in place of @noble/hashes when the simulator is loaded: the same bytes, sooner, and each
 * only once. People in the simulator type the same few PINs again and again.
 */
import { argon2Sync } from 'node:crypto';

interface Cost { readonly m: number; readonly t: number; readonly p: number; readonly dkLen: number }
const known = new Map<string, Uint8Array>();

export function argon2id(pin: string, salt: Uint8Array, { m, t, p, dkLen }: Cost): Uint8Array {
  const name = `${pin}/${Buffer.from(salt).toString('hex')}/${m}/${t}/${p}/${dkLen}`;
  let hash = known.get(name);
  if (!hash) known.set(name, (hash = new Uint8Array(argon2Sync('argon2id', { message: pin, nonce: salt, parallelism: p, tagLength: dkLen, memory: m, passes: t }))));
  return hash.slice();
}
