/** Lane frames of one package leave in one message, and count as if each had come alone (design §5.6, §6). */
import { beforeEach, describe, expect, it } from 'vitest';
import { type CipherState, decryptWithAd, encryptWithAd } from '../../../enclave/vault/noise/cipher-state.ts';
import { hangUp } from '../../../enclave/vault/sessions/session.ts';
import { sayAllUnsaid, tell, tellLaneFrame } from '../../../enclave/vault/sessions/speaking.ts';
import type { Draft } from '../../../enclave/vault/state.ts';
import { commitKey, sealCommit } from '../../../enclave/vault/transfers/lane-keys.ts';
import type { Output, Turn } from '../../../enclave/vault/turn.ts';
import { encodeStrict } from '../../../protocol/cbor.codec.ts';
import { MAX_LANE_FRAMES, MAX_LANE_FRAME_BYTES, MAX_PLAINTEXT_BYTES } from '../../../protocol/limits.ts';
import { type Message, decodeMessage, encodeMessage } from '../../../protocol/messages.codec.ts';
import { BEGINNING } from '../../support/memory-host.ts';
import { PureLane, idNumber } from '../../support/pure-lane.ts';
import { PureNetwork, PureVault } from '../../support/pure-vault.ts';
import { fundedPair } from '../../support/vault-pair.ts';

let ada: PureVault;
let ben: PureLane;
let connection: number;
let cipher: CipherState;

beforeEach(() => {
  ada = new PureVault('Ada', 'speaking', new PureNetwork());
  ben = new PureLane(ada, 'Ben');
  connection = ben.meet();
  cipher = ben.session(connection).send;
});

const frame = (number: number, length = 100): Uint8Array => new Uint8Array(length).fill(number);

/** One package in which this is said. @returns the messages that leave, opened */
function saying(work: (turn: Turn) => void): Message[] {
  const outputs = ada.within((turn): Output[] => {
    work(turn);
    return [...turn.outputs, ...sayAllUnsaid(turn.state as Draft)];
  });
  return outputs.flatMap((output) => {
    if (output.type !== 'send') return [];
    const opened = decryptWithAd(cipher, new Uint8Array(), output.frame);
    const message = opened && decodeMessage(opened.plaintext);
    if (!message?.ok) throw new Error('not a message of this session');
    cipher = opened!.state;
    return [message.value];
  });
}

describe('lane frames', () => {
  it('of one package leave together, in their order, and are said once', () => {
    const frames = [frame(1), frame(2), frame(3)];
    expect(saying((turn) => frames.forEach((one) => expect(tellLaneFrame(turn, ben.instance, one)).toBe(true)))).toEqual([{ type: 'lane-frames', frames }]);
    expect(ben.session(connection).unsaid).toEqual([]);
    expect(saying((turn) => void tellLaneFrame(turn, ben.instance, frame(4)))).toEqual([{ type: 'lane-frames', frames: [frame(4)] }]);
  });

  it('keep their place among whatever else is said', () => {
    const accept = { type: 'accept', id: idNumber(1) } as const;
    const said = saying((turn) => {
      tellLaneFrame(turn, ben.instance, frame(1));
      tellLaneFrame(turn, ben.instance, frame(2));
      tell(turn, ben.instance, accept);
      tellLaneFrame(turn, ben.instance, frame(3));
    });
    expect(said).toEqual([{ type: 'lane-frames', frames: [frame(1), frame(2)] }, accept, { type: 'lane-frames', frames: [frame(3)] }]);
  });

  it.each([
    ['no more than so many in one', 2 * MAX_LANE_FRAMES + 2, 100, [MAX_LANE_FRAMES, MAX_LANE_FRAMES, 2]],
    ['no more than one message has room for', 3, 30_000, [2, 1]],
    ['each of the largest alone', 2, MAX_LANE_FRAME_BYTES, [1, 1]],
  ])('go %s', (_how, count, length, expected) => {
    const frames = Array.from({ length: count }, (_, number) => frame(number, length));
    const said = saying((turn) => frames.forEach((one) => void tellLaneFrame(turn, ben.instance, one)));
    expect(said.map((message) => (message.type === 'lane-frames' ? message.frames.length : message.type))).toEqual(expected);
    expect(said.flatMap((message) => (message.type === 'lane-frames' ? message.frames : []))).toEqual(frames);
  });

  it('go with as many others as the message has room for, to the byte', () => {
    // 27 bytes of map and array, and 3 before each of them.
    const room = MAX_PLAINTEXT_BYTES - 27 - 3 * 3;
    const lengthsIn = (...lengths: number[]): number[][] =>
      saying((turn) => lengths.forEach((length, number) => void tellLaneFrame(turn, ben.instance, frame(number, length)))).map((message) => (message.type === 'lane-frames' ? message.frames.map((one) => one.length) : []));
    expect(lengthsIn(20_000, 20_000, room - 40_000)).toEqual([[20_000, 20_000, room - 40_000]]);
    expect(lengthsIn(20_000, 20_000, room - 39_999)).toEqual([[20_000, 20_000], [room - 39_999]]);
  });

  it('are not said to somebody who is not here, nor on a session that ends in the same package', () => {
    const cleo = new PureLane(ada, 'Cleo');
    expect(saying((turn) => expect(tellLaneFrame(turn, cleo.instance, frame(1))).toBe(false))).toEqual([]);
    const said = saying((turn) => {
      tellLaneFrame(turn, ben.instance, frame(1));
      hangUp(turn, connection, null);
    });
    expect(said).toEqual([]);
  });

  it('that came together count one after the other, up to one that is none', () => {
    const commit = (seq: number, key = ben.chainKeyOf(seq)): Uint8Array =>
      sealCommit(commitKey(key), frame(seq, 24), ben.inward, seq, encodeStrict({ id: idNumber(seq), give: [], take: [], memo: '', purpose: 'payment', closedUpTo: 0 }));
    const { ciphertext } = encryptWithAd(ben.session(connection).receive, new Uint8Array(), encodeMessage({ type: 'lane-frames', frames: [commit(1), commit(2), frame(9), commit(3)] }));
    const outputs = ada.input({ type: 'received', now: BEGINNING, connection, frame: ciphertext });
    expect(outputs).toMatchObject([{ type: 'hang-up', connection, failure: { code: 'peer_protocol' } }]);
    expect(ben.lane.consumedUpTo).toBe(2);
  });
});

it('dozens of transfers that are under way together need one message each way', async () => {
  const { ada: sender, ben: receiver, settle, currency } = await fundedPair('speaking');
  const contact = receiver.instance as never;
  const { id } = await sender.must('transfers.send', { contact, currency: currency as never, amount: '1' });
  await settle();
  await receiver.must('transfers.accept', { id });
  await settle();
  await receiver.must('people.setRule', { contact: sender.instance as never, rule: { mode: 'auto', upTo: [{ currency: currency as never, amount: '5' }] } });
  await settle();
  const came = new Map([sender, receiver].map((host) => {
    const counted = { frames: 0 };
    const { deliver } = host;
    host.deliver = (...frames) => {
      counted.frames++;
      deliver.apply(host, frames);
    };
    return [host, counted];
  }));
  await Promise.all(Array.from({ length: 32 }, () => sender.must('transfers.send', { contact, currency: currency as never, amount: '1' })));
  await settle();
  expect((await sender.must('credits.balances', {}))[0]).toMatchObject({ held: '67', sent: '33', inTransit: '0' });
  expect([came.get(receiver)!.frames, came.get(sender)!.frames]).toEqual([1, 1]);
});
