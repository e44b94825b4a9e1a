/** Keys of a lane that are worked out once (enclave/vault/transfers/lane-keys.ts), and which answer is sealed under which. */
import { expect, it } from 'vitest';
import { openAnswer, parseLaneFrame, sealAnswer } from '../../../enclave/vault/transfers/lane-keys.ts';
import { hashing } from '../../support/hashing.ts';

const LANE = 'ab'.repeat(32) as never;
const answer = (key: Uint8Array, seq: number): Uint8Array => sealAnswer(key, 'ack', LANE, seq, Uint8Array.of(1, 2, 3));

it('follow from the answer key once for each lane, however many answers there are', async () => {
  const key = new Uint8Array(32).fill(7);
  const first = await hashing(() => answer(key, 1));
  const second = await hashing(() => answer(key, 2));
  expect(await hashing(() => answer(key, 3))).toBe(second);
  expect(second).toBeLessThan(first);
});

it('are those of their own lane only', () => {
  const [ours, theirs] = [new Uint8Array(32).fill(7), new Uint8Array(32).fill(8)];
  const frame = parseLaneFrame(answer(ours, 1));
  if (!frame.ok) throw new Error(frame.failure.detail);
  expect(openAnswer(frame.value, theirs)).toBeNull();
  expect(openAnswer(frame.value, ours)).toEqual(Uint8Array.of(1, 2, 3));
  expect(answer(new Uint8Array(32).fill(7), 1)).toEqual(answer(ours, 1));
});
