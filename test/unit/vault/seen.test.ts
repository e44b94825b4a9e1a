/** What a wallet shows of itself, record by record: each query in its order, and what every state says it waits for. */
import { x25519 } from '@noble/curves/ed25519.js';
import { beforeEach, describe, expect, it } from 'vitest';
import { bytesToHex } from '../../../enclave/vault/bytes.ts';
import { learnCurrency } from '../../../enclave/vault/credits/currencies.ts';
import { publishingSecret } from '../../../enclave/vault/library/publications.ts';
import { queries } from '../../../enclave/vault/queries.ts';
import type { Finished, Transfer } from '../../../enclave/vault/records.ts';
import { shown } from '../../../enclave/vault/transfers/shown.ts';
import { viewCurrency, viewFinished, viewPairings, viewStrangers, viewTransfer } from '../../../enclave/vault/views/views.ts';
import type { CurrencyId, RequestId, TransferId } from '../../../protocol/identifiers.ts';
import { BEGINNING, MEASUREMENT } from '../../support/memory-host.ts';
import { MadeBook } from '../../support/made-books.ts';
import { idNumber, PureLane } from '../../support/pure-lane.ts';
import { publish } from '../../support/pure-library.ts';
import { PureNetwork, PureVault } from '../../support/pure-vault.ts';
import { descriptor } from '../../support/raw-contact.ts';
import { refusalCode } from '../../support/refusals.ts';

let ada: PureVault;
let ben: PureLane;
let tea: CurrencyId;

beforeEach(() => {
  ada = new PureVault('Ada', 'seen', new PureNetwork());
  ben = new PureLane(ada, 'Ben');
  tea = create('TEA');
});

function create(code: string): CurrencyId {
  const made = ada.must('credits.createCurrency', { code, decimals: 0, name: code });
  return made.id;
}
const seen = () => ({ state: ada.state, time: ada.time, head: { n: ada.n, hash: new Uint8Array(32) }, attested: { measurement: MEASUREMENT, tier: 'software' as const, referenceValues: [] } });

const transfer = (more: object = {}) => ({
  id: idNumber(1) as TransferId, contact: ben.instance, direction: 'out', state: 'offered', reason: null, give: [{ kind: 'credit', currency: tea, amount: 5n }], take: [], memo: '', purpose: 'payment', request: null,
  timeline: [{ state: 'offered', at: 7 }], ...more,
}) as Transfer;
const put = (one: Transfer) => ada.within(({ state }) => state.put('transfer', one.id, one));

