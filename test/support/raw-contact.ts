/**
 * A contact without scruples: paired with a vault like anyone, with lanes both ways, and then free to say, commit and
 * answer whatever a test wants. Its credits are its own invention, but for those that the vault sent it.
 */
import { ed25519, x25519 } from '@noble/curves/ed25519.js';
import { digest } from '../../enclave/vault/bytes.ts';
import { currencyIdOf } from '../../enclave/vault/credits/currencies.ts';
import { commitKey, laneIdOf, laneSecrets, nextChainKey, openFrame, parseLaneFrame, sealAnswer, sealCommit } from '../../enclave/vault/transfers/lane-keys.ts';
import { type CurrencyId, type InstanceId, instanceKeyOf, type LaneId } from '../../protocol/identifiers.ts';
import type { CurrencyDescriptor } from '../../protocol/currency.codec.ts';
import { type Commit, CommitSchema, decodeAs, type Message, type MessageOf, type WireCredit } from '../../protocol/messages.codec.ts';
import { currencyStatement, laneStatement, positionStatement, signingInput } from '../../protocol/statements.codec.ts';
import { encodeAnything } from './hostile-encoding.ts';
import { type MemoryHost, seededRandom } from './memory-host.ts';
import { type RawIdentity, rawIdentity, type RawOptions, RawPeer } from './raw-peer.ts';

/** A lane's keys and where it stands, as either end holds them. */
interface RawLane { readonly id: LaneId; readonly chainKey: Uint8Array; readonly answerKey: Uint8Array }

/** A currency signed by `issuer`. */
export function descriptor(issuer: RawIdentity, code: string, name = code): CurrencyDescriptor {
  const unsigned = { issuer: issuer.publicKey, code, decimals: 0, name };
  return { ...unsigned, signature: ed25519.sign(signingInput('currency', currencyStatement(unsigned)), issuer.secretKey) };
}
export const idOf = ({ issuer, code, decimals, name }: CurrencyDescriptor): CurrencyId => currencyIdOf({ issuer, code, decimals, name });
export const credit = (currency: CurrencyDescriptor, amount: string | number): WireCredit => ({ kind: 'credit', currency, amount: String(amount) });

export class RawContact {
  readonly identity: RawIdentity;
  readonly host: MemoryHost;
  peer: RawPeer;
  /** To the vault, and from it. */
  laneOut!: RawLane;
  laneIn!: RawLane;
  readonly random: (length: number) => Uint8Array;
  #sourceSecret!: Uint8Array;

  private constructor(host: MemoryHost, identity: RawIdentity, peer: RawPeer, random: (length: number) => Uint8Array) {
    [this.host, this.identity, this.peer, this.random] = [host, identity, peer, random];
  }

  /** Meets the vault, pairs with it (its person says that the words match), and founds both lanes. */
  static async of(host: MemoryHost, name: string, seed: string, options: RawOptions = {}): Promise<RawContact> {
    const contact = await RawContact.pairedWith(host, name, seed, options);
    await contact.#foundLanes();
    return contact;
  }

  /** As far as being contacts; the vault has asked for a lane by then. */
  static async pairedWith(host: MemoryHost, name: string, seed: string, options: RawOptions = {}): Promise<RawContact> {
    const identity = rawIdentity(name, seed);
    const peer = await new RawPeer(identity, host, options).meet();
    const contact = new RawContact(host, identity, peer, seededRandom(`raw contact/${seed}/${name}`));
    await contact.#pair();
    return contact;
  }

  /** A new connection on which the vault, which has forgotten this contact, is paired with again. The lanes are those of before. */
  async pairAgain(): Promise<void> {
    this.peer = await this.elsewhere(this.host);
    await this.#pair();
  }

