/** What a destination remembers of seqs that their source has closed (design §6, phase 2): plain ACKs for ever, refusals 64 at a time, and of the rest that it is over. */
import { beforeEach, describe, expect, it } from 'vitest';
import { closeUpTo } from '../../../enclave/vault/transfers/receiving.machine.ts';
import { PayingLane } from '../../support/paying-lane.ts';
import { TeaVault } from '../../support/tea-vault.ts';

let ada: TeaVault;
let ben: PayingLane;

beforeEach(() => {
  ada = new TeaVault('receiving');
  ben = new PayingLane(ada, 'Ben');
});

describe('what a lane remembers of closed seqs', () => {
  const closed = (upTo: number) => ada.within((turn) => closeUpTo(turn, ben.inward, upTo));

  it('is the plain ACK, made again byte for byte; other answers are not known any more and meet silence', () => {
    ben.allow('10');
    const frames = [ben.give(1), ben.give(50), ben.give(2)].map((content, at) => ben.commit(at + 1, content));
    const answers = frames.map((frame) => ben.deliver(frame).answers);
    expect([...ada.state.all('answer')].map(([, { plain }]) => plain)).toEqual([true, false, true]);
    expect(closed(2)).toBeNull();
    expect([...ada.state.all('answer')].map(([key]) => key)).toEqual([`${ben.inward}/3`]);
    expect(ben.lane).toMatchObject({ closedUpTo: 2, exceptions: [2], silentUpTo: 0 });
    expect(frames.map((frame) => ben.deliver(frame).answers)).toEqual([answers[0], [], answers[2]]);
    expect(closed(3)).toBeNull();
    expect(frames.map((frame) => ben.deliver(frame).answers)).toEqual([answers[0], [], answers[2]]);
    expect(ben.lane).toMatchObject({ closedUpTo: 3, exceptions: [2] });
  });

  it('an ACK that brought something is not plain', () => {
    ben.onRecord(1, { ...ben.bunFor(7n), take: [{ kind: 'credit', currency: ada.tea, amount: 30n }] });
    const frame = ben.commit(1, { ...ben.give(7), take: [ada.wireTea('30')] });
    ben.deliver(frame);
    closed(1);
    expect(ben.deliver(frame).answers).toEqual([]);
  });

  it('what is not closed any longer than it was is not closed again, and nothing is closed that was not answered', () => {
    ben.allow('10');
    for (const seq of [1, 2]) ben.deliver(ben.commit(seq, ben.give(1)));
    expect(closed(3)).toMatchObject({ code: 'peer_protocol' });
    expect(closed(2)).toBeNull();
    const lane = ben.lane;
    expect([closed(1), closed(2), closed(0)]).toEqual([null, null, null]);
    expect(ben.lane).toBe(lane);
    expect(ada.within((turn) => closeUpTo(turn, ben.outward, 0))).toMatchObject({ code: 'peer_protocol' });
    expect(ada.within((turn) => closeUpTo(turn, '0'.repeat(64) as never, 0))).toMatchObject({ code: 'peer_protocol' });
  });

  it('a COMMIT closes with its own word what was closed by then, but not itself', () => {
    ben.allow('10');
    ben.deliver(ben.commit(1, ben.give(1)));
    ben.deliver(ben.commit(2, { ...ben.give(1), closedUpTo: 1 }));
    expect(ben.lane).toMatchObject({ closedUpTo: 1 });
    expect([...ada.state.all('answer')].map(([key]) => key)).toEqual([`${ben.inward}/2`]);
  });

  it('refused ones are remembered 64 at a time; the older ones, and all before them, meet silence', () => {
    ben.allow('10');
    const frames = Array.from({ length: 70 }, (_, at) => ben.commit(at + 1, ben.give(at < 67 && at !== 1 ? 50 : 1)));
    const answers = frames.map((frame) => ben.deliver(frame).answers);
    expect(closed(65)).toBeNull();
    // 1, 3 … 65 were refused: 64 of them.
    expect(ben.lane).toMatchObject({ silentUpTo: 0 });
    expect(ben.lane.exceptions).toHaveLength(64);
    expect(ben.deliver(frames[1]!).answers).toEqual(answers[1]);
    expect(closed(66)).toBeNull();
    expect(ben.lane).toMatchObject({ silentUpTo: 1 });
    expect(closed(67)).toBeNull();
    expect(ben.lane).toMatchObject({ silentUpTo: 3, exceptions: Array.from({ length: 64 }, (_, at) => at + 4) });
    expect(ben.deliver(frames[1]!).answers).toEqual([]);
    expect(closed(70)).toBeNull();
    expect(ben.lane).toMatchObject({ silentUpTo: 3 });
    expect([68, 69, 70].map((seq) => ben.deliver(frames[seq - 1]!).answers)).toEqual(answers.slice(67));
    for (const seq of [1, 2, 3, 4, 67]) expect(ben.deliver(frames[seq - 1]!).answers, String(seq)).toEqual([]);
  });
});
