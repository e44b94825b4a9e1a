/** Copies of books record by record (design §7; assurance rows 45–48): which way each may move, what the shelf says, and that the records agree. Who may open one: opened-copies.test.ts. */
import { createHash, createHmac } from 'node:crypto';
import { beforeEach, describe, expect, it } from 'vitest';
import { contentKeyHash, licenceIdOf, publicationIdOf, publishingSecret } from '../../../enclave/vault/library/publications.ts';
import { assertLibrary, arrived, cameBack, comeIn, handOver, isLoanTo, whyNotMovable, whyNotReceivable } from '../../../enclave/vault/library/licences.ts';
import { DAY_MS } from '../../../enclave/vault/library/terms.ts';
import type { Licence } from '../../../enclave/vault/records.ts';
import { viewLicence, viewPublication, viewShelf } from '../../../enclave/vault/views/library.views.ts';
import { bytesToHex } from '../../../enclave/vault/bytes.ts';
import type { LicenceId, PublicationId, TransferId } from '../../../protocol/identifiers.ts';
import { MAX_PUBLICATIONS } from '../../../protocol/limits.ts';
import { MadeBook } from '../../support/made-books.ts';
import { idNumber, PureLane } from '../../support/pure-lane.ts';
import { OPEN_TERMS, publish } from '../../support/pure-library.ts';
import { PureNetwork, PureVault } from '../../support/pure-vault.ts';
import { inDays } from '../../support/reading-circle.ts';
import { descriptor } from '../../support/raw-contact.ts';

let ada: PureVault;
let ben: PureLane;
let cleo: PureLane;
let emma: MadeBook;

const TRANSFER = idNumber(1) as TransferId;
const because = () => ({ contact: ben.instance, transfer: TRANSFER });

beforeEach(() => {
  ada = new PureVault('Ada', 'shelf', new PureNetwork());
  [ben, cleo] = [new PureLane(ada, 'Ben'), new PureLane(ada, 'Cleo')];
  emma = new MadeBook(ben, 'Emma');
});

const loan = () => ({ contact: ben.instance, due: inDays(14), deadline: ada.time.now + 14 * DAY_MS, recalled: false, asked: null });
const borrow = (more: object = {}) => emma.shelve(ada, { state: 'borrowed', ...loan(), over: false, ...more });
const lend = (more: object = {}) => emma.shelve(ada, { state: 'lent', ...loan(), answered: null, ...more });
const held = { publication: 'any' as PublicationId, copy: 1, since: 0, opened: false, state: 'held' as const };
const inTransit = (was: object = held) => emma.shelve(ada, { state: 'in-transit', ...because(), was: { ...was, publication: publicationIdOf(emma.descriptor) } as never });
const licence = () => ada.state.get('licence', emma.id()) as Licence | undefined;
const home = { as: 'return' as const, unopened: null };

