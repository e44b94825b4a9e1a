/**
 * The shipped curves and argon2id, which never compute the same thing twice: the tests are deterministic, so a thousand
 * runs of one test ask for the same few signatures. Same bytes, same refusals.
 */
import * as shippedCurves from '@noble/curves/ed25519.js';
import { argon2id as shippedArgon2id } from '@noble/hashes/argon2.js';
import { remembering, rememberingCurves } from '../support/remembered.ts';

export const { ed25519, x25519 } = rememberingCurves(shippedCurves);

export const argon2id = remembering(shippedArgon2id);