describe('a transfer', () => {
  const waits = (more: object) => viewTransfer(ada.state, transfer(more)).waitsFor;

  it('waits for somebody’s answer, their commit or their device', () => {
    const all = () => [waits({}), waits({ state: 'in-transit' }), waits({ direction: 'in' }), waits({ direction: 'in', state: 'accepted' }), waits({ state: 'written-off' })];
    expect(all()).toEqual(['their-device', 'their-device', 'your-answer', 'their-device', null]);
    ben.meet();
    expect(all()).toEqual(['their-answer', 'their-device', 'your-answer', 'their-commit', null]);
  });

  it('shows its course, its receipt once it is committed, and what it moves', () => {
    expect(viewTransfer(ada.state, transfer({ lane: 'l', seq: 3, package: 9 }))).toMatchObject({ contactName: 'Ben', timeline: [{ state: 'offered', at: 7 }], receipt: null, reason: null });
    expect(viewTransfer(ada.state, transfer({ state: 'in-transit', lane: 'l', seq: 3, package: 9 })).receipt).toEqual({ lane: 'l', seq: 3, package: 9 });
    const emma = new MadeBook(ben, 'Emma');
    const moves = (move: object) => viewTransfer(ada.state, transfer({ give: [emma.stored(move as never)] })).give.map((asset) => asset.kind === 'licence' && asset.move);
    expect([moves({ as: 'own' }), moves({ as: 'loan', due: 5, lastsMs: 4 }), moves({ as: 'return', unopened: null }), moves({ as: 'return', unopened: new Uint8Array(64) })])
      .toEqual([[{ as: 'own' }], [{ as: 'loan', due: 5 }], [{ as: 'return', unopened: false }], [{ as: 'return', unopened: true }]]);
    expect(viewTransfer(ada.state, transfer({ give: [emma.stored()] })).give).toMatchObject([{ terms: emma.descriptor.terms }]);
  });

  it('that has ended keeps its course, and the name it was with if the contact is forgotten', () => {
    const finished = { ...transfer({ state: 'done', contactName: 'Old Ben', receipt: null }) } as unknown as Finished;
    expect(viewFinished(ada.state, finished)).toMatchObject({ contactName: 'Ben', timeline: [{ state: 'offered', at: 7 }], waitsFor: null });
    ben.beStranger();
    expect(viewFinished(ada.state, finished)).toMatchObject({ contactName: 'Old Ben' });
    expect(viewTransfer(ada.state, transfer()).contactName).toBe('');
  });

  it('is shown to who asked for it as it stands, or as it has just ended', () => {
    const show = (archive: Finished[] = []) => refusalCode(() => ben.doing((turn) => { turn.archive.push(...archive); expect(shown(turn, idNumber(1) as TransferId).id).toBe(idNumber(1)); }));
    expect(show()).toBe('unknown_transfer');
    put(transfer());
    expect(show()).toBe('done');
    put(transfer({ direction: 'in', state: 'declined' }));
    expect(show()).toBe('unknown_transfer');
    const ended = (id: string) => ({ ...transfer({ id, state: 'declined', contactName: '', receipt: null }) }) as unknown as Finished;
    expect(show([ended(idNumber(2)), ended(idNumber(1))])).toBe('done');
    expect(show([ended(idNumber(2))])).toBe('unknown_transfer');
  });
});

describe('a list', () => {
  it('of what is pending has the newest first, and nothing that only waits to be heard of', () => {
    for (const [n, at] of [[1, 5], [2, 9], [3, 7]] as const) put(transfer({ id: idNumber(n), timeline: [{ state: 'offered', at }] }));
    put(transfer({ id: idNumber(4), direction: 'in', state: 'declined', timeline: [{ state: 'offered', at: 8 }] }));
    expect(queries['transfers.pending'](seen()).map(({ id }) => id)).toEqual([2, 3, 1].map(idNumber));
  });

  it('of requests has the newest first, and open ones only', () => {
    for (const [n, at, state] of [[1, 5, 'open'], [2, 9, 'open'], [3, 7, 'declined']] as const) {
      ada.within((turn) => turn.state.put('request', idNumber(n), { id: idNumber(n) as RequestId, direction: 'in', contact: ben.instance, currency: tea, amount: 1n, memo: '', at, state } as never));
    }
    expect(queries['requests.list'](seen()).map(({ id }) => id)).toEqual([2, 1].map(idNumber));
  });

  it('of currencies is in order of their codes', () => {
    for (const code of ['BUN', 'ZOO', 'ALE']) create(code);
    expect(queries['credits.balances'](seen()).map(({ currency }) => currency.code)).toEqual(['ALE', 'BUN', 'TEA', 'ZOO']);
  });

  it('of people is in order of their names, and has those only who confirmed too', () => {
    new PureLane(ada, 'Cleo');
    new PureLane(ada, 'Anna');
    const half = new PureLane(ada, 'Half');
    ada.within(({ state }) => state.put('contact', half.instance, { ...state.get('contact', half.instance)!, mutual: false }));
    expect(queries['people.contacts'](seen()).map(({ name }) => name)).toEqual(['Anna', 'Ben', 'Cleo']);
  });
});