describe('a copy', () => {
  it('goes home only if it is borrowed, and only to its lender', () => {
    const why = (to = ben.instance) => whyNotMovable(ada.state, emma.stored(home), to)?.code ?? null;
    emma.shelve(ada);
    expect(why()).toBe('wrong_state');
    borrow();
    expect([why(), why(cleo.instance)]).toEqual([null, 'wrong_state']);
    lend();
    expect(why()).toBe('not_here');
    inTransit();
    expect(why()).toBe('not_here');
  });

  it('comes home only from whom it was lent to, be the loan noted or still on its way', () => {
    const why = (from = ben.instance) => whyNotReceivable(ada.state, emma.stored(home), from);
    expect(why()).toBe('bad_input');
    for (const shelve of [() => emma.shelve(ada), borrow, () => inTransit({ ...held, state: 'borrowed' })]) {
      shelve();
      expect(why()).toBe('bad_input');
    }
    for (const shelve of [lend, inTransit]) {
      shelve();
      expect([why(), why(cleo.instance)]).toEqual([null, 'bad_input']);
    }
    expect(isLoanTo(undefined, ben.instance)).toBe(false);
  });

  it('that is here, or lent from here, cannot come from anywhere else', () => {
    const why = () => whyNotReceivable(ada.state, emma.stored(), ben.instance);
    expect(why()).toBeNull();
    for (const shelve of [() => emma.shelve(ada), borrow, lend]) {
      shelve();
      expect(why()).toBe('bad_input');
    }
    inTransit();
    expect(why()).toBeNull();
  });

  it('is moved by the answer to its own transfer only', () => {
    inTransit();
    const other = { ...because(), transfer: idNumber(2) as TransferId };
    ben.doing((turn) => cameBack(turn, emma.stored(), other));
    ben.doing((turn) => arrived(turn, emma.stored(), other));
    expect(licence()?.state).toBe('in-transit');
    ben.doing((turn) => arrived(turn, emma.stored({ as: 'loan', due: inDays(3), lastsMs: 3 * DAY_MS }), because()));
    expect(licence()).toMatchObject({ state: 'lent', contact: ben.instance, due: inDays(3), recalled: false, asked: null, answered: null });
    ben.doing((turn) => cameBack(turn, emma.stored(), because()));
    expect(licence()?.state).toBe('lent');
  });

  it('comes in as new: unopened, not recalled, its time not over', () => {
    ben.doing((turn) => comeIn(turn, emma.stored({ as: 'loan', due: inDays(3), lastsMs: 2 * DAY_MS }), emma.key, ben.instance));
    expect(licence()).toMatchObject({ state: 'borrowed', opened: false, over: false, recalled: false, asked: null, deadline: ada.time.now + 2 * DAY_MS });
    expect(() => ben.doing((turn) => comeIn(turn, emma.stored({ as: 'own' }, 2), null, ben.instance))).toThrow('invariant');
  });

  it('that is sold away in an answer is closed, and takes the key along when it was the last', () => {
    emma.shelve(ada);
    emma.shelve(ada, { state: 'held' }, 2);
    ben.doing((turn) => turn.state.put('reading', emma.id(), { openedAt: 1 }));
    const { outputs } = ben.doing((turn) => handOver(turn, emma.stored()));
    expect(outputs).toEqual([{ type: 'close-book', licence: emma.id() }]);
    const publication = publicationIdOf(emma.descriptor);
    expect(ada.state.get('publication', publication)).toMatchObject({ licences: 1 });
    ben.doing((turn) => turn.state.put('readUntil', emma.id(2), 5));
    expect(ben.doing((turn) => handOver(turn, emma.stored({ as: 'own' }, 2))).outputs).toEqual([]);
    expect([ada.state.get('publication', publication), ada.state.get('readUntil', emma.id(2))]).toEqual([undefined, undefined]);
  });
});

describe('how many publications there are', () => {
  /** As many as leave room for `room` more. */
  const fillUp = (room: number) => ada.within(({ state }) => {
    for (let n = room; n < MAX_PUBLICATIONS; n++) state.put('publication', `p${n}`, { descriptor: emma.descriptor, contentKey: emma.key, licences: 0 });
  });

  it('has an end for what comes in, unless it is a copy of what is here', () => {
    fillUp(1);
    const why = (book: MadeBook, copy = 1) => whyNotReceivable(ada.state, book.stored({ as: 'own' }, copy), ben.instance);
    const dune = new MadeBook(ben, 'Dune');
    expect(why(emma)).toBeNull();
    emma.shelve(ada);
    expect([why(dune), why(emma, 2)]).toEqual(['too_many', null]);
    inTransit();
    expect(why(emma)).toBeNull();
  });

  it('has an end for what is published', () => {
    fillUp(1);
    publish(ada, 'Dune');
    expect(() => publish(ada, 'Persuasion')).toThrow('as many publications');
  });
});

describe('the records of a shelf', () => {
  const check = () => () => assertLibrary(ada.state);

  it('agree: every copy has its publication, and they are counted', () => {
    emma.shelve(ada);
    emma.shelve(ada, { state: 'held' }, 2);
    check()();
    const publication = publicationIdOf(emma.descriptor);
    ada.within(({ state }) => state.put('publication', publication, { ...state.get('publication', publication)!, licences: 3 }));
    expect(check()).toThrow('not counted right');
    ada.within(({ state }) => state.remove('publication', publication));
    expect(check()).toThrow('invariant');
  });

  it('agree: what is in transit is carried by a transfer of ours that is committed', () => {
    inTransit();
    expect(check()).toThrow('in transit by no transfer');
    const dune = new MadeBook(ben, 'Dune');
    const carried = { id: TRANSFER, contact: ben.instance, direction: 'out', state: 'in-transit', give: [dune.stored(), emma.stored()], take: [], memo: '', purpose: 'payment', request: null, timeline: [] };
    const with_ = (more: object) => {
      ada.within(({ state }) => state.put('transfer', TRANSFER, { ...carried, ...more } as never));
      return check();
    };
    with_({})();
    with_({ state: 'written-off' })();
    for (const more of [{ state: 'offered' }, { direction: 'in', state: 'accepted' }, { give: [dune.stored()] }, { give: [{ kind: 'credit', currency: 'x', amount: 1n, id: emma.id() }] }, { give: [emma.stored({ as: 'own' }, 2)] }]) {
      expect(with_(more), JSON.stringify(Object.keys(more))).toThrow('in transit by no transfer');
    }
  });
});

