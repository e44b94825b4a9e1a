/** The end of a loan as a peer may say it: an instant that a date can name, since somebody has to be shown it. */
import { expect, it } from 'vitest';
import { LicenceMoveSchema } from '../../../protocol/licence.codec.ts';
import { MAX_INSTANT_MS } from '../../../protocol/limits.ts';
import { MessageSchema } from '../../../protocol/messages.codec.ts';

const publication = new Uint8Array(32);
const says = (due: number): boolean[] => [
  LicenceMoveSchema.safeParse({ as: 'loan', due, lastsMs: 5 }).success,
  MessageSchema.safeParse({ type: 'renew-ask', publication, copy: 1, due }).success,
  MessageSchema.safeParse({ type: 'loan', publication, copy: 1, due, lastsMs: 5, recalled: false, over: false, answered: null }).success,
];

it('goes as far as there are dates', () => {
  expect(new Date(MAX_INSTANT_MS).toISOString()).toBe('+275760-09-13T00:00:00.000Z');
  expect(says(MAX_INSTANT_MS)).toEqual([true, true, true]);
});

it('and no further: what cannot be shown is the peer’s fault', () => {
  expect(() => new Date(MAX_INSTANT_MS + 1).toISOString()).toThrow(RangeError);
  for (const due of [MAX_INSTANT_MS + 1, Number.MAX_SAFE_INTEGER, -1, 0.5]) expect(says(due), String(due)).toEqual([false, false, false]);
});