describe('people who are here', () => {
  it('and are no contacts are strangers; a name like a contact’s is pointed out, unless that one has not confirmed either', () => {
    const half = new PureLane(ada, 'Half');
    ada.within(({ state }) => state.put('contact', half.instance, { ...state.get('contact', half.instance)!, mutual: false }));
    half.meet();
    ben.meet();
    const strangers = [new PureLane(ada, 'BEN'), new PureLane(ada, 'hALF')];
    for (const stranger of strangers) stranger.beStranger().meet();
    expect(viewStrangers(ada.state).map(({ name, resembles }) => [name, resembles])).toEqual([['Half', null], ['BEN', 'Ben'], ['hALF', null]]);
  });

  it('are named in what is paired, by themselves while they are here', () => {
    const words = ['a', 'b'];
    ada.within(({ state }) => {
      state.put('pairing', ben.instance, { state: 'compare', connection: 1, startedByMe: true, words } as never);
    });
    expect(viewPairings(ada.state)).toEqual([{ instance: ben.instance, name: 'Ben', tier: 'software', startedByMe: true, state: 'compare', words }]);
    ada.within(({ state }) => state.put('pairing', ben.instance, { state: 'waiting', connection: 1, startedByMe: false } as never));
    expect(viewPairings(ada.state)).toMatchObject([{ state: 'waiting', words: null }]);
    ben.beStranger();
    expect(viewPairings(ada.state)).toMatchObject([{ name: '' }]);
  });

  it('are online once they have said who they are to us', () => {
    const online = () => queries['people.contacts'](seen()).map((contact) => contact.online);
    expect(online()).toEqual([false]);
    ben.meet([], false);
    expect(online()).toEqual([false]);
    ben.meet();
    expect(online()).toEqual([true]);
  });
});

describe('a currency', () => {
  it('names its issuer: oneself, a contact, or nobody', () => {
    expect(viewCurrency(ada.state, tea)).toMatchObject({ mine: true, issuerName: 'Ada' });
    const bun = ben.doing((turn) => learnCurrency(turn, descriptor({ ...ben, instance: ben.instance }, 'BUN'), ben.instance)).value!;
    expect(viewCurrency(ada.state, bun)).toMatchObject({ mine: false, issuerName: 'Ben' });
    ben.beStranger();
    expect(viewCurrency(ada.state, bun)).toMatchObject({ mine: false, issuerName: null });
  });
});

describe('the state of things', () => {
  it('says whether there is a PIN, and how long it is refused', () => {
    expect(queries['safety.status'](seen())).toEqual({ pinSet: false, failures: 0, retryAt: null });
    const pin = (retryAt: number) => ada.within(({ state }) => state.put('self', 'self', { ...state.get('self', 'self')!, pin: { failures: 3, retryAt } as never }));
    const { now } = ada.time;
    const at = (moment: number) => queries['safety.status']({ ...seen(), time: { now: moment, clock: BEGINNING } });
    pin(now + 100);
    expect(at(now + 99)).toMatchObject({ pinSet: true, failures: 3, retryAt: BEGINNING + 1 });
    expect(at(now + 100)).toMatchObject({ retryAt: null });
  });

  it('says how often pairing has failed, and how long it is refused', () => {
    const { now } = ada.time;
    ada.within(({ state }) => state.put('self', 'self', { ...state.get('self', 'self')!, pairingFailures: 2, pairingLockedUntil: now + 100 }));
    const at = (moment: number) => queries['pairing.status']({ ...seen(), time: { now: moment, clock: BEGINNING } });
    expect([at(now + 99), at(now + 100)]).toEqual([{ failures: 2, lockedUntil: BEGINNING + 1 }, { failures: 2, lockedUntil: null }]);
  });

  it('has the shelf, and the key for which files are prepared', () => {
    publish(ada, 'Emma', { copies: 1 });
    expect(queries['books.shelf'](seen()).map(({ publication }) => publication.title)).toEqual(['Emma']);
    expect(queries['books.publishingKey'](seen())).toEqual({ key: bytesToHex(x25519.getPublicKey(publishingSecret(ada.state))) });
  });
});
