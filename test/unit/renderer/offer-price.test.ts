/** What accepting an offer costs, and what is kept of it. */
import { expect, it } from 'vitest';
import type { AssetView, BalanceView } from '../../../protocol/contracts/views.ts';
import { pricesOf } from '../../../renderer/ui/offer-price.ts';

const money = (id: string, amount: string) => ({ kind: 'credit', currency: { id }, amount }) as unknown as AssetView;
const book = { kind: 'licence' } as unknown as AssetView;
const held = (of: Record<string, string>) => (id: string) => (of[id] === undefined ? undefined : { held: of[id] } as Pick<BalanceView, 'held'>);

it('is what is taken in credits, with what is left of each', () => {
  expect(pricesOf([money('a', '500'), book, money('b', '7')], held({ a: '1200', b: '7' }))).toMatchObject([{ amount: '500', kept: '700' }, { amount: '7', kept: '0' }]);
});

it('leaves nothing that could be said to be kept where there is too little, or none at all', () => {
  expect(pricesOf([money('a', '501'), money('c', '1')], held({ a: '500' }))).toMatchObject([{ held: '500', kept: null }, { held: '0', kept: null }]);
});

it('counts beyond what a number can hold', () => {
  expect(pricesOf([money('a', '1')], held({ a: '9223372036854775807' }))).toMatchObject([{ kept: '9223372036854775806' }]);
});

it('is nothing for what only gives', () => expect(pricesOf([], held({}))).toEqual([]));
