/** The memory of a lane (design §6: a receiver never forgets a seq): a set that is whole up to a point, with gaps above. */
import { describe, expect, it } from 'vitest';
import { addSequence, hasSequence, type SequenceSet } from '../../../enclave/vault/transfers/sequence-set.ts';

const NONE: SequenceSet = { upTo: 0, above: [] };
const having = (...members: number[]): SequenceSet => members.reduce(addSequence, NONE);

describe('a set of sequence numbers', () => {
  it('has what was added and nothing else', () => {
    const set = having(1, 2, 5, 7);
    expect([1, 2, 3, 4, 5, 6, 7, 8].filter((seq) => hasSequence(set, seq))).toEqual([1, 2, 5, 7]);
  });

  it('keeps what is above a gap in ascending order, however it came', () => {
    expect(having(9, 30, 4, 100)).toEqual({ upTo: 0, above: [4, 9, 30, 100] });
  });

  it('closes up over a gap as soon as the gap is filled, and not before', () => {
    expect(having(2, 3, 5)).toEqual({ upTo: 0, above: [2, 3, 5] });
    expect(having(2, 3, 5, 1)).toEqual({ upTo: 3, above: [5] });
    expect(having(2, 3, 5, 1, 4)).toEqual({ upTo: 5, above: [] });
  });

  it('is the same whatever the order, and is not changed by adding what it has', () => {
    const set = having(1, 2, 3, 6);
    expect(having(6, 3, 1, 2)).toEqual(set);
    for (const seq of [1, 3, 6]) expect(addSequence(set, seq)).toBe(set);
  });

  it('stays as it was when another is made from it', () => {
    const set = having(3);
    addSequence(set, 2);
    expect(set).toEqual({ upTo: 0, above: [3] });
  });
});
