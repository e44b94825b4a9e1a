/** How two contacts take up where they left off, message by message (design §6; assurance rows 20, 22, 29). */
import { beforeEach, describe, expect, it } from 'vitest';
import { beginWithContact, onResume } from '../../../enclave/vault/sessions/resume.ts';
import { DAY_MS } from '../../../enclave/vault/library/terms.ts';
import type { LaneId, RequestId, TransferId } from '../../../protocol/identifiers.ts';
import type { MessageOf } from '../../../protocol/messages.codec.ts';
import { bytesFrom, positionOf } from '../../support/fork-proofs.ts';
import { MadeBook } from '../../support/made-books.ts';
import { idNumber, PureLane } from '../../support/pure-lane.ts';
import { TeaVault } from '../../support/tea-vault.ts';

let ada: TeaVault;
let ben: PureLane;
let line: number;

beforeEach(() => {
  ada = new TeaVault('resume');
  ben = new PureLane(ada, 'Ben');
  line = ben.meet([], false);
});

const resume = (more: Partial<MessageOf<'resume'>> = {}): MessageOf<'resume'> =>
  ({ type: 'resume', transfers: [], requests: [], rule: [], closed: [], position: positionOf(ben, 5, bytesFrom('head')), acquaintances: [], ...more });
const theyResume = (more: Partial<MessageOf<'resume'>> = {}) => ben.doing((turn) => onResume(turn, ben.session(line), resume(more)));
const transfer = (id: number, direction: 'in' | 'out', contact = ben) => ada.within(({ state }) => state.put('transfer', idNumber(id), {
  id: idNumber(id) as TransferId, contact: contact.instance, direction, state: 'offered', reason: null, give: [], take: [], memo: '', purpose: 'payment', request: null, timeline: [],
} as never));
const request = (id: number, direction: 'in' | 'out') => ada.within(({ state }) => state.put('request', idNumber(id), {
  id: idNumber(id) as RequestId, contact: ben.instance, direction, state: 'open', currency: ada.tea, amount: 1n, memo: '', at: 0,
} as never));

describe('the first word of a session', () => {
  const begun = () => ben.doing((turn) => beginWithContact(turn, ben.instance)).said[0];

  it('lists what is mine and unfinished, and how far my lane is closed', () => {
    for (const id of [1, 2]) transfer(id, 'out');
    transfer(3, 'in');
    transfer(4, 'out', new PureLane(ada, 'Cleo'));
    request(5, 'out');
    request(6, 'in');
    ben.outLane = { ...ben.outLane, nextSeq: 8, closedUpTo: 7 };
    expect(begun()).toMatchObject({ type: 'resume', transfers: [1, 2].map(idNumber), requests: [idNumber(5)], closed: [{ lane: ben.outward, upTo: 7 }], rule: [] });
    ada.within(({ state }) => state.remove('laneTo', ben.instance));
    expect(begun()).toMatchObject({ closed: [] });
  });

  it('says what I take unasked', () => {
    ada.call('people.setRule', { contact: ben.instance, rule: { mode: 'auto', upTo: [{ currency: ada.tea, amount: '5' }] } });
    expect(begun()).toMatchObject({ rule: [{ currency: ada.tea, upTo: '5' }] });
  });
});

