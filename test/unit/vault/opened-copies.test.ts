/** A copy that is opened and read (design §7; assurance row 45): which may be, until when, and what of a loan's time outlives a crash. */
import { x25519 } from '@noble/curves/ed25519.js';
import { beforeEach, describe, expect, it } from 'vitest';
import { bytesToHex } from '../../../enclave/vault/bytes.ts';
import { publicationIdOf } from '../../../enclave/vault/library/publications.ts';
import { close, noteLoanTime, open, watchReading } from '../../../enclave/vault/library/reading.ts';
import { DAY_MS } from '../../../enclave/vault/library/terms.ts';
import type { TransferId } from '../../../protocol/identifiers.ts';
import { MadeBook } from '../../support/made-books.ts';
import { idNumber, PureLane } from '../../support/pure-lane.ts';
import { PureNetwork, PureVault } from '../../support/pure-vault.ts';
import { inDays } from '../../support/reading-circle.ts';
import { refusalCode } from '../../support/refusals.ts';

const READER = bytesToHex(x25519.getPublicKey(new Uint8Array(32).fill(9)));

let ada: PureVault;
let ben: PureLane;
let emma: MadeBook;

beforeEach(() => {
  ada = new PureVault('Ada', 'opened', new PureNetwork());
  ben = new PureLane(ada, 'Ben');
  emma = new MadeBook(ben, 'Emma');
});

const loan = () => ({ contact: ben.instance, due: inDays(14), deadline: ada.time.now + 14 * DAY_MS, recalled: false, asked: null });
const borrow = (more: object = {}) => emma.shelve(ada, { state: 'borrowed', ...loan(), over: false, ...more });

describe('reading', () => {
  const openIt = (id = emma.id()) => ben.doing((turn) => open(turn, id, READER));
  const watch = () => ben.doing((turn) => watchReading(turn));

  it('notes durably, once, that a copy was opened', () => {
    emma.shelve(ada);
    openIt();
    expect(ada.state.get('licence', emma.id())?.opened).toBe(true);
    const before = ada.n;
    openIt();
    expect(ada.n).toBe(before);
  });

  it('is for what is here and whose time is not over', () => {
    expect(refusalCode(openIt)).toBe('unknown_licence');
    emma.shelve(ada, { state: 'lent', ...loan(), answered: null });
    expect(refusalCode(openIt)).toBe('not_here');
    emma.shelve(ada, { state: 'in-transit', contact: ben.instance, transfer: idNumber(1) as TransferId, was: { publication: publicationIdOf(emma.descriptor), copy: 1, since: 0, opened: false, state: 'held' } });
    expect(refusalCode(openIt)).toBe('not_here');
    borrow({ over: true });
    expect(refusalCode(openIt)).toBe('licence_expired');
    borrow();
    expect(openIt().value.closesAt).toBe(inDays(14) - 2); // two steps ago it was lent
    borrow({ deadline: null });
    expect(openIt().value.closesAt).toBeNull();
    expect(refusalCode(() => ben.doing((turn) => open(turn, emma.id(), '00'.repeat(32))))).toBe('bad_input');
  });

  it('ends when the time of a loan is over, and the host is told once', () => {
    borrow({ deadline: ada.time.now + DAY_MS });
    openIt();
    expect(watch().outputs).toEqual([]);
    ada.elapsedMs += DAY_MS;
    expect(watch().outputs).toEqual([{ type: 'close-book', licence: emma.id() }]);
    expect(watch().outputs).toEqual([]);
  });

  it('ends when the person closes the book; nothing is told then', () => {
    borrow({ deadline: ada.time.now + DAY_MS });
    openIt();
    ben.doing((turn) => close(turn, emma.id()));
    ada.elapsedMs += DAY_MS;
    expect(watch().outputs).toEqual([]);
  });

  it('of a borrowed book with a date leaves its time with the vault once a minute, so that a crash gives none back', () => {
    const noted = () => ada.state.get('readUntil', emma.id());
    borrow();
    ada.elapsedMs += DAY_MS;
    watch();
    expect(noted()).toBeUndefined(); // it is not open
    openIt();
    watch();
    const first = noted()!;
    expect(first).toBe(ada.time.now);
    ada.elapsedMs += 60_000 - 2;
    watch();
    expect(noted()).toBe(first);
    watch();
    expect(noted()).toBe(first + 60_000);
    for (const state of [{ state: 'held' as const }, { state: 'borrowed' as const, ...loan(), deadline: null, over: false }]) {
      emma.shelve(ada, state);
      openIt();
      ada.elapsedMs += 60_000;
      watch();
      expect(noted()).toBe(first + 60_000);
    }
  });

  it('leaves the time of a loan with the vault once an hour also while nobody reads, and when its day has come, once', () => {
    const HOUR_MS = DAY_MS / 24;
    const noted = () => ada.state.get('readUntil', emma.id());
    const noteAt = (now: number) => {
      ada.elapsedMs += now - ada.time.now - 1; // each step takes one
      ben.doing((turn) => noteLoanTime(turn));
      expect(ada.time.now).toBe(now);
      return noted();
    };
    borrow();
    const first = noteAt(DAY_MS)!;
    expect(first).toBe(DAY_MS);
    expect(noteAt(first + HOUR_MS - 1)).toBe(first);
    expect(noteAt(first + HOUR_MS)).toBe(first + HOUR_MS);
    const day = first + HOUR_MS + HOUR_MS / 2;
    borrow({ deadline: day });
    expect(noteAt(day - 1)).toBe(first + HOUR_MS);
    expect(noteAt(day)).toBe(day);
    expect(noteAt(day + 2 * HOUR_MS)).toBe(day);
    for (const state of [{ state: 'held' as const }, { state: 'lent' as const, ...loan(), answered: null }, { state: 'borrowed' as const, ...loan(), deadline: null, over: false }]) {
      emma.shelve(ada, state);
      expect(noteAt(ada.time.now + DAY_MS)).toBe(day);
    }
  });
});
