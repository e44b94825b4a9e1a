/**
 * A set of sequence numbers that is complete up to a point and has gaps above it. This is how a lane never forgets
 * what it has consumed while its memory stays bounded by the window (design §6).
 */
export interface SequenceSet {
  readonly upTo: number;
  /** Members above `upTo + 1`, ascending. */
  readonly above: readonly number[];
}

export const hasSequence = ({ upTo, above }: SequenceSet, seq: number): boolean => seq <= upTo || above.includes(seq);

export function addSequence(set: SequenceSet, seq: number): SequenceSet {
  if (hasSequence(set, seq)) return set;
  const above = [...set.above, seq].sort((a, b) => a - b);
  let upTo = set.upTo;
  while (above[0] === upTo + 1) {
    upTo++;
    above.shift();
  }
  return { upTo, above };
}