  async #pair(): Promise<void> {
    const { peer, host, identity } = this;
    const nonce = this.random(32);
    await peer.say({ type: 'pair-request', commitment: digest('tallystick pairing commitment', peer.handshakeHash, nonce) });
    await peer.say({ type: 'pair-reveal', nonce });
    await host.must('pairing.confirm', { instance: identity.instance, matches: true });
    await peer.say({ type: 'pair-confirm' });
    await peer.say(this.resume());
  }

  resume(extra: Partial<MessageOf<'resume'>> = {}): MessageOf<'resume'> {
    const position = { instance: this.identity.publicKey, n: 1, head: new Uint8Array(32) };
    const signature = ed25519.sign(signingInput('position', positionStatement(position)), this.identity.secretKey);
    return { type: 'resume', transfers: [], requests: [], closed: [], rule: [], position: { ...position, signature }, acquaintances: [], ...extra };
  }

  /** A new connection, up to and including `resume`. */
  async reconnect(extra: Partial<MessageOf<'resume'>> = {}): Promise<Message[]> {
    await this.peer.leave();
    this.peer = await new RawPeer(this.identity, this.host).meet();
    await this.peer.say(this.resume(extra));
    return this.peer.heard;
  }

  /** A session with another vault that knows this contact, up to the evidence: a copy of the first one, or a new one. */
  elsewhere(host: MemoryHost): Promise<RawPeer> {
    return new RawPeer(this.identity, host).meet();
  }

  say(...messages: Message[]): Promise<Message[]> {
    return this.peer.say(...messages);
  }

  /** The key of one seq of a lane, from its first chain key. */
  keyOf(lane: RawLane, seq: number): Uint8Array {
    let chain = lane.chainKey;
    for (let at = 1; at < seq; at++) chain = nextChainKey(chain);
    return commitKey(chain);
  }

  /** A COMMIT as bytes. */
  commit(seq: number, commit: Partial<Commit> & { id: string }, lane = this.laneOut): Uint8Array {
    return this.#sealed(this.keyOf(lane, seq), seq, commit, lane.id);
  }

  /** The first `count` commits of a lane, all with the same content. */
  *commits(count: number, commit: Partial<Commit> & { id: string }): Generator<Uint8Array> {
    let { chainKey } = this.laneOut;
    for (let seq = 1; seq <= count; seq++, chainKey = nextChainKey(chainKey)) yield this.#sealed(commitKey(chainKey), seq, commit, this.laneOut.id);
  }

  /** An ACK or NACK to a commit of the vault. */
  answer(kind: 'ack' | 'nack', seq: number, content: object): Uint8Array {
    return sealAnswer(this.laneIn.answerKey, kind, this.laneIn.id, seq, encodeAnything(content));
  }

  /** Says a lane frame. @returns the lane frames that came back */
  async sayFrame(frame: Uint8Array): Promise<Uint8Array[]> {
    return laneFrames(await this.peer.say({ type: 'lane-frames', frames: [frame] }));
  }

  /** Reads a commit that the vault sent here. */
  read(frame: Uint8Array): Commit {
    const parsed = parseLaneFrame(frame);
    if (!parsed.ok) throw new Error('not a lane frame');
    const plaintext = openFrame(parsed.value, this.keyOf(this.laneIn, parsed.value.seq));
    const commit = plaintext && decodeAs(CommitSchema, plaintext);
    if (!commit?.ok) throw new Error('not a commit for this lane');
    return commit.value;
  }

  #sealed(key: Uint8Array, seq: number, commit: Partial<Commit> & { id: string }, lane: LaneId): Uint8Array {
    const whole: Commit = { give: [], take: [], memo: '', purpose: 'payment', closedUpTo: 0, ...commit };
    return sealCommit(key, this.random(24), lane, seq, encodeAnything(whole));
  }

  async #foundLanes(): Promise<void> {
    const open = this.peer.heard.find((message) => message.type === 'lane-open');
    if (!open) throw new Error('the vault opened no lane');
    const vault = instanceKeyOf(this.host.instance as InstanceId)!;
    const secret = this.random(32);
    const incoming = { source: vault, destination: this.identity.publicKey, sourceKey: open.sourceKey, destinationKey: x25519.getPublicKey(secret), nonce: open.nonce };
    this.laneIn = { id: laneIdOf(incoming), ...laneSecrets(incoming, secret, open.sourceKey)! };
    const signature = ed25519.sign(signingInput('lane-ready', laneStatement(incoming)), this.identity.secretKey);
    await this.say({ type: 'lane-ready', sourceKey: incoming.sourceKey, destinationKey: incoming.destinationKey, signature });
    this.#sourceSecret = this.random(32);
    const sourceKey = x25519.getPublicKey(this.#sourceSecret);
    const nonce = this.random(32);
    const ready = (await this.say({ type: 'lane-open', sourceKey, nonce })).find((message) => message.type === 'lane-ready');
    if (!ready) throw new Error('the vault did not answer lane-open');
    const outgoing = { source: this.identity.publicKey, destination: vault, sourceKey, destinationKey: ready.destinationKey, nonce };
    this.laneOut = { id: laneIdOf(outgoing), ...laneSecrets(outgoing, this.#sourceSecret, ready.destinationKey)! };
  }
}

export const laneFrames = (messages: readonly Message[]): Uint8Array[] => messages.flatMap((message) => (message.type === 'lane-frames' ? message.frames : []));
