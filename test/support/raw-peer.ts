/**
 * A peer that says whatever a test wants: the vault's own handshake, session cipher and codecs, but no state machine
 * behind them. It has an instance key and signs true evidence, or forged evidence where a test asks for it.
 */
import { ed25519, x25519 } from '@noble/curves/ed25519.js';
import { type CipherState, decryptWithAd, encryptWithAd } from '../../enclave/vault/noise/cipher-state.ts';
import { type Handshake, type HandshakeRole, readMessage, startHandshake, writeMessage } from '../../enclave/vault/noise/handshake-xx.ts';
import { prologueOf } from '../../enclave/vault/sessions/meeting.ts';
import { type InstanceId, instanceIdOf } from '../../protocol/identifiers.ts';
import { type Message, type MessageOf, decodeMessage } from '../../protocol/messages.codec.ts';
import { type Evidence, signingInput } from '../../protocol/statements.codec.ts';
import { encodeAnything } from './hostile-encoding.ts';
import { MEASUREMENT, type MemoryHost, seededRandom } from './memory-host.ts';

/** Connection numbers of raw peers, far from those of the memory network; each host counts its own, so that a test can be run again. */
const lastConnections = new WeakMap<MemoryHost, number>();

function nextConnection(host: MemoryHost): number {
  const connection = (lastConnections.get(host) ?? 1_000_000) + 1;
  lastConnections.set(host, connection);
  return connection;
}

export interface RawIdentity { readonly secretKey: Uint8Array; readonly publicKey: Uint8Array; readonly instance: InstanceId; readonly name: string }

export function rawIdentity(name: string, seed: string): RawIdentity {
  const secretKey = seededRandom(`raw/${seed}/${name}`)(32);
  const publicKey = ed25519.getPublicKey(secretKey);
  return { secretKey, publicKey, instance: instanceIdOf(publicKey), name };
}

export interface RawOptions {
  readonly role?: HandshakeRole;
  readonly strangersWelcome?: boolean;
  readonly expect?: string;
  /** Changes the claims before they are signed. */
  readonly claims?: (evidence: Evidence) => Evidence;
  /** Replaces the evidence message altogether. */
  readonly evidence?: (own: MessageOf<'evidence'>) => Message;
}

/** One connection of a raw peer to a vault. */
export class RawPeer {
  readonly identity: RawIdentity;
  readonly host: MemoryHost;
  readonly connection: number;
  /** What the vault has said since the session stands, oldest first. */
  readonly heard: Message[] = [];
  theirEvidence: MessageOf<'evidence'> | null = null;
  handshakeHash: Uint8Array = new Uint8Array();
  hungUp: { code: string } | null = null;
  #handshake: Handshake | null;
  #ownNonce: Uint8Array;
  #theirNonce: Uint8Array = new Uint8Array();
  #send: CipherState | null = null;
  #receive: CipherState | null = null;
  readonly #options: RawOptions;

