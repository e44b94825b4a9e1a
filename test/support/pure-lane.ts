/**
 * Lanes between a pure vault and somebody whose end is the test's: it has the keys, so it can seal any COMMIT or answer,
 * in any order, without a session. What a vault makes of each frame is looked at frame by frame.
 */
import { createHash } from 'node:crypto';
import { ed25519 } from '@noble/curves/ed25519.js';
import type { Finished, LaneIn, LaneOut } from '../../enclave/vault/records.ts';
import type { LedgerEvent, Output, Turn } from '../../enclave/vault/turn.ts';
import { commitKey, nextChainKey, openAnswer, openFrame, parseLaneFrame, sealAnswer, sealCommit } from '../../enclave/vault/transfers/lane-keys.ts';
import { onCommit } from '../../enclave/vault/transfers/receiving.machine.ts';
import { onAnswer } from '../../enclave/vault/transfers/sending.machine.ts';
import { decodeStrict, encodeStrict } from '../../protocol/cbor.codec.ts';
import { type InstanceId, instanceIdOf, type LaneId } from '../../protocol/identifiers.ts';
import { type Commit, CommitSchema, decodeAs, type LaneFrame, type Message } from '../../protocol/messages.codec.ts';
import { BEGINNING, MEASUREMENT } from './memory-host.ts';
import type { OpenSession } from '../../enclave/vault/sessions/session.ts';
import type { PureVault } from './pure-vault.ts';

const bytes = (...parts: (string | number)[]): Uint8Array => new Uint8Array(createHash('sha256').update(parts.join('/')).digest());
/** An id of a transfer for each number. */
export const idNumber = (number: number): string => number.toString(16).padStart(32, '0');

const parsed = (frame: Uint8Array): LaneFrame => {
  const read = parseLaneFrame(frame);
  if (!read.ok) throw new Error('not a lane frame');
  return read.value;
};

/** What a frame led to. */
export interface Came { readonly answers: readonly Uint8Array[]; readonly ended: readonly Finished[]; readonly events: readonly LedgerEvent[]; readonly outputs: readonly Output[] }

/** What a deed led to: what it gave back, and what was said to whom. */
export interface Done<T> extends Came { readonly value: T; readonly said: readonly Message[] }

export class PureLane {
  readonly vault: PureVault;
  readonly name: string;
  readonly secretKey: Uint8Array;
  readonly publicKey: Uint8Array;
  readonly instance: InstanceId;
  /** From them to the vault, and from the vault to them. */
  readonly inward: LaneId;
  readonly outward: LaneId;
  #connections: number;

