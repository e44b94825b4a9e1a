/**
 * The destination's side of a transfer (design §6, phase 2), frame by frame: which COMMIT is taken, which meets silence,
 * and that each seq is consumed once and answered for ever with the same bytes. What is refused: refused-commits.test.ts.
 */
import { beforeEach, describe, expect, it } from 'vitest';
import { hasEnded } from '../../../enclave/vault/sessions/ended.ts';
import { MAX_LANE_WINDOW } from '../../../protocol/limits.ts';
import { BEGINNING } from '../../support/memory-host.ts';
import { PayingLane, transferId } from '../../support/paying-lane.ts';
import { TeaVault } from '../../support/tea-vault.ts';

let ada: TeaVault;
let ben: PayingLane;

beforeEach(() => {
  ada = new TeaVault('receiving');
  ben = new PayingLane(ada, 'Ben');
});

describe('a COMMIT', () => {
  it('of what was accepted is credited, answered with ACK, archived with its receipt, and the person is told', () => {
    ben.onRecord(1, ben.bunFor(7n));
    const came = ben.deliver(ben.commit(1, { ...ben.give(7), memo: 'for tea' }));
    expect(ben.read(came.answers[0])).toEqual({ kind: 'ack', seq: 1, content: { take: [] } });
    expect(came.answers).toHaveLength(1);
    expect(ben.held()).toBe(7n);
    expect(came.ended).toMatchObject([{ id: transferId(1), state: 'done', reason: null, memo: 'for tea', receipt: { lane: ben.inward, seq: 1, package: ada.n } }]);
    expect(came.ended[0]?.timeline).toEqual([{ state: 'offered', at: 5 }, { state: 'done', at: BEGINNING }]);
    expect(came.outputs).toEqual([{ type: 'notify', event: 'received', contact: ben.instance, name: 'Ben', text: 'for tea' }]);
    expect(came.events).toMatchObject([{ event: 'received', amount: 7n, contact: ben.instance, transfer: transferId(1) }]);
    expect(ada.state.get('transfer', transferId(1))).toBeUndefined();
  });

  it('that was never offered takes no place among what is remembered to have ended', () => {
    ben.meet();
    ben.answerTo(1, ben.give(50));
    expect(hasEnded(ada.state, ben.instance, transferId(1))).toBe(false);
  });

  it('gets the same bytes each time it comes, and does nothing more', () => {
    ben.onRecord(1, ben.bunFor(7n));
    const frame = ben.commit(1, ben.give(7));
    const first = ben.deliver(frame);
    const before = [...ada.state.records()];
    for (let n = 0; n < 3; n++) expect(ben.deliver(frame)).toEqual({ answers: first.answers, ended: [], events: [], outputs: [] });
    // Not even another commit under that seq.
    expect(ben.deliver(ben.commit(1, ben.give(50))).answers).toEqual(first.answers);
    expect([...ada.state.records()]).toEqual(before);
  });

  it('comes in any order, and each is taken once, also where a seq was skipped', () => {
    ben.allow('100');
    for (const seq of [5, 2, 1, 5, 4, 2, 3]) expect(ben.answerTo(seq, ben.give(seq))).toBe('ack');
    expect(ben.held()).toBe(15n);
    expect(ben.lane).toMatchObject({ consumedUpTo: 5, consumedAbove: [], ratchet: 6 });
    // The keys that were laid aside are gone with their use.
    expect([...ada.state.all('laneKey')]).toEqual([]);
  });

  it('lays the keys of what it skips aside, one each, and only if it is authentic', () => {
    ben.allow('100');
    const forged = { ...ben.commit(4, ben.give(1)), box: new Uint8Array(80) };
    expect(ben.deliver(forged)).toEqual({ answers: [], ended: [], events: [], outputs: [] });
    expect([...ada.state.all('laneKey')]).toEqual([]);
    expect(ben.lane.ratchet).toBe(1);
    ben.deliver(ben.commit(4, ben.give(1)));
    expect([...ada.state.all('laneKey')].map(([key]) => key)).toEqual([1, 2, 3].map((seq) => `${ben.inward}/${seq}`));
    expect(ben.lane.ratchet).toBe(5);
    // A forged one of a skipped seq does not use its key up, and one whose key is not there opens nothing.
    expect(ben.deliver({ ...ben.commit(2, ben.give(1)), box: new Uint8Array(80) }).answers).toEqual([]);
    expect(ben.answerTo(2, ben.give(1))).toBe('ack');
    expect(ben.lane).toMatchObject({ ratchet: 5, consumedUpTo: 0, consumedAbove: [2, 4] });
    ada.within(({ state }) => state.remove('laneKey', `${ben.inward}/1`));
    expect(ben.answerTo(1, ben.give(1))).toBe('silence');
  });

  it('for a lane that is unknown, or goes the other way, meets silence', () => {
    expect(ben.deliver({ ...ben.commit(1, ben.give(1)), lane: '0'.repeat(64) }).answers).toEqual([]);
    expect(ben.deliver({ ...ben.commit(1, ben.give(1)), lane: ben.outward }).answers).toEqual([]);
    expect(ben.lane.consumedUpTo).toBe(0);
  });

  it('is taken as far ahead as the window reaches, and not one seq further', () => {
    ben.allow('100');
    expect(ben.answerTo(MAX_LANE_WINDOW + 1, ben.give(1))).toBe('silence');
    expect(ben.answerTo(MAX_LANE_WINDOW, ben.give(1))).toBe('ack');
  });

  it('is taken as far as the window reaches beyond what was closed, be it by an earlier word or by its own', () => {
    ben.allow('100');
    const ahead = { ...ben.lane, ratchet: MAX_LANE_WINDOW + 1, consumedUpTo: MAX_LANE_WINDOW };
    const chainKeyed = () => {
      ben.lane = { ...ahead, chainKey: ben.chainKeyOf(MAX_LANE_WINDOW + 1) };
      // Answers that are not closed yet.
      ada.within(({ state }) => { for (let seq = 1; seq <= 3; seq++) state.put('answer', `${ben.inward}/${seq}`, { frame: new Uint8Array(1), plain: true }); });
    };
    chainKeyed();
    expect(ben.answerTo(MAX_LANE_WINDOW + 1, ben.give(1))).toBe('silence');
    expect(ben.answerTo(MAX_LANE_WINDOW + 1, { ...ben.give(1), closedUpTo: 1 })).toBe('ack');
    expect(ben.lane).toMatchObject({ closedUpTo: 1 });
    // By an earlier word.
    expect(ben.answerTo(MAX_LANE_WINDOW + 2, ben.give(1))).toBe('silence');
    ben.lane = { ...ben.lane, closedUpTo: 2 };
    expect(ben.answerTo(MAX_LANE_WINDOW + 2, ben.give(1))).toBe('ack');
    // What nobody has answered cannot have been closed.
    chainKeyed();
    ben.lane = { ...ben.lane, consumedUpTo: 0, consumedAbove: [] };
    expect(ben.answerTo(MAX_LANE_WINDOW + 1, { ...ben.give(1), closedUpTo: 500 })).toBe('silence');
  });
});

describe('a COMMIT that asks for something', () => {
  it('is paid in the same package, and the ACK brings it', () => {
    ben.onRecord(1, { ...ben.bunFor(7n), take: [{ kind: 'credit', currency: ada.tea, amount: 30n }] });
    const came = ben.deliver(ben.commit(1, { ...ben.give(7), take: [ada.wireTea('30')] }));
    expect(ben.read(came.answers[0])).toEqual({ kind: 'ack', seq: 1, content: { take: [ada.wireTea('30')] } });
    expect(ada.book(ada.tea)).toMatchObject({ held: 70n, sent: 30n, transit: 0n });
    expect(ben.held()).toBe(7n);
  });

  it('is never taken by a rule', () => {
    ben.allow('100');
    expect(ben.answerTo(1, { ...ben.give(7), take: [ada.wireTea('1')] })).toBe('declined');
    expect(ben.answerTo(2, { take: [ada.wireTea('1')] })).toBe('declined');
  });
});
