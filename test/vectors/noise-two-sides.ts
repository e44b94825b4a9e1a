/**
 * Fixtures for the Noise tests: two sides with fixed keys, a handshake driven in memory up to any message, and a frozen
 * copy of a value that tells whether anything wrote to its bytes.
 */
import { x25519 } from '@noble/curves/ed25519.js';
import {
  readMessage,
  startHandshake,
  writeMessage,
  type Established,
  type Handshake,
  type HandshakeRole,
  type StaticKey,
} from '../../enclave/vault/noise/handshake-xx.ts';

export const PROLOGUE = new TextEncoder().encode('two sides');
export const PAYLOADS = ['in the clear', 'first secret', 'second secret'].map((text) => new TextEncoder().encode(text));

export function staticKey(fill: number): StaticKey {
  const secretKey = new Uint8Array(32).fill(fill);
  return { secretKey, publicKey: x25519.getPublicKey(secretKey) };
}

export function side(role: HandshakeRole, prologue: Uint8Array = PROLOGUE): Handshake {
  const initiator = role === 'initiator';
  return startHandshake({
    role,
    staticKey: staticKey(initiator ? 1 : 2),
    ephemeralSecret: new Uint8Array(32).fill(initiator ? 3 : 4),
    prologue,
  });
}

/** Message `at` (0 to 2) of an honest handshake, the side that is to read it, and the side that has written it. */
export interface Moment {
  readonly at: number;
  readonly message: Uint8Array;
  readonly reader: Handshake;
  readonly writer: Handshake | null;
}

/** All three messages of an honest handshake, each with its reader's state just before it, and both sessions. */
export function honestRun(): { moments: Moment[]; initiator: Established; responder: Established } {
  const moments: Moment[] = [];
  let writer: Handshake | null = side('initiator');
  let reader: Handshake | null = side('responder');
  for (let at = 0; ; at += 1) {
    if (writer === null || reader === null) throw new Error('an honest handshake ended early');
    const written = writeMessage(writer, PAYLOADS[at]!);
    moments.push({ at, message: written.message, reader, writer: written.handshake });
    const read = readMessage(reader, written.message);
    if (!read.ok) throw new Error(`an honest handshake failed at message ${at}: ${read.reason}`);
    if (written.established !== null && read.established !== null) {
      return { moments, initiator: written.established, responder: read.established };
    }
    [writer, reader] = [read.handshake, written.handshake];
  }
}

/**
 * Freezes every object in a value. Bytes cannot be frozen, so they are fingerprinted: the returned function says
 * whether they are still the same.
 */
export function deepFreeze(value: unknown): () => boolean {
  const bytes: [Uint8Array, string][] = [];
  const visit = (part: unknown): void => {
    if (part instanceof Uint8Array) bytes.push([part, part.join()]);
    else if (typeof part === 'object' && part !== null) {
      Object.freeze(part);
      Object.values(part).forEach(visit);
    }
  };
  visit(value);
  return () => bytes.every(([part, before]) => part.join() === before);
}