describe('publishing', () => {
  it('makes every copy unopened', () => {
    const { copy } = publish(ada, 'Emma', { copies: 2 });
    for (const number of [1, 2]) expect(ada.state.get('licence', copy(number))).toMatchObject({ state: 'held', opened: false, copy: number });
  });

  it('derives each key under a name of its own', () => {
    const own = createHmac('sha256', ada.state.get('self', 'self')!.secretKey).update('publishing key\u0001').digest('hex');
    expect(bytesToHex(publishingSecret(ada.state))).toBe(own);
    expect(bytesToHex(contentKeyHash(emma.key))).toBe(createHash('sha256').update('tallystick content key\0').update(emma.key).digest('hex'));
  });
});

describe('the shelf', () => {
  const view = (id: LicenceId = emma.id()) => viewLicence({ state: ada.state, time: ada.time }, id);

  it('says where a copy is, and that of no other contact', () => {
    emma.shelve(ada);
    expect(view()).toMatchObject({ state: 'held', contact: null, contactName: null, due: null, overdue: false, recalled: false, asked: null, opened: false, readable: true });
    borrow({ asked: inDays(20), recalled: true });
    expect(view()).toMatchObject({ state: 'borrowed', contact: ben.instance, contactName: 'Ben', due: inDays(14), overdue: false, recalled: true, asked: inDays(20), readable: true });
    ben.beStranger();
    expect(view()).toMatchObject({ contact: ben.instance, contactName: null });
    lend({ opened: true });
    expect(view()).toMatchObject({ state: 'lent', due: inDays(14), readable: false, opened: true });
    inTransit();
    expect(view()).toMatchObject({ state: 'in-transit', contact: ben.instance, due: null, recalled: false, asked: null, readable: false });
  });

  it('says what may be done with it: what its terms say, or anything with one’s own; only while it is held', () => {
    const may = (terms: object) => {
      emma = new MadeBook(ben, 'Bound', { terms: { ...OPEN_TERMS, ...terms } });
      return view(emma.shelve(ada)).may;
    };
    expect([may({}), may({ give: false }), may({ lend: false })]).toEqual([{ give: true, lend: true }, { give: false, lend: true }, { give: true, lend: false }]);
    emma = new MadeBook(ben, 'Emma');
    for (const shelve of [borrow, lend, inTransit]) {
      shelve();
      expect(view().may).toEqual({ give: false, lend: false });
    }
    const { copy } = publish(ada, 'Mine', { terms: { ...OPEN_TERMS, give: false, lend: false } });
    expect(view(copy(1)).may).toEqual({ give: true, lend: true });
  });

  it('names the publisher, if it is somebody here', () => {
    expect(viewPublication(ada.state, publish(ada, 'Mine').publication.id)).toMatchObject({ mine: true, publisherName: 'Ada', price: null });
    emma.shelve(ada);
    expect(view().publication).toMatchObject({ mine: false, publisher: ben.instance, publisherName: 'Ben' });
    ben.beStranger();
    expect(view().publication).toMatchObject({ mine: false, publisherName: null });
    const bun = descriptor({ ...ben, instance: ben.instance }, 'BUN');
    const sold = new MadeBook(ben, 'Sold', { price: { currency: bun, amount: '7' } });
    expect(view(sold.shelve(ada)).publication.price).toMatchObject({ code: 'BUN', decimals: 0, amount: '7' });
  });

  it('is in order of titles, and of copies', () => {
    for (const title of ['Persuasion', 'Dune']) for (const copy of [2, 1]) new MadeBook(ben, title).shelve(ada, { state: 'held' }, copy);
    new MadeBook(cleo, 'Emma').shelve(ada);
    expect(viewShelf({ state: ada.state, time: ada.time }).map(({ publication, copy }) => `${publication.title} ${copy}`)).toEqual(['Dune 1', 'Dune 2', 'Emma 1', 'Persuasion 1', 'Persuasion 2']);
    expect(licenceIdOf('ab' as PublicationId, 3)).toBe('ab/3');
  });
});
