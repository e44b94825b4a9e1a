/** What is said of a copy at a glance, and in which order. */
import { expect, it } from 'vitest';
import type { LicenceView } from '../../../protocol/contracts/library.views.ts';
import { saidOf } from '../../../renderer/features/library/copy-state.ts';
import { catalogues } from '../../../renderer/i18n/i18n.ts';

const said = (part: Partial<LicenceView>, more: { count?: number; offeredTo?: string | null } = {}) =>
  saidOf({ copy: { state: 'held', contactName: 'Ben', due: null, overdue: false, recalled: false, asked: null, ...part } as LicenceView, count: 1, offeredTo: null, ...more }).map(({ key, look }) => `${key} ${look}`);

it('says nothing of a single copy that is here', () => expect(said({})).toEqual([]));

it('says how many, to whom it is offered, where it is and until when', () => {
  expect([said({}, { count: 3 }), said({}, { offeredTo: 'Ben' }), said({ state: 'in-transit' })]).toEqual([['copies quiet'], ['offered open'], ['transit open']]);
  expect([said({ state: 'lent' }), said({ state: 'lent', due: 5 }), said({ state: 'borrowed' }), said({ state: 'borrowed', due: 5 })]).toEqual([['lent open'], ['lentUntil open'], ['borrowed open'], ['borrowedUntil open']]);
});

it('says first what is urgent to the one who can do something about it', () => {
  expect(said({ state: 'lent', due: 5, asked: 9 })).toEqual(['asksLonger urgent', 'lentUntil open']);
  expect(said({ state: 'borrowed', due: 5, asked: 9 })).toEqual(['borrowedUntil open', 'askedLonger quiet']);
  expect(said({ state: 'borrowed', recalled: true })).toEqual(['wantedBack urgent', 'borrowed open']);
  expect(said({ state: 'lent', due: 5, overdue: true, recalled: true })).toEqual(['lentOver urgent', 'askedBack quiet']);
  expect(said({ state: 'borrowed', due: 5, overdue: true })).toEqual(['over urgent']);
});

it('has words for all of it', () => {
  const keys = new Set([said({}, { count: 2 }), said({}, { offeredTo: 'Ben' }), said({ state: 'in-transit' }), ...(['lent', 'borrowed'] as const).flatMap((state) => [said({ state, recalled: true, asked: 9 }), said({ state, due: 5 }), said({ state, due: 5, overdue: true })])].flat().map((line) => line.split(' ')[0]));
  expect([...keys].filter((key) => !(String(key) in catalogues.en.library.said))).toEqual([]);
  expect(keys.size).toBe(Object.keys(catalogues.en.library.said).length);
});