  /** Makes them a contact, with a lane each way. */
  constructor(vault: PureVault, name: string) {
    [this.vault, this.name] = [vault, name];
    // Numbers that no other lane of this vault uses.
    this.#connections = 1000 * [...vault.state.all('contact')].length;
    this.secretKey = bytes('secret', name);
    this.publicKey = ed25519.getPublicKey(this.secretKey);
    this.instance = instanceIdOf(this.publicKey);
    [this.inward, this.outward] = (['in', 'out'] as const).map((way) => Buffer.from(bytes('lane', way, name)).toString('hex') as LaneId) as [LaneId, LaneId];
    vault.within(({ state }) => {
      state.put('contact', this.instance, {
        instance: this.instance, petname: null, theirName: name, tier: 'software', measurement: MEASUREMENT, rule: { mode: 'ask' }, pairedAt: BEGINNING, mutual: true, keyChanged: null,
      });
      const keys = { sourceKey: bytes('source', name), destinationKey: bytes('destination', name) };
      state.put('lane', this.inward, {
        direction: 'in', contact: this.instance, ...keys, signature: new Uint8Array(64), chainKey: this.#chainKey('in', 1), answerKey: bytes('answers', 'in', name),
        ratchet: 1, consumedUpTo: 0, consumedAbove: [], closedUpTo: 0, exceptions: [], silentUpTo: 0,
      });
      state.put('lane', this.outward, { direction: 'out', state: 'ready', contact: this.instance, ...keys, chainKey: this.#chainKey('out', 1), answerKey: bytes('answers', 'out', name), nextSeq: 1, closedUpTo: 0, closedAbove: [] });
      state.put('laneTo', this.instance, this.outward);
    });
  }

  /** The vault's end of the lane from them, and changes made to it by hand. */
  get lane(): LaneIn {
    return this.vault.state.get('lane', this.inward) as LaneIn;
  }
  set lane(lane: LaneIn) {
    this.vault.within(({ state }) => state.put('lane', this.inward, lane));
  }

  get outLane(): Extract<LaneOut, { state: 'ready' }> {
    return this.vault.state.get('lane', this.outward) as Extract<LaneOut, { state: 'ready' }>;
  }
  set outLane(lane: LaneOut) {
    this.vault.within(({ state }) => state.put('lane', this.outward, lane));
  }

  /** They are here: an open session stands, in which they have said what they take without being asked. */
  meet(theirRule: OpenSession['theirRule'] = [], resumed = true): number {
    const connection = ++this.#connections;
    const cipher = { key: bytes('cipher', this.name), nonce: 0 };
    this.vault.within(({ state }) => {
      state.put('session', String(connection), {
        phase: 'open', connection, role: 'initiator', startedAt: 0, send: cipher, receive: cipher, handshakeHash: bytes('handshake', this.name), instance: this.instance,
        name: this.name, tier: 'software', measurement: MEASUREMENT, resumed, pairRequests: 0, theirRule, unsaid: [],
      });
      state.put('presence', this.instance, [...(state.get('presence', this.instance) ?? []), connection]);
    });
    return connection;
  }

  /** The vault's end of a session with them. */
  session(connection: number): OpenSession {
    return this.vault.state.get('session', String(connection)) as OpenSession;
  }

  /** The vault has never heard of them, or not any more; lanes stay. */
  beStranger(): this {
    this.vault.within(({ state }) => state.remove('contact', this.instance));
    return this;
  }

  /** Work inside a step of the vault. @returns what came of it, with what was said to them */
  doing<T>(work: (turn: Turn) => T): Done<T> {
    return this.vault.within((turn) => {
      const value = work(turn);
      return { value, said: turn.said.filter(({ to }) => to === this.instance).map(({ message }) => message), answers: [], ended: turn.archive, events: turn.events, outputs: turn.outputs };
    });
  }

  /** A COMMIT of theirs, sealed. */
  commit(seq: number, content: Partial<Commit> & { readonly id?: string } = {}): LaneFrame {
    const whole: Commit = { id: idNumber(seq), give: [], take: [], memo: '', purpose: 'payment', closedUpTo: 0, ...content };
    return this.sealed(seq, encodeStrict(whole));
  }

  /** Anything, sealed as a COMMIT. */
  sealed(seq: number, plaintext: Uint8Array): LaneFrame {
    return parsed(sealCommit(commitKey(this.#chainKey('in', seq)), bytes('nonce', seq).slice(0, 24), this.inward, seq, plaintext));
  }

  deliver(frame: LaneFrame): Came {
    return this.vault.within((turn) => {
      const answers: Uint8Array[] = [];
      onCommit(turn, frame, (answer) => answers.push(answer));
      return { answers, ended: turn.archive, events: turn.events, outputs: turn.outputs };
    });
  }

  /** An answer of the vault, opened. */
  read(answer: Uint8Array | undefined): { kind: string; seq: number; content: unknown } {
    const frame = parsed(answer ?? new Uint8Array());
    const plaintext = openAnswer(frame, bytes('answers', 'in', this.name));
    const content = plaintext && decodeStrict(plaintext);
    if (!content?.ok) throw new Error('not an answer of this lane');
    return { kind: frame.kind, seq: frame.seq, content: content.value };
  }

  /** What the vault answers to a COMMIT, in short. */
  answerTo(seq: number, content: Partial<Commit> & { readonly id?: string } = {}): unknown {
    const { answers } = this.deliver(this.commit(seq, content));
    if (answers.length === 0) return 'silence';
    const { kind, content: said } = this.read(answers[0]);
    return kind === 'nack' ? (said as { reason: string }).reason : kind;
  }

  /** An answer of theirs to a COMMIT of the vault, sealed. */
  answer(kind: 'ack' | 'nack', seq: number, content: object): LaneFrame {
    return parsed(sealAnswer(bytes('answers', 'out', this.name), kind, this.outward, seq, encodeStrict(content)));
  }

  hear(frame: LaneFrame): Done<void> {
    return this.doing((turn) => onAnswer(turn, frame));
  }

  /** A COMMIT of the vault to them, opened. */
  readCommit(bytesOfFrame: Uint8Array | undefined): { seq: number; commit: Commit } {
    const frame = parsed(bytesOfFrame ?? new Uint8Array());
    const plaintext = openFrame(frame, commitKey(this.#chainKey('out', frame.seq)));
    const commit = plaintext && decodeAs(CommitSchema, plaintext);
    if (!commit?.ok) throw new Error('not a commit to them');
    return { seq: frame.seq, commit: commit.value };
  }

  /** The key of their lane's chain at a seq. */
  chainKeyOf(seq: number): Uint8Array {
    return this.#chainKey('in', seq);
  }

  #chainKey(way: 'in' | 'out', seq: number): Uint8Array {
    let key = bytes('chain', way, this.name);
    for (let at = 1; at < seq; at++) key = nextChainKey(key);
    return key;
  }
}