describe('their first word', () => {
  it('makes us here for each other, and their rule holds from then on', () => {
    expect(theyResume({ rule: [{ currency: ada.tea, upTo: '7' }] }).value).toBeNull();
    expect(ben.session(line)).toMatchObject({ resumed: true, theirRule: [{ currency: ada.tea, upTo: 7n }] });
    expect(ada.call('transfers.send', { contact: ben.instance, currency: ada.tea, amount: '7' })).toMatchObject({ value: { state: 'in-transit' } });
    expect(ada.call('transfers.send', { contact: ben.instance, currency: ada.tea, amount: '8' })).toMatchObject({ value: { state: 'offered' } });
  });

  it('tells the person once that both have confirmed', () => {
    ada.within(({ state }) => {
      state.put('contact', ben.instance, { ...state.get('contact', ben.instance)!, mutual: false });
      state.put('pairing', ben.instance, { state: 'confirmed', connection: line, startedByMe: true } as never);
    });
    expect(theyResume().outputs.filter(({ type }) => type === 'notify')).toEqual([{ type: 'notify', event: 'paired', contact: ben.instance, name: 'Ben', text: '' }]);
    expect([ada.state.get('contact', ben.instance)?.mutual, ada.state.get('pairing', ben.instance)]).toEqual([true, undefined]);
    expect(theyResume().outputs.filter(({ type }) => type === 'notify')).toEqual([]);
  });

  it('ends what it does not list, if it is said on the only connection', () => {
    const left = () => [[...ada.state.all('transfer')].map(([id]) => id), [...ada.state.all('request')].map(([id]) => id)];
    for (const id of [1, 2]) transfer(id, 'in');
    for (const id of [3, 4]) request(id, 'in');
    const second = ben.meet([], false);
    theyResume({ transfers: [idNumber(1)], requests: [idNumber(3)] });
    expect(left()).toEqual([[1, 2].map(idNumber), [3, 4].map(idNumber)]);
    ada.within(({ state }) => { state.put('presence', ben.instance, [line]); state.remove('session', String(second)); });
    theyResume({ transfers: [idNumber(1)], requests: [idNumber(3)] });
    expect(left()).toEqual([[idNumber(1)], [idNumber(3)]]);
  });

  it('closes their lane as far as they say, and no further than was answered', () => {
    ben.deliver(ben.commit(1, { give: [] }));
    ben.deliver(ben.commit(2, { give: [] }));
    expect(ben.lane).toMatchObject({ consumedUpTo: 2, closedUpTo: 0 });
    expect(theyResume({ closed: [{ lane: ben.inward, upTo: 1 }] }).value).toBeNull();
    expect(ben.lane.closedUpTo).toBe(1);
    expect(theyResume({ closed: [{ lane: ben.inward, upTo: 3 }] }).value).toMatchObject({ code: 'peer_protocol' });
    expect(ben.lane.closedUpTo).toBe(1);
  });

  it('does not close the lane of somebody else, and a lane that there is not ends the session', () => {
    const cleo = new PureLane(ada, 'Cleo');
    cleo.deliver(cleo.commit(1, { give: [] }));
    expect(theyResume({ closed: [{ lane: cleo.inward, upTo: 1 }] }).value).toBeNull();
    expect(cleo.lane.closedUpTo).toBe(0);
    expect(theyResume({ closed: [{ lane: 'ab'.repeat(32) as LaneId, upTo: 1 }] }).value).toMatchObject({ code: 'peer_protocol' });
  });

  it('is all that is heard of a contact who contradicts what was known of them: nothing is taken up, and no book goes to them', () => {
    ada.within(({ state }) => state.put('position', ben.instance, positionOf(ben, 5, bytesFrom('another head'))));
    const emma = new MadeBook(ben, 'Emma');
    emma.shelve(ada, { state: 'borrowed', contact: ben.instance, due: 1, deadline: ada.time.now - DAY_MS, over: false, recalled: false, asked: null });
    ben.deliver(ben.commit(1, { give: [] }));
    transfer(1, 'in');
    const { value, outputs } = theyResume({ closed: [{ lane: ben.inward, upTo: 1 }] });
    expect([value, outputs.map(({ type }) => type)]).toEqual([null, ['hang-up']]);
    expect(ada.state.get('forkProof', ben.instance)).toMatchObject({ first: { n: 5, head: bytesFrom('another head') }, second: { n: 5 } });
    expect([ben.lane.closedUpTo, [...ada.state.all('transfer')].map(([id]) => id)]).toEqual([0, [idNumber(1)]]);
  });

  it('says where they stand: of nobody else, and a newer number is newer whatever its head', () => {
    const cleo = new PureLane(ada, 'Cleo');
    theyResume({ position: positionOf(cleo, 9, bytesFrom('head')) });
    expect(ada.state.get('position', cleo.instance)).toBeUndefined();
    theyResume({ position: positionOf(ben, 5, bytesFrom('head')) });
    theyResume({ position: positionOf(ben, 6, bytesFrom('head')) });
    theyResume({ position: positionOf(ben, 4, bytesFrom('older')) });
    expect(ada.state.get('position', ben.instance)).toMatchObject({ n: 6 });
  });

  it('founds a lane where there is none yet', () => {
    expect(theyResume().said.filter(({ type }) => type === 'lane-open')).toEqual([]);
    ada.within(({ state }) => state.remove('laneTo', ben.instance));
    expect(theyResume().said.filter(({ type }) => type === 'lane-open')).toHaveLength(1);
  });
});
