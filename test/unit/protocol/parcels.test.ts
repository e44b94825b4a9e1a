/** Messages that cross a port together (protocol/parcels.ts): nothing waits, nothing is lost, the order is kept. */
import { describe, expect, it } from 'vitest';
import { parcelled, unpacked } from '../../../protocol/parcels.ts';

describe('a parcel', () => {
  it('holds what is posted in one turn, in order, and leaves before the event loop turns', async () => {
    const sent: (readonly unknown[])[] = [];
    const post = parcelled((parcel) => sent.push(parcel));
    post('a');
    post('b');
    expect(sent).toEqual([]);
    const turned = new Promise((resolve) => { setImmediate(resolve); });
    await Promise.resolve();
    expect(sent).toEqual([['a', 'b']]);
    post('c');
    await turned;
    expect(sent).toEqual([['a', 'b'], ['c']]);
  });

  it('leaves at once when it is full, and what comes after it still comes after it', async () => {
    const sent: (readonly unknown[])[] = [];
    const post = parcelled((parcel) => sent.push(parcel));
    const numbers = Array.from({ length: 600 }, (_, index) => index);
    for (const number of numbers) post(number);
    expect(sent.map(({ length }) => length)).toEqual([256, 256]);
    await Promise.resolve();
    expect(sent.flat()).toEqual(numbers);
  });

  it('is unpacked message by message; what is no parcel is handed on as it is', () => {
    const heard: unknown[] = [];
    const take = unpacked((message) => heard.push(message));
    take([{ type: 'a' }, { type: 'b' }]);
    take({ type: 'c' });
    take(null);
    expect(heard).toEqual([{ type: 'a' }, { type: 'b' }, { type: 'c' }, null]);
  });
});

describe('somebody who fails at one message', () => {
  it('hears the others of the parcel all the same, and the failure is not lost', () => {
    const heard: unknown[] = [];
    const take = unpacked((message) => {
      if (message === 'b') throw new Error('not this one');
      heard.push(message);
    });
    expect(() => { take(['a', 'b', 'c']); }).toThrow('not this one');
    expect(heard).toEqual(['a', 'c']);
  });
});