  constructor(identity: RawIdentity, host: MemoryHost, options: RawOptions = {}) {
    this.identity = identity;
    this.host = host;
    this.connection = nextConnection(host);
    this.#options = options;
    const role = options.role ?? 'initiator';
    const random = seededRandom(`raw/${identity.name}/${this.connection}`);
    const secretKey = random(32);
    this.#ownNonce = random(32);
    const [own, theirs] = [`peer-${identity.name}`, `peer-${host.name}`];
    this.#handshake = startHandshake({
      role, staticKey: { secretKey, publicKey: x25519.getPublicKey(secretKey) }, ephemeralSecret: random(32),
      prologue: role === 'initiator' ? prologueOf(own, theirs) : prologueOf(theirs, own),
    });
  }

  /** Connects, shakes hands and shows evidence; `hungUp` says so if the vault would not. */
  async meet(): Promise<this> {
    const { host, connection } = this;
    const initiator = (this.#options.role ?? 'initiator') === 'initiator';
    const [before, taken] = [host.onFrame, host.onHangUp];
    host.onFrame = (at, frame) => (at === connection ? this.#hear(frame) : before(at, frame));
    host.onHangUp = (at) => (at === connection ? this.#ended() : taken(at));
    host.runtime.handle({
      type: 'connected', now: host.now, connection, role: initiator ? 'responder' : 'initiator', localPeer: `peer-${host.name}`,
      remotePeer: `peer-${this.identity.name}`, expect: this.#options.expect ?? null, strangersWelcome: this.#options.strangersWelcome ?? true,
    });
    if (initiator) this.#speak(new Uint8Array());
    await this.settle();
    return this;
  }

  /** Says something, and waits until the vault has dealt with it. @returns what it said in answer */
  async say(...messages: Message[]): Promise<Message[]> {
    const before = this.heard.length;
    for (const message of messages) this.sayBytes(encodeAnything(message));
    await this.settle();
    return this.heard.slice(before);
  }

  /** Any bytes, sealed as a message of this session. */
  sayBytes(plaintext: Uint8Array): void {
    if (!this.#send) throw new Error('there is no session');
    const { state, ciphertext } = encryptWithAd(this.#send, new Uint8Array(), plaintext);
    this.#send = state;
    this.host.deliver(this.connection, ciphertext);
  }

  async settle(): Promise<void> {
    await this.host.settled();
    await new Promise((resolve) => setImmediate(resolve));
    await this.host.settled();
  }

  async leave(): Promise<void> {
    this.host.runtime.handle({ type: 'disconnected', now: this.host.now, connection: this.connection });
    await this.settle();
  }

  #ended(): void {
    const message = this.host.emitted.findLast((m) => m.type === 'hang-up' && m.connection === this.connection);
    this.hungUp = { code: message?.type === 'hang-up' ? (message.failure?.code ?? 'none') : 'none' };
  }

  #speak(payload: Uint8Array): void {
    const { handshake, message, established } = writeMessage(this.#handshake!, payload);
    this.#handshake = handshake;
    this.host.deliver(this.connection, message);
    if (established) this.#established(established);
  }

  #established({ send, receive, handshakeHash }: { send: CipherState; receive: CipherState; handshakeHash: Uint8Array }): void {
    [this.#send, this.#receive, this.handshakeHash, this.#handshake] = [send, receive, handshakeHash, null];
    if ((this.#options.role ?? 'initiator') === 'initiator') this.#showEvidence();
  }

  #showEvidence(): void {
    const { identity, handshakeHash } = this;
    const claims: Evidence = {
      eat_profile: 'tallystick-evidence-1', eat_nonce: this.#theirNonce, ueid: identity.publicKey, binder: handshakeHash,
      role: this.#options.role ?? 'initiator', measurement: MEASUREMENT, tier: 'software', n: 1, head: new Uint8Array(32), name: identity.name,
    };
    const statement = encodeAnything(this.#options.claims?.(claims) ?? claims);
    const own: MessageOf<'evidence'> = { type: 'evidence', statement, signature: ed25519.sign(signingInput('evidence', statement), identity.secretKey) };
    this.sayBytes(encodeAnything(this.#options.evidence?.(own) ?? own));
  }

  #hear(frame: Uint8Array): void {
    if (this.#handshake) {
      const read = readMessage(this.#handshake, frame);
      if (!read.ok) throw new Error(`the vault's handshake failed: ${read.reason}`);
      if (read.payload.length === 32) this.#theirNonce = read.payload;
      if (read.established) return this.#established(read.established);
      this.#handshake = read.handshake;
      return this.#speak(this.#ownNonce);
    }
    const opened = this.#receive && decryptWithAd(this.#receive, new Uint8Array(), frame);
    if (!opened) throw new Error('the vault said something that is not authentic');
    this.#receive = opened.state;
    const message = decodeMessage(opened.plaintext);
    if (!message.ok) throw new Error(`the vault said something malformed: ${message.failure.detail}`);
    if (message.value.type !== 'evidence') return void this.heard.push(message.value);
    this.theirEvidence = message.value;
    if (this.#options.role === 'responder') this.#showEvidence();
  }
}
