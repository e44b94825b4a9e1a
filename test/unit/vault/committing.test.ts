/** The commit of a source (design §6, phase 2): of whose word it comes, that value and bytes are fixed in one step, and when it is said again. */
import { beforeEach, describe, expect, it } from 'vitest';
import type { Transfer } from '../../../enclave/vault/records.ts';
import { onAccept, resendCommits, resendOffers } from '../../../enclave/vault/transfers/sending.machine.ts';
import type { TransferId } from '../../../protocol/identifiers.ts';
import { MAX_LANE_WINDOW } from '../../../protocol/limits.ts';
import { BEGINNING } from '../../support/memory-host.ts';
import { PaidLane } from '../../support/paid-lane.ts';
import { idNumber, PureLane } from '../../support/pure-lane.ts';
import { TeaVault } from '../../support/tea-vault.ts';

let ada: TeaVault;
let ben: PaidLane;

beforeEach(() => {
  ada = new TeaVault('sending');
  ben = new PaidLane(ada, 'Ben');
});

describe('the commit', () => {
  it('takes what is given out of the books and fixes the bytes, in one step, under the next seq and key', () => {
    ben.meet();
    const [first, second] = [ben.offered('7'), ben.offered('8', { memo: 'more' })];
    const { said, events } = ben.accepted(first);
    expect(said).toEqual([{ type: 'lane-frames', frames: [ben.frameOf(first)] }]);
    expect(events).toMatchObject([{ event: 'committed', amount: 7n, contact: ben.instance, transfer: first }]);
    expect(ben.transfer(first)).toMatchObject({ state: 'in-transit', lane: ben.outward, seq: 1, package: ada.n, timeline: [{ state: 'offered' }, { state: 'in-transit', at: BEGINNING }] });
    expect(ada.book(ada.tea)).toMatchObject({ held: 93n, transit: 7n });
    expect(ben.readCommit(ben.frameOf(first))).toEqual({
      seq: 1, commit: { id: first, give: [ada.wireTea(7)], take: [], memo: 'for tea', purpose: 'payment', closedUpTo: 0 },
    });
    expect(ben.outLane).toMatchObject({ nextSeq: 2, closedUpTo: 0 });
    ben.accepted(second);
    expect(ben.readCommit(ben.frameOf(second))).toMatchObject({ seq: 2, commit: { id: second, closedUpTo: 0 } });
    ben.hear(ben.answer('ack', 1, { take: [] }));
    expect(ben.readCommit(ben.frameOf(ben.committed('1')))).toMatchObject({ seq: 3, commit: { closedUpTo: 1 } });
    // No two frames under one nonce.
    expect(Buffer.from(ben.frameOf(second)).equals(Buffer.from(ben.frameOf(ben.committed('8', { memo: 'more' }))))).toBe(false);
  });

  it('comes of their ACCEPT once; a second one changes nothing', () => {
    const id = ben.committed();
    const before = [...ada.state.records()];
    ben.meet();
    expect(ben.accepted(id).said).toEqual([]);
    expect([...ada.state.records()]).toEqual(before);
  });

  it('does not come of an ACCEPT by somebody else, or of what is not mine or not there: that is withdrawn', () => {
    ben.meet();
    const cleo = new PureLane(ada, 'Cleo');
    cleo.meet();
    const id = ben.offered();
    expect(cleo.doing((turn) => onAccept(turn, cleo.instance, id)).said).toEqual([{ type: 'withdraw', id }]);
    expect(ben.transfer(id)?.state).toBe('offered');
    expect(ben.accepted(idNumber(5) as TransferId).said).toEqual([{ type: 'withdraw', id: idNumber(5) }]);
    ada.within(({ state }) => state.put('transfer', id, { ...ben.transfer(id)!, direction: 'in', reason: null } as Transfer));
    expect(ben.accepted(id).said).toEqual([{ type: 'withdraw', id }]);
    expect(ada.book(ada.tea).transit).toBe(0n);
  });

  it('waits when there is no lane, or when its window is full', () => {
    ben.meet();
    const id = ben.offered();
    ben.outLane = { ...ben.outLane, nextSeq: MAX_LANE_WINDOW + 2, closedUpTo: 1 };
    expect([ben.accepted(id).said, ben.transfer(id)?.state]).toEqual([[], 'offered']);
    ada.within(({ state }) => state.remove('laneTo', ben.instance));
    ben.outLane = { ...ben.outLane, closedUpTo: 2 };
    expect([ben.accepted(id).said, ben.transfer(id)?.state]).toEqual([[], 'offered']);
    ada.within(({ state }) => state.put('laneTo', ben.instance, ben.outward));
    ben.accepted(id);
    expect(ben.transfer(id)?.state).toBe('in-transit');
  });

  it('does not come when what was offered has been spent meanwhile: the offer ends, and they hear of it', () => {
    ben.meet();
    const id = ben.offered('60');
    ada.call('credits.retire', { currency: ada.tea, amount: '50' });
    const { said, ended } = ben.accepted(id);
    expect(said).toEqual([{ type: 'withdraw', id }]);
    expect(ended).toMatchObject([{ id, state: 'cancelled', reason: 'insufficient_funds', receipt: null }]);
    expect([ben.transfer(id), ada.book(ada.tea).held]).toEqual([undefined, 50n]);
  });

  it('is said again at every meeting in the order of its seqs, also when it was written off; offers are not', () => {
    const [first, second, third] = [ben.committed('1'), ben.committed('2'), ben.committed('3')];
    const open = ben.offered('4');
    ada.call('transfers.writeOff', { id: second });
    // In whatever order they lie in memory.
    const kept = ben.transfer(first)!;
    ada.within(({ state }) => state.remove('transfer', first));
    ada.within(({ state }) => state.put('transfer', first, kept));
    ben.meet();
    expect(ben.doing((turn) => resendCommits(turn, ben.instance)).said).toEqual([first, second, third].map((id) => ({ type: 'lane-frames', frames: [ben.frameOf(id)] })));
    expect(ben.doing((turn) => resendOffers(turn, ben.instance)).said).toMatchObject([{ type: 'offer', id: open }]);
  });
});
