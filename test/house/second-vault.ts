/**
 * A second implementation of the protocol, written from docs/PROTOCOL.md and nothing else; protocol-document.test.ts lets it
 * talk to a real vault, so the document cannot say something else than the code. Only as much as that test needs, with
 * Node's own hashes; Noise is taken from the vault, which is held to published vectors.
 */
import { createHash, createHmac, randomBytes } from 'node:crypto';
import { xchacha20poly1305 } from '@noble/ciphers/chacha.js';
import { ed25519, x25519 } from '@noble/curves/ed25519.js';
import { bech32m } from '@scure/base';
import { dcborDecodeOptions, dcborEncodeOptions, decode, encode } from 'cbor2';
import { type CipherState, decryptWithAd, encryptWithAd } from '../../enclave/vault/noise/cipher-state.ts';
import { type Established, readMessage, startHandshake, writeMessage } from '../../enclave/vault/noise/handshake-xx.ts';
import type { MemoryHost } from '../support/memory-host.ts';

/** A decoded map. */
export type Fields = Readonly<Record<string, unknown>>;

/** The byte string under `name`. */
export function bytes(fields: Fields | undefined, name: string): Uint8Array {
  const value = fields?.[name];
  if (!(value instanceof Uint8Array)) throw new Error(`${name} is not a byte string`);
  return value;
}

export const cbor = (value: unknown): Uint8Array => new Uint8Array(encode(value, dcborEncodeOptions));
export const fromCbor = (encoded: Uint8Array): Fields => decode(encoded.slice(), dcborDecodeOptions) as Fields;
export const hex = (bytes: Uint8Array): string => Buffer.from(bytes).toString('hex');
export const random = (length: number): Uint8Array => new Uint8Array(randomBytes(length));
export const join = (...parts: Uint8Array[]): Uint8Array => new Uint8Array(Buffer.concat(parts));
export const ascii = (text: string): Uint8Array => new TextEncoder().encode(text);

// §2 Notation
export const sha256 = (data: Uint8Array): Uint8Array => new Uint8Array(createHash('sha256').update(data).digest());
export const H = (context: string, ...parts: Uint8Array[]): Uint8Array => sha256(join(ascii(`${context}\0`), ...parts));
const hmac = (key: Uint8Array, data: Uint8Array): Uint8Array => new Uint8Array(createHmac('sha256', key).update(data).digest());
export const K = (key: Uint8Array, label: string): Uint8Array => hmac(key, join(ascii(label), new Uint8Array([1])));
const signingInput = (context: string, statement: Uint8Array): Uint8Array => join(ascii(`tallystick ${context} v1\0`), statement);
export const isSigned = (context: string, statement: Uint8Array, signature: Uint8Array, key: Uint8Array): boolean => ed25519.verify(signature, signingInput(context, statement), key);

/** §8: a lane's parties in the order in which they are hashed. */
export interface LaneParties { readonly source: Uint8Array; readonly destination: Uint8Array; readonly sourceKey: Uint8Array; readonly destinationKey: Uint8Array; readonly nonce: Uint8Array }
export interface Lane { readonly id: string; readonly chain: Uint8Array; readonly answer: Uint8Array }

export function laneOf(parties: LaneParties, ownSecret: Uint8Array, otherKey: Uint8Array): Lane {
  const p = join(parties.source, parties.destination, parties.sourceKey, parties.destinationKey, parties.nonce);
  const root = hmac(H('tallystick lane keys', p), x25519.getSharedSecret(ownSecret, otherKey));
  return { id: hex(H('tallystick lane', p)), chain: K(root, 'chain'), answer: K(root, 'answer') };
}

// §10
const associated = (kind: string, lane: string, seq: number): Uint8Array => cbor([1, kind, lane, seq]);

export function sealCommit(chain: Uint8Array, lane: string, seq: number, body: object): Uint8Array {
  const nonce = random(24);
  return cbor({ version: 1, kind: 'commit', lane, seq, nonce, box: xchacha20poly1305(K(chain, 'commit'), nonce, associated('commit', lane, seq)).encrypt(cbor(body)) });
}

export function sealAnswer(lane: Lane, kind: 'ack' | 'nack', seq: number, body: object): Uint8Array {
  const plaintext = cbor(body);
  const ad = associated(kind, lane.id, seq);
  const nonce = hmac(K(lane.answer, 'nonce'), join(ad, plaintext)).slice(0, 24);
  return cbor({ version: 1, kind, lane: lane.id, seq, nonce, box: xchacha20poly1305(K(lane.answer, 'seal'), nonce, ad).encrypt(plaintext) });
}

