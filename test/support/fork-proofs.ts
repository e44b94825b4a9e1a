/** Wallets that say two things of one number, and what they sign: for tests of fork proofs. */
import { createHash } from 'node:crypto';
import { ed25519 } from '@noble/curves/ed25519.js';
import { type InstanceId, instanceIdOf } from '../../protocol/identifiers.ts';
import type { ForkProof, SignedPosition } from '../../protocol/messages.codec.ts';
import { positionStatement, signingInput } from '../../protocol/statements.codec.ts';

export interface Signer { readonly secretKey: Uint8Array; readonly publicKey: Uint8Array; readonly instance: InstanceId }

export const bytesFrom = (seed: string): Uint8Array => new Uint8Array(createHash('sha256').update(seed).digest());

export function signerOf(seed: string): Signer {
  const secretKey = bytesFrom(`signer ${seed}`);
  const publicKey = ed25519.getPublicKey(secretKey);
  return { secretKey, publicKey, instance: instanceIdOf(publicKey) };
}

/** What `signer` says of its package `n`. */
export function positionOf({ secretKey, publicKey }: Omit<Signer, 'instance'>, n: number, head: Uint8Array): SignedPosition {
  const position = { instance: publicKey, n, head };
  return { ...position, signature: ed25519.sign(signingInput('position', positionStatement(position)), secretKey) };
}

/** Two positions that contradict each other. */
export const forkProofOf = (signer: Omit<Signer, 'instance'>, n = 57): ForkProof => ({ first: positionOf(signer, n, bytesFrom('one')), second: positionOf(signer, n, bytesFrom('other')) });
