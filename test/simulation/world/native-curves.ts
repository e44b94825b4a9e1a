/**
 * Ed25519 (RFC 8032) and X25519 (RFC 7748) by OpenSSL, in place of @noble/curves when the simulator is loaded: ten to
 * fifteen times as fast and, as both are deterministic, the same bytes. test/simulation/simulator.test.ts compares whole
 * traces made with either. Only for keys and messages of honest vaults: the two differ in which malformed keys they refuse.
 */
import { createPrivateKey, createPublicKey, diffieHellman, type KeyObject, sign, verify } from 'node:crypto';

const ED25519 = 0x70;
const X25519 = 0x6e;
/** PKCS #8 and SPKI headers of RFC 8410; the last byte of the object identifier says which curve. */
const pkcs8 = (curve: number, secret: Uint8Array): Buffer => Buffer.concat([Buffer.from([0x30, 0x2e, 2, 1, 0, 0x30, 5, 6, 3, 0x2b, 0x65, curve, 4, 0x22, 4, 0x20]), secret]);
const spki = (curve: number, key: Uint8Array): Buffer => Buffer.concat([Buffer.from([0x30, 0x2a, 0x30, 5, 6, 3, 0x2b, 0x65, curve, 3, 0x21, 0]), key]);

const secretKey = (curve: number, secret: Uint8Array): KeyObject => createPrivateKey({ key: pkcs8(curve, secret), format: 'der', type: 'pkcs8' });
const publicKey = (curve: number, key: Uint8Array): KeyObject => createPublicKey({ key: spki(curve, key), format: 'der', type: 'spki' });
const publicOf = (secret: KeyObject): Uint8Array => new Uint8Array(createPublicKey(secret).export({ format: 'der', type: 'spki' }).subarray(-32));

/** Instances sign and are verified again and again; parsing a key costs as much as using it. */
function remembering(make: (bytes: Uint8Array) => KeyObject): (bytes: Uint8Array) => KeyObject {
  const known = new Map<string, KeyObject>();
  return (bytes) => {
    const name = Buffer.from(bytes).toString('latin1');
    let key = known.get(name);
    if (!key) {
      if (known.size > 1000) known.clear();
      known.set(name, (key = make(bytes)));
    }
    return key;
  };
}
const signingKey = remembering((secret) => secretKey(ED25519, secret));
const verifyingKey = remembering((key) => publicKey(ED25519, key));

export const ed25519 = {
  getPublicKey: (secret: Uint8Array): Uint8Array => publicOf(signingKey(secret)),
  sign: (message: Uint8Array, secret: Uint8Array): Uint8Array => new Uint8Array(sign(null, message, signingKey(secret))),
  verify: (signature: Uint8Array, message: Uint8Array, key: Uint8Array): boolean => verify(null, message, verifyingKey(key), signature),
};

const agreeingKey = remembering((secret) => secretKey(X25519, secret));

export const x25519 = {
  getPublicKey: (secret: Uint8Array): Uint8Array => publicOf(agreeingKey(secret)),
  /** @throws Error if the result would be all zeros */
  getSharedSecret: (secret: Uint8Array, key: Uint8Array): Uint8Array =>
    new Uint8Array(diffieHellman({ privateKey: agreeingKey(secret), publicKey: publicKey(X25519, key) })),
};