/** The plaintext of a lane frame under `key`; throws if it does not open. */
export function openFrame(frame: Uint8Array, key: Uint8Array): { kind: string; lane: string; seq: number; body: Fields } {
  const fields = fromCbor(frame);
  const [kind, lane, seq] = [String(fields['kind']), String(fields['lane']), Number(fields['seq'])];
  return { kind, lane, seq, body: fromCbor(xchacha20poly1305(key, bytes(fields, 'nonce'), associated(kind, lane, seq)).decrypt(bytes(fields, 'box'))) };
}

/** This implementation's end of one session with a real vault, as the initiator (§4, §5). */
export class SecondVault {
  readonly secret = random(32);
  readonly publicKey = ed25519.getPublicKey(this.secret);
  readonly instance = bech32m.encodeFromBytes('tally', this.publicKey);
  readonly #host: MemoryHost;
  readonly #inbox: Uint8Array[] = [];
  #send: CipherState | null = null;
  #receive: CipherState | null = null;
  handshakeHash = new Uint8Array();

  constructor(host: MemoryHost) {
    this.#host = host;
    host.onFrame = (_connection, frame) => void this.#inbox.push(frame);
  }

  sign(context: string, statement: Uint8Array): Uint8Array {
    return ed25519.sign(signingInput(context, statement), this.secret);
  }

  /** Handshake and evidence both ways. @returns the other side's message with its evidence, and the nonce that it had to sign */
  async meet(): Promise<{ evidence: Fields; nonce: Uint8Array }> {
    const now = this.#host.now;
    this.#host.runtime.handle({ type: 'connected', now, connection: 1, role: 'responder', localPeer: 'peer-a', remotePeer: 'peer-b', expect: null, strangersWelcome: true });
    const staticSecret = random(32);
    const nonce = random(32);
    const start = startHandshake({ role: 'initiator', staticKey: { secretKey: staticSecret, publicKey: x25519.getPublicKey(staticSecret) }, ephemeralSecret: random(32), prologue: cbor(['tallystick', 1, 'peer-b', 'peer-a']) });
    const first = writeMessage(start, new Uint8Array());
    await this.#deliver(first.message);
    const second = readMessage(first.handshake!, this.#inbox.shift() ?? new Uint8Array());
    if (!second.ok || second.payload.length !== 32) throw new Error('message 2 is not as described');
    const third = writeMessage(second.handshake!, nonce);
    const { send, receive, handshakeHash } = third.established as Established;
    [this.#send, this.#receive, this.handshakeHash] = [send, receive, new Uint8Array(handshakeHash)];
    await this.#deliver(third.message);
    if (this.#inbox.length > 0) throw new Error('the responder did not wait for our evidence');
    const statement = cbor({
      eat_profile: 'tallystick-evidence-1', eat_nonce: second.payload, ueid: this.publicKey, binder: handshakeHash, role: 'initiator',
      measurement: this.#host.measurement, tier: 'software', n: 0, head: new Uint8Array(32), name: 'Second',
    });
    await this.say({ type: 'evidence', statement, signature: this.sign('evidence', statement) });
    return { evidence: this.hear('evidence'), nonce };
  }

  /** §7: nothing is unfinished here, but for what is given. */
  resume(given: { closed?: readonly { lane: string; upTo: number }[] } = {}): object {
    const position = { instance: this.publicKey, n: 0, head: new Uint8Array(32) };
    return { type: 'resume', transfers: [], requests: [], closed: [], rule: [], acquaintances: [], position: { ...position, signature: this.sign('position', cbor(position)) }, ...given };
  }

  async say(message: object): Promise<void> {
    const { state, ciphertext } = encryptWithAd(this.#send!, new Uint8Array(), cbor(message));
    this.#send = state;
    await this.#deliver(ciphertext);
  }

  /** The next message, which must be of this type. */
  hear(type: string): Fields {
    const frame = this.#inbox.shift();
    const opened = frame && decryptWithAd(this.#receive!, new Uint8Array(), frame);
    if (!opened) throw new Error(`nothing was said, where ${type} was expected`);
    this.#receive = opened.state;
    const message = fromCbor(opened.plaintext);
    if (message['type'] !== type) throw new Error(`${String(message['type'])} was said, where ${type} was expected`);
    return message;
  }

  get silent(): boolean {
    return this.#inbox.length === 0;
  }

  async #deliver(frame: Uint8Array): Promise<void> {
    this.#host.deliver(1, frame);
    await this.settle();
  }

  /** Until the real vault has nothing more to say; its store answers a turn later. */
  async settle(): Promise<void> {
    for (let quiet = 0; quiet < 3; quiet++) {
      await this.#host.runtime.settled();
      await new Promise((resolve) => setImmediate(resolve));
    }
  }
}
