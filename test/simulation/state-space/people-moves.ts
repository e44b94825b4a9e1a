/** What people do with their wallets; also what they will be told is too late. */
import { UNASKED, currencyOf } from './beginning.ts';
import type { Budget } from './bounds.ts';
import { calling, give } from './happen.ts';
import { costing, isPausing, type Move } from './move.ts';
import type { Given } from './run.ts';
import { durableAt, endAt, isAtRest, type World } from './world.ts';

export function peopleMoves(world: World, left: Budget, total: Budget): Move[] {
  const currency = currencyOf(world);
  const instance = (end: number): string => endAt(world, end).wallet.instance;
  const moves: Move[] = [];
  const does = (end: number, what: string, spent: Partial<Budget>, given: Given): void => {
    if (isAtRest(endAt(world, end))) moves.push(costing(`${endAt(world, end).name} ${what}`, spent, () => give(world, end, [given], what, isPausing(world, end, left))));
  };
  const pays = (from: number, to: number, amount: string, key: 'pay' | 'payOther' | 'payOn' | 'payBack'): void =>
    does(from, `pays ${endAt(world, to).name} ${amount}`, { [key]: 1 }, calling('transfers.send', { contact: instance(to), currency, amount }, `${key} ${total[key] - left[key]}`));
  if (left.pay > 0) for (const [end, { store }] of world.ends.entries()) if (store === 0) pays(end, 1, UNASKED, 'pay');
  if (left.payOther > 0 && world.ends.length > 2) pays(0, 2, UNASKED, 'payOther');
  if (left.payOn > 0 && world.ends.length > 2) pays(1, 2, UNASKED, 'payOn');
  if (left.payBack > 0) pays(1, 0, '1', 'payBack');
  for (const end of world.ends.keys()) {
    for (const [id, transfer] of durableAt(world, end)?.transfers ?? []) {
      const does1 = (what: string, spent: Partial<Budget>, method: string): void => does(end, what, spent, calling(method, { id }, `${id}`));
      // Also once it is accepted, to be refused.
      if (transfer.direction === 'in' && transfer.state !== 'declined' && left.answer > 0) {
        if (transfer.state === 'offered') does1('accepts', { answer: 1 }, 'transfers.accept');
        does1('declines', { answer: 1 }, 'transfers.decline');
      }
      if (transfer.direction === 'out' && left.cancel > 0) {
        does1('cancels', { cancel: 1 }, 'transfers.cancel');
        if (transfer.state === 'in-transit') does1('writes off', { cancel: 1 }, 'transfers.writeOff');
      }
    }
  }
  if (left.rule > 0) {
    const asks = durableAt(world, 1)?.base.get('contact', instance(0))?.rule.mode === 'ask';
    does(1, asks ? 'takes 2 unasked' : 'wants to be asked', { rule: 1 }, calling('people.setRule', { contact: instance(0), rule: asks ? { mode: 'auto', upTo: [{ currency, amount: UNASKED }] } : { mode: 'ask' } }, asks ? 'auto' : 'ask'));
  }
  return moves;
}
