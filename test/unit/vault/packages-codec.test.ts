/**
 * What is sealed comes back as it went, amounts as big integers, and what an earlier version of the app has sealed can be
 * read for ever (enclave/runtime/packages.codec.ts). Earlier ones wrote with cbor2, which is kept here to write like them.
 */
import { encode } from 'cbor2';
import { describe, expect, it } from 'vitest';
import { decodeFinished, decodePackage, decodeSnapshot, encodeFinished, encodePackage, encodeSnapshot, type Package, saidInJournal } from '../../../enclave/runtime/packages.codec.ts';
import type { Finished } from '../../../enclave/vault/records.ts';
import type { Turn } from '../../../enclave/vault/turn.ts';
import type { InstanceId } from '../../../protocol/identifiers.ts';

const AMOUNTS = [0n, 1n, 23n, 24n, 255n, 256n, 2n ** 32n, 2n ** 53n - 1n, 2n ** 53n, 2n ** 63n - 1n, 2n ** 64n, 10n ** 39n, -1n, -(2n ** 64n)];
const key = new Uint8Array(32).fill(9);
const body: Package = {
  version: 1, n: 300, previous: key, at: 1_800_000_000_000, clock: Number.MAX_SAFE_INTEGER,
  inputs: [{ input: 'call', method: 'credits.issue', arguments: { amount: '5', memo: 'Grüße 🌳' } }], said: [{ to: 'tally1…', message: { type: 'lane-frames', frames: [new Uint8Array(700).fill(3)] } }],
  events: AMOUNTS.map((amount) => ({ event: 'issued', currency: 'ab'.repeat(32) as never, amount, contact: null, transfer: null })),
  changes: [['book', 'TEA', { held: 5n, transit: 0n }], ['transfer', 'gone', null], ['laneKey', 'a/1', key], ['self', 'self', { pin: null, mutual: false, at: -1 }]],
};
const finished = [{ direction: 'out', state: 'done', give: [{ kind: 'credit', currency: 'ab'.repeat(32), amount: 7n }], take: [], memo: '', reason: null }] as unknown as Finished[];
const snapshot = { version: 1, n: 300, head: key, at: 1, clock: 2, records: body.changes } as const;

it('a package, a snapshot and finished transfers come back as they went', () => {
  expect(decodePackage(encodePackage(body))).toEqual(body);
  expect(decodeSnapshot(encodeSnapshot(snapshot))).toEqual(snapshot);
  expect(decodeFinished(encodeFinished(finished))).toEqual(finished);
});

describe('what an earlier version has sealed', () => {
  const asEarlier = (value: unknown): Uint8Array => new Uint8Array(encode(value, { collapseBigInts: false }));

  it('is read as what it was', () => {
    expect(decodePackage(asEarlier(body))).toEqual(body);
    expect(decodeSnapshot(asEarlier(snapshot))).toEqual(snapshot);
  });

  it('is read so also from bytes that were written then', () => {
    const bytes = 'a46776657273696f6e01616e0264686561644401020304677265636f726473828364626f6f6b63544541a26468656c64c2430f4240677472616e736974c2410083687472616e7366657264676f6e65f6';
    const records = [['book', 'TEA', { held: 1_000_000n, transit: 0n }], ['transfer', 'gone', null]];
    expect(decodeSnapshot(new Uint8Array(Buffer.from(bytes, 'hex')))).toEqual({ version: 1, n: 2, head: Uint8Array.of(1, 2, 3, 4), records });
  });
});

it('holds on to nothing larger than itself', () => {
  expect(encodePackage(body).buffer.byteLength).toBe(encodePackage(body).length);
  expect(decodePackage(encodePackage(body)).previous.buffer.byteLength).toBe(32);
});

it('what was said is written in its order, lane frames to one after the other as one message, and what was said stays as it is', () => {
  const [ada, ben] = ['tally1ada' as InstanceId, 'tally1ben' as InstanceId];
  const frames = (to: InstanceId, ...numbers: number[]): Turn['said'][number] => ({ to, message: { type: 'lane-frames', frames: numbers.map((number) => Uint8Array.of(number)) } });
  const accept: Turn['said'][number] = { to: ada, message: { type: 'accept', id: 'cd'.repeat(16) } };
  const all = [frames(ada, 1), frames(ada, 2), accept, frames(ada, 3), frames(ben, 4), frames(ben, 5)];
  expect(saidInJournal(all)).toEqual([frames(ada, 1, 2), accept, frames(ada, 3), frames(ben, 4, 5)]);
  expect(all[0]).toEqual(frames(ada, 1));
});
